"""Normalisations and softmax, as their papers define them, in their inference form."""

from __future__ import annotations

import numpy as np

from cnncalc.executor.reference.arithmetic import Elementwise, Values
from cnncalc.executor.reference.forward import Arrays, Inputs, forward
from cnncalc.layers.norm import BatchNorm, GroupNorm, InstanceNorm, LayerNorm, LogSoftmax, Lrn, Scale, Softmax


@forward.register(BatchNorm)
def batch_norm(layer: BatchNorm, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """With the mean and variance that training left behind."""
    (x,) = inputs
    deviation = arithmetic.sqrt(arrays["running_var"] + arithmetic.constant(layer.eps))
    normal = arithmetic.divided(x - arrays["running_mean"], deviation)
    return affine(normal, arrays, arithmetic) if layer.affine else normal


@forward.register(LayerNorm)
def layer_norm(layer: LayerNorm, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    return affine(normalised(inputs[0], (-1,), layer.eps, arithmetic), arrays, arithmetic)


@forward.register(GroupNorm)
def group_norm(layer: GroupNorm, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    (x,) = inputs
    grouped = x.reshape(*x.shape[:-1], layer.groups, -1)
    axes = (*range(x.ndim - 1), -1)
    return affine(normalised(grouped, axes, layer.eps, arithmetic).reshape(x.shape), arrays, arithmetic)


@forward.register(InstanceNorm)
def instance_norm(layer: InstanceNorm, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    (x,) = inputs
    normal = normalised(x, tuple(range(x.ndim - 1)), layer.eps, arithmetic)
    return affine(normal, arrays, arithmetic) if layer.affine else normal


def normalised(x: Values, axes: tuple[int, ...], eps: float, arithmetic: Elementwise) -> Values:
    """(x - mean)/sqrt(variance + eps) along some axes; the variance divides by their number of values."""
    centred = x - arithmetic.mean(x, axes)
    variance = arithmetic.mean(centred * centred, axes)
    return arithmetic.divided(centred, arithmetic.sqrt(variance + arithmetic.constant(eps)))


def affine(x: Values, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """Each channel times its trained scale, plus its trained shift."""
    return arithmetic.scaled(x, arrays["weight"]) + arrays["bias"]


@forward.register(Scale)
def scale(layer: Scale, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    if layer.bias:
        return affine(inputs[0], arrays, arithmetic)
    return arithmetic.scaled(inputs[0], arrays["weight"])


@forward.register(Lrn)
def lrn(layer: Lrn, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """x/(k + alpha x sum of squares)^beta; the neighbours of channel c are (n-1)//2 before it and n//2 after it.

    Source: Krizhevsky et al. 2012, section 3.3. Caffe and PyTorch divide alpha by n, which is `average`.
    """
    (x,) = inputs
    channels = x.shape[-1]
    before, after = (layer.size - 1) // 2, layer.size // 2
    squares = x * x
    sums = np.stack(
        [squares[..., max(0, channel - before) : channel + after + 1].sum(axis=-1) for channel in range(channels)],
        axis=-1,
    )
    alpha = layer.alpha / layer.size if layer.average else layer.alpha
    base = sums * arithmetic.constant(alpha) + arithmetic.constant(layer.k)
    return arithmetic.divided(x, arithmetic.power(base, layer.beta))


@forward.register(Softmax)
def softmax(layer: Softmax, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """Each channel's exp over the sum of them; the largest is taken off first, so that none overflows."""
    powers = arithmetic.exp(below_largest(inputs[0], arithmetic))
    return arithmetic.divided(powers, powers.sum(axis=-1, keepdims=True))


@forward.register(LogSoftmax)
def log_softmax(layer: LogSoftmax, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    lowered = below_largest(inputs[0], arithmetic)
    return lowered - arithmetic.log(arithmetic.exp(lowered).sum(axis=-1, keepdims=True))


def below_largest(x: Values, arithmetic: Elementwise) -> Values:
    """Each channel minus the largest at its place, which changes no softmax."""
    return x - arithmetic.largest(x, (-1,))
