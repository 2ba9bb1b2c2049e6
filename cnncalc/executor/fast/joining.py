"""Joins: several inputs become one output."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnncalc.executor.fast.dispatch import Arrays, Values, empty, forward, volume_of
from cnncalc.layers.join import Add, Concat, Multiply, Subtract


def fold(function: np.ufunc, inputs: Sequence[Values], out: Values) -> Values:
    """The inputs taken together one after another, in `out`."""
    first, second, *rest = inputs
    function(first, second, out=out)
    for other in rest:
        function(out, other, out=out)
    return out


@forward.register(Add)
def add(layer: Add, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """The sum, value by value."""
    return fold(np.add, inputs, np.empty_like(inputs[0], order="C"))


@forward.register(Subtract)
def subtract(layer: Subtract, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """The first minus the second, value by value."""
    return fold(np.subtract, inputs, np.empty_like(inputs[0], order="C"))


@forward.register(Multiply)
def multiply(layer: Multiply, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """The product; one value a channel stretches over all places."""
    volume = layer.output_volume(*map(volume_of, inputs))
    return fold(np.multiply, inputs, empty(inputs[0], volume))


@forward.register(Concat)
def concat(layer: Concat, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """The channels of all inputs one after another."""
    return np.concatenate(inputs, axis=-1)
