"""Every other kind of layer: its own function, block by block where each place is computed by itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import prod

import numpy as np

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.algorithm import (
    CACHE_VALUES,
    FEWEST_BLOCKS,
    Algorithm,
    Batch,
    Phases,
    Room,
    algorithms_of,
    in_turn,
)
from cnncalc.executor.fast.blocks import Blocks
from cnncalc.executor.fast.grid import Spot
from cnncalc.executor.fast.kinds import (
    Arrays,
    Scratch,
    Values,
    forward,
    move,
    pack,
    packed_values,
    scratch_values,
    works_in_pieces,
)
from cnncalc.executor.fast.tail import Tail
from cnncalc.executor.fast.threads import Job
from cnncalc.layers import Layer
from cnncalc.layers.join import Concat
from cnncalc.network import Node
from cnncalc.volume import Volume

SMALLEST_BLOCK = 2**16
"""Values that a block should have at least."""


class Plain(Algorithm):
    """A layer's `forward`, on some places at a time or on one image at a time."""

    def __init__(self, layer: Layer, read: Sequence[Volume], volume: Volume, images: int) -> None:
        self.name = layer.kind
        self.layer = layer
        self.read = read
        self.halo = tuple((0, 0) for _ in read[0].sizes)
        self.volume = volume
        self.images = images
        self.works_in_pieces = works_in_pieces(layer)
        self.boxes = self._cut()

    @property
    def _works_place_by_place(self) -> bool:
        """Whether each place of the output is computed from the same place of the inputs alone."""
        layer = self.layer
        alone = not layer.reads_whole_map and not layer.field(self.read[0])
        return alone and len({volume.sizes for volume in self.read}) == 1

    def _cut(self) -> Blocks:
        values = self.images * self.volume.size
        shares = max(1, min(FEWEST_BLOCKS, values // SMALLEST_BLOCK))
        if self._works_place_by_place:
            most = min(CACHE_VALUES, -(-values // shares)) // self.volume.channels
            return Blocks((self.images, *self.volume.sizes), max(1, most))
        return Blocks((self.images,), max(1, self.images // shares))

    @property
    def packed_values(self) -> int:
        return packed_values(self.layer, self.read[0])

    @property
    def scratch_values(self) -> int:
        return scratch_values(self.layer, self.read, self.boxes.largest[0])

    @property
    def block(self) -> str:
        whole_images = len(self.boxes.largest) == 1 and self.volume.rank
        return f"{self.boxes.most_places} {'images' if whole_images else 'places'}"

    @property
    def cost(self) -> float:
        values = sum(prod(volume) for volume in (*self.read, self.volume))
        return self.images * values * 2 * costs.PASS + self.boxes.count * 2 * costs.CALL

    def pack(self, arrays: Arrays) -> Arrays:
        """As the kind wants them."""
        return pack(self.layer, arrays) if arrays else arrays

    def bind(self, sources: Sequence[Spot], packed: Arrays, tail: Tail, target: Values, room: Room) -> Phases:
        line = room.own.take(self.scratch_values)
        jobs: list[Job] = []
        for box in self.boxes:
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


@algorithms_of.register(Layer)
def by_forward(layer: Layer, node: Node, batch: Batch) -> list[Plain]:
    """The default: the function that is registered for the kind."""
    return [Plain(layer, node.read, node.volume, batch.images)]


class Joining(Algorithm):
    """A concat whose parts were mostly computed where it wants them; the others are copied there."""

    name = "concat in place"
    block = ""

    def __init__(self, parts: Sequence[Volume]) -> None:
        self.parts = parts
        self.halo = tuple((0, 0) for _ in parts[0].sizes)

    @property
    def blocks(self) -> int:
        return len(self.parts)

    @property
    def cost(self) -> float:
        return float(costs.CALL)

    def bind(self, sources: Sequence[Spot], packed: Arrays, tail: Tail, target: Values, room: Room) -> Phases:
        jobs: list[Job] = []
        first = 0
        for spot, part in zip(sources, self.parts, strict=True):
            place = target[..., first : first + part.channels]
            first += part.channels
            if place.ctypes.data != spot.values.ctypes.data:
                jobs.append(partial(np.copyto, place, spot.values))
        return [jobs]


@algorithms_of.register(Concat)
def in_place(layer: Concat, node: Node, batch: Batch) -> list[Joining]:
    """Channels one after another."""
    return [Joining(node.read)]
