"""Activations: a table of functions, applied piece by piece so that their intermediate values stay in cache."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache, reduce
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from cnncalc.executor.fast.blocks import Blocks
from cnncalc.executor.fast.kinds import PIECE, Arrays, Scratch, Values, forward
from cnncalc.layers.activation import Activation
from cnncalc.layers.schema import Act

# Klambauer et al. 2017, "Self-Normalizing Neural Networks", equation 14.
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772

# The error function: numerator and denominator of each interval, highest power first.
CENTRE = (
    (
        *(1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2, 3.77485237685302021e2),
        3.20937758913846947e3,
    ),
    (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3),
)
FLANK = (
    (
        *(2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1),
        *(2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3),
        1.23033935479799725e3,
    ),
    (
        *(1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3),
        *(3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3),
    ),
)
CENTRE_ENDS = 0.46875
ONE_FROM = 6.0
"""From here on 1 - erf(x) is below half a unit in the last place of a double."""


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


def _sigmoid(x: Values) -> Values:
    return np.asarray(1 / (1 + np.exp(-x)))


def _softplus(x: Values) -> Values:
    return np.asarray(_positive(x) + np.log1p(np.exp(-np.abs(x))))


def _elu(x: Values, alpha: float) -> Values:
    return np.asarray(_positive(x) + alpha * np.expm1(_negative(x)))


def _hard_sigmoid(x: Values) -> Values:
    return np.asarray(np.clip(x + 3, 0, 6) / 6)


def _sloped(x: Values, slope: Any) -> Values:
    return np.asarray(_positive(x) + slope * _negative(x))


def erf(x: Values) -> Values:
    """The error function of each value, to about 1e-15, computed in float64 and returned in the dtype of `x`.

    Source: Cody 1969, "Rational Chebyshev Approximations for the Error Function"; the second interval is used up to 6,
    where its relative error in 1 - erf(x), about 1e-10 by then, no longer shows in erf(x).

    >>> float(erf(np.array(0.5))).hex() == (0.5204998778130465).hex()
    True
    """
    size = np.minimum(np.abs(x.astype(np.float64)), ONE_FROM)
    square = size * size
    centre = size * _quotient(CENTRE, np.minimum(square, CENTRE_ENDS**2))
    flank = 1.0 - np.exp(-square) * _quotient(FLANK, size)
    return np.asarray(np.copysign(np.where(size <= CENTRE_ENDS, centre, flank), x), dtype=x.dtype)


def _quotient(powers: tuple[tuple[float, ...], tuple[float, ...]], x: Values) -> Values:
    numerator, denominator = (reduce(lambda value, factor: value * x + factor, side, 0.0 * x) for side in powers)
    return np.asarray(numerator / denominator)


FUNCTIONS: dict[str, Callable[..., Values]] = {
    "none": lambda x: x,
    "relu": _relu,
    "relu6": lambda x: np.minimum(_relu(x), _constant(6, x)),
    "leaky_relu": _sloped,
    "prelu": _sloped,
    "elu": _elu,
    "selu": lambda x: SELU_SCALE * _elu(x, SELU_ALPHA),
    "gelu": lambda x: 0.5 * x * (1 + erf(x * math.sqrt(0.5))),
    "gelu_tanh": lambda x: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x))),
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
