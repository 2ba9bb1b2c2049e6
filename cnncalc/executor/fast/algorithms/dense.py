"""Fully connected layers: the weights where they lie, some units at a time, times the images.

Source: the definition. VGG-16's first such layer holds 411 MB, so nothing is copied, and fetching the weights is the
cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import gcd

import numpy as np

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.algorithm import (
    FEWEST_BLOCKS,
    Algorithm,
    Batch,
    Phases,
    Room,
    algorithms_of,
    in_turn,
)
from cnncalc.executor.fast.algorithms.convolving import SMALLEST_BLOCK
from cnncalc.executor.fast.blas import SMALL_PRODUCT, blas
from cnncalc.executor.fast.grid import Spot
from cnncalc.executor.fast.kinds import Arrays, Values
from cnncalc.executor.fast.products import Product
from cnncalc.executor.fast.tail import Tail
from cnncalc.executor.fast.threads import Job
from cnncalc.layers.fc import Fc
from cnncalc.network import Node

WIDTH = 16
"""Units that a small product computes together: one register of float32."""

MANY_IMAGES = 64
"""From so many images on, a product of all of them uses each weight often enough to be worth BLAS's copying."""


class Dense(Algorithm):
    """A matrix-vector product, or small products of a few images, or one product of many.

    Error: as `Columns`, with one product a value of the volume.
    """

    name = "dense"
    halo = ()

    def __init__(self, images: int, inputs: int, units: int, item: int) -> None:
        self.images, self.inputs, self.units, self.item = images, inputs, units, item
        blocks = min(FEWEST_BLOCKS, max(1, images * inputs * units // SMALLEST_BLOCK))
        self.step = -(-units // (blocks * WIDTH)) * WIDTH

    @property
    def blocks(self) -> int:
        return -(-self.units // self.step)

    @property
    def block(self) -> str:
        return f"{min(self.step, self.units)} units"

    @property
    def scratch_values(self) -> int:
        return max(self._product(some).partial_values(self.images) for some in self._shares())

    @property
    def cost(self) -> float:
        return self.inputs * self.units * (costs.WEIGHT * 2 * self.item / 4 + self.images * costs.PRODUCT) + costs.CALL

    def _shares(self) -> list[slice]:
        return [slice(start, min(start + self.step, self.units)) for start in range(0, self.units, self.step)]

    def _product(self, some: slice) -> Product:
        """The product for some units, whose weights lie as the file has them: each unit's inputs together."""
        units = some.stop - some.start
        if not 1 < self.images < MANY_IMAGES or not blas().multiplies_small_products_in_place:
            return Product(1, self.inputs, units, 1, units, 0)
        width = gcd(units, WIDTH)
        parts = next(
            parts
            for parts in range(1, self.inputs + 1)
            if self.inputs % parts == 0 and self.images * width * (self.inputs // parts) <= SMALL_PRODUCT
        )
        return Product(1, self.inputs, units, parts, width, 0)

    def bind(self, sources: Sequence[Spot], packed: Arrays, tail: Tail, target: Values, room: Room) -> Phases:
        x = sources[0].values.reshape(self.images, self.inputs)
        tail = tail._replace(bias=packed.get("bias"))
        jobs: list[Job] = []
        for some in self._shares():
            weight, out = packed["weight"][some], target[:, some]
            calls: list[Job]
            if self.images == 1:
                calls = [partial(np.dot, weight, x[0], out[0])]
            else:
                product = self._product(some)
                partials = room.own.peek(product.partial_values(self.images))
                cut = weight.reshape(1, -1, product.width, product.parts, product.depth).transpose(0, 3, 1, 4, 2)
                calls = product.bind(x[np.newaxis, np.newaxis], cut, out[np.newaxis, np.newaxis], partials)
            jobs.append(in_turn([*calls, *tail.for_filters(some).bind(out, out, (slice(0, self.images),))]))
        return [jobs]


@algorithms_of.register(Fc)
def dense(layer: Fc, node: Node, batch: Batch) -> list[Dense]:
    """Every unit sees the whole vector."""
    return [Dense(batch.images, node.read[0].size, layer.units, batch.item)]
