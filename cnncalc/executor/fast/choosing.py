"""Which algorithm computes each work of a network."""

from __future__ import annotations

from cnncalc.executor.fast.algorithms import dense, plain, pooling, transposed
from cnncalc.executor.fast.algorithms.algorithm import Algorithm, Batch, algorithms_of, folds
from cnncalc.executor.fast.algorithms.columns import Columns
from cnncalc.executor.fast.algorithms.connected import Connected
from cnncalc.executor.fast.algorithms.convolving import Convolution, Task
from cnncalc.executor.fast.algorithms.depthwise import ByChannel
from cnncalc.executor.fast.algorithms.fourier import Fourier
from cnncalc.executor.fast.algorithms.pointwise import Pointwise
from cnncalc.executor.fast.algorithms.winograd import Winograd2, Winograd4
from cnncalc.executor.fast.fusing import Work
from cnncalc.executor.fast.grid import Grid
from cnncalc.layers.conv import Convolving
from cnncalc.network import Node

MAKERS: dict[str, type[Convolution]] = {
    maker.name: maker for maker in (Columns, Pointwise, Winograd2, Winograd4, ByChannel, Fourier, Connected)
}
"""The algorithms for a convolution, by name; a later one must cost less to be preferred."""

FAMILIES = (dense, plain, pooling, transposed)
"""Importing a family registers what computes its kinds."""


@algorithms_of.register(Convolving)
def convolutions(layer: Convolving, node: Node, batch: Batch) -> list[Convolution]:
    """Whatever fits the windows, the groups and the connections."""
    (x,) = node.read
    groups = x.channels // layer.kernel_channels(x)
    grid, filters = Grid.of(layer, x), layer.filter_count(x)
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
