"""Which algorithm computes each work of a network."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, Protocol

import numpy as np

from cnncalc.executor.fast.algorithms.columns import Columns
from cnncalc.executor.fast.algorithms.connected import Connected
from cnncalc.executor.fast.algorithms.convolving import Algorithm, Maker, Room, Task
from cnncalc.executor.fast.algorithms.dense import Dense
from cnncalc.executor.fast.algorithms.depthwise import Depthwise
from cnncalc.executor.fast.algorithms.fourier import Fourier
from cnncalc.executor.fast.algorithms.plain import Joining, Plain
from cnncalc.executor.fast.algorithms.pointwise import Pointwise
from cnncalc.executor.fast.algorithms.pooling import Pooling
from cnncalc.executor.fast.algorithms.scattering import Scattering
from cnncalc.executor.fast.algorithms.transposed import MOST_PHASES, Phases
from cnncalc.executor.fast.algorithms.winograd import Winograd
from cnncalc.executor.fast.fusing import Work
from cnncalc.executor.fast.grid import Grid, Halo, Spot
from cnncalc.executor.fast.plain.dispatch import Arrays, Values, pack
from cnncalc.executor.fast.tail import Tail
from cnncalc.executor.fast.threads import Job
from cnncalc.layers.conv import Conv, Convolving, ConvTranspose
from cnncalc.layers.fc import Fc
from cnncalc.layers.historic import Subsample
from cnncalc.layers.join import Concat
from cnncalc.layers.pool import AvgPool, MaxPool

MAKERS: dict[str, Maker] = {
    "columns": Columns.made_for,
    "pointwise": Pointwise.made_for,
    "winograd2": Winograd.with_two,
    "winograd4": Winograd.with_four,
    "depthwise": Depthwise.made_for,
    "fourier": Fourier.made_for,
    "connected columns": Connected.made_for,
}
"""The algorithms for a convolution, by name; a later one must cost less to be preferred."""


class Doing(Protocol):
    """How one work is done: what every algorithm answers, with the arrays and the tensors of the work."""

    @property
    def name(self) -> str:
        """The algorithm."""

    @property
    def packing(self) -> str:
        """In which order `pack` leaves the arrays: equal for all that can use each other's."""

    @property
    def blocks(self) -> int:
        """How many blocks `bind` makes, or a few more."""

    @property
    def block(self) -> str:
        """The size of a block, in words."""

    @property
    def halo(self) -> Halo:
        """The zeros that it reads around its first tensor."""

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
        """Nanoseconds that the work is expected to take on one thread."""

    def pack(self, arrays: Arrays) -> Arrays:
        """The arrays in the order in which the blocks read them."""

    def bind(self, sources: Sequence[Spot], packed: Arrays, tail: Tail, target: Values, room: Room) -> list[list[Job]]:
        """The blocks, bound to where everything lies."""


class Filtering:
    """A convolution's algorithm with the norms that its weights take over."""

    def __init__(self, work: Work, algorithm: Algorithm | Phases | Scattering) -> None:
        self._work = work
        self._algorithm = algorithm
        self.name, self.block, self.halo = algorithm.name, algorithm.block, algorithm.halo
        self.packing, self.blocks = algorithm.packing, algorithm.blocks
        self.packed_values, self.scratch_values = algorithm.packed_values, algorithm.scratch_values
        self.shared_values, self.cost = algorithm.shared_values, algorithm.cost

    def pack(self, arrays: Arrays) -> Arrays:
        """Weight and bias, after each norm's factor and offset, in the algorithm's order.

        Norms' arrays come under their paths, as ``"path.running_mean"``.
        """
        weight, bias = by_filter(self._work.node.layer, arrays["weight"]), arrays.get("bias")
        factor: Values | None = None
        for node in self._work.folded:
            own = {array.name: arrays[f"{node.path}.{array.name}"] for array in node.arrays}
            times, offset = _factor_and_offset(pack(node.layer, own))
            factor = times if factor is None else factor * times
            bias = None if bias is None else bias * times
            bias = offset if bias is None else bias if offset is None else bias + offset
        return self._algorithm.pack(weight, bias, factor)

    def bind(self, sources: Sequence[Spot], packed: Arrays, tail: Tail, target: Values, room: Room) -> list[list[Job]]:
        """The algorithm's blocks on the only tensor that a convolution reads."""
        return self._algorithm.bind(sources[0], dict(packed), tail, target, room)


def _factor_and_offset(norm: Arrays) -> tuple[Values, Values | None]:
    """What a batch norm as `pack` left it, or a scale, does to each channel."""
    return (norm["factor"], norm["offset"]) if "factor" in norm else (norm["weight"], norm.get("bias"))


def by_filter(layer: Any, weight: Values) -> Values:
    """A convolution's weight as (filters, channels of a group, *kernel), whichever way the file has it."""
    if not isinstance(layer, ConvTranspose):
        return weight
    channels, filters, *kernel = weight.shape
    apart = weight.reshape(layer.groups, channels // layer.groups, filters, *kernel)
    return np.swapaxes(apart, 1, 2).reshape(layer.filters, channels // layer.groups, *kernel)


def ways(work: Work, images: int, item: int, runs: int | None = None, forced: str | None = None) -> list[Doing]:
    """The ways in which a work can be done, the one that is expected to cost least first.

    Args:
        work: what is computed.
        images: of the batch.
        item: bytes of a value.
        runs: for how many images the weights are made ready; None for many.
        forced: the algorithm of every convolution that it can compute.
    """
    layer, (x, *_) = work.node.layer, work.node.read
    if isinstance(layer, Convolving):
        task = _task(layer, work, images, item, runs)
        return [Filtering(work, algorithm) for algorithm in _by_cost(task, forced)]
    if isinstance(layer, ConvTranspose):
        grid = Grid(x.sizes, x.channels, (), (), (), (), work.node.volume.sizes)
        task = Task(images, grid, layer.filters, layer.groups, None, runs, item)
        many = prod(layer.stride) > MOST_PHASES
        return [Filtering(work, Scattering(layer, x, task) if many else Phases(layer, x, task))]
    if isinstance(layer, (MaxPool, AvgPool, Subsample)):
        return [Pooling(layer, x, images)]
    if isinstance(layer, Fc):
        return [Dense(images, x.size, layer.units, item)]
    if isinstance(layer, Concat):
        return [Joining(work.node.read)]
    return [Plain(layer, work.node.read, work.node.volume, images)]


def _task(layer: Convolving, work: Work, images: int, item: int, runs: int | None) -> Task:
    (x, *_) = work.node.read
    groups = layer.groups if isinstance(layer, Conv) else x.channels
    connections = layer.connections if isinstance(layer, Conv) else None
    return Task(images, Grid.of(layer, x), layer.filter_count(x), groups, connections, runs, item)


def _by_cost(task: Task, forced: str | None) -> list[Algorithm]:
    made = {name: algorithm for name, maker in MAKERS.items() if (algorithm := maker(task)) is not None}
    if forced in made:
        return [made[forced]]
    return sorted(made.values(), key=lambda algorithm: algorithm.cost)
