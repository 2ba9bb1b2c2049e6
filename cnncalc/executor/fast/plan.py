"""A network made ready once, its weights packed, and then run on as many batches as one likes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cnncalc.executor.fast.dispatch import Arrays, Values, forward, pack
from cnncalc.executor.fast.need import needed
from cnncalc.executor.feeding import batch
from cnncalc.executor.memory import free_memory, refuse_if_too_large
from cnncalc.executor.trace import Trace, lifetimes, rows_to_keep
from cnncalc.layers import Layer
from cnncalc.network import Network, Node


class Step(NamedTuple):
    """One row of a plan: what is computed, from what, with what."""

    path: str
    layer: Layer
    inputs: tuple[str, ...]
    arrays: Arrays

    def __call__(self, alive: Mapping[str, Values]) -> Values:
        return forward(self.layer, [alive[name] for name in self.inputs], self.arrays)


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
        self.dtype: np.dtype[np.floating] = np.dtype(dtype)
        owned: dict[str, Arrays] = {}
        self.steps = [
            Step(node.path, node.layer, node.inputs, self._packed(node, weights, owned)) for node in network.inference
        ]

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
        """Every step in turn; an activation is let go after its last reader unless it is to be kept.

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
        # Weights and inputs are here already; free memory does not hold them any more.
        refuse_if_too_large(needed(self.network, images, self.dtype, keep)._replace(weights=0), free_memory())
        alive = {name: np.ascontiguousarray(array, self.dtype) for name, array in given.items()}
        with np.errstate(all="ignore"):
            for step, ending in zip(self.steps, lifetimes(self.network, kept), strict=True):
                alive[step.path] = step(alive)
                for name in ending:
                    del alive[name]
        return Trace(self.network, {step.path: alive[step.path] for step in self.steps if step.path in kept})


def run(
    network: Network,
    inputs: npt.ArrayLike | Mapping[str, npt.ArrayLike],
    weights: Mapping[str, npt.ArrayLike],
    keep: str | Collection[str] = "outputs",
    dtype: npt.DTypeLike = np.float32,
) -> Trace:
    """Make a plan and run it once: see `Plan` and `Plan.run`."""
    return Plan(network, weights, dtype).run(inputs, keep)


def kinds_without_forward(kinds: Sequence[type[Layer]]) -> list[type[Layer]]:
    """Which kinds have no `forward` of their own or of a base."""
    return [kind for kind in kinds if forward.dispatch(kind) is forward.dispatch(object)]
