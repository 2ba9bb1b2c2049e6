"""The fast executor computes what the reference computes, to within rounding, and hides no NaN and no infinity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

import cnncalc
from cnncalc.executor import fast, reference
from cnncalc.network import Network
from tests.agreement.effort import effort
from tests.agreement.examples import EXAMPLES
from tests.agreement.running import Compared, Oracle, material, require_within_bounds
from tests.agreement.strategies import specs


def fast_is_the_reference(network: Network, seed: int = 0) -> list[Compared]:
    """Require every value of every row within its bound of the reference's, in float32 and in float64.

    The bound is a running error analysis of the reference itself, of the kind |computed - exact| <= gamma_n sum |terms|
    for each sum of n terms in whatever order, carried through every later operation; `bounded.py` derives it, and
    `stated.py` that of convolutions that are no such sums. For float64 it is the same bound in proportion to the unit
    roundoff. A value whose bound is infinite (a quotient by what may be 0) is passed over; no example has one.

    Rows that are kept are computed by themselves; where only outputs are, several are computed together.
    """
    oracle = Oracle(network, seed)
    rows = require_within_bounds(oracle.compared())
    for dtype, keep in ((np.float64, "all"), (np.float32, "outputs"), (np.float64, "outputs")):
        require_within_bounds(oracle.compared(dtype, keep=keep))
    return rows


@pytest.mark.parametrize("title", EXAMPLES)
def test_fast_is_the_reference_on_every_example(title):
    fast_is_the_reference(cnncalc.loads(EXAMPLES[title]))


@effort(1)
@given(specs())
def test_fast_is_the_reference_on_drawn_networks(text):
    fast_is_the_reference(cnncalc.loads(text))


def test_the_bounds_are_tight_enough_to_mean_something():
    rows = [row for text in EXAMPLES.values() for row in fast_is_the_reference(cnncalc.loads(text))]
    shares = [float(np.max(row.bound)) / max(1e-30, float(np.max(np.abs(row.expected)))) for row in rows]
    assert all(row.bounded.all() for row in rows)
    assert np.median(shares) < 1e-5
    assert max(shares) < 1e-2


def reaches_as_far(network: Network, value: float, seed: int = 0, forced: str | None = None) -> None:
    """Put NaN or an infinity into one place of each input: wherever the reference shows it, so does fast."""
    images, weights = material(network, seed)
    generator = np.random.default_rng(seed)
    for array in images.values():
        array[0].flat[generator.integers(array[0].size)] = value
    computed = fast.run(network, images, weights, keep="all", forced=forced)
    expected = reference.run(network, images, weights, keep="all")
    for path in expected:
        lost = np.isnan(expected[path]) & ~np.isnan(computed[path])
        assert not lost.any(), f"{path}: NaN is lost in {lost.sum()} values"
        infinite = np.isinf(expected[path])
        same = (computed[path] == expected[path]) | np.isnan(computed[path])
        assert same[infinite].all(), f"{path}: an infinity is lost"


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("title", EXAMPLES)
def test_nan_and_infinity_reach_what_they_reach_in_the_reference(title, value):
    reaches_as_far(cnncalc.loads(EXAMPLES[title]), value)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_reach_as_far_in_drawn_networks(value):
    @effort(1 / 3)
    @given(specs())
    def reach(text):
        reaches_as_far(cnncalc.loads(text), value)

    reach()


def test_a_place_on_a_pixel_takes_no_infinity_from_its_neighbour():
    network = cnncalc.loads("{input: 2x1, layers: [upsample: {scale: 3, mode: bilinear}]}")
    images = np.array([[[1.0], [np.inf]]], np.float32)
    output = fast.run(network, images, {})["upsample_1"]
    assert np.isfinite(output).ravel().tolist() == [True, True, False, False, False, False]
