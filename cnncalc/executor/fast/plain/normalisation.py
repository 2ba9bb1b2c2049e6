"""Normalisations and softmax, with no more memory than their output wherever that is possible."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from cnncalc.executor.fast import kinds
from cnncalc.executor.fast.kinds import Arrays, Scratch, Values, forward
from cnncalc.executor.fast.plain.activation import pieces, rows_of
from cnncalc.executor.fast.plain.pooling import map_means, mean_values
from cnncalc.layers.norm import BatchNorm, GroupNorm, InstanceNorm, LayerNorm, LogSoftmax, Lrn, Scale, Softmax
from cnncalc.volume import Volume


def stretch_in_place(out: Values, arrays: Arrays) -> None:
    """The trained scale and shift of a normalisation that has them."""
    if "weight" in arrays:
        out *= arrays["weight"]
        out += arrays["bias"]


@kinds.pack.register(BatchNorm)
def as_factor_and_offset(layer: BatchNorm, arrays: Arrays) -> Arrays:
    """(x - mean)/sqrt(variance + eps) x scale + shift as one factor and one offset, computed in float64."""
    mean, variance = (arrays[name].astype(np.float64) for name in ("running_mean", "running_var"))
    factor = arrays.get("weight", np.float64(1)) / np.sqrt(variance + layer.eps)
    offset = arrays.get("bias", np.float64(0)) - mean * factor
    dtype = arrays["running_mean"].dtype
    return {"factor": factor.astype(dtype), "offset": offset.astype(dtype)}


@kinds.packed_values.register(BatchNorm)
def factor_and_offset(layer: BatchNorm, x: Volume) -> int:
    """Two values a channel."""
    return 2 * x.channels


@kinds.pack.register(Scale)
def factor_and_perhaps_offset(layer: Scale, arrays: Arrays) -> Arrays:
    """The arrays as they are, under the names that a batch norm's have."""
    return {"factor": arrays["weight"]} | ({"offset": arrays["bias"]} if layer.bias else {})


@forward.register(BatchNorm)
@forward.register(Scale)
def stretch(layer: BatchNorm | Scale, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """One factor a channel, and one offset where it has them."""
    factor, offset = arrays["factor"], arrays.get("offset")
    for source, piece, channels in pieces(inputs[0], out):
        np.multiply(source, factor[channels], out=piece)
        if offset is not None:
            np.add(piece, offset[channels], out=piece)


kinds.in_one_pass(BatchNorm, Scale)


@forward.register(LayerNorm)
def normalise_places(layer: LayerNorm, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """Mean and variance over the channels of each place."""
    (x,) = inputs
    for source, piece in rows_of(x, out):
        np.subtract(source, source.mean(-1, keepdims=True), out=piece)
        np.divide(piece, np.sqrt(np.square(piece).mean(-1, keepdims=True) + layer.eps), out=piece)
        stretch_in_place(piece, arrays)


@forward.register(GroupNorm)
@forward.register(InstanceNorm)
def normalise_maps(
    layer: GroupNorm | InstanceNorm, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch
) -> None:
    """Mean and variance over each group of channels of the whole map, or over each map as a group of its own."""
    groups = layer.groups if isinstance(layer, GroupNorm) else inputs[0].shape[-1]
    center_maps(inputs[0], groups, out, scratch)
    unit_variance(out, groups, layer.eps)
    stretch_in_place(out, arrays)


def center_maps(x: Values, groups: int, out: Values, scratch: Scratch) -> None:
    """The maps less the mean of each group of channels."""
    np.subtract(x, _along_maps(_group_means(map_means(x, scratch), groups), x.ndim), out=out)


def unit_variance(out: Values, groups: int, eps: float) -> None:
    """Maps whose groups have mean 0, over the standard deviation of each group."""
    places = prod(out.shape[1:-1])
    axes = f"n{'xyz'[: out.ndim - 2]}c"
    variances = np.einsum(f"{axes},{axes}->nc", out, out) / out.dtype.type(places)
    deviations = np.sqrt(_group_means(variances, groups) + out.dtype.type(eps))
    np.divide(out, _along_maps(deviations, out.ndim), out=out)


def _along_maps(values: Values, ndim: int) -> Values:
    """(images, channels) as an array that stretches over all places."""
    return values.reshape(len(values), *(1,) * (ndim - 2), values.shape[1])


def _group_means(values: Values, groups: int) -> Values:
    """The mean of each group of channels, for each of its channels: (images, channels)."""
    means = values.reshape(len(values), groups, -1).mean(-1)
    return np.repeat(means, values.shape[1] // groups, axis=1)


@kinds.scratch_values.register(GroupNorm)
@kinds.scratch_values.register(InstanceNorm)
def map_statistics(layer: GroupNorm | InstanceNorm, inputs: Sequence[Volume], images: int) -> int:
    """The means, and the other statistics of the maps, which are allocated."""
    return mean_values(inputs[0], images) + 5 * images * inputs[0].channels


@forward.register(Lrn)
def damp(layer: Lrn, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """X / (k + alpha x sum of the neighbouring channels' squares) ** beta."""
    (x,) = inputs
    alpha = layer.alpha / layer.size if layer.average else layer.alpha
    for source, piece in rows_of(x, out):
        base = _neighbours(np.square(source), (layer.size - 1) // 2, layer.size // 2)
        base *= alpha
        base += layer.k
        np.divide(source, _power(base, layer.beta), out=piece)


def _neighbours(squares: Values, before: int, after: int) -> Values:
    """The sum over each channel, so many before it and so many after it.

    With zeros between the places all places make one line, and each neighbour is one addition of long lines.
    """
    *places, channels = squares.shape
    before, after = min(before, channels - 1), min(after, channels - 1)
    apart = np.zeros((*places, before + channels + after), squares.dtype)
    apart[..., before : before + channels] = squares
    line = apart.reshape(-1)
    sums = line.copy()
    within = line.size - before - after
    for shift in range(1, before + after + 1):
        sums[:within] += line[shift : shift + within]
    return sums.reshape(apart.shape)[..., :channels]


def _power(base: Values, beta: float) -> Values:
    """Base ** beta; the 3/4 of the papers by two roots, which is five times as quick."""
    if beta == 0.75:
        root = np.sqrt(base)
        return np.asarray(root * np.sqrt(root))
    return np.asarray(base**beta)


@forward.register(Softmax)
def softmax(layer: Softmax, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """exp(x) over the sum of exp over the channels of each place; the largest is taken off first."""
    (x,) = inputs
    for source, piece in rows_of(x, out):
        np.exp(source - source.max(-1, keepdims=True), out=piece)
        np.divide(piece, piece.sum(-1, keepdims=True), out=piece)


@forward.register(LogSoftmax)
def log_softmax(layer: LogSoftmax, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """The logarithm of softmax, without ever forming a share that rounds to zero."""
    (x,) = inputs
    for source, piece in rows_of(x, out):
        np.subtract(source, source.max(-1, keepdims=True), out=piece)
        np.subtract(piece, np.log(np.exp(piece).sum(-1, keepdims=True)), out=piece)
