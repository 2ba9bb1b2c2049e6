"""A network made ready once, its weights packed, and then run on as many batches as one likes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import prod
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cnncalc.executor.fast.dispatch import Arrays, Scratch, Values, forward, pack
from cnncalc.executor.fast.layout import Layout, lay_out
from cnncalc.executor.fast.need import largest_scratch, needed
from cnncalc.executor.feeding import batch
from cnncalc.executor.memory import free_memory, refuse_if_too_large
from cnncalc.executor.trace import Trace, rows_to_keep
from cnncalc.network import Network, Node


class Step(NamedTuple):
    """One row of a plan: what is computed, from what, with what."""

    node: Node
    arrays: Arrays


class Plan:
    """The steps of a network's inference with their weights in the order in which they are read.

    Args:
        network: what to run.
        weights: ``{"path.weight": array}``, laid out as a weight file has them.
        dtype: float32 or float64, for weights and activations.

    Raises:
        ValueError: an array is missing or of another shape.
    """

    def __init__(
        self, network: Network, weights: Mapping[str, npt.ArrayLike], dtype: npt.DTypeLike = np.float32
    ) -> None:
        self.network = network
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        owned: dict[str, Arrays] = {}
        computing = [node for node in network.inference if not node.layer.hands_on]
        with np.errstate(all="ignore"):
            self.steps = [Step(node, self._packed(node, weights, owned)) for node in computing]
        self._memory: Values = np.empty(0, self.dtype)
        self._last: tuple[int, frozenset[str], Layout] | None = None
        self._scratch = 0
        self._lock = Lock()

    def _packed(self, node: Node, weights: Mapping[str, npt.ArrayLike], owned: dict[str, Arrays]) -> Arrays:
        """The node's arrays in packed order; layers that share them share the packed ones too."""
        owner = self.network.owner(node).path
        if owner not in owned:
            arrays = {}
            for array in node.arrays:
                name = f"{owner}.{array.name}"
                if name not in weights:
                    raise ValueError(f"there is no {name} among the weights")
                arrays[array.name] = np.asarray(weights[name], self.dtype)
                if arrays[array.name].shape != array.shape:
                    raise ValueError(f"{name} must be {array.shape}, not {arrays[array.name].shape}")
            owned[owner] = pack(node.layer, arrays) if arrays else arrays
        return owned[owner]

    def run(
        self, inputs: npt.ArrayLike | Mapping[str, npt.ArrayLike], keep: str | Collection[str] = "outputs"
    ) -> Trace:
        """Every step in turn, in one stretch of memory that the next run uses again; what is kept lies apart from it.

        Args:
            inputs: (images, *sizes, channels) for each input by name, or one array for the only input.
            keep: ``"outputs"``, ``"all"``, or the paths to keep beside the outputs.

        Raises:
            InputError: an input does not fit the network.
            KeyError: `keep` names a path that is not there.
            MemoryRefusal: the activations would not fit into free memory; nothing is allocated.
        """
        kept = rows_to_keep(self.network, keep)
        given = batch(self.network, inputs)
        images = len(next(iter(given.values())))
        layout = self._laid_out(images, kept)
        alive = {name: np.ascontiguousarray(array, self.dtype) for name, array in given.items()}
        with self._lock, np.errstate(all="ignore"):
            memory = self._memory_of(layout.size + self._scratch)
            for step in self.steps:
                path = step.node.path
                shape = (images, *step.node.volume)
                if path in layout.apart:
                    alive[path] = np.empty(shape, self.dtype)
                else:
                    offset = layout.offsets[path]
                    alive[path] = memory[offset : offset + prod(shape)].reshape(shape)
                read = [alive[layout.homes[name]] for name in step.node.inputs]
                forward(step.node.layer, read, step.arrays, alive[path], Scratch(memory[layout.size :]))
        order = (node.path for node in self.network.inference if node.path in kept)
        return Trace(self.network, {path: alive[layout.homes[path]] for path in order})

    def _laid_out(self, images: int, kept: frozenset[str]) -> Layout:
        """Where everything lies, the same as for the run before where that had as many images and kept the same."""
        if self._last is None or self._last[:2] != (images, kept):
            need = needed(self.network, images, self.dtype, kept)
            # Weights are here already, and what the last run used will be used again.
            refuse_if_too_large(need._replace(weights=0), free_memory(), held=self._memory.nbytes)
            self._last = images, kept, lay_out(self.network, images, kept)
            self._scratch = largest_scratch(self.network, images)[0]
        return self._last[2]

    def _memory_of(self, values: int) -> Values:
        """Room for a run, that of the run before where it is large enough."""
        if len(self._memory) < values:
            self._memory = np.empty(0, self.dtype)
            self._memory = np.empty(values, self.dtype)
        return self._memory[:values]


def run(
    network: Network,
    inputs: npt.ArrayLike | Mapping[str, npt.ArrayLike],
    weights: Mapping[str, npt.ArrayLike],
    keep: str | Collection[str] = "outputs",
    dtype: npt.DTypeLike = np.float32,
) -> Trace:
    """Make a plan and run it once: see `Plan` and `Plan.run`."""
    return Plan(network, weights, dtype).run(inputs, keep)
