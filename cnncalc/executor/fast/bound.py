"""A plan laid out in memory for batches of one size: every block bound to the values that it reads and writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby, zip_longest
from math import prod
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cnncalc.executor.fast.algorithms.algorithm import Site, in_turn
from cnncalc.executor.fast.draft import Draft, Step
from cnncalc.executor.fast.fusing import Work
from cnncalc.executor.fast.grid import Halo, Spot
from cnncalc.executor.fast.kinds import Arrays, Scratch, Values
from cnncalc.executor.fast.layout import ALIGNMENT
from cnncalc.executor.fast.tail import Tail
from cnncalc.executor.fast.threads import Crew, Job
from cnncalc.network import Network

WORTH_SHARING = 50_000
"""Nanoseconds that a turn should take before its blocks are shared out: waking a thread takes ten thousand or more."""


Phase = list[list[Job]]
"""Blocks that may be computed at the same time, once for each worker that may do them."""


class BoundStep(NamedTuple):
    """One step's blocks, phase by phase."""

    path: str
    algorithm: str
    phases: list[Phase]
    cost: float

    @property
    def block_cost(self) -> float:
        """Nanoseconds that one block is expected to take."""
        return self.cost / max([1, *(len(phase[0]) for phase in self.phases)])


def in_common(steps: Sequence[BoundStep]) -> list[Phase]:
    """Steps that need nothing of each other: their blocks are shared out together, which wakes the crew less often."""
    # The longest blocks first, so that nobody begins one when the others have finished.
    steps = sorted(steps, key=lambda step: -step.block_cost)
    return [_together(phases) for phases in zip_longest(*(step.phases for step in steps))]


def _together(phases: Sequence[Phase | None]) -> Phase:
    """The blocks of several steps as those of one; all steps of a turn are bound for the same workers."""
    there = [phase for phase in phases if phase]
    each = [[job for own in mine for job in own] for mine in zip(*there, strict=True)]
    return each if len(each[0]) > 1 else each[:1]


def do(phases: Sequence[Phase], crew: Crew) -> None:
    """All blocks, phase by phase."""
    for phase in phases:
        do_phase(phase, crew)


def do_phase(phase: Phase, crew: Crew) -> None:
    """Blocks by the whole crew or, where there is one or little to do, by the caller alone."""
    if len(phase) > 1 and len(phase[0]) > 1:
        crew.do(phase)
    else:
        for job in phase[0]:
            job()


