"""What a run says of an output is the same, to the last bit, however many rows of it come at a time."""

from __future__ import annotations

import math
import warnings
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.executor.files.rows import Values
from cnncalc.executor.session.answers import Answer, Listener, answer


def heard(values: Values, cuts: list[int], top: int = 3) -> Answer:
    listener = Listener("out", values.shape, top)
    edges = sorted({0, len(values), *(cut % len(values) for cut in cuts)})
    for start, stop in pairwise(edges):
        listener.write(start, values[start:stop])
    return listener.answer()


@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=4),
    st.lists(st.integers(0, 100), max_size=5),
    st.integers(0, 2**32 - 1),
    st.sampled_from([np.float32, np.float64]),
)
def test_an_answer_does_not_depend_on_the_strips(shape: list[int], cuts: list[int], seed: int, dtype: type) -> None:
    values: Values = np.random.default_rng(seed).normal(size=shape).astype(dtype)
    assert heard(values, cuts) == answer("out", values, 3)


def test_large_rows_are_heard_in_bands_and_still_to_the_last_bit() -> None:
    values = np.random.default_rng(1).normal(size=(300, 700, 3)).astype(np.float32)
    assert heard(values, [1, 100, 299]) == answer("out", values, 3)
    assert heard(values[:, ::2], [7]) == answer("out", np.ascontiguousarray(values[:, ::2]), 3)


def test_ranges_are_smallest_mean_and_largest_of_each_map() -> None:
    values = np.random.default_rng(2).normal(size=(40, 30, 2)).astype(np.float32)
    for channel, (smallest, mean, largest) in enumerate(answer("out", values, 1).ranges):
        assert smallest == values[..., channel].min()
        assert largest == values[..., channel].max()
        assert mean == pytest.approx(math.fsum(values[..., channel].ravel().tolist()) / 1200, rel=1e-12)


def test_a_sum_is_kept_in_float64_whatever_the_values_are_in() -> None:
    values = np.full((4000, 1000, 1), 0.1, np.float32)
    (((_, mean, _)),) = answer("out", values, 1).ranges
    assert mean == pytest.approx(float(np.float32(0.1)), rel=1e-13)


def test_what_is_not_finite_is_told_and_warns_nobody() -> None:
    values = np.array([[[np.inf, np.nan]], [[-np.inf, 1.0]]], np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (first, second) = answer("out", values, 1).ranges
    assert first[::2] == (-math.inf, math.inf)
    assert math.isnan(first[1])
    assert all(map(math.isnan, second))


@pytest.mark.parametrize("shape", [(5,), (1, 1, 5), (1, 5)])
def test_an_output_of_one_place_is_ranked_whole_or_by_rows(shape: tuple[int, ...]) -> None:
    values = np.array([0.1, 0.5, 0.2, 0.5, np.nan], np.float32).reshape(shape)
    assert [best.number for best in heard(values, []).best] == [1, 3, 2]
    assert heard(values, []) == answer("out", values, 3)
