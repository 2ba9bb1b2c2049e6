"""What every way to compute a convolution is told, and what it must answer."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import NamedTuple, Protocol

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.grid import Grid, Halo, Spot
from cnncalc.executor.fast.plain.dispatch import Scratch, Values
from cnncalc.executor.fast.tail import Tail
from cnncalc.executor.fast.threads import Job

SHARED_VALUES = 2**21
"""Values that all blocks of a step read together, so that they stay in the last cache: 8 MiB in float32."""

CACHE_VALUES = 2**18
"""Values that a block reads and writes, so that they stay in a core's second cache: 1 MiB in float32."""

FEWEST_BLOCKS = 4
"""Into how many blocks a step is cut at least, so that threads find something to share."""

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
        return [slice(start, min(start + step, self.filters)) for start in range(0, self.filters, step)]

    def places_at_once(self, fitting: int) -> int:
        """Places of a block: as many as fit the cache, fewer where there would be too few blocks to share out.

        It depends on what is computed and never on who computes it, because other blocks would give other bits.
        """
        shares = min(FEWEST_BLOCKS, max(1, self.macs // SMALLEST_BLOCK))
        return max(1, min(fitting, -(-self.places // shares)))


class Algorithm(Protocol):
    """One way to compute a convolution, for one task."""

    @property
    def name(self) -> str:
        """What a plan prints."""

    @property
    def packing(self) -> str:
        """In which order `pack` leaves the weights: equal for all that can use each other's."""

    @property
    def halo(self) -> Halo:
        """The zeros that it reads around the image."""

    @property
    def blocks(self) -> int:
        """How many blocks `bind` makes, or a few more."""

    @property
    def block(self) -> str:
        """The size of a block, as a plan prints it."""

    @property
    def packed_values(self) -> int:
        """What `pack` allocates."""

    @property
    def scratch_values(self) -> int:
        """What one worker writes to meanwhile."""

    @property
    def shared_values(self) -> int:
        """What all workers write to together."""

    @property
    def cost(self) -> float:
        """Nanoseconds that the task is expected to take on one thread."""

    def pack(self, weight: Values, bias: Values | None, factor: Values | None) -> dict[str, Values]:
        """Weights (filters, channels of a group, *kernel), times a factor a filter, and biases, as blocks read them.

        The bias has been multiplied already.
        """

    def bind(self, source: Spot, packed: dict[str, Values], tail: Tail, target: Values, room: Room) -> Phases:
        """The blocks, bound to where everything lies, in phases: each begins when the one before is done."""


class Room(NamedTuple):
    """Memory to write to meanwhile: a worker's own, and what all workers have together."""

    own: Scratch
    shared: Scratch


Phases = list[list[Job]]
"""Blocks that may be computed at the same time, one list after the other."""

Maker = Callable[[Task], Algorithm | None]
"""Makes an algorithm for a task; None where it cannot compute it."""


def in_turn(calls: list[Job]) -> Job:
    """Some calls as one job."""
    if len(calls) == 1:
        return calls[0]

    def job() -> None:
        for call in calls:
            call()

    return job


def scaled(weight: Values, factor: Values | None) -> Values:
    """The weights times each filter's factor, if there is one."""
    return weight if factor is None else weight * factor.reshape(-1, *(1,) * (weight.ndim - 1))
