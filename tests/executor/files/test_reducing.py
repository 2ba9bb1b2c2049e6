"""Large maps made smaller: every pixel is in one part, and what is not finite spoils none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.executor.files import reducing
from cnncalc.executor.files.reducing import ends, means
from cnncalc.executor.files.rows import ArrayRows


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 3), st.integers(1, 20))
def test_means_keep_the_proportions_and_the_sum(height: int, width: int, channels: int, longest: int) -> None:
    values = np.random.default_rng(height * 61 + width).random((height, width, channels))
    small = means(ArrayRows(values), channels, longest)
    assert max(small.shape[:2]) == min(longest, max(height, width))
    areas = np.multiply.outer(_sizes(height, small.shape[0]), _sizes(width, small.shape[1]))
    assert (small * areas[..., None]).sum((0, 1)) == pytest.approx(values.sum((0, 1)))


def _sizes(size: int, parts: int) -> np.ndarray:
    return np.diff(np.arange(parts + 1) * size // parts)


def test_bands_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).random((101, 7, 2))
    at_once = means(ArrayRows(values), 2, 5)
    line = ends(ArrayRows(values[:, 0]), 2, 4)
    monkeypatch.setattr(reducing, "BAND_VALUES", 30)
    assert means(ArrayRows(values), 2, 5) == pytest.approx(at_once, rel=1e-12)
    assert np.array_equal(ends(ArrayRows(values[:, 0]), 2, 4), line)


def test_only_the_wanted_channels_are_reduced() -> None:
    values = np.random.default_rng(0).random((8, 8, 5))
    assert np.array_equal(means(ArrayRows(values), 2, 4), means(ArrayRows(values[..., :2]), 2, 4))


def test_a_mean_is_that_of_the_finite_values() -> None:
    values = np.array([[1.0, np.nan, np.inf, -np.inf], [3.0, 5.0, np.nan, np.nan]])[..., None]
    assert means(ArrayRows(values), 1, 2)[..., 0].tolist() == [[3.0, pytest.approx(np.nan, nan_ok=True)]]


def test_ends_are_the_lowest_and_the_highest_finite_value_of_each_part() -> None:
    values = np.array([[3.0], [1.0], [np.nan], [2.0], [np.inf], [np.nan]])
    told = ends(ArrayRows(values), 1, 3)[:, 0]
    assert told[:4].tolist() == [1.0, 3.0, 2.0, 2.0]
    assert np.isnan(told[4:]).all()
