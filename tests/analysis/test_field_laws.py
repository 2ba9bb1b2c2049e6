"""Laws of receptive fields: each axis, whatever its classes, is what an enumeration of its places gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import lcm

from hypothesis import given
from hypothesis import strategies as st

from cnncalc.analysis import field as rules
from cnncalc.analysis.field import (
    FARTHEST,
    MISALIGNED,
    MOST_CLASSES,
    MOST_REACHES,
    Axis,
    Class,
    Field,
    Reach,
    Span,
    joined,
    moved,
    whole,
)
from cnncalc.analysis.move import ONE_PLACE, Move
from cnncalc.analysis.receptive_field import extremes, outstanding, reported
from cnncalc.exact import Exact
from cnncalc.window import NO_TAPS, Taps

PLACES = 12
"""So many places of an axis are looked at; the longest period that is drawn is shorter."""

JUMPS: st.SearchStrategy[Exact] = st.sampled_from([0, Fraction(1, 2), 1, 2, 3])
LOWS, WIDTHS, SIZES = st.integers(-9, 9), st.integers(0, 9), st.integers(1, 9)
REACHES = st.builds(lambda jump, low, width: Reach(jump, low, low + width), JUMPS, LOWS, WIDTHS)


def classes(most: int) -> st.SearchStrategy[Axis]:
    """Axes of up to so many classes, each of none to three reaches by rising jump."""
    reaches = st.lists(REACHES, max_size=3, unique_by=lambda reach: reach.jump)
    several = st.lists(reaches.map(lambda found: tuple(sorted(found))), min_size=1, max_size=most)
    return several.map(tuple)


AXES = classes(4)
TAPS = st.builds(lambda first, many, step: Taps(first, first + many * step, step), LOWS, st.integers(0, 4), SIZES)
BY_TURNS = st.lists(st.one_of(TAPS, st.just(NO_TAPS)), min_size=2, max_size=4).map(tuple)
MOVES = st.builds(
    lambda taps, pace: Move(taps, pace, exact=True), st.one_of(st.tuples(TAPS), BY_TURNS), st.integers(1, 6)
)


def single(*axes: Axis) -> Field:
    return Field(axes, exact=True)


def sees(axis: Axis, place: int) -> Span | None:
    """The hull of all pixels that a place reads, by the definition of an axis."""
    turn, residue = divmod(place, len(axis))
    return union((low + turn * jump, high + turn * jump) for jump, low, high in axis[residue])


def union(spans: Iterable[Span | None]) -> Span | None:
    there = [span for span in spans if span is not None]
    return (min(low for low, _ in there), max(high for _, high in there)) if there else None


def reads(move: Move, place: int) -> range:
    """Every place, not the outermost ones alone, that a place of a layer reads."""
    turn, residue = divmod(place, len(move.taps))
    taps = move.taps[residue]
    start = turn * int(move.pace)
    return range(start + taps.first, start + taps.last + 1, taps.step)


def width(span: Span | None) -> Exact:
    return span[1] - span[0] + 1 if span else 0


def is_whole(axis: Axis) -> bool:
    return len(axis) == 1 and all(reach.jump == 0 for reach in axis[0])


def alike(axis: Axis, expected: Callable[[int], Span | None], places: int = PLACES) -> None:
    """Every place of the axis sees what is expected of it."""
    for place in range(-3, places):
        assert sees(axis, place) == expected(place), place


@given(AXES, st.integers(-9, 9))
def test_a_field_gives_the_window_of_any_place(axis, place):
    assert single(axis).window(0, place) == sees(axis, place)


@given(AXES, MOVES)
def test_a_place_behind_a_layer_sees_what_the_places_see_that_it_reads(axis, move):
    found = moved(single(axis), (move,))
    assert found.exact
    if is_whole(axis):
        assert found.axes == (axis,)
        return
    alike(found.axes[0], lambda place: union(sees(axis, read) for read in reads(move, place)), places=30)


@given(AXES, AXES, MOVES, MOVES)
def test_a_layer_moves_each_axis_by_itself(one, other, down, along):
    both = moved(single(one, other), (down, along))
    alone = [moved(single(axis), (move,)) for axis, move in ((one, down), (other, along))]
    assert both.axes == (alone[0].axes[0], alone[1].axes[0])


@given(classes(4), MOVES)
def test_what_a_layer_says_inexactly_is_inexact_and_holds_every_window(axis, move):
    vague = Move((Taps(-2, 2),), Fraction(1, 2), exact=False)
    found = moved(moved(single(axis), (vague,)), (move,))
    assert found.exact == is_whole(axis)
    few = moved(single(axis), (move,), most=1)
    for place in range(PLACES if not is_whole(axis) else 0):
        holds(few.axes[0], place, union(sees(axis, read) for read in reads(move, place)))
    assert len(few.axes[0]) == 1


def holds(axis: Axis, place: int, span: Span | None) -> None:
    """A place's window has at least these pixels."""
    seen = sees(axis, place)
    assert span is None or (seen is not None and seen[0] <= span[0] and span[1] <= seen[1]), place


