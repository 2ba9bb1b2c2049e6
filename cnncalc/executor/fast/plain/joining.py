"""Joins that add up or multiply; what a concat joins lies in place already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnncalc.executor.fast.kinds import Arrays, Scratch, Values, forward, in_one_pass
from cnncalc.layers.join import Add, Multiply, Subtract


def fold(function: np.ufunc, inputs: Sequence[Values], out: Values) -> None:
    """The inputs taken together one after another."""
    first, second, *rest = inputs
    function(first, second, out=out)
    for other in rest:
        function(out, other, out=out)


@forward.register(Add)
def add(layer: Add, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """The sum, value by value."""
    fold(np.add, inputs, out)


@forward.register(Subtract)
def subtract(layer: Subtract, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """The first minus the second, value by value."""
    fold(np.subtract, inputs, out)


@forward.register(Multiply)
def multiply(layer: Multiply, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """The product; one value a channel stretches over all places."""
    fold(np.multiply, inputs, out)


in_one_pass(Add, Subtract, Multiply)
