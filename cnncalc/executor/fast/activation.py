"""Activations: a table of functions, applied piece by piece so that their intermediate values stay in cache."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from cnncalc.executor.fast.dispatch import PIECE, Arrays, Scratch, Values, forward
from cnncalc.executor.fast.erf import erf
from cnncalc.layers.activation import Activation
from cnncalc.layers.schema import Act

# Klambauer et al. 2017, "Self-Normalizing Neural Networks", equation 14.
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


@cache
def _constant(value: float, dtype: DTypeLike) -> Values:
    """A piece of one value that nobody can write to: a maximum with an array is thrice as quick as with a number."""
    values = np.full(PIECE, value, dtype)
    values.setflags(write=False)
    return values


def _positive(x: Values) -> Values:
    return np.asarray(np.maximum(x, 0))


def _negative(x: Values) -> Values:
    return np.asarray(np.minimum(x, 0))


def _relu(x: Values) -> Values:
    flat = x.reshape(-1)
    np.maximum(flat, _constant(0, x.dtype)[: flat.size], out=flat)
    return x


def _relu6(x: Values) -> Values:
    flat = _relu(x).reshape(-1)
    np.minimum(flat, _constant(6, x.dtype)[: flat.size], out=flat)
    return x


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


def pieces(values: Values) -> Iterator[Values]:
    """Views of rows of channels, few enough at a time to stay in cache, at least one; `values` lie in one stretch."""
    rows = values.reshape(-1, values.shape[-1])
    step = max(1, PIECE // rows.shape[1])
    for start in range(0, len(rows), step):
        yield rows[start : start + step]


def finish(values: Values, bias: Values | None, act: Act, slopes: Values | None) -> None:
    """Add the bias, if there is one, and apply the activation, where the values lie."""
    if bias is None and act.function == "none":
        return
    function = FUNCTIONS[act.function]
    channel_slopes = None if slopes is None else np.broadcast_to(slopes, values.shape[-1:])
    for rows in pieces(values):
        for start in range(0, rows.shape[1], PIECE):
            channels = slice(start, start + PIECE)
            piece = rows[:, channels]
            if bias is not None:
                np.add(piece, bias[channels], out=piece)
            parameters = dict(act.parameters) if channel_slopes is None else {"slope": channel_slopes[channels]}
            changed = function(piece, **parameters)
            if changed is not piece:
                piece[...] = changed


@forward.register(Activation)
def activate(layer: Activation, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """The function of each value."""
    for piece, source in zip(pieces(out), pieces(inputs[0]), strict=True):
        np.copyto(piece, source)
        finish(piece, None, layer.function, arrays.get("weight"))