@given(AXES)
def test_a_hull_is_one_class_that_holds_every_window_and_no_end_of_it_is_idle(axis):
    hull = rules.hull(axis)
    assert len(hull) == 1
    for place in range(-3, PLACES):
        holds(hull, place, sees(axis, place))
    for jump, low, high in hull[0]:
        ends = [
            (reach.low - residue * jump, reach.high - residue * jump)
            for residue, reaches in enumerate(axis)
            for reach in reaches
            if reach.jump == jump * len(axis)
        ]
        assert low in [first for first, _ in ends]
        assert high in [last for _, last in ends]


@given(AXES, st.integers(1, 3))
def test_the_shortest_period_that_says_the_same_is_kept(axis, times):
    period = len(axis)
    longer = tuple(
        tuple(Reach(jump * times, low + turn * jump, high + turn * jump) for jump, low, high in axis[residue])
        for turn, residue in (divmod(place, period) for place in range(period * times))
    )
    shortest = rules._reduced(longer)
    alike(shortest, lambda place: sees(axis, place))
    assert rules._reduced(axis) == shortest
    for fewer in range(1, len(shortest)):
        if len(shortest) % fewer == 0:
            parts = len(shortest) // fewer
            shorter = [
                tuple(Reach(Fraction(jump, parts), low, high) for jump, low, high in shortest[n]) for n in range(fewer)
            ]
            assert any(
                shortest[place]
                != tuple(
                    Reach(jump * parts, low + place // fewer * jump, high + place // fewer * jump)
                    for jump, low, high in shorter[place % fewer]
                )
                for place in range(len(shortest))
            )


@given(AXES, AXES, SIZES, SIZES)
def test_what_reads_the_whole_map_reads_every_place_of_each_axis(one, other, height, width):
    both = whole(single(one, other), (height, width))
    assert both.exact
    for axis, found, size in zip((one, other), both.axes, (height, width), strict=True):
        everything = union(sees(axis, place) for place in range(size))
        assert union(sees(found, place) for place in range(size)) == everything
        if not (is_whole(one) and is_whole(other)):
            assert is_whole(found)


@given(AXES, AXES, SIZES)
def test_a_join_sees_what_its_paths_see_whatever_their_order(one, other, size):
    both, remark = joined([single(one), single(other)], (size,))
    assert both.exact
    alike(both.axes[0], lambda place: union((sees(one, place), sees(other, place))))
    assert joined([single(other), single(one)], (size,)) == (both, remark)
    assert lcm(len(one), len(other)) % len(both.axes[0]) == 0


@given(AXES, AXES, AXES, AXES, SIZES, SIZES)
def test_a_join_unites_each_axis_by_itself(a, b, c, d, height, width):
    both, remark = joined([single(a, b), single(c, d)], (height, width))
    alone = [joined([single(one), single(other)], (size,)) for one, other, size in ((a, c, height), (b, d, width))]
    assert both.axes == (alone[0][0].axes[0], alone[1][0].axes[0])
    assert remark == (MISALIGNED if any(said for _, said in alone) else None)


@given(AXES, AXES)
def test_a_join_says_where_windows_of_one_jump_are_centred_apart(one, other):
    _, remark = joined([single(one), single(other)], (4,))
    mine, yours = (rules.centres(axis) for axis in (one, other))
    apart = any(jump and mine[jump] != yours[jump] for jump in mine.keys() & yours.keys())
    assert (remark == MISALIGNED) == (apart and one != other)


@given(AXES)
def test_the_centre_for_a_jump_is_the_mean_over_the_classes_that_have_it(axis):
    found = rules.centres(axis)
    every: dict[Exact, list[Fraction]] = {}
    for residue, reaches in enumerate(axis):
        for jump, low, high in reaches:
            each = Fraction(jump) / len(axis)
            every.setdefault(each, []).append(Fraction(low + high) / 2 - residue * each)
    assert found == {jump: sum(middles) / len(middles) for jump, middles in every.items()}


@given(AXES, SIZES)
def test_the_smallest_and_the_largest_window_are_found_among_all_places(axis, size):
    widths = [width(sees(axis, place)) for place in range(size)]
    assert extremes(axis, size) == (min(widths), max(widths))
    windows = [sees(axis, place) for place in range(size)]
    assert all(window in windows for window in outstanding(axis, size))


@given(AXES, AXES, SIZES, SIZES)
def test_what_is_reported_is_the_largest_and_the_smallest_window_of_each_axis(one, other, height, along):
    found = reported(single(one, other), (height, along))
    for number, (axis, size) in enumerate(((one, height), (other, along))):
        widths = [width(sees(axis, place)) for place in range(size)]
        if len(one) == len(other) == len(one[0]) == len(other[0]) == 1:
            widths = widths[:1]
        assert found.size[number] == -(-max(widths) // 1)
        assert found.smallest[number] == -(-min(widths) // 1)
    several = any(len(rules.centres(axis)) > 1 for axis in (one, other))
    assert (found.jump is None) == (found.start is None) == several


def reach(jump: Exact, low: Exact, high: Exact) -> Axis:
    only: Class = (Reach(jump, low, high),)
    return (only,)


def test_a_jump_beyond_every_image_is_a_hull_and_the_last_one_within_is_none():
    last, beyond = (reach(jump, -3, 1) for jump in (FARTHEST, FARTHEST + 1))
    assert moved(single(last), (ONE_PLACE,)) == single(last)
    assert moved(single(beyond), (ONE_PLACE,)) == Field((reach(0, -3, 1),), exact=False)
    thin, thinner = (reach(Fraction(1, parts), 0, 4) for parts in (FARTHEST, FARTHEST + 1))
    assert moved(single(thin), (ONE_PLACE,)) == single(thin)
    assert moved(single(thinner), (ONE_PLACE,)) == Field((reach(0, 0, 4),), exact=False)


def test_as_many_jumps_as_are_kept_are_kept_and_one_more_gives_a_hull():
    many = tuple(Reach(jump, 0, jump) for jump in range(1, MOST_REACHES + 2))
    kept, _ = joined([single((many[:5],)), single((many[5:MOST_REACHES],))], (3,))
    assert kept == single((many[:MOST_REACHES],))
    hull, _ = joined([single((many[:5],)), single((many[5:],))], (3,))
    assert hull == Field((reach(0, 0, 3 * (MOST_REACHES + 1)),), exact=False)


def test_as_many_classes_as_are_told_apart_are_exact_and_one_more_gives_a_hull():
    for many, exact in ((MOST_CLASSES, True), (MOST_CLASSES + 1, False)):
        taps = tuple(Taps(0, place % 2) for place in range(many))[:-1]
        found = moved(of_one(), (Move((*taps, Taps(0, 9)), 1, exact=True),))
        assert (found.exact, len(found.axes[0])) == (exact, many if exact else 1)


def test_a_join_whose_periods_have_too_long_a_common_one_gives_a_hull():
    odd, even = ([tuple(Reach(n, 0, place == 0) for place in (p,)) for p in range(n)] for n in (17, 16))
    both, _ = joined([single(tuple(odd)), single(tuple(even))], (300,))
    assert lcm(17, 16) > MOST_CLASSES
    assert not both.exact
    assert len(both.axes[0]) == 1
    for place in range(300):
        holds(both.axes[0], place, union((sees(tuple(odd), place), sees(tuple(even), place))))


def of_one() -> Field:
    return rules.of_input(1)
