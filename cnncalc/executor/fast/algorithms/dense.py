"""Fully connected layers: the weights where they lie, some units at a time, times the images.

Source: the definition. VGG-16's first such layer holds 411 MB, so nothing is copied, and fetching the weights is the
cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.convolving import FEWEST_BLOCKS, SMALLEST_BLOCK, Phases, Room, in_turn
from cnncalc.executor.fast.grid import Halo, Spot
from cnncalc.executor.fast.plain.dispatch import Arrays, Values
from cnncalc.executor.fast.tail import Tail
from cnncalc.executor.fast.threads import Job


class Dense:
    """A matrix-vector product for each image, or a product for all of them.

    Error: as `Columns`, with one product a value of the volume.
    """

    name = packing = "dense"
    packed_values = 0
    scratch_values = 0
    shared_values = 0

    def __init__(self, images: int, inputs: int, units: int, item: int) -> None:
        self.images, self.inputs, self.units, self.item = images, inputs, units, item
        self.halo: Halo = ()
        blocks = min(FEWEST_BLOCKS, max(1, images * inputs * units // SMALLEST_BLOCK))
        self.step = -(-units // blocks)

    @property
    def blocks(self) -> int:
        return -(-self.units // self.step)

    @property
    def block(self) -> str:
        return f"{self.step} units"

    @property
    def cost(self) -> float:
        return self.inputs * self.units * (costs.WEIGHT * 2 * self.item / 4 + self.images * costs.PRODUCT) + costs.CALL

    def pack(self, arrays: Arrays) -> Arrays:
        """The arrays as they are."""
        return arrays

    def bind(self, sources: Sequence[Spot], packed: Arrays, tail: Tail, target: Values, room: Room) -> Phases:
        x = sources[0].values.reshape(self.images, self.inputs)
        weight = packed["weight"]
        jobs: list[Job] = []
        for start in range(0, self.units, self.step):
            some = slice(start, start + self.step)
            out = target[:, some]
            call = partial(np.matmul, x, weight[some].T, out)
            slopes = tail.slopes if tail.slopes is None or tail.slopes.size == 1 else tail.slopes[some]
            bias = packed["bias"][some] if "bias" in packed else None
            own = tail._replace(bias=bias, slopes=slopes)
            jobs.append(in_turn([call, *own.bind(out, out, (slice(0, self.images),))]))
        return [jobs]
