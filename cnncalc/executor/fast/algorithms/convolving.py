"""A convolution of a batch as its algorithms see it, and what they have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.algorithm import FEWEST_BLOCKS, Algorithm, Phases, in_turn
from cnncalc.executor.fast.blocks import Blocks, stretches
from cnncalc.executor.fast.grid import Grid
from cnncalc.executor.fast.kinds import Arrays, Values
from cnncalc.executor.fast.products import Product, rows_apart
from cnncalc.executor.fast.threads import Job

SHARED_VALUES = 2**21
"""Values that all blocks of a step read together, so that they stay in the last cache: 8 MiB in float32."""

SMALLEST_BLOCK = 8_000_000
"""Products that a block should have at least: fewer are done before another thread is awake."""


class Task(NamedTuple):
    """One convolution of a batch.

    Attributes:
        images: of the batch.
        grid: the windows.
        filters: maps that come out.
        groups: into how many separate convolutions channels and filters are split.
        connections: for each filter the channels that it sees, where it does not see all.
        runs: how many images the weights are made ready for; None for many.
        item: bytes of a value.
    """

    images: int
    grid: Grid
    filters: int
    groups: int = 1
    connections: tuple[tuple[int, ...], ...] | None = None
    runs: int | None = None
    item: int = 4

    @property
    def places(self) -> int:
        """Windows of the batch."""
        return self.images * prod(self.grid.places)

    @property
    def inner(self) -> int:
        """Products that one output adds up."""
        return self.grid.taps * self.grid.channels // self.groups

    @property
    def macs(self) -> int:
        """Products of the batch."""
        return self.places * self.inner * self.filters

    @property
    def weights(self) -> int:
        """Weights of all filters."""
        return self.inner * self.filters

    @property
    def weights_stay(self) -> bool:
        """Whether the weights stay in a core's cache from block to block; else blocks are cut by filters."""
        return self.weights * self.item <= costs.CACHE_BYTES

    def filter_shares(self, width: int, points: int = 1) -> list[slice]:
        """Filters that one block computes, a multiple of `width`, where every block has its own weights.

        `points` is how many weights an algorithm makes of each one of the file.
        """
        slabs = self.filters // width
        wanted = max(FEWEST_BLOCKS, self.weights * points * self.item // costs.CACHE_BYTES)
        shares = max(1, min(slabs, wanted, self.macs // SMALLEST_BLOCK))
        step = -(-slabs // shares) * width
        return stretches(self.filters, step)

    def places_at_once(self, fitting: int) -> int:
        """Places of a block: as many as fit the cache, fewer where there would be too few blocks to share out.

        It depends on what is computed and never on who computes it, because other blocks would give other bits.
        """
        shares = min(FEWEST_BLOCKS, max(1, self.macs // SMALLEST_BLOCK))
        return max(1, min(fitting, -(-self.places // shares)))

    def boxes(self, most: int) -> Blocks:
        """The places of the batch in boxes of at most so many."""
        return Blocks((self.images, *self.grid.places), max(1, most))


class Convolution(Algorithm):
    """One way to compute a convolution.

    `pack` takes the `weight` as (filters, channels of a group, *kernel), and where there are any the `factor` of each
    filter, by which it multiplies the weight, and the `bias`, which has been multiplied already.
    """

    def __init__(self, task: Task) -> None:
        self.task = task
        self.halo = task.grid.halo

    @classmethod
    def fits(cls, task: Task) -> bool:
        """Whether it can compute the task."""
        raise NotImplementedError


class BySlabs(Convolution):
    """A way whose blocks are matrix products, with the weights packed in slabs of filters.

    Args:
        task: what it computes.
        product: of one block, for all filters.
        boxes: the blocks.
        shares: the filters of each block, some where every block has its own weights.
        left_values: what is laid out of a block before it is multiplied: by all workers for all, if they share filters.
        unit: what a block has many of.
    """

    def __init__(
        self,
        task: Task,
        product: Product,
        boxes: Blocks,
        shares: list[slice],
        left_values: int = 0,
        unit: str = "places",
    ) -> None:
        super().__init__(task)
        self.product, self.boxes, self.shares = product, boxes, shares
        self.widest = int(shares[0].stop)
        self.block = f"{boxes.most_places} {unit} x {self.widest} filters"
        self.packed_values = prod(product.packed_shape)
        self.left_values = left_values
        self.shared_values = left_values if len(shares) > 1 else 0
        self.blocks = boxes.count * (len(shares) + FEWEST_BLOCKS * bool(self.shared_values))

    def partial_values(self, count: int) -> int:
        """Scratch for the sums of each part of the product, for so many rows."""
        return self.product._replace(filters=self.widest // self.task.groups).partial_values(count)

    def parts(self, sizes: tuple[int, ...]) -> Blocks:
        """What is laid out of a block in one job: all of it, or a part where the workers share it."""
        return Blocks(sizes, -(-prod(sizes) // (FEWEST_BLOCKS if self.shared_values else 1)))

    def in_phases(self, blocks: Iterable[tuple[list[list[Job]], list[list[Job]]]]) -> Phases:
        """The jobs of blocks that are laid out, part by part, and then multiplied, share by share."""
        phases: Phases = [[]]
        for parts, shares in blocks:
            if self.shared_values:
                phases += [list(map(in_turn, parts)), list(map(in_turn, shares))]
            else:
                phases[0].append(in_turn([*parts[0], *shares[0]]))
        return [phase for phase in phases if phase]

    def slabs(self, arrays: Arrays, dtype: npt.DTypeLike | None = None) -> Iterator[tuple[slice, Values]]:
        """The filters of each slab, and their weights times the factor, a filter a row, until the next are asked for.

        A slab at a time: what is read and written of it stays in cache, and a filter's weights lie far apart.
        """
        weight, factor, width = arrays["weight"], arrays.get("factor"), self.product.width
        apart = rows_apart(width, prod(weight.shape[1:]), weight.dtype if dtype is None else dtype)
        for start in range(0, len(weight), width):
            filters = slice(start, start + width)
            np.copyto(apart, weight[filters].reshape(width, -1))
            if factor is not None:
                apart *= factor[filters, np.newaxis]
            yield filters, apart


def scaled(arrays: Arrays) -> Values:
    """The weight times each filter's factor, if there is one."""
    weight, factor = arrays["weight"], arrays.get("factor")
    return weight if factor is None else weight * factor.reshape(-1, *(1,) * (weight.ndim - 1))


def with_bias(weight: Values, arrays: Arrays) -> Arrays:
    """A packed weight, with the bias as it is for the tail to add."""
    return {"weight": weight} | {name: arrays[name] for name in ("bias",) if name in arrays}


def folded(arrays: Arrays, norms: Iterable[Arrays]) -> Arrays:
    """A layer's arrays after each of some norms: the `factor` that they multiply by together, and the `bias`."""
    after = dict(arrays)
    for norm in norms:
        factor, offset = norm["factor"], norm.get("offset")
        after["factor"] = after["factor"] * factor if "factor" in after else factor
        if "bias" in after:
            after["bias"] = after["bias"] * factor
        if offset is not None:
            after["bias"] = after["bias"] + offset if "bias" in after else offset
    return after
