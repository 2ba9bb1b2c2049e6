"""Pools: the largest value or the mean under each window, or of the whole map."""

from __future__ import annotations

import math
from itertools import product

import numpy as np

from cnncalc.executor.reference.activation import act_in_place
from cnncalc.executor.reference.arithmetic import Elementwise, Values
from cnncalc.executor.reference.forward import Arrays, Inputs, forward
from cnncalc.executor.reference.places import Places, as_map, extended, places_of, windows
from cnncalc.layers.historic import Subsample
from cnncalc.layers.pool import AdaptiveAvgPool, AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool


@forward.register(MaxPool)
def max_pool(layer: MaxPool, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """Padding is minus infinity, so it never wins."""
    (x,) = inputs
    axes = places_of(layer, x.shape[:-1])
    lowest = arithmetic.padding(-math.inf)
    taps = tuple(range(len(axes)))
    return as_map([arithmetic.largest(seen, taps) for seen in windows(extended(x, axes, lowest, lowest), axes)], axes)


@forward.register(AvgPool)
def avg_pool(layer: AvgPool, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    (x,) = inputs
    return means(x, places_of(layer, x.shape[:-1]), arithmetic, padding_counts=bool(layer.count_padding))


@forward.register(Subsample)
def subsample(layer: Subsample, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """Source: LeCun et al. 1998, section II.B: the mean, times the map's weight, plus its bias, then the activation."""
    (x,) = inputs
    mean = means(x, places_of(layer, x.shape[:-1]), arithmetic, padding_counts=False)
    return act_in_place(layer.act, arithmetic.scaled(mean, arrays["weight"]) + arrays["bias"], arrays, arithmetic)


def means(x: Values, axes: list[Places], arithmetic: Elementwise, *, padding_counts: bool) -> Values:
    """The mean under each window: over pixels alone, or over pixels and padding.

    What lies beyond the padding (the overhang of `ceil`) counts in neither, as in PyTorch.
    """
    zero = arithmetic.padding(0.0)
    pixels = np.ones((*x.shape[:-1], 1), np.int64)
    counted = extended(pixels, axes, np.array(int(padding_counts)), np.array(0))
    taps = tuple(range(len(axes)))
    sums = [window.sum(axis=taps) for window in windows(extended(x, axes, zero, zero), axes)]
    counts = [int(window.sum()) for window in windows(counted, axes)]
    return as_map([arithmetic.divided(total, count) for total, count in zip(sums, counts, strict=True)], axes)


@forward.register(GlobalAvgPool)
def global_avg_pool(layer: GlobalAvgPool, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    (x,) = inputs
    return arithmetic.mean(x, tuple(range(x.ndim - 1)))


@forward.register(GlobalMaxPool)
def global_max_pool(layer: GlobalMaxPool, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    (x,) = inputs
    return arithmetic.largest(x, tuple(range(x.ndim - 1)))


@forward.register(AdaptiveAvgPool)
def adaptive_avg_pool(layer: AdaptiveAvgPool, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    (x,) = inputs
    cuts = [bins(size, count) for size, count in zip(x.shape[:-1], layer.output, strict=True)]
    axes = tuple(range(len(cuts)))
    means_ = [arithmetic.mean(x[np.ix_(*pixels)], axes).reshape(-1) for pixels in product(*cuts)]
    return np.stack(means_).reshape(*layer.output, -1)


def bins(size: int, count: int) -> list[list[int]]:
    """The pixels that touch each of `count` equal parts of an axis; one that lies on a border belongs to both sides.

    >>> bins(7, 3)
    [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    """
    # pixel p covers p to p + 1, part i covers i x size/count to (i + 1) x size/count; times count both are whole
    return [
        [pixel for pixel in range(size) if pixel * count < (part + 1) * size and (pixel + 1) * count > part * size]
        for part in range(count)
    ]
