"""Laws of receptive fields: axes know nothing of each other, and each gives what an enumeration of its places gives."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cnncalc.analysis.field import (
    FARTHEST,
    MISALIGNED,
    MOST_REACHES,
    Field,
    Reach,
    ReachStep,
    joined,
    moved,
    reported,
    whole,
)
from cnncalc.exact import Exact

JUMPS: st.SearchStrategy[Exact] = st.sampled_from([0, Fraction(1, 2), 1, 2, 3])
LOWS, WIDTHS, SIZES = st.integers(-9, 9), st.integers(0, 9), st.integers(1, 6)
REACHES = st.builds(lambda jump, low, width: Reach(jump, low, low + width), JUMPS, LOWS, WIDTHS)
AXES = st.lists(REACHES, min_size=1, max_size=3, unique_by=lambda reach: reach.jump).map(
    lambda axis: tuple(sorted(axis))
)
MOVES = st.builds(
    lambda low, width, pace, exact: ReachStep(low, low + width, pace, exact), LOWS, WIDTHS, JUMPS, st.booleans()
)


def single(*axes: tuple[Reach, ...]) -> Field:
    return Field(axes, exact=True)


def places(axis: tuple[Reach, ...], size: int) -> list[tuple[list, list]]:
    """The lows and the highs of each place."""
    return [
        ([low + i * jump for jump, low, _ in axis], [high + i * jump for jump, _, high in axis]) for i in range(size)
    ]


@given(AXES, AXES, SIZES, SIZES)
def test_what_reads_the_whole_map_reads_the_whole_of_each_axis(one, other, height, width):
    both = whole(single(one, other), (height, width))
    for axis, found, size in zip((one, other), both.axes, (height, width), strict=True):
        lows, highs = zip(*places(axis, size), strict=True)
        assert (min(map(min, lows)), max(map(max, highs))) == (
            min(reach.low for reach in found),
            max(reach.high + (size - 1) * reach.jump for reach in found),
        )
    if any(axis[-1].jump for axis in (one, other)):
        assert [reach.jump for axis in both.axes for reach in axis] == [0, 0]
    assert both.exact


@given(AXES, AXES, MOVES, MOVES)
def test_a_window_moves_each_axis_by_itself(one, other, down, along):
    both = moved(single(one, other), (down, along))
    alone = [moved(single(axis), (move,)) for axis, move in ((one, down), (other, along))]
    assert both.axes == (alone[0].axes[0], alone[1].axes[0])
    assert both.exact == (alone[0].exact and alone[1].exact)


@given(AXES, MOVES, st.integers(0, 5))
def test_a_place_behind_a_window_reads_from_its_first_places_low_to_its_last_ones_high(axis, move, place):
    found = moved(single(axis), (move,))
    if axis[-1].jump == 0:
        assert found == single(axis)
        return
    ends = [
        (low + (move.low + place * move.pace) * jump, high + (move.high + place * move.pace) * jump)
        for jump, low, high in axis
    ]
    reaches = found.axes[0]
    assert (min(low for low, _ in ends), max(high for _, high in ends)) == (
        min(reach.low + place * reach.jump for reach in reaches),
        max(reach.high + place * reach.jump for reach in reaches),
    )
    assert found.exact == move.exact


def test_a_jump_beyond_every_image_is_a_hull_and_the_last_one_within_is_none():
    step = ReachStep(low=0, high=0, pace=1, exact=True)
    last, beyond = ((Reach(1, 0, 4), Reach(jump, -3, 1)) for jump in (FARTHEST, FARTHEST + 1))
    assert moved(single(last), (step,)) == single(last)
    assert moved(single(beyond), (step,)) == Field(((Reach(0, -3, 4),),), exact=False)
    thin, thinner = ((Reach(Fraction(1, parts), 0, 4),) for parts in (FARTHEST, FARTHEST + 1))
    assert moved(single(thin), (step,)) == single(thin)
    assert moved(single(thinner), (step,)) == Field(((Reach(0, 0, 4),),), exact=False)


@given(AXES, AXES, AXES, AXES, SIZES, SIZES)
def test_a_join_unites_each_axis_by_itself_whatever_the_order(a, b, c, d, height, width):
    both, remark = joined([single(a, b), single(c, d)], (height, width))
    alone = [joined([single(one), single(other)], (size,)) for one, other, size in ((a, c, height), (b, d, width))]
    assert both.axes == (alone[0][0].axes[0], alone[1][0].axes[0])
    assert remark == (MISALIGNED if any(said for _, said in alone) else None)
    assert joined([single(c, d), single(a, b)], (height, width)) == (both, remark)


@given(AXES, AXES)
def test_a_join_has_every_jump_of_its_paths_and_says_where_one_has_two_centres(one, other):
    both, remark = joined([single(one), single(other)], (4,))
    reaches = both.axes[0]
    assert [reach.jump for reach in reaches] == sorted({reach.jump for reach in (*one, *other)})
    for reach in reaches:
        joining = [known for known in (*one, *other) if known.jump == reach.jump]
        assert (reach.low, reach.high) == (min(known.low for known in joining), max(known.high for known in joining))
    pairs = [(mine, yours) for mine in one for yours in other if mine.jump == yours.jump != 0]
    apart = any(mine.low + mine.high != yours.low + yours.high for mine, yours in pairs)
    assert (remark == MISALIGNED) == apart


def test_as_many_jumps_as_are_kept_are_kept_and_one_more_gives_a_hull():
    many = tuple(Reach(jump, 0, jump) for jump in range(1, MOST_REACHES + 2))
    kept, _ = joined([single(many[:5]), single(many[5:MOST_REACHES])], (3,))
    assert kept == single(many[:MOST_REACHES])
    hull, _ = joined([single(many[:5]), single(many[5:])], (3,))
    assert hull == Field(((Reach(0, 0, 3 * (MOST_REACHES + 1)),),), exact=False)


@given(AXES, AXES, SIZES, SIZES)
def test_the_size_that_is_reported_is_the_largest_union_over_the_places(one, other, height, width):
    found = reported(single(one, other), (height, width))
    for axis, size, seen in zip((one, other), (height, width), found.size, strict=True):
        assert seen == max(max(highs) - min(lows) + 1 for lows, highs in places(axis, size))
    several = len(one) > 1 or len(other) > 1
    assert (found.jump is None) == (found.start is None) == several
    if not several:
        assert found.jump == (one[0].jump, other[0].jump)
        assert found.start == tuple(Fraction(axis[0].low + axis[0].high, 2) for axis in (one, other))
