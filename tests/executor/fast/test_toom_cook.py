"""Winograd's matrices are exact for any points: with fractions they give what the definition of a filter gives."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.executor.fast.algorithms.toom_cook import POINTS, TAPS, matrices, transforms

FRACTIONS = st.fractions(-3, 3, max_denominator=4)


def times(matrix: list[list[Fraction]], vector: list[Fraction]) -> list[Fraction]:
    assert {len(row) for row in matrix} == {len(vector)}
    return [sum((entry * value for entry, value in zip(row, vector, strict=True)), Fraction(0)) for row in matrix]


def filtered(values: list[Fraction], taps: list[Fraction]) -> list[Fraction]:
    """The definition: each output is the sum of the values under the taps, which are not turned."""
    places = len(values) - len(taps) + 1
    return [sum((taps[tap] * values[place + tap] for tap in range(len(taps))), Fraction(0)) for place in range(places)]


@st.composite
def filters(draw: st.DrawFn) -> tuple[int, list[Fraction], list[Fraction], list[Fraction]]:
    """Outputs, points that differ from each other, values and taps."""
    outputs, taps = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    size = outputs + taps - 1
    points = draw(st.lists(FRACTIONS, min_size=size - 1, max_size=size - 1, unique=True))
    exact = st.fractions(-9, 9, max_denominator=7)
    return (
        outputs,
        points,
        draw(st.lists(exact, min_size=size, max_size=size)),
        draw(st.lists(exact, min_size=taps, max_size=taps)),
    )


@given(filters())
def test_any_points_give_the_filter_exactly(drawn):
    outputs, points, values, taps = drawn
    by = transforms(outputs, len(taps), points)
    products = [a * b for a, b in zip(times(by.input, values), times(by.kernel, taps), strict=True)]
    assert times(by.output, products) == filtered(values, taps)


@pytest.mark.parametrize("outputs", POINTS)
def test_the_points_in_use_give_the_filter_exactly(outputs):
    by = transforms(outputs, TAPS, POINTS[outputs])
    for place in range(outputs + TAPS - 1):
        for tap in range(TAPS):
            values = [Fraction(int(index == place)) for index in range(outputs + TAPS - 1)]
            taps = [Fraction(int(index == tap)) for index in range(TAPS)]
            products = [a * b for a, b in zip(times(by.input, values), times(by.kernel, taps), strict=True)]
            assert times(by.output, products) == filtered(values, taps)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("outputs", POINTS)
def test_the_arrays_are_the_exact_matrices_rounded_once(outputs, dtype):
    for exact, rounded in zip(transforms(outputs, TAPS, POINTS[outputs]), matrices(outputs, dtype), strict=True):
        assert rounded.dtype == dtype
        wanted = np.array([[float(entry) for entry in row] for row in exact])
        assert np.array_equal(rounded, wanted.astype(dtype))


@pytest.mark.parametrize("outputs", POINTS)
def test_data_and_outputs_are_transformed_by_numbers_that_float32_holds_exactly(outputs):
    by = transforms(outputs, TAPS, POINTS[outputs])
    for matrix in (by.input, by.output):
        assert all(float(np.float32(float(entry))) == entry for row in matrix for entry in row)


@pytest.mark.parametrize("points", [(0, 1), (0, 1, -1, 2)])
def test_too_few_or_too_many_points_are_refused(points):
    with pytest.raises(ValueError, match=rf"F\(2, 3\) needs 3 points, not {len(points)}"):
        transforms(2, 3, points)


def test_a_wrong_entry_is_noticed():
    outputs, values, taps = 2, [Fraction(n) for n in (1, 2, 3, 4)], [Fraction(n) for n in (1, 1, 2)]
    for name in ("input", "kernel", "output"):
        by = transforms(outputs, 3, (0, 1, -1))
        getattr(by, name)[1][1] += 1
        products = [a * b for a, b in zip(times(by.input, values), times(by.kernel, taps), strict=True)]
        assert times(by.output, products) != filtered(values, taps)
