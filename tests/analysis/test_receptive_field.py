"""The receptive field: windows, whole maps, joins of equal, misaligned and unequal paths, hulls."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cnncalc.analysis import ReceptiveField, Row, analyze
from cnncalc.analysis.field import MISALIGNED
from cnncalc.analysis.receptive_field import UNEQUAL
from cnncalc.exact import Exact
from tests.analysis.by_hand import Builder, lenet5, residual_stages


def field(builder: Builder, path: str = "") -> ReceptiveField:
    return single(analyze(builder.network())[path or builder.last])


def single(row: Row) -> ReceptiveField:
    """The field of a row where the network has one input."""
    assert isinstance(row.receptive_field, ReceptiveField)
    return row.receptive_field


def sees(
    size: tuple[int, ...],
    jump: tuple[Exact, ...] | None,
    start: tuple[Exact, ...] | None,
    paths: str | None = None,
    smallest: tuple[int, ...] | None = None,
) -> ReceptiveField:
    """An exact field; `smallest` is its size where nothing else is said."""
    return ReceptiveField(size, jump, start, exact=True, paths=paths, smallest=size if smallest is None else smallest)


def sizes(row: Row) -> dict[str, tuple]:
    """The sizes by input name where the network has several."""
    assert isinstance(row.receptive_field, dict)
    return {name: entry.size for name, entry in row.receptive_field.items()}


def test_lenet_5_sees_what_the_formula_says():
    fields = [single(row) for row in analyze(lenet5()).layers]
    assert [entry.size[0] for entry in fields] == [5, 6, 14, 16, 32, 32, 32]
    assert [entry.to_dict()["jump"][0] for entry in fields] == [1, 2, 2, 4, 0, 0, 0]
    assert [entry.to_dict()["start"][0] for entry in fields] == [2, 2.5, 6.5, 7.5, 15.5, 15.5, 15.5]


def test_resnet_18_sees_435_pixels_at_its_last_map():
    """The stem sees 11 with jump 4; then 4 x 3x3 a stage, the first of stages 2 to 4 before the jump doubles."""
    assert analyze(residual_stages(turns=2))["conv5"].receptive_field == sees((435, 435), (32, 32), (0, 0))


def test_padding_moves_the_start():
    builder = Builder(9, 9, 1)
    builder.add("a", "conv", filters=1, kernel=3, stride=2, padding=1)
    assert field(builder) == sees((3, 3), (2, 2), (0, 0))


def test_each_axis_goes_its_own_way():
    builder = Builder(9, 12, 1)
    builder.add("a", "conv", filters=1, kernel=(3, 1), stride=(1, 2), rounding="floor")
    assert field(builder) == sees((3, 1), (1, 2), (1, 0))


def test_dilation_widens():
    builder = Builder(20, 1)
    builder.add("a", "conv", filters=1, kernel=3, dilation=4)
    assert field(builder) == sees((9,), (1,), (4,))


def test_a_vector_has_a_field_without_axes():
    builder = Builder(784)
    builder.add("fc_1", "fc", units=10)
    assert field(builder).to_dict() == {"size": [], "smallest": [], "exact": True, "jump": [], "start": []}


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("flatten", {}),
        ("global_avg_pool", {}),
        ("fc", {"units": 3}),
        ("rbf", {"units": 3}),
        ("group_norm", {"groups": 1}),
        ("instance_norm", {}),
        ("reshape", {"output": (5, 50)}),
    ],
)
def test_what_reads_the_whole_map_has_the_union_and_jump_0(kind, parameters):
    builder = Builder(12, 12, 1)
    builder.add("conv_1", "conv", filters=10, kernel=4, stride=2)
    builder.add("whole", kind, **parameters)
    assert field(builder) == sees((12, 12), (0, 0), (Fraction(11, 2), Fraction(11, 2)))


def test_a_jump_of_0_is_not_widened_by_further_windows():
    builder = Builder(8, 8, 4)
    builder.add("norm", "instance_norm")
    builder.add("conv_1", "conv", filters=1, kernel=5, stride=3)
    assert field(builder).size == (8, 8)
    assert field(builder).jump == (0, 0)


def test_a_reshape_to_another_rank_keeps_the_axes_of_the_input():
    builder = Builder(8, 6, 1)
    builder.add("reshape_1", "reshape", output=(48, 1))
    builder.add("conv_1", "conv", filters=1, kernel=3)
    assert field(builder) == sees((8, 6), (0, 0), (Fraction(7, 2), Fraction(5, 2)))


def test_branches_of_equal_jump_are_united():
    builder = Builder(16, 16, 1)
    a = builder.add("a", "conv", filters=1, kernel=5, padding=2)
    b = builder.add("b", "conv", "input", filters=1, kernel=1)
    builder.add("concat_1", "concat", a, b)
    assert field(builder) == sees((5, 5), (1, 1), (0, 0))


def test_branches_of_equal_jump_that_start_apart_are_misaligned_where_they_join():
    builder = Builder(16, 16, 1)
    a = builder.add("a", "conv", filters=1, kernel=3)
    b = builder.add("b", "crop", "input", bottom=2, right=2)
    builder.add("add_1", "add", a, b)
    builder.add("relu_1", "relu")
    half = Fraction(1, 2)
    assert field(builder, "add_1") == sees((3, 3), (1, 1), (1, 1), paths=MISALIGNED)
    assert field(builder, "relu_1").paths is None
    builder = Builder(16, 1)
    a = builder.add("a", "conv", filters=1, kernel=2)
    b = builder.add("b", "crop", "input", left=1)
    builder.add("add_1", "add", a, b)
    assert field(builder) == sees((2,), (1,), (half,), paths=MISALIGNED)


def test_wholes_of_different_extent_are_not_misaligned_for_they_have_no_places():
    builder = Builder(8, 8, 1)
    a = builder.add("a", "crop", bottom=4)
    a = builder.add("a_mean", "global_avg_pool")
    b = builder.add("b", "global_avg_pool", "input")
    builder.add("add_1", "add", a, b)
    assert field(builder).paths is None
    assert field(builder).size == (8, 8)


def test_branches_of_unequal_jump_have_no_jump_and_the_largest_union():
    builder = Builder(8, 1)
    a = builder.add("a", "max_pool", kernel=2)  # place i sees 2i and 2i + 1
    b = builder.add("b", "crop", "input", right=4)  # place i sees i
    builder.add("concat_1", "concat", a, b)
    # Place 3 sees 3, 6 and 7; place 0 sees 0 and 1.
    assert field(builder) == sees((5,), None, None, paths=UNEQUAL, smallest=(2,))


def test_unequal_paths_are_told_for_as_long_as_they_are_unequal():
    builder = Builder(8, 1)
    a = builder.add("a", "max_pool", kernel=2)
    b = builder.add("b", "crop", "input", right=4)
    builder.add("concat_1", "concat", a, b)
    builder.add("conv_1", "conv", filters=1, kernel=2)
    builder.add("fc_1", "fc", units=1)
    # Places 2 and 3 of the concat together see 2, 3, 4 to 7; places 0 and 1 see 0 to 3.
    assert field(builder, "conv_1") == sees((6,), None, None, paths=UNEQUAL, smallest=(4,))
    assert field(builder, "fc_1") == sees((8,), (0,), (Fraction(7, 2),))


def test_a_gate_of_one_place_is_read_by_all():
    builder = Builder(8, 8, 2)
    x = builder.add("x", "conv", filters=2, kernel=1)
    gate = builder.add("gate", "conv", filters=2, kernel=8)
    builder.add("multiply_1", "multiply", x, gate)
    assert field(builder) == sees((8, 8), None, None, paths=UNEQUAL)


def test_copies_see_what_is_copied():
    builder = Builder(8, 8, 2)
    builder.add("pool", "max_pool", kernel=2)
    builder.add("up", "upsample", scale=2)
    builder.add("relu_1", "relu")
    assert field(builder, "pool").exact is True
    assert field(builder, "up") == sees((2, 2), (1, 1), (0, 0))
    assert field(builder, "relu_1").to_dict() == {
        "size": [2, 2],
        "smallest": [2, 2],
        "exact": True,
        "jump": [1, 1],
        "start": [0.0, 0.0],
    }


def test_fractions_stay_exact_inside_and_are_decimals_in_json():
    builder = Builder(8, 8, 2)
    builder.add("up", "upsample", scale=2, mode="bilinear")
    entry = field(builder)
    assert entry.jump == (Fraction(1, 2), Fraction(1, 2))
    assert entry.to_dict()["jump"] == [0.5, 0.5]


def test_with_several_inputs_the_field_is_a_map_by_input_name():
    builder = Builder(left=(9, 9, 1), right=(7, 7, 1), flat=(4,))
    a = builder.add("a", "conv", "left", filters=1, kernel=3)
    builder.add("b", "add", a, "right")
    builder.add("c", "fc", "b", units=4)
    builder.add("d", "add", "c", "flat")
    report = analyze(builder.network())
    assert report["a"].to_dict()["receptive_field"] == {
        "left": {"size": [3, 3], "smallest": [3, 3], "exact": True, "jump": [1, 1], "start": [1.0, 1.0]}
    }
    assert sizes(report["b"]) == {
        "left": (3, 3),
        "right": (1, 1),
    }
    assert sizes(report["d"]) == {
        "left": (9, 9),
        "right": (7, 7),
        "flat": (),
    }
    assert report.rows()[1]["receptive_field_size[left]"] == [3, 3]
    # One size for each tensor: an input sees itself, and of several inputs the one counts that is seen most of.
    assert [report.field_size(tensor) for tensor in ("left", "flat", "b", "d")] == [(1, 1), (), (3, 3), (9, 9)]


def test_a_stack_of_huge_strides_on_one_place_stays_cheap():
    builder = Builder(1, 1, 1)
    for number in range(2000):
        builder.add(f"a{number}", "conv", filters=1, kernel=1, stride=2**31 - 1)
    assert field(builder).jump == (0, 0)
    assert field(builder).exact is False


def test_a_tower_of_joins_of_unequal_strides_stays_cheap():
    builder = Builder(1, 1, 1)
    for number, prime in enumerate((2, 3, 5, 7, 11, 13, 17, 19, 23, 29)):
        start = builder.last
        builder.add(f"a{number}", "conv", filters=1, kernel=1, stride=prime)
        builder.add(f"b{number}", "add", start, f"a{number}")
    assert field(builder).size == (1, 1)
