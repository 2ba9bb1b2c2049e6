"""The one function that every kind of layer answers: what comes out when values go in."""

from __future__ import annotations

from functools import singledispatch
from typing import Protocol

from cnncalc.executor.reference.arithmetic import Elementwise, Values
from cnncalc.layers import Layer

Inputs = tuple[Values, ...]
"""One array for each tensor that the layer reads: (height, width, channels), or what its rank has."""


class Arrays(Protocol):
    """What a layer keeps, by the names that a weight file has after the path."""

    def __getitem__(self, name: str, /) -> Values: ...


@singledispatch
def forward(layer: Layer, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """What a layer makes of its inputs, for one image.

    Args:
        layer: the kind with its parameters; nothing but these is asked of it.
        inputs: channels last, without a batch axis.
        arrays: its weights and fixed values.
        arithmetic: what its scalars can do beyond + - and *.

    Returns:
        The output, channels last; the very array that came in where the layer hands it on.
    """
    raise NotImplementedError(f"the reference does not know {layer.kind}")
