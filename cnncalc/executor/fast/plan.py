"""A network made ready once, its weights packed, and then run on as many batches as one likes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from threading import Lock
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cnncalc.executor.fast.algorithms.convolving import folded
from cnncalc.executor.fast.blas import blas
from cnncalc.executor.fast.bound import Bound, do
from cnncalc.executor.fast.draft import Draft, Step, draft
from cnncalc.executor.fast.kinds import Arrays, pack
from cnncalc.executor.fast.need import needed
from cnncalc.executor.fast.threads import Crew, usable_threads
from cnncalc.executor.feeding import batch
from cnncalc.executor.memory import free_memory, refuse_if_too_large
from cnncalc.executor.trace import Trace, rows_to_keep
from cnncalc.network import Network, Node

Key = tuple[tuple[str, ...], str, str]
"""The rows of a step, its algorithm, and in which order that has its weights."""


class Timed(NamedTuple):
    """One step of a run: the row whose output it makes, how, and the seconds that it took."""

    path: str
    algorithm: str
    seconds: float


class Plan:
    """The steps of a network's inference, each with an algorithm, weights in its order, and a place for its output.

    A plan is made for a batch when it first sees one of that size, and kept for the next. Its results depend on
    network, weights and batch and on nothing else: not on the number of threads, bit for bit.

    Args:
        network: what to run.
        weights: ``{"path.weight": array}``, laid out as a weight file has them; those of fully connected layers are
            used where they lie, so they may not change while the plan lives.
        dtype: float32 or float64, for weights and activations.
        threads: how many compute; as many as the process may use by default.
        images: how many images the plan will see; by default so many that work on the weights does not count.
        forced: the algorithm of every convolution that it can compute, for tests and comparisons.
        drafted: a draft for the first batch, where somebody has made it already, for the same dtype and images.
        packed: where weights in an algorithm's order are kept; plans of parts of one network may have it in common.

    Raises:
        ValueError: an array is missing or of another shape.
    """

    def __init__(
        self,
        network: Network,
        weights: Mapping[str, npt.ArrayLike],
        dtype: npt.DTypeLike = np.float32,
        *,
        threads: int | None = None,
        images: int | None = None,
        forced: str | None = None,
        drafted: Draft | None = None,
        packed: dict[Key, Arrays] | None = None,
    ) -> None:
        self.network = network
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        self.threads = usable_threads() if threads is None else threads
        self._arrays = _arrays_of(network, weights, self.dtype)
        self._images = images
        self._forced = forced
        self._given = drafted
        self._crew = Crew(self.threads)
        self._packed: dict[Key, Arrays] = {} if packed is None else packed
        self._bound: Bound | None = None
        self._lock = Lock()

    def __repr__(self) -> str:
        threads = f"{self.threads} thread{'s' if self.threads > 1 else ''}"
        return f"<plan of the {repr(self.network)[1:-1]}; {self.dtype.name}, {threads}>"

    def __call__(self, images: npt.ArrayLike | Mapping[str, npt.ArrayLike]) -> Any:
        """The output for a batch; a dict by name where there are several. See `run` for what is raised."""
        return self.run(images).output

    def run(
        self, inputs: npt.ArrayLike | Mapping[str, npt.ArrayLike], keep: str | Collection[str] = "outputs"
    ) -> Trace:
        """Every step in turn, in one stretch of memory that the next run uses again; what is kept lies apart from it.

        Args:
            inputs: (images, *sizes, channels) for each input by name, or one array for the only input.
            keep: ``"outputs"``, ``"all"``, or the paths to keep beside the outputs. What is kept is computed by itself:
                norms are not folded into convolutions across a row that is kept.

        Raises:
            InputError: an input does not fit the network.
            KeyError: `keep` names a path that is not there.
            MemoryRefusal: the activations would not fit into free memory; nothing is allocated.
        """
        kept = rows_to_keep(self.network, keep)
        given = batch(self.network, inputs)
        images = len(next(iter(given.values())))
        if not images:
            return Trace(self.network, {row: np.empty((0, *self.network.volume(row)), self.dtype) for row in kept})
        with self._lock, np.errstate(all="ignore"), blas():
            bound = self._bound_for(images, kept)
            bound.feed(given)
            for phases in bound.turns:
                do(phases, self._crew)
            return Trace(self.network, bound.results())

    def profile(self, inputs: npt.ArrayLike | Mapping[str, npt.ArrayLike]) -> list[Timed]:
        """One run, step by step, with the time of each; a run that is not watched does steps together that may be."""
        kept = frozenset(self.network.outputs)
        given = batch(self.network, inputs)
        timed = []
        with self._lock, np.errstate(all="ignore"), blas():
            bound = self._bound_for(len(next(iter(given.values()))), kept)
            bound.feed(given)
            for step in bound.steps:
                begin = perf_counter()
                do(step.phases, self._crew)
                timed.append(Timed(step.path, step.algorithm, perf_counter() - begin))
        return timed

    def drafted(self, images: int = 1) -> Draft:
        """What a batch of so many images would be computed by."""
        return self._drafted(images, frozenset(self.network.outputs))

    @property
    def held_bytes(self) -> int:
        """What the plan holds: weights where they lie, packed ones, activations and scratch."""
        held = {id(array): array.nbytes for arrays in self._packed.values() for array in arrays.values()}
        return sum(held.values()) + (self._bound.nbytes if self._bound else 0)

    def _drafted(self, images: int, kept: frozenset[str]) -> Draft:
        given, self._given = self._given, None
        if given is not None and (given.images, given.kept) == (images, kept):
            return given
        return draft(self.network, images, kept, self.dtype.itemsize, self._images, self._forced)

    def _bound_for(self, images: int, kept: frozenset[str]) -> Bound:
        """Where everything lies, as for the run before where that had as many images and kept the same."""
        if self._bound is None or not self._bound.serves(images, kept):
            held = 0 if self._bound is None else self._bound.nbytes
            drafted = self._drafted(images, kept)
            need = needed(self.network, images, self.dtype, kept, drafted, self.threads)
            # Weights are here already, and what the last run used will be used again.
            refuse_if_too_large(need._replace(weights=0), free_memory(), held=held)
            self._bound = None
            self._pack(drafted.steps)
            packed = [self._packed[_key(step)] for step in drafted.steps]
            self._bound = Bound(self.network, drafted, packed, self._arrays, self.dtype, self.threads)
        bound = self._bound
        if bound.gives_its_memory_away:
            self._bound = None
        return bound

    def _pack(self, steps: list[Step]) -> None:
        """Bring the weights of all steps into the order in which they are read, by the whole crew."""
        missing = {_key(step): step for step in steps if _key(step) not in self._packed}

        def packing(key: Key, step: Step) -> None:
            self._packed[key] = step.doing.pack(self._arrays_for(step))

        largest_first = sorted(missing.items(), key=lambda item: -item[1].doing.packed_values)
        jobs = [partial(packing, *item) for item in largest_first]
        self._crew.do([jobs] * (self.threads if len(jobs) > 1 else 1))

    def _arrays_for(self, step: Step) -> Arrays:
        """A work's arrays by their names, those of the norms that it takes over among them."""
        norms = [pack(node.layer, self._kept_by(node)) for node in step.work.folded]
        return folded(self._kept_by(step.work.node), norms)

    def _kept_by(self, node: Node) -> Arrays:
        owner = self.network.owner(node).path
        return {array.name: self._arrays[f"{owner}.{array.name}"] for array in node.arrays}


