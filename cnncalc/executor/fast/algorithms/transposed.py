"""Transposed convolution as ordinary ones: the places of the output that lie alike between the input's make one each.

Source: Shi et al. 2016, "Is the deconvolution layer the same as a convolutional layer?", for any stride, dilation and
crop.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from math import gcd, prod
from typing import NamedTuple

import numpy as np

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.algorithm import Batch, Phases, Site, algorithms_of, folds, in_turn
from cnncalc.executor.fast.algorithms.columns import Columns
from cnncalc.executor.fast.algorithms.convolving import Convolution, Task, scaled
from cnncalc.executor.fast.algorithms.pointwise import Pointwise
from cnncalc.executor.fast.algorithms.scattering import Scattering, by_filter
from cnncalc.executor.fast.grid import Grid, widest
from cnncalc.executor.fast.kinds import Arrays, Scratch
from cnncalc.executor.fast.threads import Job
from cnncalc.layers.conv import ConvTranspose
from cnncalc.network import Node


class Along(NamedTuple):
    """One phase along one axis.

    Attributes:
        places: the places of the output that it makes.
        taps: the taps that reach them, last one first, as an ordinary window meets them.
        dilation: the distance of neighbouring pixels under the window.
        before: how far the first window begins before the first pixel; negative where it begins after it.
    """

    places: slice
    taps: tuple[int, ...]
    dilation: int
    before: int


class Phase(NamedTuple):
    """One ordinary convolution and the places that it makes; none where no tap reaches them."""

    places: tuple[slice, ...]
    taps: tuple[tuple[int, ...], ...]
    algorithm: Columns | Pointwise | None


MOST_PHASES = 1024
"""More of them are more work for Python than for BLAS; then each tap's products are added where they land."""


class ByPhase(Convolution):
    """Stride x stride x ... ordinary convolutions, each with the taps that land on its places.

    Error: as `Columns`, with the products of one phase.
    """

    name = "phases"

    def __init__(self, task: Task) -> None:
        self.task = task
        grid = task.grid
        axes = zip(grid.kernel, grid.stride, grid.dilation, grid.before, grid.sizes, grid.places, strict=True)
        self.phases = [_phase(task, some) for some in product(*(list(_along(*axis)) for axis in axes))]
        convolutions = [phase.algorithm for phase in self.phases if phase.algorithm is not None]
        self.halo = widest(((0, 0),) * len(grid.sizes), *(one.halo for one in convolutions))
        # Numbered as `pack` numbers them: in another part of the map the phases without a tap may be others.
        packed = [
            (number, phase.taps, phase.algorithm.name) for number, phase in enumerate(self.phases) if phase.algorithm
        ]
        self.packing = str(packed)
        self.blocks = sum(one.blocks for one in convolutions) + len(self.phases)
        longest = max((one.block for one in convolutions), default="0 places", key=len)
        self.block = f"{len(self.phases)} x {longest}"
        self.packed_values = sum(one.packed_values for one in convolutions)
        self.scratch_values = max((one.scratch_values for one in convolutions), default=0)
        self.shared_values = max((one.shared_values for one in convolutions), default=0)
        self.cost = sum(one.cost for one in convolutions) + task.places * task.filters * costs.COPY

    def pack(self, arrays: Arrays) -> Arrays:
        """(filters, channels of a group, *kernel): each phase's own taps, packed as its convolution wants them."""
        weight = scaled({**arrays, "weight": by_filter(arrays["weight"], self.task)})
        bias = {name: arrays[name] for name in ("bias",) if name in arrays}
        packed = dict(bias)
        for number, phase in enumerate(self.phases):
            if phase.algorithm is not None:
                own = weight[np.ix_(*map(range, weight.shape[:2]), *phase.taps)]
                made = phase.algorithm.pack({"weight": own, **bias})
                packed |= {f"{number}.{name}": array for name, array in made.items()}
        return packed

    def bind(self, site: Site) -> Phases:
        own, shared = site.own.take(self.scratch_values), site.shared.take(self.shared_values)
        phases: Phases = [[]]
        for number, phase in enumerate(self.phases):
            reached = (slice(None), *phase.places)
            here = site._replace(
                after=site.after.at(*reached), target=site.target[reached], own=Scratch(own), shared=Scratch(shared)
            )
            if phase.algorithm is None:
                phases[0].append(_untouched(here))
                continue
            keys = {name: f"{number}.{name}" for name in ("weight", "bias")}
            packed = {name: site.packed[key] for name, key in keys.items() if key in site.packed}
            more = phase.algorithm.bind(here._replace(packed=packed))
            if len(more) == 1:
                phases[0] += more[0]  # phases of the output write different places, so all of them may go together
            else:
                phases += more
        return [phase for phase in phases if phase]


def _along(kernel: int, stride: int, dilation: int, before: int, size: int, places: int) -> Iterator[Along]:
    """The phases of an axis.

    Pixel p reaches by tap t the place p x stride + t x dilation - before. The places of one phase leave the same
    remainder, so the taps that reach them follow each other at the same distance, and the pixels under them too.

    >>> list(_along(kernel=3, stride=2, dilation=1, before=1, size=4, places=7))[1]
    Along(places=slice(1, 7, 2), taps=(2, 0), dilation=1, before=0)
    """
    period = stride // gcd(stride, dilation)
    distance = dilation // gcd(stride, dilation)
    for phase in range(min(stride, places)):
        taps = [tap for tap in range(min(period, kernel)) if (phase + before - tap * dilation) % stride == 0]
        some = tuple(reversed(range(taps[0], kernel, period))) if taps else ()
        pixel = (phase + before - (some[0] if some else 0) * dilation) // stride
        yield Along(slice(phase, places, stride), some, distance, -pixel)


def _phase(task: Task, axes: tuple[Along, ...]) -> Phase:
    places = tuple(axis.places for axis in axes)
    taps = tuple(axis.taps for axis in axes)
    if not prod(map(len, taps)):
        return Phase(places, taps, None)
    counts = tuple(len(range(*some.indices(size))) for some, size in zip(places, task.grid.places, strict=True))
    grid = task.grid._replace(
        before=tuple(axis.before for axis in axes),
        kernel=tuple(map(len, taps)),
        dilation=tuple(axis.dilation for axis in axes),
        stride=(1,) * len(axes),
        places=counts,
    )
    own = task._replace(grid=grid)
    return Phase(places, taps, Pointwise(own) if Pointwise.fits(own) else Columns(own))


def _untouched(site: Site) -> Job:
    """Places that no tap reaches: zero, and what follows a sum."""
    place = site.target
    return in_turn([partial(place.fill, 0), *site.tail.bind(place, place, tuple(map(slice, place.shape[:-1])))])


@algorithms_of.register(ConvTranspose)
def transposed(layer: ConvTranspose, node: Node, batch: Batch) -> list[Convolution]:
    """Ordinary convolutions, or taps that scatter where those would be too many."""
    grid = Grid.of(layer, node.read[0], node.volume.sizes)
    task = Task(batch.images, grid, layer.filters, layer.groups, None, batch.runs, batch.item)
    return [(Scattering if prod(layer.stride) > MOST_PHASES else ByPhase)(task)]


folds.register(ConvTranspose, lambda _: True)  # every phase multiplies its own taps
