"""Pools: each tap's pixels taken for all windows at once, so that no padded copy is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np

from cnncalc.executor.fast.activation import finish
from cnncalc.executor.fast.columns import Grid
from cnncalc.executor.fast.dispatch import Arrays, Scratch, Values, forward, scratch_values, volume_of
from cnncalc.executor.fast.taps import meeting
from cnncalc.layers.conv import Sliding
from cnncalc.layers.historic import Subsample
from cnncalc.layers.pool import AdaptiveAvgPool, AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool
from cnncalc.volume import Volume


def gather(grid: Grid, x: Values, out: Values, reduce: np.ufunc) -> None:
    """Reduce into `out` the pixels that each tap meets, tap after tap; padding and overhang are passed over."""
    axes = [
        [
            meeting(size, places, stride, tap * dilation - before)
            for tap in _taps_inside(size, places, stride, dilation, before, kernel)
        ]
        for size, places, stride, dilation, before, kernel in zip(
            grid.sizes, grid.places, grid.stride, grid.dilation, grid.before, grid.kernel, strict=True
        )
    ]
    for image, target in zip(x, out, strict=True):
        for met in product(*axes):
            reached = target[*(meets.places for meets in met)]
            reduce(reached, image[*(meets.pixels for meets in met)], out=reached)


def _taps_inside(size: int, places: int, stride: int, dilation: int, before: int, kernel: int) -> range:
    """The taps that can meet a pixel at all: of a kernel that is mostly on the padding they are few.

    >>> _taps_inside(32, places=32, stride=1, dilation=1, before=10**9, kernel=2 * 10**9 + 1)
    range(999999969, 1000000032)
    """
    first = -(((places - 1) * stride - before) // dilation)
    last = (size - 1 + before) // dilation
    return range(max(0, first), min(kernel - 1, last) + 1)


@forward.register(MaxPool)
def largest(layer: MaxPool, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """The largest value under each window; padding never wins."""
    (x,) = inputs
    out[...] = -np.inf
    gather(Grid.of(layer, volume_of(x)), x, out, np.maximum)


def write_means(layer: Sliding, x: Values, counted: list[tuple[int, ...]], out: Values) -> None:
    """The sum of the pixels under each window over how many positions count there, per axis."""
    out[...] = 0
    gather(Grid.of(layer, volume_of(x)), x, out, np.add)
    for axis, counts in enumerate(counted, start=1):
        if set(counts) != {1}:
            out /= _along(axis, out.ndim, np.array(counts, x.dtype))


def _along(axis: int, ndim: int, values: Values) -> Values:
    """A line of values as an array that stretches over all other axes."""
    return values.reshape(*(-1 if index == axis else 1 for index in range(ndim)))


@forward.register(AvgPool)
def average(layer: AvgPool, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """The mean under each window, of the pixels or with `count_padding` of the padding's zeros too."""
    (x,) = inputs
    counted = []
    for window, size in zip(layer.windows(volume_of(x)), volume_of(x).sizes, strict=True):
        first, end = (-window.before, size + window.after) if layer.count_padding else (0, size)
        starts = range(-window.before, window.count(size) * window.stride - window.before, window.stride)
        counted.append(tuple(min(start + window.kernel, end) - max(start, first) for start in starts))
    write_means(layer, x, counted, out)


@forward.register(Subsample)
def subsample(layer: Subsample, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """The mean under each window times the map's weight, plus its bias, then the activation."""
    (x,) = inputs
    counted = [
        tuple(min(window.kernel, size - place * window.stride) for place in range(window.count(size)))
        for window, size in zip(layer.windows(volume_of(x)), volume_of(x).sizes, strict=True)
    ]
    write_means(layer, x, counted, out)
    out *= arrays["weight"]
    finish(out, arrays["bias"], layer.act, arrays.get("act.weight"))


@forward.register(GlobalMaxPool)
def largest_of_all(
    layer: GlobalMaxPool, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch
) -> None:
    """The largest value of each map."""
    (x,) = inputs
    np.max(x, axis=tuple(range(1, x.ndim - 1)), keepdims=True, out=out)


@forward.register(GlobalAvgPool)
def mean_of_all(layer: GlobalAvgPool, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """The mean of each map."""
    (x,) = inputs
    out[...] = map_means(x, scratch).reshape(out.shape)


def map_means(x: Values, scratch: Scratch) -> Values:
    """The mean of each map as (images, channels).

    The innermost axis of places is summed first, as a product with ones: a plain sum over the places of channels-last
    maps adds them one by one and loses two digits on large maps.
    """
    sums = x if x.ndim > 2 else x[:, np.newaxis]
    while sums.ndim > 2:
        ones = scratch.take(1, sums.shape[-2])
        ones[...] = 1
        lines = scratch.take(*sums.shape[:-2], 1, sums.shape[-1])
        sums = np.matmul(ones, sums, out=lines)[..., 0, :]
    return np.asarray(sums / x.dtype.type(prod(x.shape[1:-1])))


def mean_values(x: Volume, images: int) -> int:
    """The values that `map_means` takes, ones and each axis' sums, and the means that it gives."""
    sums = sum(prod(x.sizes[:axis]) for axis in range(x.rank))
    return sum(x.sizes) + 1 + images * x.channels * (sums + 3)


@forward.register(AdaptiveAvgPool)
def binned(layer: AdaptiveAvgPool, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """Means over bins, one axis after the other: every bin of an axis is as wide whatever the other axes' bin is."""
    (values,) = inputs
    for axis, bins in enumerate(layer.output, start=1):
        binned_so_far = (*out.shape[: axis + 1], *values.shape[axis + 1 :])
        target = out if binned_so_far == out.shape else scratch.take(*binned_so_far)
        for index, bounds in enumerate(_bins(values.shape[axis], bins)):
            np.mean(values[_at(axis, bounds)], axis=axis, out=target[_at(axis, index)])
        values = target


def _bins(size: int, bins: int) -> Iterator[slice]:
    """PyTorch's bins, which may share a pixel with their neighbours."""
    for index in range(bins):
        yield slice(index * size // bins, -(-(index + 1) * size // bins))


def _at(axis: int, part: slice | int) -> tuple[Any, ...]:
    return (*(slice(None),) * axis, part)


@scratch_values.register(AdaptiveAvgPool)
def half_binned(layer: AdaptiveAvgPool, inputs: Sequence[Volume], images: int) -> int:
    """The maps as each axis but the last leaves them, until they have the sizes that come out."""
    (x,) = inputs
    steps = [(*layer.output[:axis], *x.sizes[axis:]) for axis in range(1, x.rank)]
    return images * x.channels * sum(prod(sizes) for sizes in steps if sizes != layer.output)


@scratch_values.register(GlobalAvgPool)
def ones(layer: GlobalAvgPool, inputs: Sequence[Volume], images: int) -> int:
    """What `map_means` takes and gives."""
    return mean_values(inputs[0], images)
