"""Joins: sums, differences and products value by value, and channels one after another."""

from __future__ import annotations

from functools import reduce
from operator import add as plus
from operator import mul as times

import numpy as np

from cnncalc.executor.reference.arithmetic import Elementwise, Values
from cnncalc.executor.reference.forward import Arrays, Inputs, forward
from cnncalc.layers.join import Add, Concat, Multiply, Subtract


@forward.register(Add)
def add(layer: Add, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    return reduce(plus, inputs)


@forward.register(Subtract)
def subtract(layer: Subtract, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    first, second = inputs
    return first - second


@forward.register(Multiply)
def multiply(layer: Multiply, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """A map of one place stretches over the others; no factor here is a weight."""
    return reduce(times, inputs)


@forward.register(Concat)
def concat(layer: Concat, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    return np.concatenate(inputs, axis=-1)