def _key(step: Step) -> Key:
    """What tells a step's packed arrays from all others."""
    return tuple(step.work.rows), step.doing.name, step.doing.packing


def _arrays_of(
    network: Network, weights: Mapping[str, npt.ArrayLike], dtype: np.dtype[Any]
) -> dict[str, npt.NDArray[Any]]:
    """Every array that inference reads, in the plan's dtype."""
    read = ((network.owner(node).path, array) for node in network.inference for array in node.arrays)
    shapes = {f"{path}.{array.name}": array.shape for path, array in read}
    arrays: dict[str, npt.NDArray[Any]] = {}
    with np.errstate(all="ignore"):
        for name, shape in shapes.items():
            if name not in weights:
                raise ValueError(f"there is no {name} among the weights")
            arrays[name] = np.asarray(weights[name], dtype)
            if arrays[name].shape != shape:
                raise ValueError(f"{name} must be {shape}, not {arrays[name].shape}")
    return arrays


def run(
    network: Network,
    inputs: npt.ArrayLike | Mapping[str, npt.ArrayLike],
    weights: Mapping[str, npt.ArrayLike],
    keep: str | Collection[str] = "outputs",
    dtype: npt.DTypeLike = np.float32,
    *,
    threads: int | None = None,
    forced: str | None = None,
) -> Trace:
    """Make a plan for one batch and run it: see `Plan` and `Plan.run`."""
    images = len(next(iter(batch(network, inputs).values())))
    return Plan(network, weights, dtype, threads=threads, images=max(1, images), forced=forced).run(inputs, keep)
