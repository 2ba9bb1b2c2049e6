"""Activations: a table of functions, applied piece by piece so that their intermediate values stay in cache."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from cnncalc.executor.fast.blocks import Blocks
from cnncalc.executor.fast.kinds import PIECE, Arrays, Scratch, Values, forward
from cnncalc.executor.fast.plain.erf import erf
from cnncalc.layers.activation import Activation
from cnncalc.layers.schema import Act

# Klambauer et al. 2017, "Self-Normalizing Neural Networks", equation 14.
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


@cache
def _piece_of(value: float, dtype: DTypeLike) -> Values:
    """A piece of one value that nobody can write to."""
    values = np.full(PIECE, value, dtype)
    values.setflags(write=False)
    return values


def _constant(value: float, like: Values) -> Values:
    """One value as often as it is wanted: a maximum with an array is four times as quick as with a number."""
    return _piece_of(value, like.dtype)[: like.size].reshape(like.shape)


def _positive(x: Values) -> Values:
    return np.asarray(np.maximum(x, 0))


def _negative(x: Values) -> Values:
    return np.asarray(np.minimum(x, 0))


def _relu(x: Values) -> Values:
    return np.asarray(np.maximum(x, _constant(0, x)))


def _relu6(x: Values) -> Values:
    return np.asarray(np.minimum(_relu(x), _constant(6, x)))


def _sigmoid(x: Values) -> Values:
    return np.asarray(1 / (1 + np.exp(-x)))


def _softplus(x: Values) -> Values:
    return np.asarray(_positive(x) + np.log1p(np.exp(-np.abs(x))))


def _elu(x: Values, alpha: float) -> Values:
    return np.asarray(_positive(x) + alpha * np.expm1(_negative(x)))


def _hard_sigmoid(x: Values) -> Values:
    return np.asarray(np.clip(x + 3, 0, 6) / 6)


def _gelu_tanh(x: Values) -> Values:
    return np.asarray(0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x))))


def _sloped(x: Values, slope: Any) -> Values:
    return np.asarray(_positive(x) + slope * _negative(x))


FUNCTIONS: dict[str, Callable[..., Values]] = {
    "none": lambda x: x,
    "relu": _relu,
    "relu6": _relu6,
    "leaky_relu": _sloped,
    "prelu": _sloped,
    "elu": _elu,
    "selu": lambda x: SELU_SCALE * _elu(x, SELU_ALPHA),
    "gelu": lambda x: 0.5 * x * (1 + erf(x * math.sqrt(0.5))),
    "gelu_tanh": _gelu_tanh,
    "silu": lambda x: x * _sigmoid(x),
    "mish": lambda x: x * np.tanh(_softplus(x)),
    "sigmoid": _sigmoid,
    "hard_sigmoid": _hard_sigmoid,
    "hard_swish": lambda x: x * _hard_sigmoid(x),
    "tanh": np.tanh,
    "scaled_tanh": lambda x: 1.7159 * np.tanh(x * (2 / 3)),
    "softplus": _softplus,
    "abs": np.abs,
}
"""Each activation: values of one dtype and the parameters of `cnncalc.layers.activation` in, values out."""


def pieces(source: Values, target: Values) -> Iterator[tuple[Values, Values, slice]]:
    """Matching views of two arrays, few values at a time so that they stay in cache, with the channels that they hold.

    Neither array need lie in one stretch: a view is cut along its axes and never reshaped.
    """
    channels = source.shape[-1]
    for box in Blocks(source.shape[:-1], max(1, PIECE // channels)):
        for start in range(0, channels, PIECE):
            some = slice(start, min(start + PIECE, channels))
            yield source[(*box, some)], target[(*box, some)], some


def rows_of(source: Values, target: Values) -> Iterator[tuple[Values, Values]]:
    """The same with all channels of a place together, for what looks at all of them."""
    for box in Blocks(source.shape[:-1], max(1, PIECE // source.shape[-1])):
        yield source[box], target[box]


def activate(act: Act, slopes: Values | None, values: Values, out: Values) -> None:
    """An activation of each value, with the trained slopes of a prelu, piece by piece."""
    wide = None if slopes is None else np.broadcast_to(slopes, values.shape[-1:])
    for source, place, channels in pieces(values, out):
        parameters = dict(act.parameters) if wide is None else {"slope": wide[channels]}
        place[...] = FUNCTIONS[act.function](source, **parameters)


@forward.register(Activation)
def activation(layer: Activation, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """The function of each value."""
    activate(layer.function, arrays.get("weight"), inputs[0], out)
