"""Lints of what a network sees, and of where its parameters lie."""

from __future__ import annotations

import re

import pytest

import cnncalc
from tests.gate.specs import codes, lints, only
from tests.steps import growth

HEAD = "input: 32x32x3\nlayers:\n"
CONV = "  - conv: 8 3x3 pad 1 act relu\n"
POOLED = "  - global_avg_pool\n  - fc: 10\n"


def convolutions(number: int) -> str:
    return HEAD + CONV + f"    repeat: {number}\n" + POOLED


def test_places_that_see_a_part_before_one_answer_are_told():
    found = only(convolutions(4), "CNN613")
    assert found.message == (
        "each place of conv_1[4] sees 9x9 of the input's 32x32 (7.9 %), and global_avg_pool_1 gives one answer for all"
    )
    assert found.place[1] == 3


def test_so_many_more_convolutions_as_proposed_see_all_of_it_and_one_fewer_does_not():
    (help_,) = only(convolutions(4), "CNN613").helps
    assert help_ == "12 3x3 convolutions with padding 1 after conv_1[4] would see all of it; each adds 2x2"
    assert codes(convolutions(4 + 12)) == []
    assert codes(convolutions(4 + 11)) == ["CNN613"]


def test_strides_before_it_make_each_convolution_count_for_more():
    found = only(HEAD + "  - conv: 8 2x2 stride 2 act relu\n  - conv: 8 3x3 act relu\n" + POOLED, "CNN613")
    assert found.helps == ("7 3x3 convolutions with padding 1 after conv_2 would see all of it; each adds 4x4",)


@pytest.mark.parametrize("width", [1, 64])
def test_nothing_is_proposed_where_convolutions_cannot_see_more_along_an_axis(width):
    """All places along an axis of one place lie upon one another: their windows move by nothing."""
    aligned = "upsample: {scale: 2x1, mode: bilinear, align_corners: true}"
    spec = f"input: 64x{width}x3\nlayers:\n  - conv: 8 3x{width} act relu\n  - {aligned}\n{POOLED}"
    assert only(spec, "CNN613").helps == ()


@pytest.mark.parametrize(("kernel", "told"), [(15, ["CNN613"]), (16, [])])
def test_a_fully_connected_layer_needs_half_of_the_image(kernel, told):
    spec = f"input: 32x32x1\nlayers:\n  - conv: 1 kernel {kernel} act relu\n  - fc: 10\n"
    assert codes(spec) == told


@pytest.mark.parametrize(
    "items",
    [
        CONV,  # each place is an answer
        "  - fc: 10\n",  # the image itself is read
        CONV + "  - group_norm: 2\n" + POOLED,  # its statistics are of the whole map
        CONV
        + "  - multiply:\n      gate: [global_avg_pool, conv: 8 1x1 act sigmoid]\n      x: identity\n"
        + POOLED,  # squeeze-and-excitation sees everything
    ],
)
def test_what_answers_for_places_or_sees_everything_is_not_told(items):
    assert codes(HEAD + items) == []


def test_each_of_several_inputs_is_seen_for_itself():
    spec = """
        inputs: {left: 9x9x1, right: 5x5x1}
        layers:
          - conv: 4 5x5
            from: left
          - global_avg_pool:
            name: a
          - conv: 4 5x5
            from: right
          - global_avg_pool
          - add:
            from: [a, previous]
    """
    found = only(spec, "CNN613")
    assert "sees 5x5 of `left`'s 9x9" in found.message


@pytest.mark.parametrize(("turns", "told"), [(159, []), (160, ["CNN614"])])
def test_ten_times_the_image_is_many_times(turns, told):
    # turns 3x3 convolutions see 2 x turns + 1 pixels of 32
    assert codes(convolutions(turns)) == told


@pytest.mark.parametrize(("kernel", "told"), [(29, False), (30, True)])
def test_exactly_ten_times_are_many(kernel, told):
    spec = f"input: 3x3x1\nlayers:\n  - conv: 1 {kernel}x{kernel} pad 14 act relu\n  - fc: 2\n"
    assert ("CNN614" in codes(spec)) == told


def test_the_layer_that_first_sees_everything_is_named():
    found = only(convolutions(160), "CNN614")
    assert found.message.startswith("each place of conv_1[160] looks at 321x321, 10.0 times the input's 32x32")
    assert found.note == "conv_1[16] already sees all of it"
    report = cnncalc.analyze(cnncalc.loads(convolutions(160)))
    assert report["conv_1[15]"].to_dict()["receptive_field"]["size"] == [31, 31]
    assert report["conv_1[16]"].to_dict()["receptive_field"]["size"] == [33, 33]


