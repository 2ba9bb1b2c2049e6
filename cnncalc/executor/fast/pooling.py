"""Pools: each tap's pixels taken for all windows at once, so that no padded copy is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np

from cnncalc.executor.fast.activation import finish
from cnncalc.executor.fast.columns import Grid
from cnncalc.executor.fast.dispatch import Arrays, Values, empty, forward, scratch_values, volume_of
from cnncalc.executor.fast.taps import meeting
from cnncalc.layers.conv import Sliding
from cnncalc.layers.historic import Subsample
from cnncalc.layers.pool import AdaptiveAvgPool, AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool
from cnncalc.volume import Volume


def gather(grid: Grid, x: Values, out: Values, reduce: np.ufunc) -> None:
    """Reduce into `out` the pixels that each tap meets, tap after tap; padding and overhang are passed over."""
    axes = [
        [meeting(size, places, stride, tap * dilation - before) for tap in range(kernel)]
        for size, places, stride, dilation, before, kernel in zip(
            grid.sizes, grid.places, grid.stride, grid.dilation, grid.before, grid.kernel, strict=True
        )
    ]
    for image, target in zip(x, out, strict=True):
        for met in product(*axes):
            reached = target[*(meets.places for meets in met)]
            reduce(reached, image[*(meets.pixels for meets in met)], out=reached)


@forward.register(MaxPool)
def largest(layer: MaxPool, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """The largest value under each window; padding never wins."""
    (x,) = inputs
    grid = Grid.of(layer, volume_of(x))
    out = empty(x, (*grid.places, grid.channels))
    out[...] = -np.inf
    gather(grid, x, out, np.maximum)
    return out


def means(layer: Sliding, x: Values, counted: list[tuple[int, ...]]) -> Values:
    """The sum of the pixels under each window over how many positions count there, per axis."""
    grid = Grid.of(layer, volume_of(x))
    out = empty(x, (*grid.places, grid.channels))
    out[...] = 0
    gather(grid, x, out, np.add)
    for axis, counts in enumerate(counted, start=1):
        if set(counts) != {1}:
            out /= _along(axis, out.ndim, np.array(counts, x.dtype))
    return out


def _along(axis: int, ndim: int, values: Values) -> Values:
    """A line of values as an array that stretches over all other axes."""
    return values.reshape(*(-1 if index == axis else 1 for index in range(ndim)))


@forward.register(AvgPool)
def average(layer: AvgPool, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """The mean under each window, of the pixels or with `count_padding` of the padding's zeros too."""
    (x,) = inputs
    counted = []
    for window, size in zip(layer.windows(volume_of(x)), volume_of(x).sizes, strict=True):
        first, end = (-window.before, size + window.after) if layer.count_padding else (0, size)
        starts = range(-window.before, window.count(size) * window.stride - window.before, window.stride)
        counted.append(tuple(min(start + window.kernel, end) - max(start, first) for start in starts))
    return means(layer, x, counted)


@forward.register(Subsample)
def subsample(layer: Subsample, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """The mean under each window times the map's weight, plus its bias, then the activation."""
    (x,) = inputs
    counted = [
        tuple(min(window.kernel, size - place * window.stride) for place in range(window.count(size)))
        for window, size in zip(layer.windows(volume_of(x)), volume_of(x).sizes, strict=True)
    ]
    out = means(layer, x, counted)
    out *= arrays["weight"]
    finish(out, arrays["bias"], layer.act, arrays.get("act.weight"))
    return out


@forward.register(GlobalMaxPool)
def largest_of_all(layer: GlobalMaxPool, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """The largest value of each map."""
    (x,) = inputs
    return np.asarray(x.max(axis=tuple(range(1, x.ndim - 1)), keepdims=True))


@forward.register(GlobalAvgPool)
def mean_of_all(layer: GlobalAvgPool, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """The mean of each map."""
    (x,) = inputs
    return map_means(x).reshape(len(x), *(1,) * (x.ndim - 2), x.shape[-1])


def map_means(x: Values) -> Values:
    """The mean of each map as (images, channels).

    As a product with ones, because a plain sum over the places of channels-last maps adds them one by one and loses
    a digit on large maps.
    """
    rows = x.reshape(len(x), prod(x.shape[1:-1]), x.shape[-1])
    return np.asarray((np.ones((1, rows.shape[1]), x.dtype) @ rows)[:, 0] / x.dtype.type(rows.shape[1]))


@forward.register(AdaptiveAvgPool)
def binned(layer: AdaptiveAvgPool, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """Means over bins, one axis after the other: every bin of an axis is as wide whatever the other axes' bin is."""
    (values,) = inputs
    for axis, bins in enumerate(layer.output, start=1):
        values = np.stack([values[_slice(axis, bounds)].mean(axis) for bounds in _bins(values.shape[axis], bins)], axis)
    return values


def _bins(size: int, bins: int) -> Iterator[slice]:
    """PyTorch's bins, which may share a pixel with their neighbours."""
    for index in range(bins):
        yield slice(index * size // bins, -(-(index + 1) * size // bins))


def _slice(axis: int, part: slice) -> tuple[Any, ...]:
    return (*(slice(None),) * axis, part)


@scratch_values.register(AdaptiveAvgPool)
def half_binned(layer: AdaptiveAvgPool, inputs: Sequence[Volume], images: int) -> int:
    """The bins of one axis before and while they are stacked, and those of the axis before."""
    (x,) = inputs
    sizes = list(x.sizes)
    most = before = 0
    for axis, bins in enumerate(layer.output):
        sizes[axis] = bins
        now = prod(sizes) * x.channels
        most, before = max(most, before + 2 * now), now
    return images * most


@scratch_values.register(GlobalAvgPool)
def ones_and_sums(layer: GlobalAvgPool, inputs: Sequence[Volume], images: int) -> int:
    """A one for each place, and the sums."""
    return inputs[0].places + images * inputs[0].channels
