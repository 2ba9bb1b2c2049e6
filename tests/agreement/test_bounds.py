"""The bounds that hold the fast executor are what they say: of sums in any order, of tiles, of spectra."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.executor.reference import steps
from cnncalc.layers.conv import Convolving
from cnncalc.network import Network
from tests.agreement.bounded import SINGLE, Bounded, RunningBounds
from tests.agreement.effort import effort
from tests.agreement.examples import EXAMPLES
from tests.agreement.running import bounded, bounds, linear, material
from tests.agreement.stated import correlation_spectra, matrices, roundings, smooth, through_tiles
from tests.agreement.strategies_convolutions import convolutions

TERMS = st.lists(st.floats(-1, 1, width=32), min_size=2, max_size=12)


@given(TERMS, st.randoms(use_true_random=False))
def test_a_sum_in_any_order_is_within_the_bound_of_its_terms(terms, random):
    whole = Bounded(0.0)
    for term in terms:
        whole += Bounded(term)
    open_sums = [np.float32(term) for term in [0.0, *terms]]
    while len(open_sums) > 1:
        one, other = (open_sums.pop(random.randrange(len(open_sums))) for _ in range(2))
        open_sums.append(one + other)
    # The bound is of first order, and the value beside it is itself a sum in float64.
    assert abs(float(open_sums[0]) - whole.value) <= whole.error * (1 + 1e-5) + 1e-15


def test_the_bound_of_a_sum_does_not_depend_on_its_order():
    terms = [Bounded(1.0), Bounded(100.0), Bounded(0.01)]
    assert ((terms[0] + terms[1]) + terms[2]).error == pytest.approx((terms[0] + (terms[2] + terms[1])).error)
    assert (terms[0] + terms[1] + terms[2]).error == pytest.approx(2 * SINGLE * 101.01)


def scalar_by_scalar(network: Network) -> dict[str, np.ndarray]:
    """The bounds of every row with a Bounded for each product, as the definitions form them."""
    images, weights = material(network, 0)
    image = {name: bounded(array[1]) for name, array in images.items()}
    kept = {name: bounded(array) for name, array in weights.items()}
    return {step.moment.path: step.output for step in steps(network, image, kept, RunningBounds())}


def errors(scalars: np.ndarray) -> np.ndarray:
    return np.asarray(np.frompyfunc(lambda scalar: scalar.error, 1, 1)(scalars), float)


@pytest.mark.parametrize("title", [title for title in EXAMPLES if title.startswith(("conv", "depthwise"))])
def test_three_convolutions_of_numbers_bound_what_one_of_scalars_does(title):
    network = cnncalc.loads(EXAMPLES[title])
    images, weights = material(network, 0)
    at_once = dict(bounds(network, {name: array[1] for name, array in images.items()}, weights, {}))
    for path, scalars in scalar_by_scalar(network).items():
        one_by_one, together = errors(scalars), errors(at_once[path])
        assert (together >= one_by_one * (1 - 1e-9)).all()
        # A place that fewer taps or channels reach than the most has fewer terms when they are counted one by one.
        counts = (
            isinstance(network[path].layer, Convolving) and getattr(network[path].layer, "connections", None) is None
        )
        if counts and path == next(iter(network)).path:
            np.testing.assert_allclose(together, one_by_one, rtol=1e-9)


@pytest.mark.parametrize("outputs", [2, 4])
def test_tiles_through_exact_matrices_are_the_convolution(outputs):
    @effort(1 / 2)
    @given(convolutions(f"winograd{outputs}"))
    def drawn(text):
        node = cnncalc.loads(text)["c"]
        generator = np.random.default_rng(0)
        x, weight = generator.standard_normal(node.read[0]), generator.standard_normal(node.arrays[0].shape)
        expected = linear(node, x, weight)
        np.testing.assert_allclose(through_tiles(matrices(outputs), node, x, weight), expected, rtol=1e-10, atol=1e-10)

    drawn()


@effort(1 / 2)
@given(convolutions("fourier"))
def test_spectra_are_those_of_the_convolution(text):
    node = cnncalc.loads(text)["c"]
    generator = np.random.default_rng(0)
    x, weight = generator.standard_normal(node.read[0]), generator.standard_normal(node.arrays[0].shape)
    spectra = correlation_spectra(node, x, weight)
    axes = tuple(range(1, spectra.ndim))
    back = np.fft.ifftn(spectra, axes=axes).real[:, *(slice(size) for size in node.volume.sizes)]
    np.testing.assert_allclose(np.moveaxis(back, 0, -1), linear(node, x, weight), rtol=1e-10, atol=1e-10)


def test_the_roundings_of_a_tile_are_those_that_the_docstring_counts():
    assert [roundings(outputs) for outputs in (2, 4)] == [26, 34]


def test_a_tile_of_equal_values_magnifies_as_the_docstring_says():
    worst = []
    for outputs in (2, 4):
        data, kernel, back = (np.abs(matrix) for matrix in matrices(outputs))
        worst.append((back @ (kernel.sum(1) * data.sum(1))).max() ** 2 / 9)
    assert np.round(worst, 1).tolist() == [7.1, 83.5]


@given(st.integers(1, 3000))
def test_smooth_lengths_have_small_factors_and_none_is_passed_over(length):
    assert 30**20 % smooth(length) == 0
    assert all(30**20 % between for between in range(length, smooth(length)))
