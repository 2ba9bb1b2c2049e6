"""Fully connected layers of any size, for one image, a few or many, are products of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.executor.fast.algorithms.dense import MANY_IMAGES
from cnncalc.layers import KINDS
from tests.agreement.cuts import CUTS, cut
from tests.executor.one_layer import computed

IMAGES = (1, 2, 3, 7, MANY_IMAGES - 1, MANY_IMAGES, MANY_IMAGES + 6)


def filled(random: np.random.Generator, *shape: int) -> np.ndarray:
    """Small whole numbers, so that every order of summation gives the same."""
    return random.integers(-4, 5, shape).astype(np.float64)


def arrays_for(layer: Any, inputs: int, random: np.random.Generator) -> dict[str, np.ndarray]:
    arrays = {"weight": filled(random, layer.units, inputs)}
    if layer.bias:
        arrays["bias"] = filled(random, layer.units)
    if layer.act.function == "prelu":
        arrays["act.weight"] = filled(random, layer.units)
    return arrays


layers = st.builds(
    lambda units, bias, act: KINDS["fc"].build(0, {"units": units, "bias": bias, "act": act}),
    st.integers(1, 150),
    st.booleans(),
    st.sampled_from(["none", "relu", "prelu"]),
)


def by_definition(layer: Any, x: np.ndarray, arrays: dict[str, np.ndarray]) -> np.ndarray:
    sums = x @ arrays["weight"].T + arrays.get("bias", 0.0)
    if layer.act.function == "none":
        return np.asarray(sums)
    return np.asarray(np.maximum(sums, 0) + arrays.get("act.weight", 0.0) * np.minimum(sums, 0))


@given(layers, st.integers(1, 300), st.sampled_from(IMAGES), st.sampled_from(sorted(CUTS)), st.integers(0, 9))
def test_a_fully_connected_layer_is_a_product_however_it_is_cut(layer, inputs, images, way, seed):
    random = np.random.default_rng(seed)
    x, arrays = filled(random, images, inputs), arrays_for(layer, inputs, random)
    expected = by_definition(layer, x, arrays)
    with cut(way):
        for dtype in (np.float64, np.float32):
            assert np.array_equal(computed(layer, [x], arrays, dtype), expected)


@pytest.mark.parametrize("way", CUTS)
@pytest.mark.parametrize("images", IMAGES)
def test_a_nan_reaches_all_units_of_its_image_and_no_other_image(images, way):
    layer = KINDS["fc"].build(0, {"units": 37, "bias": True})
    random = np.random.default_rng(0)
    x, arrays = filled(random, images, 50), arrays_for(layer, 50, random)
    x[images // 2, 11] = np.nan
    with cut(way):
        lost = np.isnan(computed(layer, [x], arrays))
    assert np.array_equal(lost.all(1), np.arange(images) == images // 2)
    assert np.array_equal(lost.any(1), lost.all(1))


def test_another_units_bias_is_noticed():
    layer = KINDS["fc"].build(0, {"units": 5, "bias": True})
    random = np.random.default_rng(0)
    x, arrays = filled(random, 3, 9), arrays_for(layer, 9, random)
    result = computed(layer, [x], {**arrays, "bias": arrays["bias"][::-1] + 1})
    assert not np.array_equal(result, by_definition(layer, x, arrays))
