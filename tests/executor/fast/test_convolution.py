"""Convolutions of the fast executor against the definition, written as loops over places, taps and channels."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cnncalc.executor.fast.algorithms.convolving import Task
from cnncalc.executor.fast.blocks import Blocks
from cnncalc.layers import KINDS
from cnncalc.problem import Problem
from cnncalc.volume import Volume
from tests.executor.one_layer import computed


def arrays_for(layer: Any, x: Volume, random: np.random.Generator) -> dict[str, np.ndarray]:
    return {array.name: random.standard_normal(array.shape) for array in layer.arrays(x)}


def value_at(image: np.ndarray, place: tuple[int, ...], channel: int) -> float:
    """The value at a place; zero outside the image."""
    inside = all(0 <= position < size for position, size in zip(place, image.shape, strict=False))
    return float(image[(*place, channel)]) if inside else 0.0


def channels_seen(layer: Any, filter_: int, channels: int) -> list[int]:
    if layer.kind == "depthwise":
        return [filter_ // layer.multiplier]
    if layer.connections is not None:
        return list(layer.connections[filter_])
    inside = channels // layer.groups
    group = filter_ // (layer.filters // layer.groups)
    return list(range(group * inside, (group + 1) * inside))


def by_definition(layer: Any, x: np.ndarray, arrays: dict[str, np.ndarray]) -> np.ndarray:
    volume = Volume(x.shape[1:])
    windows = layer.windows(volume)
    out = np.zeros((len(x), *layer.output_volume(volume)))
    for image, place, filter_ in product(range(len(x)), np.ndindex(*out.shape[1:-1]), range(out.shape[-1])):
        total = float(arrays["bias"][filter_]) if "bias" in arrays else 0.0
        for tap in product(*map(range, layer.kernel)):
            at = tuple(
                index * window.stride + step * window.dilation - window.before
                for index, step, window in zip(place, tap, windows, strict=True)
            )
            seen = channels_seen(layer, filter_, volume.channels)
            for position, channel in enumerate(seen):
                stored = channel if getattr(layer, "connections", None) is not None else position
                total += value_at(x[image], at, channel) * float(arrays["weight"][(filter_, stored, *tap)])
        out[(image, *place, filter_)] = total
    return out


def transposed_by_definition(layer: Any, x: np.ndarray, arrays: dict[str, np.ndarray]) -> np.ndarray:
    volume = Volume(x.shape[1:])
    windows = layer.windows(volume)
    out = np.zeros((len(x), *layer.output_volume(volume)))
    if "bias" in arrays:
        out += arrays["bias"]
    inside, filters = volume.channels // layer.groups, layer.filters // layer.groups
    for image, place, channel in product(range(len(x)), np.ndindex(*volume.sizes), range(volume.channels)):
        for tap, filter_ in product(product(*map(range, layer.kernel)), range(filters)):
            at = tuple(
                index * window.stride + step * window.dilation - window.before
                for index, step, window in zip(place, tap, windows, strict=True)
            )
            if all(0 <= position < size for position, size in zip(at, out.shape[1:-1], strict=True)):
                weight = arrays["weight"][(channel, filter_, *tap)]
                out[(image, *at, channel // inside * filters + filter_)] += x[(image, *place, channel)] * weight
    return out


def run_layer(layer: Any, x: np.ndarray, arrays: dict[str, np.ndarray], dtype: type = np.float64) -> np.ndarray:
    return computed(layer, [x], arrays, dtype)


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[Any, Volume]:
    """A convolution of any rank with a volume that it takes."""
    rank = draw(st.integers(1, 3))
    sizes = st.lists(st.integers(1, 7 - rank), min_size=rank, max_size=rank).map(tuple)
    small = st.lists(st.integers(1, 3), min_size=rank, max_size=rank).map(tuple)
    side = st.integers(0, 2)
    groups = draw(st.integers(1, 3))
    channels = groups * draw(st.integers(1, 2))
    padding = draw(
        st.sampled_from(["half", "same", None])
        | st.lists(st.tuples(side, side), min_size=rank, max_size=rank).map(tuple)
    )
    values: dict[str, Any] = {
        "kernel": draw(small),
        "stride": draw(small),
        "dilation": draw(small),
        "rounding": draw(st.sampled_from(["floor", "ceil"])),
        "bias": draw(st.booleans()),
    }
    kind = draw(st.sampled_from(["conv", "conv", "depthwise"]))
    if kind == "conv":
        values |= {"filters": groups * draw(st.integers(1, 3)), "groups": groups}
        if groups == 1 and draw(st.booleans()):
            row = st.lists(st.integers(0, channels - 1), max_size=channels, unique=True)
            values["connections"] = [draw(row) for _ in range(values["filters"])]
    else:
        values["multiplier"] = draw(st.integers(1, 2))
    values["padding"] = padding if isinstance(padding, str) else 0
    layer = KINDS[kind].build(rank, values)
    if padding is not None and not isinstance(padding, str):
        layer.__dict__["padding"] = padding
    volume = Volume((*draw(sizes), channels))
    try:
        layer.output_volume(volume)
    except Problem:
        assume(False)  # hypothesis spells it so
    return layer, volume


@given(convolutions(), st.integers(1, 2), st.integers(0, 9))
def test_a_convolution_computes_its_definition(drawn: tuple[Any, Volume], images: int, seed: int) -> None:
    layer, volume = drawn
    random = np.random.default_rng(seed)
    x, arrays = random.standard_normal((images, *volume)), arrays_for(layer, volume, random)
    np.testing.assert_allclose(run_layer(layer, x, arrays), by_definition(layer, x, arrays), rtol=1e-10, atol=1e-10)


@st.composite
def transposed(draw: st.DrawFn) -> tuple[Any, Volume]:
    rank = draw(st.integers(1, 3))
    small = st.lists(st.integers(1, 3), min_size=rank, max_size=rank).map(tuple)
    groups = draw(st.integers(1, 2))
    stride = draw(small)
    layer = KINDS["conv_transpose"].build(
        rank,
        {
            "filters": groups * draw(st.integers(1, 2)),
            "kernel": draw(small),
            "stride": stride,
            "dilation": draw(small),
            "padding": draw(st.integers(0, 2)),
            "output_padding": tuple(draw(st.integers(0, step - 1)) for step in stride),
            "groups": groups,
            "bias": draw(st.booleans()),
        },
    )
    sizes = tuple(draw(st.integers(1, 4)) for _ in range(rank))
    volume = Volume((*sizes, groups * draw(st.integers(1, 2))))
    try:
        layer.output_volume(volume)
    except Problem:
        assume(False)  # hypothesis spells it so
    return layer, volume


@given(transposed(), st.integers(1, 2), st.integers(0, 9))
def test_a_transposed_convolution_computes_its_definition(drawn: tuple[Any, Volume], images: int, seed: int) -> None:
    layer, volume = drawn
    random = np.random.default_rng(seed)
    x, arrays = random.standard_normal((images, *volume)), arrays_for(layer, volume, random)
    expected = transposed_by_definition(layer, x, arrays)
    np.testing.assert_allclose(run_layer(layer, x, arrays), expected, rtol=1e-10, atol=1e-10)


@given(transposed(), st.integers(1, 2), st.integers(0, 9))
def test_scattering_computes_the_same_as_phases(drawn: tuple[Any, Volume], images: int, seed: int) -> None:
    layer, volume = drawn
    random = np.random.default_rng(seed)
    x, arrays = random.standard_normal((images, *volume)), arrays_for(layer, volume, random)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cnncalc.executor.fast.algorithms.transposed.MOST_PHASES", 0)
        scattered = run_layer(layer, x, arrays)
    np.testing.assert_allclose(scattered, transposed_by_definition(layer, x, arrays), rtol=1e-10, atol=1e-10)


def test_a_stride_of_thousands_is_quick_and_makes_no_million_phases() -> None:
    layer = KINDS["conv_transpose"].build(2, {"filters": 1, "kernel": 2, "stride": 1000, "bias": False})
    out = run_layer(layer, np.ones((1, 2, 2, 1)), {"weight": np.ones((1, 1, 2, 2))})
    assert out.shape == (1, 1002, 1002, 1)
    assert out.sum() == 16


@pytest.mark.parametrize(
    ("sizes", "channels", "kind", "values"),
    [
        ((64, 50), 16, "conv", {"filters": 24, "kernel": 3, "padding": 1}),
        ((40, 40), 64, "conv", {"filters": 8, "kernel": 1}),
        ((30, 31), 8, "conv", {"filters": 16, "kernel": 5, "stride": 2, "groups": 4, "rounding": "floor"}),
        ((9000,), 4, "conv", {"filters": 32, "kernel": 9, "padding": "same"}),
        ((12, 20, 21), 8, "conv", {"filters": 8, "kernel": 3, "padding": "half"}),
    ],
)
def test_many_blocks_give_what_one_would(
    sizes: tuple[int, ...], channels: int, kind: str, values: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = KINDS[kind].build(len(sizes), values)
    random = np.random.default_rng(1)
    volume = Volume((*sizes, channels))
    x, arrays = random.standard_normal((3, *volume)), arrays_for(layer, volume, random)
    at_once = run_layer(layer, x, arrays)
    monkeypatch.setattr(Task, "places_at_once", lambda task, fitting: 37)
    np.testing.assert_allclose(run_layer(layer, x, arrays), at_once, rtol=1e-12, atol=1e-12)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4).map(tuple), st.integers(1, 99))
def test_blocks_cover_a_grid_once_in_order_and_none_is_too_large(sizes: tuple[int, ...], most: int) -> None:
    numbers = np.arange(prod(sizes)).reshape(sizes)
    cut = [numbers[box].reshape(-1) for box in Blocks(sizes, most)]
    assert np.concatenate(cut).tolist() == list(range(prod(sizes)))
    assert max(map(len, cut)) == Blocks(sizes, most).most_places <= most
    assert len(cut) == Blocks(sizes, most).count


def test_an_unconnected_infinity_is_not_multiplied() -> None:
    layer = KINDS["conv"].build(2, {"filters": 2, "kernel": 1, "connections": [[0], [1]], "bias": False})
    x = np.array([[[[2.0, np.inf]]]])
    weights = {"weight": np.array([[3.0, 0.0], [0.0, 1.0]]).reshape(2, 2, 1, 1)}
    assert run_layer(layer, x, weights).tolist() == [[[[6.0, np.inf]]]]


def test_a_nan_reaches_exactly_the_windows_that_hold_it() -> None:
    layer = KINDS["conv"].build(2, {"filters": 1, "kernel": 3, "padding": 1, "bias": False})
    x = np.ones((1, 5, 5, 1))
    x[0, 0, 0, 0] = np.nan
    out = run_layer(layer, x, {"weight": np.ones((1, 1, 3, 3))})
    assert np.argwhere(np.isnan(out[0, ..., 0])).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_groups_of_one_channel_agree_with_depthwise() -> None:
    random = np.random.default_rng(2)
    x, weight = random.standard_normal((2, 6, 6, 4)), random.standard_normal((8, 1, 3, 3))
    grouped = KINDS["conv"].build(2, {"filters": 8, "kernel": 3, "groups": 4, "bias": False})
    depthwise = KINDS["depthwise"].build(2, {"kernel": 3, "multiplier": 2, "bias": False})
    assert np.array_equal(run_layer(grouped, x, {"weight": weight}), run_layer(depthwise, x, {"weight": weight}))
