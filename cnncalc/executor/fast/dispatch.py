"""The questions that the fast executor asks every kind of layer: what it computes, packs, and needs meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import singledispatch
from typing import Any

import numpy as np
import numpy.typing as npt

from cnncalc.layers import Layer
from cnncalc.volume import Volume

Values = npt.NDArray[Any]
"""Activations, always (images, *sizes, channels), or weights."""

Arrays = Mapping[str, Values]
"""What a layer keeps, by name, as `pack` left it."""


@singledispatch
def forward(layer: Layer, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """The layer's output for batches of inputs, channels last, in the inputs' dtype.

    The result never is written to by another layer, so a kind that changes nothing may hand on its input.
    """
    raise NotImplementedError(f"the fast executor has no forward for {type(layer).__name__}")


@singledispatch
def pack(layer: Layer, arrays: Arrays) -> Arrays:
    """The arrays of a weight file in the order in which `forward` reads them; by default as they are."""
    return arrays


@singledispatch
def packed_values(layer: Layer, x: Volume) -> int:
    """How many values `pack` copies."""
    return 0


@singledispatch
def scratch_values(layer: Layer, inputs: Sequence[Volume], images: int) -> int:
    """How many values `forward` holds at its worst moment, besides inputs and output: columns, padded copies.

    An upper bound: a test holds every kind to it. By default little enough to be within `SMALL_SCRATCH`.
    """
    return 0


SMALL_SCRATCH = 2**18
"""Values that any step may hold beside what it answers to `scratch_values`: the pieces that activations work on."""


def volume_of(x: Values) -> Volume:
    """The volume of one image of a batch."""
    return Volume(x.shape[1:])


def empty(x: Values, volume: Sequence[int]) -> Values:
    """Room for as many images as `x` has, in its dtype."""
    return np.empty((len(x), *volume), x.dtype)
