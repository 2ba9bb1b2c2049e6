"""Every other kind of layer: its own function, block by block where each place is computed by itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import prod

import numpy as np

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.convolving import CACHE_VALUES, FEWEST_BLOCKS, Phases, Room, in_turn
from cnncalc.executor.fast.blocks import Blocks
from cnncalc.executor.fast.grid import Halo, Spot
from cnncalc.executor.fast.plain.dispatch import (
    Arrays,
    Scratch,
    Values,
    forward,
    pack,
    packed_values,
    scratch_values,
)
from cnncalc.executor.fast.plain.rearranging import move
from cnncalc.executor.fast.tail import Tail
from cnncalc.executor.fast.threads import Job
from cnncalc.layers import Layer
from cnncalc.layers.activation import Activation
from cnncalc.layers.join import Add, Multiply, Subtract
from cnncalc.layers.norm import BatchNorm, LayerNorm, LogSoftmax, Lrn, Scale, Softmax
from cnncalc.layers.reshape import ChannelShuffle, Pad, Reshape, Slice
from cnncalc.volume import Volume

PLACE_BY_PLACE = (
    Activation, Add, Subtract, Multiply, BatchNorm, LayerNorm, Lrn, Scale, Softmax, LogSoftmax, Slice, ChannelShuffle,
)  # fmt: skip
"""Kinds that compute each place from the same place of their inputs alone."""

IN_ONE_PASS = (Add, Subtract, Multiply, BatchNorm, Scale, Pad, Reshape)
"""Kinds that write their output without values in between, beside those that are one copy."""

SMALLEST_BLOCK = 2**16
"""Values that a block should have at least."""


class Plain:
    """A layer's `forward`, on some places at a time or on one image at a time."""

    halo: Halo

    def __init__(self, layer: Layer, read: Sequence[Volume], volume: Volume, images: int) -> None:
        self.name = self.packing = layer.kind
        self.layer = layer
        self.read = read
        self.halo = tuple((0, 0) for _ in read[0].sizes)
        self.volume = volume
        self.images = images
        self.packed_values = packed_values(layer, read[0])
        by_place = isinstance(layer, PLACE_BY_PLACE) and len({volume.sizes for volume in read}) == 1
        self._boxes = self._cut(by_place=by_place)
        self.scratch_values = scratch_values(layer, read, self._boxes.largest[0])
        self.shared_values = 0

    @property
    def works_in_pieces(self) -> bool:
        """Whether there are values in between, for which it takes memory."""
        is_copy = move.dispatch(type(self.layer)) is not move.dispatch(object)
        return not is_copy and not isinstance(self.layer, IN_ONE_PASS)

    def _cut(self, *, by_place: bool) -> Blocks:
        values = self.images * self.volume.size
        shares = max(1, min(FEWEST_BLOCKS, values // SMALLEST_BLOCK))
        if by_place:
            most = min(CACHE_VALUES, -(-values // shares)) // self.volume.channels
            return Blocks((self.images, *self.volume.sizes), max(1, most))
        return Blocks((self.images,), max(1, self.images // shares))

    @property
    def blocks(self) -> int:
        return self._boxes.count

    @property
    def block(self) -> str:
        whole_images = len(self._boxes.largest) == 1 and self.volume.rank
        return f"{self._boxes.most_places} {'images' if whole_images else 'places'}"

    @property
    def cost(self) -> float:
        values = sum(prod(volume) for volume in (*self.read, self.volume))
        return self.images * values * 2 * costs.PASS + self._boxes.count * 2 * costs.CALL

    def pack(self, arrays: Arrays) -> Arrays:
        """As the kind wants them."""
        return pack(self.layer, arrays) if arrays else arrays

    def bind(self, sources: Sequence[Spot], packed: Arrays, tail: Tail, target: Values, room: Room) -> Phases:
        line = room.own.take(self.scratch_values)
        jobs: list[Job] = []
        for box in self._boxes:
            read = [spot.values[box] for spot in sources]
            moved = move(self.layer, read[0], target[box])
            call: Job = (
                partial(_forward, self.layer, read, packed, target[box], line)
                if moved is None
                else partial(np.copyto, *moved)
            )
            whole = (*box, *(slice(0, size) for size in target.shape[len(box) : -1]))
            jobs.append(in_turn([call, *tail.bind(target[whole], target[whole], whole)]))
        return [jobs]


def _forward(layer: Layer, read: list[Values], packed: Arrays, out: Values, room: Values) -> None:
    forward(layer, read, packed, out, Scratch(room))


class Joining:
    """A concat whose parts were mostly computed where it wants them; the others are copied there."""

    name = packing = "concat in place"
    block = ""
    packed_values = 0
    scratch_values = 0
    shared_values = 0

    def __init__(self, parts: Sequence[Volume]) -> None:
        self.parts = parts
        self.halo: Halo = tuple((0, 0) for _ in parts[0].sizes)

    @property
    def blocks(self) -> int:
        return len(self.parts)

    @property
    def cost(self) -> float:
        return float(costs.CALL)

    def pack(self, arrays: Arrays) -> Arrays:
        """Nothing."""
        return arrays

    def bind(self, sources: Sequence[Spot], packed: Arrays, tail: Tail, target: Values, room: Room) -> Phases:
        jobs: list[Job] = []
        first = 0
        for spot, part in zip(sources, self.parts, strict=True):
            place = target[..., first : first + part.channels]
            first += part.channels
            if place.ctypes.data != spot.values.ctypes.data:
                jobs.append(partial(np.copyto, place, spot.values))
        return [jobs]
