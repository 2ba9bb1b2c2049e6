"""Taps that meet pixels, counted by enumeration, and at sizes that nobody could enumerate."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from cnncalc.problem import Problem
from cnncalc.window import CEIL, FLOOR, Window, aligned_corners_step, transposed_count, transposed_taps_inside
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
