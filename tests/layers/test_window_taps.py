"""Taps that meet pixels, counted by enumeration, and at sizes that nobody could enumerate."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from cnncalc.layers.field_step import MOST_PHASES, aligned_corners_step, bins_step
from cnncalc.problem import Problem
from cnncalc.window import CEIL, FLOOR, Window, transposed_count, transposed_taps_inside
from tests.steps import steps

SMALL = st.integers(1, 7)
PADDING = st.integers(0, 6)


@given(SMALL, SMALL, PADDING, PADDING, SMALL, st.sampled_from([FLOOR, CEIL]), st.integers(1, 30))
def test_taps_inside_are_those_that_an_enumeration_meets(kernel, stride, before, after, dilation, rounding, size):
    window = Window(kernel, stride, before, after, dilation, rounding)
    try:
        places = window.count(size)
    except Problem:
        assume(False)
    met = [
        place * stride + tap * dilation - before
        for place in range(places)
        for tap in range(kernel)
        if 0 <= place * stride + tap * dilation - before < size
    ]
    assert window.taps_inside(size) == len(met)


@given(SMALL, SMALL, PADDING, PADDING, SMALL, st.integers(1, 30), PADDING)
def test_transposed_taps_inside_are_those_that_an_enumeration_meets(
    kernel, stride, before, after, dilation, size, extra
):
    window = Window(kernel, stride, before, after, dilation)
    width = transposed_count(window, size, extra)
    assume(width > 0)
    met = [1 for place in range(size) for tap in range(kernel) if 0 <= place * stride + tap * dilation - before < width]
    assert transposed_taps_inside(window, size, extra) == len(met)


def test_a_kernel_of_a_thousand_million_takes_few_steps():
    window = Window(10**9, 3, 10**8, 10**8, 1, FLOOR)
    assert 0 < window.taps_inside(2 * 10**9) < window.count(2 * 10**9) * 10**9
    assert steps(lambda: window.taps_inside(2 * 10**9)) < 200


def test_aligned_corners_spread_the_places_from_the_first_pixel_to_the_last():
    paces = [aligned_corners_step(*axis).pace for axis in ((3, 5), (3, 2), (2, 2), (1, 2), (3, 1))]
    assert paces == [Fraction(1, 2), 2, 1, 0, 0]


def test_a_window_without_gaps_misses_no_image_however_wide_the_padding():
    assert not Window(kernel=200_001, before=200_000, after=200_000, rounding=FLOOR).misses_every_pixel(5)


@given(st.data(), SMALL, SMALL, st.integers(1, 12))
def test_a_window_misses_every_pixel_where_an_enumeration_of_its_starts_does(data, kernel, stride, dilation):
    covered = (kernel - 1) * dilation + 1
    before = data.draw(st.integers(0, covered - 1))  # a wider border is refused with words of its own
    size = data.draw(st.integers(covered - before, covered - before + dilation))
    window = Window(kernel, stride, before, 0, dilation, FLOOR)
    starts = [place * stride - before for place in range(window.count(size))]
    seen = [any(0 <= start + tap * dilation < size for tap in range(kernel)) for start in starts]
    assert window.misses_every_pixel(size) == (not all(seen))


def test_a_window_that_always_lands_on_the_pixel_misses_nothing_behind_a_million_places():
    wide: dict[str, Any] = {
        "kernel": 10**6,
        "before": 2 * 10**6 - 2,
        "after": 2 * 10**6 - 2,
        "dilation": 2,
        "rounding": FLOOR,
    }
    assert not Window(**wide, stride=2).misses_every_pixel(1)
    assert Window(**wide, stride=1).misses_every_pixel(1)


@given(SMALL, st.integers(1, 30))
def test_the_field_of_a_bin_is_its_own_and_a_step_has_the_hull(bins, size):
    """Bin i holds the pixels from floor(i r) up to ceil((i + 1) r), where r = size/bins."""
    pace = Fraction(size, bins)
    step = bins_step(size, bins)
    widths = [ceil((i + 1) * pace) - floor(i * pace) for i in range(bins)]
    assert step.pace == pace
    assert step.shift == (pace - 1) / 2, "centres are counted from the middle of the first pixel"
    assert max(widths) <= step.grow + 1 < max(widths) + 2
    assert step.exact
    for i in range(bins if step.phases else 0):
        turn, residue = divmod(i, len(step.phases))
        first, last, _ = step.phases[residue]
        ahead = turn * len(step.phases) * pace
        assert first + ahead == floor(i * pace)
        assert last + ahead == ceil((i + 1) * pace) - 1


@given(st.integers(1, 2000))
def test_more_bins_than_are_told_apart_have_a_hull_that_holds_each_around_its_centre(size):
    bins = MOST_PHASES + 1  # a prime, so that no fewer bins see by turns
    step, pace = bins_step(size, bins), Fraction(size, bins)
    if size % bins == 0:
        return
    assert not step.exact
    assert not step.phases
    for i in range(bins):
        low, high = i * pace + step.shift - Fraction(step.grow) / 2, i * pace + step.shift + Fraction(step.grow) / 2
        assert low <= floor(i * pace)
        assert ceil((i + 1) * pace) - 1 <= high
