"""Where every algorithm still computes: denormal numbers, empty batches, maps of one pixel, kernels beyond the map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import cnncalc
from cnncalc.executor import fast
from cnncalc.executor.fast import Plan, needed
from cnncalc.network import Network
from tests.agreement.bounded import SINGLE
from tests.agreement.cuts import CUTS, cut
from tests.agreement.running import algorithms, linear, material
from tests.agreement.stated import STATED, matrices
from tests.agreement.strategies_convolutions import FAMILIES
from tests.agreement.test_algorithms import computes_the_reference

SMALLEST_NORMAL = 2.0**-126

PLAIN = {
    "columns": "{input: 7x6x3, layers: [conv: {filters: 4, kernel: 3x2}]}",
    "pointwise": "{input: 7x6x3, layers: [conv: {filters: 4, kernel: 1}]}",
    "winograd2": "{input: 7x6x3, layers: [conv: {filters: 4, kernel: 3, padding: 1}]}",
    "winograd4": "{input: 7x6x3, layers: [conv: {filters: 4, kernel: 3, padding: 1}]}",
    "depthwise": "{input: 7x6x3, layers: [depthwise: {kernel: 3x2}]}",
    "fourier": "{input: 7x6x3, layers: [conv: {filters: 4, kernel: 5, padding: 2}]}",
    "connected columns": "{input: 7x6x3, layers: [conv: {filters: 2, kernel: 2, connections: [[0, 2], [1]]}]}",
    "phases": "{input: 7x6x3, layers: [conv_transpose: {filters: 4, kernel: 3, stride: 2}]}",
    "scattering": "{input: 7x6x3, layers: [conv_transpose: {filters: 4, kernel: 3, stride: 2}]}",
}
"""One convolution for each algorithm."""

ONE_PIXEL = {
    "columns": ["{filters: 4, kernel: 1x2, padding: {right: 1}}", "{filters: 4, kernel: 5, padding: 2, groups: 2}"],
    "pointwise": ["{filters: 4, kernel: 1}"],
    "winograd2": ["{filters: 4, kernel: 3, padding: 1}", "{filters: 4, kernel: 3, padding: 3}"],
    "winograd4": ["{filters: 4, kernel: 3, padding: 1}", "{filters: 4, kernel: 3, padding: {top: 2, left: 2}}"],
    "depthwise": ["{kernel: 3, padding: 1}", "{kernel: 5, padding: half, multiplier: 2, dilation: 3}"],
    "fourier": ["{filters: 4, kernel: 1}", "{filters: 17, kernel: 9, padding: half}"],
    "connected columns": ["{filters: 2, kernel: 3, padding: 1, connections: [[0], [0, 1]]}"],
    "phases": ["{filters: 4, kernel: 1}", "{filters: 4, kernel: 4, stride: 3, padding: 1}"],
    "scattering": ["{filters: 4, kernel: 1}", "{filters: 4, kernel: 4, stride: 9, padding: 1, groups: 2}"],
}
"""Parameters that a map of one pixel takes."""


@pytest.mark.parametrize("sizes", ["1x1", "2x1", "1x3"])
@pytest.mark.parametrize("channels", [2, 4])
@pytest.mark.parametrize("algorithm", FAMILIES)
def test_a_map_smaller_than_the_kernel_is_within_the_bounds_of(algorithm, channels, sizes):
    kind = FAMILIES[algorithm].kind
    for values in ONE_PIXEL[algorithm]:
        for way in CUTS:
            text = f"{{input: {sizes}x{channels}, layers: [{kind}: {values}, batch_norm, relu]}}"
            assert computes_the_reference(text, algorithm, way)


Loaded = tuple[Network, dict[str, Any], dict[str, Any]]


@pytest.fixture
def loaded(algorithm: str) -> Iterator[Loaded]:
    """A network that the algorithm computes, while it does, with images and weights."""
    network = cnncalc.loads(PLAIN[algorithm])
    images, weights = material(network, 0)
    with cut("as planned", algorithm):
        assert algorithm in algorithms(network, np.float32, algorithm, "all").values()
        yield network, dict(images), dict(weights)


@pytest.mark.parametrize("tiny", ["input", "weight", "both"])
@pytest.mark.parametrize("algorithm", FAMILIES)
def test_denormal_numbers_are_within_the_bounds_of(algorithm, tiny, loaded):
    """Below the smallest normal number roundings do not shrink further: each value on the way counts as no less."""
    network, images, weights = loaded
    (node,) = network.nodes
    name = f"{node.path}.weight"
    weights[f"{node.path}.bias"] *= 0
    images["input"] *= np.float32({"input": 1e-40, "weight": 1, "both": 1e-20}[tiny])
    weights[name] *= np.float32({"input": 1, "weight": 1e-40, "both": 1e-20}[tiny])
    computed = fast.run(network, images, weights, forced=algorithm)[node.path][1]
    x, weight = (array.astype(float) for array in (images["input"][1], weights[name]))
    expected = linear(node, x, weight)
    floor = SINGLE * SMALLEST_NORMAL
    wide_x, wide_weight = np.abs(x) + SMALLEST_NORMAL, np.where(weight != 0, np.abs(weight) + SMALLEST_NORMAL, 0)
    if algorithm in STATED:
        bound = SINGLE * STATED[algorithm](node, wide_x, wide_weight) + floor * passes(algorithm, x)
    else:
        terms = weight[0].size + len(weight)
        bound = SINGLE * terms * linear(node, wide_x, wide_weight) + floor * terms
    assert (np.abs(computed - expected) <= bound).all()
    assert np.median(bound) < 0.3 * np.max(np.abs(expected)), "the bound says nothing"
    assert 0 < np.max(np.abs(expected)) < 1e-38
    assert np.count_nonzero(computed) > 0.9 * computed.size


def passes(algorithm: str, x: np.ndarray) -> float:
    """How many times the least rounding error of a product of two transforms reaches an output."""
    if algorithm == "fourier":
        return 8.0 * x.size
    back = np.abs(matrices(int(algorithm[-1]))[2]).sum(1).max()
    return float(back**2 * (x.shape[-1] + 4))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("keep", ["outputs", "all"])
@pytest.mark.parametrize("algorithm", FAMILIES)
def test_no_images_give_no_outputs_with(algorithm, keep, dtype, loaded):
    network, images, weights = loaded
    nothing = {name: array[:0] for name, array in images.items()}
    trace = fast.run(network, nothing, weights, keep=keep, dtype=dtype, forced=algorithm)
    node = network.nodes[0]
    assert trace[node.path].shape == (0, *node.volume)
    assert trace[node.path].dtype == dtype
    plan = Plan(network, weights, dtype, forced=algorithm)
    assert plan(nothing["input"]).shape == (0, *node.volume)
    assert plan(images["input"]).shape == (2, *node.volume)
    assert plan(nothing["input"]).shape == (0, *node.volume)


def test_what_is_kept_of_no_images_stands_in_the_order_of_the_rows():
    network = cnncalc.loads(
        "{input: 5x5x2, layers: [conv: 3 1x1, relu, conv: 2 1x1, abs, max_pool: 5, flatten, fc: 2]}"
    )
    _, weights = material(network, 0)
    trace = fast.run(network, {"input": np.empty((0, 5, 5, 2))}, weights, keep="all")
    assert list(trace) == [node.path for node in network]


def test_a_plan_for_no_images_is_drafted_and_timed_like_any_other():
    network = cnncalc.loads(
        "{input: 9x9x2, layers: [conv: 3 3x3, max_pool: 7, relu, batch_norm, flatten, fc: 2, softmax]}"
    )
    _, weights = material(network, 0)
    plan = Plan(network, weights)
    timed = plan.profile(np.empty((0, 9, 9, 2)))
    assert [step.path for step in timed] == [step.work.path for step in plan.drafted(0).steps]
    assert needed(network, images=0).activations == 0


def test_a_map_whose_transform_overflows_is_computed_tap_by_tap():
    network = cnncalc.loads("{input: 32x32x2, layers: [conv: {filters: 3, kernel: 3}]}")
    images, weights = material(network, 0)
    huge = np.abs(images["input"]) * np.float32(1e36) + np.float32(1e36)
    assert huge[0].astype(float).sum() > np.finfo(np.float32).max
    computed = fast.run(network, huge, weights, forced="fourier")["conv_1"]
    exact = fast.run(network, huge, weights, forced="columns", dtype=np.float64)["conv_1"]
    assert np.isfinite(computed).all()
    np.testing.assert_allclose(computed, exact, rtol=0, atol=1e-5 * float(np.abs(exact).max()))
