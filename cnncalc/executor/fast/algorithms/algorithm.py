"""What every algorithm answers about one work: what it reads, allocates and costs, and the jobs that compute it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import NamedTuple

from cnncalc.executor.fast.blocks import Blocks
from cnncalc.executor.fast.grid import Halo, Spot
from cnncalc.executor.fast.kinds import Arrays, Scratch, Values
from cnncalc.executor.fast.tail import Tail
from cnncalc.executor.fast.threads import Job
from cnncalc.layers import Layer
from cnncalc.network import Node

CACHE_VALUES = 2**18
"""Values that a block reads and writes, so that they stay in a core's second cache: 1 MiB in float32."""

FEWEST_BLOCKS = 4
"""Into how many blocks a step is cut at least, so that threads find something to share."""

SMALLEST_BLOCK = 2**16
"""Values that a block should have at least where each costs little."""

Phases = list[list[Job]]
"""Blocks that may be computed at the same time, one list after the other."""


class Site(NamedTuple):
    """Where a work is computed: what its blocks read and write.

    Attributes:
        sources: the tensors that it reads.
        packed: the arrays as `pack` left them.
        after: what is done to every sum.
        target: the output.
        own: memory that one worker writes to meanwhile.
        shared: memory that all workers write to together.
    """

    sources: Sequence[Spot]
    packed: Arrays
    after: Tail
    target: Values
    own: Scratch
    shared: Scratch

    @property
    def tail(self) -> Tail:
        """What is done to every sum, the bias first."""
        return self.after._replace(bias=self.packed.get("bias"))


class Algorithm:
    """One way to compute a work, for a batch of one size.

    Attributes:
        name: what a plan prints.
        halo: the zeros that it reads around its first tensor.
        boxes: the blocks, where they are boxes of places or of images.
        blocks: how many jobs `bind` makes, or a few more.
        block: the size of a block, as a plan prints it.
        packing: what tells the arrays that `pack` leaves from those of others of this name.
        packed_values: what `pack` allocates.
        scratch_values: what one worker writes to meanwhile.
        shared_values: what all workers write to together.
        works_in_pieces: whether it allocates `piece_values` of intermediate values beside.
        loses_digits: whether its error is several times that of a plain sum of products.
        cost: nanoseconds that the work is expected to take on one thread.
    """

    name: str
    halo: Halo
    boxes: Blocks
    blocks: int
    block: str
    packing = ""
    packed_values = 0
    scratch_values = 0
    shared_values = 0
    works_in_pieces = False
    loses_digits = False
    cost: float

    def cut(self, boxes: Blocks, unit: str = "places") -> None:
        """Compute box by box."""
        self.boxes, self.blocks, self.block = boxes, boxes.count, f"{boxes.most_places} {unit}"

    def pack(self, arrays: Arrays) -> Arrays:
        """The arrays in the order in which the blocks read them; by default as they are."""
        return arrays

    def bind(self, site: Site) -> Phases:
        """The blocks, bound to where everything lies, in phases: each begins when the one before is done."""
        raise NotImplementedError


class Batch(NamedTuple):
    """What a work is computed for.

    Attributes:
        images: of the batch.
        item: bytes of a value.
        runs: for how many images the weights are made ready; None for many.
    """

    images: int
    item: int
    runs: int | None = None


@singledispatch
def algorithms_of(layer: Layer, node: Node, batch: Batch) -> Sequence[Algorithm]:
    """Every algorithm that can compute a node; a kind that registers none is computed by its `forward`."""
    raise NotImplementedError


@singledispatch
def folds(layer: Layer) -> bool:
    """Whether the weights of a kind take over what a norm after it does to each channel, as a `factor` and a bias.

    Its algorithms must then multiply by the `factor` that they find among the arrays.
    """
    return False


def fewest_blocks(values: int) -> int:
    """Into how many blocks so many cheap values are cut at least."""
    return max(1, min(FEWEST_BLOCKS, values // SMALLEST_BLOCK))


def in_turn(calls: list[Job]) -> Job:
    """Some calls as one job."""
    if len(calls) == 1:
        return calls[0]

    def job() -> None:
        for call in calls:
            call()

    return job
