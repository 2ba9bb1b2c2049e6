"""A plan on paper: the works of a network, the algorithm of each, and where their outputs lie, from sizes alone."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import prod
from typing import NamedTuple

from cnncalc.executor.fast.algorithms import dense, plain, pooling, transposed
from cnncalc.executor.fast.algorithms.algorithm import Algorithm, Batch, algorithms_of, folds
from cnncalc.executor.fast.algorithms.columns import Columns
from cnncalc.executor.fast.algorithms.connected import Connected
from cnncalc.executor.fast.algorithms.convolving import Convolution, Task
from cnncalc.executor.fast.algorithms.depthwise import ByChannel
from cnncalc.executor.fast.algorithms.fourier import Fourier
from cnncalc.executor.fast.algorithms.pointwise import Pointwise
from cnncalc.executor.fast.algorithms.winograd import Winograd2, Winograd4
from cnncalc.executor.fast.fusing import Fused, Work, fuse
from cnncalc.executor.fast.grid import Grid
from cnncalc.executor.fast.layout import Layout, lay_out
from cnncalc.layers.conv import Convolving
from cnncalc.network import Network, Node

EXTRA_PERCENT = 24
"""Transformed weights may take so much more than the weights of the file; so VGG-16 stays below 1.3 times its weights
with activations and scratch."""

EXTRA_BYTES = 96 * 2**20
"""What they may take more in any case."""

MAKERS: dict[str, type[Convolution]] = {
    maker.name: maker for maker in (Columns, Pointwise, Winograd2, Winograd4, ByChannel, Fourier, Connected)
}
"""The algorithms for a convolution, by name; a later one must cost less to be preferred."""

MOST_NORMS = 7
"""Up to so many norms one after another, the sums of fully connected layers lose more than the convolutions before."""

MOST_LOSING = Fraction(3, 5)
"""The share of convolutions that may lose digits in deeper networks: the error stays below twice that of plain sums.

By winograd4 a convolution has 2.4 times the error, and the squares add up: the square root of 1 + 4.7 x share.
"""

FAMILIES = (dense, plain, pooling, transposed)
"""Importing a family registers what computes its kinds."""


class Step(NamedTuple):
    """One work and how it is done."""

    work: Work
    doing: Algorithm

    @property
    def given_values(self) -> int:
        """The weights as a file has them."""
        return sum(prod(array.shape) for array in self.work.node.arrays)

    @property
    def held_values(self) -> int:
        """The weights that are held: packed ones stand in for those of the file; what is not packed is used there."""
        return self.doing.packed_values or self.given_values

    def __repr__(self) -> str:
        return f"<{', '.join(self.work.rows)}: {self.doing.name}>"


class Draft(NamedTuple):
    """What a plan will do for a batch of one size.

    Attributes:
        images: of the batch.
        kept: the rows that are stored.
        steps: in the order in which they are done.
        fused: the works, and under which names their outputs are stored.
        layout: the memory.
        scratch: values that one worker writes to meanwhile, at the most demanding step.
        shared: values that all workers write to together, likewise.
        at: the row of that step.
    """

    images: int
    kept: frozenset[str]
    steps: list[Step]
    fused: Fused
    layout: Layout
    scratch: int
    shared: int
    at: str

    def __repr__(self) -> str:
        return f"<draft for a batch of {self.images}: {len(self.steps)} steps>"


@algorithms_of.register(Convolving)
def convolutions(layer: Convolving, node: Node, batch: Batch) -> list[Convolution]:
    """Whatever fits the windows, the groups and the connections."""
    (x,) = node.read
    groups = x.channels // layer.kernel_channels(x)
    grid, filters = Grid.of(layer, x, node.volume.sizes), node.volume.channels
    task = Task(batch.images, grid, filters, groups, layer.connections, batch.runs, batch.item)
    return [maker(task) for maker in MAKERS.values() if maker.fits(task)]


folds.register(Convolving, lambda _: True)  # every algorithm packs its weights times a factor


def ways(work: Work, images: int, item: int, runs: int | None = None, forced: str | None = None) -> list[Algorithm]:
    """The ways in which a work can be done, the one that is expected to cost least first.

    Args:
        work: what is computed.
        images: of the batch.
        item: bytes of a value.
        runs: for how many images the weights are made ready; None for many.
        forced: the algorithm of every convolution that it can compute.
    """
    made = algorithms_of(work.node.layer, work.node, Batch(images, item, runs))
    return [one for one in made if one.name == forced] or sorted(made, key=lambda algorithm: algorithm.cost)


def draft(
    network: Network, images: int, kept: frozenset[str], item: int, runs: int | None = None, forced: str | None = None
) -> Draft:
    """The plan for a batch; rows in `kept` are stored, and `runs` and `forced` are as `ways` takes them."""
    fused = fuse(network, kept)
    options = _options(fused.works, images, item, runs, forced)
    steps = _affordable(options, item)
    if forced is None and _loses_too_much(steps):
        steps = _affordable([[step for step in some if not step.doing.loses_digits] for some in options], item)
    halos = [(step.work.reads[0], step.doing.halo) for step in steps if any(map(any, step.doing.halo))]
    layout = lay_out(network, fused, images, kept, halos)
    demands = [(step.doing.scratch_values, step.work.path) for step in steps]
    scratch, at = max(demands, key=lambda demand: demand[0], default=(0, ""))
    shared: Counter[int] = Counter()
    for turn, step in zip(fused.levels, steps, strict=True):
        shared[turn] += step.doing.shared_values
    return Draft(images, kept, steps, fused, layout, scratch, max(shared.values(), default=0), at)


def _options(works: list[Work], images: int, item: int, runs: int | None, forced: str | None) -> list[list[Step]]:
    """What may compute each work, the cheapest first; the turns of a repeat are asked once."""
    known: dict[tuple[object, ...], list[Algorithm]] = {}
    options = []
    for work in works:
        node = work.node
        key = (node.layer, node.read, node.volume)
        if key not in known:
            known[key] = ways(work, images, item, runs, forced)
        options.append([Step(work, way) for way in known[key]])
    return options


def _loses_too_much(steps: list[Step]) -> bool:
    """Whether so many convolutions lose digits that the whole network would."""
    losing = [step.doing.loses_digits for step in steps if isinstance(step.work.node.layer, Convolving)]
    return sum(losing) > MOST_LOSING * len(losing) and norms_in_a_row([step.work for step in steps]) > MOST_NORMS


def norms_in_a_row(works: list[Work]) -> int:
    """The most norms that a value goes through one after another."""
    passed: dict[str, int] = {}
    for work in works:
        arriving = max((passed.get(name, 0) for name in work.reads), default=0)
        through = arriving + len(work.folded) + work.node.layer.normalises
        passed[work.path] = max(through, passed.get(work.residual or "", 0))
    return max(passed.values(), default=0)


def _affordable(options: list[list[Step]], item: int) -> list[Step]:
    """The cheapest way of each work, except where their weights together would take too much memory.

    Then whichever work loses the least time for a byte saved takes its next way, until they fit.
    """
    taken = [ways[0] for ways in options]
    weights = sum(step.given_values for step in taken)
    most = weights + max(weights * EXTRA_PERCENT // 100, EXTRA_BYTES // item)
    while sum(step.held_values for step in taken) > most:
        savings = [
            ((other.doing.cost - now.doing.cost) / saved, number, other)
            for number, now in enumerate(taken)
            for other in options[number]
            if (saved := now.held_values - other.held_values) > 0
        ]
        if not savings:
            break
        _, number, other = min(savings, key=lambda saving: saving[:2])
        taken[number] = other
    return taken
