"""The table: aligned, folded, never a number cut, its columns adding up to its totals."""

from __future__ import annotations

import re

import pytest

import cnncalc
from cnncalc.analysis import analyze
from cnncalc.layers.field_step import MOST_PHASES
from cnncalc.render.folding import MOST_LINES, folded
from cnncalc.render.terminal import width
from tests.analysis.by_hand import Builder, lenet5, residual_stages
from tests.render.written import table

LENET_AT_100 = """\
LeNet-5, as it is drawn today · input 32x32x1

layer       kind        output   sees  params      %             MACs      %            memory
──────────────────────────────────────────────────────────────────────────────────────────────
conv_1      conv       28x28x6    5x5     156   0.3%  ▏       117,600  28.2%  ███     22.4 KiB
avg_pool_1  avg_pool   14x14x6    6x6       -                       -                 23.0 KiB
conv_2      conv      10x10x16  14x14   2,416   3.9%  ▎       240,000  57.6%  ██████  10.8 KiB
avg_pool_2  avg_pool    5x5x16  16x16       -                       -                  7.8 KiB
fc_1        fc             120  32x32  48,120  78.0%  ██████   48,000  11.5%  █▎       2.0 KiB
fc_2        fc              84  32x32  10,164  16.5%  █▎       10,080   2.4%  ▎          816 B
fc_3        fc              10  32x32     850   1.4%  ▏           840   0.2%  ▏          376 B

params   61,706 trainable: 241.0 KiB of weights in float32
MACs     416,520 (417K) for one image; FLOPs = 2 x MACs = 833,040
memory   activations peak at 23.0 KiB in avg_pool_1, where conv_1 and avg_pool_1 are alive
sees     a value of fc_3 depends on 32x32 of the input
no MACs  by definition, so not counted: avg_pool (2)
expect   1 of 1 hold
budget   FAILED: params at most 60,000: it is 61,706"""

LENET_AT_60_IN_ASCII = """\
LeNet-5, as it is drawn today - input 32x32x1

layer         output  params      %     MACs      %
---------------------------------------------------
conv_1       28x28x6     156   0.3%  117,600  28.2%
avg_pool_1   14x14x6       -               -
conv_2      10x10x16   2,416   3.9%  240,000  57.6%
avg_pool_2    5x5x16       -               -
fc_1             120  48,120  78.0%   48,000  11.5%
fc_2              84  10,164  16.5%   10,080   2.4%
fc_3              10     850   1.4%      840   0.2%
"""

VERDICTS = [("expect", "params 61,706", True), ("budget", "params at most 60,000: it is 61,706", False)]


def body(text: str) -> list[str]:
    """The lines of the table proper."""
    return text.split("\n\n")[1].split("\n")[2:]


def test_lenet_5_reads_as_it_should_in_a_log():
    assert table(analyze(lenet5()), verdicts=VERDICTS) == LENET_AT_100


def test_a_narrow_terminal_without_unicode_still_has_every_number():
    assert table(analyze(lenet5()), width=60, glyphs="ascii").startswith(LENET_AT_60_IN_ASCII)


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 100, 120, 200])
@pytest.mark.parametrize("turns", [1, 3, 12])
def test_no_width_cuts_a_number_and_those_shown_add_up_to_the_totals(columns, turns):
    report = analyze(residual_stages(turns=turns))
    lines = body(table(report, width=columns, columns=("layer", "params", "macs")))
    numbers = [line.split()[-2:] for line in lines]
    params, macs = (sum(int(row[at].replace(",", "").replace("-", "0")) for row in numbers) for at in (0, 1))
    assert (params, macs) == (report.totals.params, report.totals.macs)


@pytest.mark.parametrize("columns", [60, 80, 100, 120])
def test_the_table_stays_within_the_width(columns):
    text = table(analyze(residual_stages()), width=columns)
    assert max(map(width, text.split("\n"))) <= columns


def test_a_path_loses_its_middle_only_where_no_column_is_left_to_drop():
    report = analyze(residual_stages())
    assert "conv2/Basic_1" in table(report, width=60)
    narrow = body(table(report, width=50, depth=3))
    assert any("…" in line for line in narrow)
    assert max(map(len, narrow)) <= 50


def test_asked_for_columns_stand_in_their_order_and_none_is_dropped():
    header = table(analyze(lenet5()), width=20, columns=("macs", "layer", "jump", "start", "line")).split("\n\n")[1]
    assert header.split("\n")[0].split() == ["MACs", "layer", "jump", "start", "line"]


def test_channels_first_is_a_way_to_write_sizes():
    assert "6x28x28" in table(analyze(lenet5()), layout="chw")
    assert "input 1x32x32" in table(analyze(lenet5()), layout="chw")


def test_batch_and_dtype_are_told_where_they_are_not_the_default():
    assert table(analyze(lenet5(variant="wide"), batch=8, dtype="int8")).split("\n")[0] == (
        "LeNet-5, as it is drawn today (wide) · input 32x32x1 · batch 8 · int8"
    )


