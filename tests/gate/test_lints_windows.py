"""Lints of windows: what is dropped, skipped, shifted and padded, with true figures and true remedies."""

from __future__ import annotations

import re

import numpy as np
import pytest

import cnncalc
from tests.gate.specs import codes, lints, only


def net(item: str, size: str = "14x14x3", more: str = "") -> str:
    return f"input: {size}\n{more}layers:\n  - {item}\n"


def unread(spec: str) -> int:
    """How many places of the input change nothing in the output, found by running the network on single pixels."""
    network = cnncalc.loads(spec)
    height, width, channels = network.inputs["input"].volume
    pixels = np.zeros((height * width, height, width, channels), np.float32)
    for number in range(height * width):
        pixels[number, number // width, number % width] = 1.0
    outputs = np.asarray(cnncalc.run(network, pixels).output)
    nothing = np.asarray(cnncalc.run(network, np.zeros_like(pixels[:1])).output)[0]
    return sum(bool(np.array_equal(output, nothing)) for output in outputs)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("avg_pool: 3x3 stride 2", "floor drops the last 1 row and 1 column of 14x14: 27 of 196 places (13.8 %)"),
        ("avg_pool: 4x4", "floor drops the last 2 rows and 2 columns of 14x14: 52 of 196 places (26.5 %)"),
        ("avg_pool: 4x2", "floor drops the last 2 rows of 14x14: 28 of 196 places (14.3 %)"),
        ("conv: 8 5x5 stride 4", "floor drops the last 1 row and 1 column of 14x14: 27 of 196 places (13.8 %)"),
    ],
)
def test_what_floor_drops_is_what_no_run_shows(item, message):
    spec = net(item, more="rounding: floor\n")
    found = only(spec, "CNN610")
    assert found.message.startswith(message)
    assert f"{unread(spec)} of 196 places" in found.message


@pytest.mark.parametrize(
    "item",
    [
        "max_pool: 3x3 stride 2 rounding ceil",
        "conv: 8 3x3 stride 2 pad half",  # a padding column is left over, and no pixel
        "conv: 8 3x3 stride 2 pad same",
        "conv: 8 2x2 stride 2",
    ],
)
def test_padding_left_over_and_other_roundings_drop_nothing(item):
    spec = net(item, more="rounding: floor\n")
    assert codes(spec) == []


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("conv: 8 1x1 stride 2", "a kernel of 1 with stride 2 skips 7 of 14 rows and 7 of 14 columns"),
        ("conv: 8 2x2 stride 3", "a kernel of 2 with stride 3 skips 4 of 14 rows and 4 of 14 columns"),
        ("avg_pool: 1x1 stride 2", "a kernel of 1 with stride 2 skips 7 of 14 rows and 7 of 14 columns"),
    ],
)
def test_what_lies_between_windows_is_what_no_run_shows(item, message):
    spec = net(item, more="rounding: floor\n")
    found = only(spec, "CNN612")
    assert found.message == message
    rows = int(re.findall(r"skips (\d+) of 14 rows", found.message)[0])
    assert unread(spec) == 14 * 14 - (14 - rows) ** 2