class Bound:
    """The memory of a draft and its steps.

    Args:
        network: what runs.
        drafted: the draft.
        packed: the arrays of each step, as its algorithm packed them.
        arrays: the network's arrays, for trained slopes.
        dtype: of all values.
        threads: how many workers there will be at most.
    """

    def __init__(
        self,
        network: Network,
        drafted: Draft,
        packed: Sequence[Arrays],
        arrays: Mapping[str, Values],
        dtype: np.dtype[Any],
        threads: int,
    ) -> None:
        self._network = network
        self._drafted = drafted
        # What is kept beside the outputs is much: it is handed out where it lies, and the next run gets other memory.
        self.gives_its_memory_away = drafted.kept > frozenset(network.outputs)
        self._memory = _aligned(drafted.layout.size, dtype)
        workers = max(1, threads)
        self._rooms = [_aligned(drafted.scratch, dtype) for _ in range(workers)]
        self._shared = _aligned(drafted.shared, dtype)
        self._spots = {name: self._spot(name) for name in drafted.layout.homes}
        for name, buffer in drafted.layout.buffers.items():
            for border in borders(self._spots[name].padded, buffer.halo):
                border.fill(0)  # and it stays so, or is zeroed again by whoever writes what it surrounds
        self._clearing_inputs = [clear for name in network.inputs for clear in self._clearing(name)]
        turns = groupby(zip(drafted.fused.levels, drafted.steps, packed, strict=True), key=lambda entry: entry[0])
        bound = [self._turn([(step, own) for _, step, own in turn], arrays) for _, turn in turns]
        self.steps = [step for steps in bound for step in steps]
        self.turns = [in_common(steps) for steps in bound]

    def serves(self, images: int, kept: frozenset[str]) -> bool:
        """Whether batches of so many images, with these rows kept, can run here."""
        return (self._drafted.images, self._drafted.kept) == (images, kept)

    @property
    def nbytes(self) -> int:
        """Activations and scratch."""
        return self._memory.nbytes + self._shared.nbytes + sum(room.nbytes for room in self._rooms)

    def feed(self, given: Mapping[str, npt.NDArray[Any]]) -> None:
        """Copy the images to where the first steps read them, in the plan's dtype."""
        for name, array in given.items():
            spot = self._spots[name]
            np.copyto(
                spot.values, array if array.dtype != object else array.astype(spot.values.dtype), casting="unsafe"
            )
        for clear in self._clearing_inputs:
            clear()

    def results(self) -> dict[str, Values]:
        """The values of each row that is kept; copies where the next run would write over them."""
        stored, kept = self._drafted.fused.stored, self._drafted.kept
        if self.gives_its_memory_away:
            return {row: self._spots[stored[row]].values for row in kept}
        copies = {name: self._spots[name].values.copy() for name in {stored[row] for row in kept}}
        return {row: copies[stored[row]] for row in kept}

    def _spot(self, name: str) -> Spot:
        layout = self._drafted.layout
        home = layout.homes[name]
        buffer = layout.buffers[home.buffer]
        shape = buffer.shape(self._drafted.images)
        whole = self._memory[buffer.offset : buffer.offset + prod(shape)].reshape(shape)
        channels = buffer.volume.channels if home.buffer == name else self._network.volume(name).channels
        padded = whole[..., home.first : home.first + channels]
        axes = zip(buffer.volume.sizes, buffer.halo, strict=True)
        return Spot(padded[:, *(slice(before, before + size) for size, (before, _) in axes)], padded, buffer.halo)

    def _turn(self, turn: list[tuple[Step, Arrays]], arrays: Mapping[str, Values]) -> list[BoundStep]:
        """The steps of one turn, for as many workers as are worth it; each has its own part of the shared memory."""
        worth_it = sum(step.doing.cost for step, _ in turn) >= WORTH_SHARING
        workers = self._rooms if worth_it else self._rooms[:1]
        shared = Scratch(self._shared)
        return [
            self._step(step, packed, arrays, workers, shared.take(step.doing.shared_values)) for step, packed in turn
        ]

    def _step(
        self, step: Step, packed: Arrays, arrays: Mapping[str, Values], workers: list[Values], shared: Values
    ) -> BoundStep:
        work, doing = step.work, step.doing
        sources = [self._spots[name] for name in work.reads]
        target = self._spots[work.path].values
        residual = None if work.residual is None else self._spots[work.residual].values
        tail = Tail(None, residual, work.act, self._slopes(work, arrays), {})
        sites = [Site(sources, packed, tail, target, Scratch(own), Scratch(shared)) for own in workers]
        bound = [doing.bind(site) for site in sites]
        phases = [list(jobs) for jobs in zip(*bound, strict=True) if jobs[0]]
        clearing = self._clearing(work.path)
        if clearing and phases:  # a border is nobody's place, so it may be cleared while the places are written
            phases[0] = [[*own, in_turn(clearing)] for own in phases[0]]
        elif clearing:
            phases = [[clearing] * len(workers)]
        return BoundStep(work.path, doing.name, phases, doing.cost)

    def _clearing(self, path: str) -> list[Job]:
        """The calls that zero the border around an output whose memory others use too."""
        layout = self._drafted.layout
        buffer = layout.buffers[layout.homes[path].buffer]
        if buffer.alone:
            return []
        return [partial(border.fill, 0) for border in borders(self._spots[path].padded, buffer.halo)]

    def _slopes(self, work: Work, arrays: Mapping[str, Values]) -> Values | None:
        if work.slopes is None:
            return None
        owner = self._network.owner(work.slopes)
        name = "act.weight" if work.slopes.layer.function is None else "weight"
        return arrays[f"{owner.path}.{name}"]


def borders(padded: Values, halo: Halo) -> list[Values]:
    """The zeros around a map, as views that may overlap in the corners."""
    views = []
    for axis, (before, after) in enumerate(halo, start=1):
        size = padded.shape[axis]
        for part in (slice(0, before), slice(size - after, size)):
            if part.stop > part.start:
                views.append(padded[(*(slice(None),) * axis, part)])  # noqa: PERF401 # two loops read better
    return views


def _aligned(values: int, dtype: np.dtype[Any]) -> Values:
    """A line of values that begins at a cache line."""
    room = np.empty(values + ALIGNMENT, dtype)
    first = -room.ctypes.data // dtype.itemsize % ALIGNMENT
    return room[first : first + values]