def test_a_variant_with_a_name_has_its_own_title_and_needs_no_brackets():
    spec = "{name: R-50, variants: {r101: {name: R-101}, r50b: {}}, input: 8x8x3, layers: [fc: 10]}"
    titles = [table(analyze(cnncalc.loads(spec, variant=variant))).split("\n")[0] for variant in ("r101", "r50b")]
    assert titles == ["R-101 · input 8x8x3", "R-50 (r50b) · input 8x8x3"]
    assert analyze(cnncalc.loads(spec, variant="r101")).to_dict()["name"] == "R-101"


def test_no_variant_that_ships_has_the_title_of_its_file():
    for variant in ("resnet152", "vgg11_bn", "m18", "squeezenet1_1", "alexnet_ungrouped"):
        network = cnncalc.load(variant)
        assert network.variant == variant
        assert network.variant_named
        assert variant not in table(analyze(network)).split("\n")[0]


def test_a_terminal_gets_colours_and_a_log_gets_none():
    report = analyze(lenet5())
    colored = table(report, color=True)
    assert "\x1b[1m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == table(report)


def test_a_name_cannot_steer_the_terminal():
    network = lenet5()
    network.name = "evil\x1b[2J\nname"
    assert table(analyze(network)).startswith("evil�[2J�name · input")


def test_the_default_depth_is_the_deepest_that_can_be_seen_at_a_glance():
    lines = folded(analyze(residual_stages(turns=4)))
    assert len(lines) == 2 + 2 + 4 * 4 + 2 <= MOST_LINES
    assert lines[4].path == "conv2/Basic_1"
    assert lines[5].path == "conv2/Basic_2[1]"


def test_the_turns_of_a_long_repeat_share_a_line():
    lines = folded(analyze(residual_stages(turns=12)))
    assert [line.path for line in lines[4:6]] == ["conv2/Basic_1", "conv2/Basic_2[1..11]"]
    assert (lines[5].kind, lines[5].output) == ("77 layers", (56, 56, 64))


@pytest.mark.parametrize(("depth", "count"), [(1, 9), (2, 18), (9, 96)])
def test_a_depth_says_how_many_segments_have_lines_of_their_own(depth, count):
    report = analyze(residual_stages())
    lines = folded(report, depth)
    assert len(lines) == count
    assert all(line.path.count("/") < depth for line in lines)
    assert sum(line.params for line in lines) == report.totals.params
    assert max(line.live_bytes for line in lines) == report.totals.peak_activation_bytes


def test_what_only_training_has_is_marked_dim_and_no_part_of_the_shares():
    builder = Builder(8, 8, 4)
    trunk = builder.add("conv_1", "conv", filters=4, kernel=1)
    builder.add("aux/fc_1", "fc", units=10)
    builder.add("fc_1", "fc", trunk, units=2)
    report = analyze(builder.network(aux_outputs=("aux/fc_1",)))
    text = table(report, color=True)
    assert re.search(r"\x1b\[2maux/fc_1 \(training only\) .* 2,570 [^%]*\x1b\[0m", text)
    assert "3,104 with the auxiliary heads used only in training" in text.replace("\n         ", " ")


def test_shared_weights_are_said_to_be_shared():
    builder = Builder(8, 8, 4)
    builder.add("a", "conv", filters=4, kernel=1)
    builder.add("b", "conv", filters=4, kernel=1, shares="a")
    assert "shared" in body(table(analyze(builder.network())))[1]


def test_the_reader_is_told_where_paths_of_unequal_strides_meet():
    builder = Builder(8, 1)
    a = builder.add("a", "max_pool", kernel=2)
    b = builder.add("b", "crop", "input", right=4)
    builder.add("both", "concat", a, b)
    assert "paths    unequal strides meet in both" in table(analyze(builder.network()))


def test_the_reader_is_told_where_same_pads_one_side_more():
    builder = Builder(224, 224, 3)
    builder.add("stem", "conv", filters=8, kernel=3, stride=2, padding="same")
    assert "padding  uneven in stem (bottom 1 right 1)" in table(analyze(builder.network()))


def test_a_hull_says_at_most():
    builder = Builder(8, 8, 2)
    builder.add("up", "upsample", scale=MOST_PHASES + 1)
    text = table(analyze(builder.network()), width=120)
    assert "a value of up depends on at most 2x2 of the input" in text
    assert "<=" in body(text)[0]


def test_places_that_see_by_turns_are_told_from_the_smallest_to_the_largest():
    builder = Builder(8, 8, 2)
    builder.add("up", "upsample", scale=2, mode="bilinear")
    builder.add("conv", "conv", filters=1, kernel=2)
    assert "a value of conv depends on 2x2 to 3x3 of the input, by place" in table(
        analyze(builder.network()), width=120
    )


def test_several_inputs_are_told_apart():
    builder = Builder(left=(9, 9, 1), right=(7, 7, 1))
    a = builder.add("a", "conv", "left", filters=1, kernel=3)
    builder.add("b", "add", a, "right")
    text = table(analyze(builder.network()), width=120)
    assert "input left 9x9x1 · input right 7x7x1" in text
    assert "a value of b depends on 3x3 of left, 1x1 of right" in text


def test_a_network_without_parameters_has_no_shares():
    builder = Builder(8, 8, 2)
    builder.add("relu_1", "relu")
    text = table(analyze(builder.network()))
    assert "params   0 trainable: 0 B of weights in float32" in text
    assert "%" not in text
