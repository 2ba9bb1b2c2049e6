"""Layers whose every unit reads the whole volume, flattened channel-major."""

from __future__ import annotations

import numpy as np

from cnncalc.executor.reference.activation import act_in_place
from cnncalc.executor.reference.arithmetic import Elementwise, Values
from cnncalc.executor.reference.forward import Arrays, Inputs, forward
from cnncalc.layers.fc import Fc
from cnncalc.layers.historic import Rbf


def channel_major(x: Values) -> Values:
    """All values in the order channels, then depth, height, width.

    >>> channel_major(np.array([[[1, 10], [2, 20]]]))
    array([ 1,  2, 10, 20])
    """
    return np.moveaxis(x, -1, 0).reshape(-1)


@forward.register(Fc)
def fc(layer: Fc, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    values = channel_major(inputs[0])
    sums = np.concatenate([(weights * values).sum(keepdims=True) for weights in arrays["weight"]])
    if layer.bias:
        sums = sums + arrays["bias"]
    return act_in_place(layer.act, sums, arrays, arithmetic)


@forward.register(Rbf)
def rbf(layer: Rbf, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """The squared distance from each centre; nothing here is a product with a weight."""
    values = channel_major(inputs[0])
    distances = [values - center for center in arrays["centers"]]
    return np.concatenate([(distance * distance).sum(keepdims=True) for distance in distances])
