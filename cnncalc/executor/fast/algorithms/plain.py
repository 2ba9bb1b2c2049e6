"""Every other kind of layer: its own function, block by block where each place is computed by itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import prod

import numpy as np

from cnncalc.executor.fast import costs, kinds
from cnncalc.executor.fast.algorithms.algorithm import (
    CACHE_VALUES,
    Algorithm,
    Batch,
    Phases,
    Site,
    algorithms_of,
    fewest_blocks,
    in_turn,
)
from cnncalc.executor.fast.blocks import Blocks
from cnncalc.executor.fast.kinds import Arrays, Scratch, Values
from cnncalc.executor.fast.threads import Job
from cnncalc.layers import Layer
from cnncalc.layers.join import Concat
from cnncalc.network import Node
from cnncalc.volume import Volume


class Plain(Algorithm):
    """A layer's `forward`, on some places at a time or on one image at a time."""

    def __init__(self, layer: Layer, read: Sequence[Volume], volume: Volume, images: int) -> None:
        self.name, self.layer, self.read = layer.kind, layer, read
        self.halo = ((0, 0),) * read[0].rank
        self.works_in_pieces = kinds.works_in_pieces(layer)
        values = images * volume.size
        shares = fewest_blocks(values)
        if self._works_place_by_place:
            most = min(CACHE_VALUES, -(-values // shares)) // volume.channels
            self.cut(Blocks((images, *volume.sizes), max(1, most)))
        else:
            self.cut(Blocks((images,), max(1, images // shares)), "images" if volume.rank else "places")
        self.packed_values = kinds.packed_values(layer, read[0])
        self.scratch_values = kinds.scratch_values(layer, read, self.boxes.largest[0])
        moved = sum(prod(some) for some in (*read, volume))
        self.cost = images * moved * 2 * costs.PASS + self.blocks * 2 * costs.CALL

    @property
    def _works_place_by_place(self) -> bool:
        """Whether each place of the output is computed from the same place of the inputs alone."""
        layer = self.layer
        alone = not layer.reads_whole_map and not layer.field(self.read[0])
        return alone and len({volume.sizes for volume in self.read}) == 1

    def pack(self, arrays: Arrays) -> Arrays:
        """As the kind wants them."""
        return kinds.pack(self.layer, arrays) if arrays else arrays

    def bind(self, site: Site) -> Phases:
        line = site.own.take(self.scratch_values)
        jobs: list[Job] = []
        for box in self.boxes:
            read, out = [spot.values[box] for spot in site.sources], site.target[box]
            moved = kinds.move(self.layer, read[0], out)
            call: Job = (
                partial(_forward, self.layer, read, site.packed, out, line)
                if moved is None
                else partial(np.copyto, *moved)
            )
            whole = (*box, *map(slice, site.target.shape[len(box) : -1]))
            jobs.append(in_turn([call, *site.after.bind(out, out, whole)]))
        return [jobs]


def _forward(layer: Layer, read: list[Values], packed: Arrays, out: Values, room: Values) -> None:
    kinds.forward(layer, read, packed, out, Scratch(room))


@algorithms_of.register(Layer)
def by_forward(layer: Layer, node: Node, batch: Batch) -> list[Plain]:
    """The default: the function that is registered for the kind."""
    return [Plain(layer, node.read, node.volume, batch.images)]


class Joining(Algorithm):
    """A concat whose parts were mostly computed where it wants them; the others are copied there."""

    name = "concat in place"
    block = ""

    def __init__(self, parts: Sequence[Volume]) -> None:
        self.parts, self.blocks = parts, len(parts)
        self.halo = ((0, 0),) * parts[0].rank
        self.cost = float(costs.CALL)

    def bind(self, site: Site) -> Phases:
        jobs: list[Job] = []
        first = 0
        for spot, part in zip(site.sources, self.parts, strict=True):
            place = site.target[..., first : first + part.channels]
            first += part.channels
            if place.ctypes.data != spot.values.ctypes.data:
                jobs.append(partial(np.copyto, place, spot.values))
        return [jobs]


@algorithms_of.register(Concat)
def in_place(layer: Concat, node: Node, batch: Batch) -> list[Joining]:
    """Channels one after another."""
    return [Joining(node.read)]
