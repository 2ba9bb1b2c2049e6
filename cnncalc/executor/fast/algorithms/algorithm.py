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

Phases = list[list[Job]]
"""Blocks that may be computed at the same time, one list after the other."""


class Room(NamedTuple):
    """Memory to write to meanwhile: a worker's own, and what all workers have together."""

    own: Scratch
    shared: Scratch


class Algorithm:
    """One way to compute a work, for a batch of one size.

    Attributes:
        name: what a plan prints.
        halo: the zeros that it reads around its first tensor.
        boxes: the blocks; an algorithm that cuts its work otherwise says so in `blocks` and `block`.
        packed_values: what `pack` allocates.
        scratch_values: what one worker writes to meanwhile.
        shared_values: what all workers write to together.
        works_in_pieces: whether it allocates `piece_values` of intermediate values beside.
    """

    name: str
    halo: Halo
    boxes: Blocks
    works_in_pieces = False

    @property
    def packing(self) -> str:
        """In which order `pack` leaves the arrays: equal for all that can use each other's."""
        return self.name

    @property
    def packed_values(self) -> int:
        return 0

    @property
    def scratch_values(self) -> int:
        return 0

    @property
    def shared_values(self) -> int:
        return 0

    @property
    def blocks(self) -> int:
        """How many blocks `bind` makes, or a few more."""
        return self.boxes.count

    @property
    def block(self) -> str:
        """The size of a block, as a plan prints it."""
        return f"{self.boxes.most_places} places"

    @property
    def cost(self) -> float:
        """Nanoseconds that the work is expected to take on one thread."""
        raise NotImplementedError

    def pack(self, arrays: Arrays) -> Arrays:
        """The arrays in the order in which the blocks read them; by default as they are."""
        return arrays

    def bind(self, sources: Sequence[Spot], packed: Arrays, tail: Tail, target: Values, room: Room) -> Phases:
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


def in_turn(calls: list[Job]) -> Job:
    """Some calls as one job."""
    if len(calls) == 1:
        return calls[0]

    def job() -> None:
        for call in calls:
            call()

    return job
