"""Fully connected layers: the weights where they lie, some units at a time, times the images.

Source: the definition. VGG-16's first such layer holds 411 MB, so nothing is copied, and fetching the weights is the
cost.
"""

from __future__ import annotations

from functools import partial
from math import gcd

import numpy as np

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.algorithm import (
    FEWEST_BLOCKS,
    Algorithm,
    Batch,
    Phases,
    Site,
    algorithms_of,
    in_turn,
)
from cnncalc.executor.fast.algorithms.convolving import SMALLEST_BLOCK
from cnncalc.executor.fast.blas import SMALL_PRODUCT, blas
from cnncalc.executor.fast.blocks import stretches
from cnncalc.executor.fast.products import Product
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
        self.images, self.inputs = images, inputs
        blocks = min(FEWEST_BLOCKS, max(1, images * inputs * units // SMALLEST_BLOCK))
        self.shares = stretches(units, -(-units // (blocks * WIDTH)) * WIDTH)
        self.blocks, self.block = len(self.shares), f"{self.shares[0].stop} units"
        self.scratch_values = max(self._product(some).partial_values(images) for some in self.shares)
        self.cost = inputs * units * (costs.WEIGHT * 2 * item / 4 + images * costs.PRODUCT) + costs.CALL

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

    def bind(self, site: Site) -> Phases:
        x = site.sources[0].values.reshape(self.images, self.inputs)
        jobs: list[Job] = []
        for some in self.shares:
            weight, out = site.packed["weight"][some], site.target[:, some]
            calls: list[Job]
            if self.images == 1:
                calls = [partial(np.dot, weight, x[0], out[0])]
            else:
                product = self._product(some)
                partials = site.own.peek(product.partial_values(self.images))
                cut = weight.reshape(1, -1, product.width, product.parts, product.depth).transpose(0, 3, 1, 4, 2)
                calls = product.bind(x[np.newaxis, np.newaxis], cut, out[np.newaxis, np.newaxis], partials)
            jobs.append(in_turn([*calls, *site.tail.for_filters(some).bind(out, out, (slice(0, self.images),))]))
        return [jobs]


@algorithms_of.register(Fc)
def dense(layer: Fc, node: Node, batch: Batch) -> list[Dense]:
    """Every unit sees the whole vector."""
    return [Dense(batch.images, node.read[0].size, layer.units, batch.item)]
