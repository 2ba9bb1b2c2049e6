"""Windows by formula are the windows by trying, along one axis, over all small sizes."""

from __future__ import annotations

from itertools import product

import pytest

from cnncalc.executor.reference.places import WindowError, places
from cnncalc.problem import Problem
from cnncalc.window import CEIL, EXACT, FLOOR, ROUNDINGS, Window, same

SIZES = range(1, 8)
WINDOWS = [
    Window(kernel, stride, before, after, dilation, rounding)
    for kernel, stride, before, after, dilation, rounding in product(
        range(1, 4), range(1, 4), range(3), range(3), range(1, 4), ROUNDINGS
    )
]


def tried(window: Window, size: int):
    """The windows as the reference finds them; None where it refuses."""
    taps = range(0, window.kernel * window.dilation, window.dilation)
    try:
        return places(size, taps, window.stride, (window.before, window.after), window.rounding)
    except WindowError:
        return None


def counted(window: Window, size: int) -> int | None:
    """How many there are by the formula; None where it refuses."""
    try:
        return window.count(size)
    except Problem:
        return None


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_the_formula_counts_the_windows_that_trying_finds(rounding):
    for window, size in product(WINDOWS, SIZES):
        if window.rounding == rounding:
            found = tried(window, size)
            assert counted(window, size) == (None if found is None else len(found.starts)), (window, size)


@pytest.mark.parametrize("rounding", [FLOOR, CEIL])
def test_taps_inside_are_those_on_a_pixel(rounding):
    for window, size in product(WINDOWS, SIZES):
        found = tried(window, size) if window.rounding == rounding else None
        if found is not None:
            on_a_pixel = sum(0 <= start + tap - window.before < size for start in found.starts for tap in found.taps)
            assert window.taps_inside(size) == on_a_pixel, (window, size)


def test_a_window_that_misses_every_pixel_is_found():
    missing = 0
    for window, size in product(WINDOWS, SIZES):
        found = tried(window, size)
        if found is not None and max(window.before, window.after) < window.extent:
            blind = any(
                not any(0 <= start + tap - window.before < size for tap in found.taps) for start in found.starts
            )
            assert window.misses_every_pixel(size) == blind, (window, size)
            missing += blind
    assert missing > 0


def test_remainder_and_overhang_are_what_the_last_window_leaves():
    for window, size in product(WINDOWS, SIZES):
        found = tried(window, size)
        if found is not None:
            assert window.remainder(size) == found.padded - found.starts[-1] - found.extent, (window, size)
            if window.rounding == EXACT:
                assert window.uncovered(size) == 0


def test_same_pads_what_trying_pads():
    for kernel, stride, dilation, size in product(range(1, 5), range(1, 4), range(1, 4), SIZES):
        taps = range(0, kernel * dilation, dilation)
        found = places(size, taps, stride, "same", EXACT)
        window = same(size, kernel, stride, dilation)
        assert (window.before, window.after, window.count(size)) == (found.before, found.after, len(found.starts))
