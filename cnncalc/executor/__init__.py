"""Networks and arrays to activations: the front door to both executors and to the weights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from cnncalc.executor.fast.need import needed
from cnncalc.executor.feeding import InputError, batch
from cnncalc.executor.memory import MemoryRefusal, free_memory, refuse_if_too_large
from cnncalc.executor.trace import Trace
from cnncalc.executor.weight_check import WeightsError, check_weights
from cnncalc.executor.weight_files import load_weights, save_weights
from cnncalc.executor.weights import init_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnncalc.executor.fast import Plan
    from cnncalc.network import Network

__all__ = [
    "EXECUTORS",
    "InputError",
    "MemoryRefusal",
    "Trace",
    "WeightsError",
    "check_weights",
    "compile",
    "init_weights",
    "load_weights",
    "run",
    "save_weights",
]

EXECUTORS = ("fast", "reference")


def compile(  # noqa: A001 # what the field calls it
    network: Network,
    weights: Mapping[str, NDArray[Any]] | None = None,
    *,
    threads: int | None = None,
    images: int | None = None,
    dtype: str = "float32",
) -> Plan:
    """A plan for many batches, after the weights were checked; `cnncalc.executor.fast.Plan` says what it takes.

    Raises:
        WeightsError: names, shapes or types of the weights are not the network's; it lists all of them.
        MemoryRefusal: initial weights would need more memory than is free.
        ValueError: a dtype that there is not, or fewer threads than one.
    """
    from cnncalc.executor.fast import Plan

    if weights is None:
        refuse_if_too_large(needed(network, dtype=dtype), free_memory())
        weights = init_weights(network)
    check_weights(weights, network)
    return Plan(network, weights, dtype, threads=threads, images=images)


def run(
    network: Network,
    images: NDArray[Any] | Mapping[str, NDArray[Any]],
    weights: Mapping[str, NDArray[Any]] | None = None,
    *,
    keep: str | Collection[str] = "outputs",
    executor: str = "fast",
) -> Trace:
    """The network on a batch of images, after the weights and the images were checked.

    Args:
        network: what to run.
        images: (N, height, width, channels), or such arrays by the name of the input.
        weights: arrays by name, as `init_weights` and `load_weights` give them; without them the initial ones of
            seed 0, which are only made once it is clear that the run fits into free memory.
        keep: whose activations the trace holds: ``"outputs"``, ``"all"``, or paths.
        executor: ``"fast"`` computes in float32 by matrix products; ``"reference"`` in float64, as the definitions
            are written, for small networks.

    Raises:
        WeightsError: names, shapes or types of the weights are not the network's; it lists all of them.
        InputError: images that do not fit the network.
        MemoryRefusal: the run needs more memory than is free; nothing has been allocated.
        KeyError: `keep` names a path that the network does not have.
        ValueError: an executor that there is not.
    """
    if weights is None:
        count = len(next(iter(batch(network, images).values())))
        refuse_if_too_large(needed(network, count, keep=keep), free_memory())
        weights = init_weights(network)
    check_weights(weights, network)
    if executor == "fast":
        from cnncalc.executor import fast

        return fast.run(network, images, weights, keep=keep)
    if executor == "reference":
        from cnncalc.executor import reference

        return reference.run(network, images, weights, keep=keep)
    raise ValueError(f"there is no executor {executor!r}; there are {' and '.join(EXECUTORS)}")
