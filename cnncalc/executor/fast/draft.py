"""A plan on paper: the works of a network, the algorithm of each, and where their outputs lie, from sizes alone."""

from __future__ import annotations

from math import prod
from typing import NamedTuple

from cnncalc.executor.fast.algorithms.algorithm import Algorithm
from cnncalc.executor.fast.choosing import ways
from cnncalc.executor.fast.fusing import Fused, Work, fuse
from cnncalc.executor.fast.layout import Layout, lay_out
from cnncalc.network import Network

EXTRA_PERCENT = 24
"""Transformed weights may take so much more than the weights of the file; so VGG-16 stays below 1.3 times its weights
with activations and scratch."""

EXTRA_BYTES = 96 * 2**20
"""What they may take more in any case."""


class Step(NamedTuple):
    """One work and how it is done."""

    work: Work
    doing: Algorithm


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


def draft(
    network: Network, images: int, kept: frozenset[str], item: int, runs: int | None = None, forced: str | None = None
) -> Draft:
    """The plan for a batch; rows in `kept` are stored, and `runs` and `forced` are as `ways` takes them."""
    fused = fuse(network, kept)
    steps = _affordable([(work, ways(work, images, item, runs, forced)) for work in fused.works], item)
    halos = [(step.work.reads[0], step.doing.halo) for step in steps if any(map(any, step.doing.halo))]
    layout = lay_out(network, fused, images, kept, halos)
    fullest = max(steps, key=lambda step: step.doing.scratch_values, default=None)
    return Draft(
        images,
        kept,
        steps,
        fused,
        layout,
        fullest.doing.scratch_values if fullest else 0,
        max(map(sum, _by_turn(fused, [step.doing.shared_values for step in steps])), default=0),
        fullest.work.path if fullest else "",
    )


def _by_turn(fused: Fused, numbers: list[int]) -> list[list[int]]:
    """Some number of each work, those of one turn together."""
    turns: dict[int, list[int]] = {}
    for level, number in zip(fused.levels, numbers, strict=True):
        turns.setdefault(level, []).append(number)
    return list(turns.values())


def _affordable(choices: list[tuple[Work, list[Algorithm]]], item: int) -> list[Step]:
    """The cheapest way of each work, except where their weights together would take too much memory.

    Then whichever work loses the least time for a byte saved takes its next way, until they fit.
    """
    taken = [options[0] for _, options in choices]
    weights = sum(prod(array.shape) for work, _ in choices for array in work.node.arrays)
    most = weights + max(weights * EXTRA_PERCENT // 100, EXTRA_BYTES // item)
    # Packed weights stand in for those of the file; what is not packed is used where it lies.
    held = sum(_held(work, way) for (work, _), way in zip(choices, taken, strict=True))
    while held > most:
        savings = []
        for number, (work, options) in enumerate(choices):
            now = taken[number]
            for other in options:
                saved = _held(work, now) - _held(work, other)
                if saved > 0:
                    savings.append(((other.cost - now.cost) / saved, number, other))
        if not savings:
            break
        _, number, other = min(savings, key=lambda saving: saving[:2])
        work = choices[number][0]
        held += _held(work, other) - _held(work, taken[number])
        taken[number] = other
    return [Step(work, way) for (work, _), way in zip(choices, taken, strict=True)]


def _held(work: Work, way: Algorithm) -> int:
    return way.packed_values or sum(prod(array.shape) for array in work.node.arrays)
