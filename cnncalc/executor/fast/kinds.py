"""The questions that the fast executor asks every kind of layer: what it computes, packs, and needs meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import singledispatch
from math import prod
from typing import Any, NamedTuple

import numpy.typing as npt

from cnncalc.layers import Layer
from cnncalc.volume import Volume

Values = npt.NDArray[Any]
"""Activations, always (images, *sizes, channels), or weights."""

Arrays = Mapping[str, Values]
"""What a layer keeps, by name, as `pack` left it."""


class Scratch:
    """Memory that a layer may write to while it computes; how much there is, `scratch_values` has said beforehand.

    Args:
        memory: a line of values, whatever they are.
    """

    def __init__(self, memory: Values) -> None:
        self._left = memory

    def take(self, *shape: int) -> Values:
        """The next values as an array of that shape."""
        count = prod(shape)
        if count > len(self._left):
            raise MemoryError(f"{count:,} values of scratch are asked for, and {len(self._left):,} are left")
        taken, self._left = self._left[:count], self._left[count:]
        return taken.reshape(shape)

    def peek(self, count: int) -> Values:
        """The next values as a line, for one of several who use them in turn."""
        return Scratch(self._left).take(count)


@singledispatch
def forward(layer: Layer, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """Write the layer's output into `out`, for batches of inputs, channels last, all of one dtype.

    Whoever calls owns the memory: fresh pages cost more than most layers' arithmetic. Layers that hand on their input
    (`hands_on`) are never asked.
    """
    name = type(layer).__name__
    raise NotImplementedError(
        f"the fast executor has no definition of {layer.kind}: @fast.forward.register({name}) makes a function one"
    )


class Move(NamedTuple):
    """One copy: two views of the same shape."""

    to: Values
    source: Values


@singledispatch
def move(layer: Layer, x: Values, out: Values) -> Move | None:
    """The copy that is all a layer does, in place of `forward`; None where it does more."""
    return None


@singledispatch
def pack(layer: Layer, arrays: Arrays) -> Arrays:
    """The arrays of a weight file as `forward` reads them; by default as they are.

    What `scales_channels` has a `factor` for each channel, and where it shifts them an `offset`.
    """
    return arrays


@singledispatch
def packed_values(layer: Layer, x: Volume) -> int:
    """How many values `pack` copies."""
    return 0


@singledispatch
def scratch_values(layer: Layer, inputs: Sequence[Volume], images: int) -> int:
    """How many values of scratch `forward` takes, or allocates itself: columns, padded copies, statistics.

    The pieces that activations and norms work on are not among them: see `piece_values`.
    """
    return 0


@singledispatch
def works_in_pieces(layer: Layer) -> bool:
    """Whether there are values between input and output, for which `forward` allocates `piece_values`."""
    return True


def in_one_pass(*kinds: type[Layer]) -> None:
    """Mark kinds that write their output at once, without values in between."""
    for kind in kinds:
        works_in_pieces.register(kind, lambda _: False)


PIECE = 2**14
"""Values that an activation or a norm works on at a time, so that its intermediate values stay in cache."""


def piece_values(volume: Volume) -> int:
    """The values that any step may allocate beside its scratch: a gelu's pieces, or a norm's on very wide places."""
    return 24 * PIECE + 8 * volume.channels