@pytest.mark.parametrize("stride", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("word", ["", "half", "same"])
def test_the_kernel_that_reads_all_is_the_smallest_and_has_a_middle_where_padding_centres_it(stride, word):
    item = f"conv: 8 KxK stride {stride} pad {word}" if word else f"conv: 8 KxK stride {stride}"
    found = only(net(item.replace("K", "1"), "60x60x3", "rounding: floor\n"), "CNN612")
    kernel = stride + (stride % 2 == 0 and word != "")
    assert found.helps[0].startswith(f"`kernel: {kernel}x{kernel}` reads every place")
    assert not {"CNN612", "CNN615"} & {*codes(net(item.replace("K", str(kernel)), "60x60x3", "rounding: floor\n"))}


def test_no_kernel_is_proposed_that_has_a_middle_along_one_axis_alone():
    assert only(net("conv: 8 1x1 stride 2x3 pad half", "60x60x3", "rounding: floor\n"), "CNN612").helps == ()


def test_an_axis_of_its_own_is_named_alone():
    found = only(net("conv: {filters: 8, kernel: 1x3, stride: 2x1}", more="rounding: floor\n"), "CNN612")
    assert found.message == "a kernel of 1 with stride 2 skips 7 of 14 rows"


@pytest.mark.parametrize(("size", "noun"), [("100x2", "samples"), ("8x8x8x2", "frames")])
def test_sequences_and_clips_have_nouns_of_their_own(size, noun):
    assert noun in only(net("conv: 8 kernel 1 stride 2", size, "rounding: floor\n"), "CNN612").message


def test_half_with_an_even_kernel_stands_half_a_pixel_before_its_place():
    spec = net("conv: 4 2x2 pad half")
    assert only(spec, "CNN615").message.endswith("each window is centred half a pixel before its place")
    assert cnncalc.analyze(cnncalc.loads(spec))["conv_1"].to_dict()["receptive_field"]["start"] == [-0.5, -0.5]


def test_same_with_an_even_kernel_stands_half_a_pixel_behind_its_place():
    spec = net("conv: 4 4x4 pad same")
    found = only(spec, "CNN615")
    assert "pads 1 before and 2 after" in found.message
    assert found.message.endswith("each window is centred half a pixel after its place")
    assert cnncalc.analyze(cnncalc.loads(spec))["conv_1"].to_dict()["receptive_field"]["start"] == [0.5, 0.5]


@pytest.mark.parametrize(
    "item",
    [
        "conv: 4 3x3 pad half",
        "conv: {filters: 4, kernel: 2, dilation: 2, padding: half}",  # its extent is 3
        "max_pool: 2x2 stride 2 pad same",  # 14 comes out even: nothing is padded
        "conv: {filters: 4, kernel: 2, padding: {left: 1, top: 1}}",  # written side by side, so meant
    ],
)
def test_windows_with_a_middle_and_written_sides_do_not_shift(item):
    assert codes(net(item)) == []


def test_a_padded_pool_tells_its_taps_on_padding():
    found = only(net("max_pool: 3x3 stride 1 pad 1"), "CNN616")
    # 14 places a side; per axis 42 taps of which 2 meet padding.
    padding, every = 42 * 42 - 40 * 40, 42 * 42
    told = f"{padding} of the {every:,} taps on each map (9.3 %) meet padding"
    assert found.message == f"padded pooling is not recommended: {told}"


@pytest.mark.parametrize("sides", ["1x0", "0x1"])
def test_a_pool_is_padded_where_one_of_its_axes_is(sides):
    assert "72 of the 1,512 taps" in only(net(f"max_pool: 3x3 stride 1 pad {sides}"), "CNN616").message


@pytest.mark.parametrize("item", ["conv: 4 kernel 2 pad half", "conv: 4 kernel 4 pad same"])
def test_a_sequence_shifts_by_half_a_sample_and_a_clip_by_half_a_place(item):
    assert "half a sample" in only(net(item, "20x3"), "CNN615").message
    assert "half a place" in only(net(item, "8x8x8x3"), "CNN615").message


@pytest.mark.parametrize(
    ("item", "told"), [("max_pool: 2x2 stride 2 pad same", 0), ("max_pool: 4x4 stride 3 pad same", 1)]
)
def test_an_even_window_lies_between_places_that_an_even_stride_joins(item, told):
    assert codes(net(item, "7x7x3")).count("CNN615") == told


def test_keras_pools_that_hang_over_the_end_of_an_odd_map_are_left_alone():
    encoder = "\n".join(f"  - {item}" for item in ["conv: 8 3x3 pad same act relu", "max_pool: 2x2 pad same"] * 3)
    assert codes(f"input: 28x28x1\nlayers:\n{encoder}\n") == []
    assert codes(net("max_pool: 3x3 stride 2 pad same")) == []
    assert codes(net("max_pool: 3x3 stride 1 pad same")) == ["CNN616"]


@pytest.mark.parametrize("item", ["max_pool: 3x3 stride 2 rounding ceil", "conv: 8 3x3 pad 1"])
def test_an_overhang_and_a_convolutions_padding_are_no_padded_pool(item):
    assert codes(net(item)) == []


ITEMS = [
    "max_pool: 3x3 stride 2",
    "conv: 8 5x5 stride 4",
    "conv: 8 1x1 stride 2",
    "conv: 8 2x2 stride 3",
    "conv: 8 1x1 stride 2 pad half",
    "conv: 8 2x2 pad half",
    "depthwise: 4x4 pad same",
    "max_pool: 3x3 stride 1 pad 1",
    "avg_pool: 3x3 stride 2 pad 1 count_padding true",
]
PARAMETERS = {"rounding: ceil": "rounding ceil", "padding: 0": "pad 0"}


@pytest.mark.parametrize("item", ITEMS)
def test_every_remedy_gives_exactly_what_it_says(item):
    spec = net(item, more="rounding: floor\n")
    helps = [proposal for found in lints(spec) for proposal in found.helps]
    assert helps
    for proposal in helps:
        (change,) = re.findall(r"`(\w+: \w+)`", proposal)
        (promised,) = re.findall(r"gives (\S+)$", proposal)
        parameter, value = change.split(": ")
        if parameter == "kernel":
            mended = re.sub(r"\d+x\d+", value, item, count=1)
        else:
            mended = re.sub(r" pad \w+", "", item) + f" {parameter} {value}"
        network = cnncalc.loads(net(mended, more="rounding: floor\n"))
        assert str(network.nodes[-1].volume) == promised


def test_a_row_is_asked_once_and_a_place_told_once():
    (found,) = lints("input: 9x9x4\nlayers:\n  - max_pool: 3x3 stride 1 pad 1\n    repeat: 5\n")
    assert found.note.endswith("the same in 4 further rows")
    assert found.place[1:] == (3, 5)
    assert found.span.length == len("max_pool")