SHIFTED = """
    input: 16x16x4
    layers:
      - {join}:
          main:
            - conv: {{filters: 4, kernel: 3, padding: {sides}}}
          skip: identity
"""


@pytest.mark.parametrize("join", ["add", "concat", "multiply"])
def test_branches_that_look_beside_each_other_are_told_by_how_much(join):
    found = only(SHIFTED.format(join=join, sides="{bottom: 2, right: 2}"), "CNN617")
    assert found.message == f"the branches of {join}_1 are misaligned by 1 pixel"
    assert f"{join}_1/main/conv_1 at 1x1, input at 0x0" in found.note


def test_branches_that_look_at_the_same_pixels_are_not_told():
    assert codes(SHIFTED.format(join="add", sides="{top: 1, bottom: 1, left: 1, right: 1}")) == []


def test_a_same_convolution_with_a_stride_stands_beside_a_bare_one():
    spec = """
        input: 16x16x4
        rounding: floor
        layers:
          - add:
              main: [conv: 4 3x3 stride 2 pad same]
              skip: [max_pool: 2]
    """
    assert [found.message for found in lints(spec) if found.code == "CNN617"] == [
        "the branches of add_1 are misaligned by 0.5 pixels"
    ]


def wide(units: int, *before: str, channels: int = 64) -> str:
    items = "".join(f"  - {item}\n" for item in before)
    return f"input: 16x16x3\nlayers:\n  - conv: {channels} 9x9 act relu\n{items}  - fc: {units}\n"


@pytest.mark.parametrize("before", [(), ("flatten",), ("flatten", "dropout: 0.5")])
def test_a_fully_connected_layer_with_most_parameters_is_told_with_what_a_global_pool_would_cost(before):
    spec = wide(100, *before)
    (found,) = [found for found in lints(spec) if found.code == "CNN618"]
    report = cnncalc.analyze(cnncalc.loads(spec))
    row = report["fc_1"]
    assert f"fc_1 holds {row.params:,} of the {report.totals.params:,} params" in found.message
    pooled = cnncalc.analyze(cnncalc.loads(wide(100, "global_avg_pool")))
    held, total = re.findall(r"it holds ([\d,]+) and the network ([\d,]+)", found.helps[0])[0]
    assert (held, total) == (f"{pooled['fc_1'].params:,}", f"{pooled.totals.params:,}")


@pytest.mark.parametrize(
    "spec",
    [
        wide(10),  # 40,970 parameters are not worth saving
        wide(100, "conv: 800 1x1 act relu", "global_avg_pool"),
        "input: 4096\nlayers:\n  - fc: 100\n",  # a vector has no places
        "input: 16\nlayers:\n  - reshape: 4x4x1\n  - conv: 2 3x3\n  - fc: 3\n",  # though it may be given some
    ],
)
def test_small_layers_and_layers_on_vectors_are_not_told(spec):
    assert "CNN618" not in codes(spec)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("input: 10x10x10\nlayers: [relu, fc: {units: 100, bias: false}]", True),  # 100,000 of 100,000
        ("input: 9x11x101\nlayers: [relu, fc: {units: 10, bias: false}]", False),  # 99,990 of 99,990
        ("input: 8x8x100\nlayers: [conv: 64 4x4 pad same bias false act relu, fc: {units: 25, bias: false}]", False),
        ("input: 8x8x100\nlayers: [conv: 64 4x4 pad same bias false act relu, fc: 25]", True),  # 102,425 and 102,400
    ],
)
def test_a_heavy_layer_has_a_hundred_thousand_parameters_and_more_than_half(spec, told):
    assert ("CNN618" in codes(spec)) == told


def test_the_lints_of_ten_thousand_rows_take_no_more_steps_a_row():
    from cnncalc.analysis import analyze
    from cnncalc.gate.lints import findings

    def judging(turns):
        network = cnncalc.loads(
            "input: 16x16x8\nlayers:\n  - add: {main: [conv: 8 3x3 pad 1, relu], skip: identity}\n"
            f"    repeat: {turns}\n  - global_avg_pool\n"
        )
        report = analyze(network)
        return lambda: list(findings(network, report))

    assert growth(judging, few=300, many=3_000) < 1.1
