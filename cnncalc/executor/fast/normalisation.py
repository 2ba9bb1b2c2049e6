"""Normalisations and softmax, with no more memory than their output wherever that is possible."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnncalc.executor.fast.activation import pieces
from cnncalc.executor.fast.dispatch import Arrays, Values, forward, pack, packed_values, scratch_values
from cnncalc.executor.fast.pooling import map_means
from cnncalc.layers import Layer
from cnncalc.layers.norm import BatchNorm, GroupNorm, InstanceNorm, LayerNorm, LogSoftmax, Lrn, Scale, Softmax
from cnncalc.volume import Volume


def stretch(x: Values, factor: Values, offset: Values | None) -> Values:
    """A factor and an offset for each channel, in an array of its own."""
    out = np.empty(x.shape, x.dtype)
    for piece, source in zip(pieces(out), pieces(x), strict=True):
        np.multiply(source, factor, out=piece)
        if offset is not None:
            np.add(piece, offset, out=piece)
    return out


def stretch_in_place(out: Values, arrays: Arrays) -> None:
    """The trained scale and shift of a normalisation that has them."""
    if "weight" in arrays:
        out *= arrays["weight"]
        out += arrays["bias"]


@pack.register(BatchNorm)
def as_factor_and_offset(layer: BatchNorm, arrays: Arrays) -> Arrays:
    """(x - mean)/sqrt(variance + eps) x scale + shift as one factor and one offset, computed in float64."""
    mean, variance = (arrays[name].astype(np.float64) for name in ("running_mean", "running_var"))
    factor = arrays.get("weight", np.float64(1)) / np.sqrt(variance + layer.eps)
    offset = arrays.get("bias", np.float64(0)) - mean * factor
    dtype = arrays["running_mean"].dtype
    return {"factor": factor.astype(dtype), "offset": offset.astype(dtype)}


@packed_values.register(BatchNorm)
def factor_and_offset(layer: BatchNorm, x: Volume) -> int:
    """Two values a channel."""
    return 2 * x.channels


@forward.register(BatchNorm)
def normalise_by_statistics(layer: BatchNorm, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """Inference: with the statistics of training."""
    return stretch(inputs[0], arrays["factor"], arrays["offset"])


@forward.register(Scale)
def scale(layer: Scale, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """One factor a channel, and one offset where it has them."""
    return stretch(inputs[0], arrays["weight"], arrays.get("bias"))


@forward.register(LayerNorm)
def normalise_places(layer: LayerNorm, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """Mean and variance over the channels of each place."""
    (x,) = inputs
    out = np.empty(x.shape, x.dtype)
    for piece, source in zip(pieces(out), pieces(x), strict=True):
        np.subtract(source, source.mean(-1, keepdims=True), out=piece)
        piece /= np.sqrt(np.square(piece).mean(-1, keepdims=True) + layer.eps)
        stretch_in_place(piece, arrays)
    return out


@forward.register(GroupNorm)
def normalise_groups(layer: GroupNorm, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """Mean and variance over each group of channels of the whole map."""
    return _normalise_maps(inputs[0], layer.groups, layer.eps, arrays)


@forward.register(InstanceNorm)
def normalise_each_map(layer: InstanceNorm, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """Mean and variance over each map by itself: as many groups as channels."""
    return _normalise_maps(inputs[0], inputs[0].shape[-1], layer.eps, arrays)


def _normalise_maps(x: Values, groups: int, eps: float, arrays: Arrays) -> Values:
    rows = x.reshape(len(x), -1, x.shape[-1])
    out = rows - _group_means(map_means(x), groups)
    variances = np.einsum("npc,npc->nc", out, out) / x.dtype.type(rows.shape[1])
    out /= np.sqrt(_group_means(variances, groups) + x.dtype.type(eps))
    stretch_in_place(out, arrays)
    return out.reshape(x.shape)


def _group_means(values: Values, groups: int) -> Values:
    """The mean of each group of channels, for each of its channels: (images, 1, channels)."""
    means = values.reshape(len(values), groups, -1).mean(-1)
    return np.repeat(means, values.shape[1] // groups, axis=1)[:, np.newaxis]


@scratch_values.register(GroupNorm)
@scratch_values.register(InstanceNorm)
def map_statistics(layer: GroupNorm | InstanceNorm, inputs: Sequence[Volume], images: int) -> int:
    """A one for each place, and the statistics of each map."""
    (x,) = inputs
    return x.places + 6 * images * x.channels


@forward.register(Lrn)
def damp(layer: Lrn, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """x / (k + alpha x sum of the neighbouring channels' squares) ** beta."""
    (x,) = inputs
    alpha = layer.alpha / layer.size if layer.average else layer.alpha
    out = np.empty(x.shape, x.dtype)
    for piece, source in zip(pieces(out), pieces(x), strict=True):
        base = _neighbours(np.square(source), (layer.size - 1) // 2, layer.size // 2)
        base *= alpha
        base += layer.k
        np.divide(source, _power(base, layer.beta), out=piece)
    return out


def _neighbours(squares: Values, before: int, after: int) -> Values:
    """The sum over each channel, so many before it and so many after it."""
    channels = squares.shape[-1]
    sums = squares.copy()
    for shift in range(1, min(before, channels - 1) + 1):
        sums[..., shift:] += squares[..., :-shift]
    for shift in range(1, min(after, channels - 1) + 1):
        sums[..., :-shift] += squares[..., shift:]
    return sums


def _power(base: Values, beta: float) -> Values:
    """base ** beta; the 3/4 of the papers by two roots, which is five times as quick."""
    if beta == 0.75:
        root = np.sqrt(base)
        return np.asarray(root * np.sqrt(root))
    return np.asarray(base**beta)


@scratch_values.register(LayerNorm)
@scratch_values.register(Lrn)
@scratch_values.register(Softmax)
@scratch_values.register(LogSoftmax)
def one_place(layer: Layer, inputs: Sequence[Volume], images: int) -> int:
    """A few copies of one place's channels, which may be more than a piece."""
    return 4 * inputs[0].channels


@forward.register(Softmax)
def softmax(layer: Softmax, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """exp(x) over the sum of exp over the channels of each place; the largest is taken off first."""
    (x,) = inputs
    out = np.empty(x.shape, x.dtype)
    for piece, source in zip(pieces(out), pieces(x), strict=True):
        np.exp(source - source.max(-1, keepdims=True), out=piece)
        piece /= piece.sum(-1, keepdims=True)
    return out


@forward.register(LogSoftmax)
def log_softmax(layer: LogSoftmax, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """The logarithm of softmax, without ever forming a share that rounds to zero."""
    (x,) = inputs
    out = np.empty(x.shape, x.dtype)
    for piece, source in zip(pieces(out), pieces(x), strict=True):
        np.subtract(source, source.max(-1, keepdims=True), out=piece)
        piece -= np.log(np.exp(piece).sum(-1, keepdims=True))
    return out
