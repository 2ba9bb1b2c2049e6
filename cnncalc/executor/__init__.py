"""Networks and arrays to activations: the front door to both executors and to the weights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from cnncalc.arguments import whole
from cnncalc.executor.dtypes import computed_in
from cnncalc.executor.fast.need import needed
from cnncalc.executor.feeding import batch
from cnncalc.executor.memory import free_memory, refuse_if_too_large
from cnncalc.executor.trace import Trace
from cnncalc.executor.weights.check import WeightsError, check_weights
from cnncalc.executor.weights.files import load_weights, save_weights
from cnncalc.executor.weights.initial import init_weights

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from cnncalc.executor.fast import Plan
    from cnncalc.network import Network

__all__ = ["EXECUTORS", "WeightsError", "compile", "init_weights", "load_weights", "run", "save_weights"]

EXECUTORS = ("fast", "reference")


def compile(  # noqa: A001 # what the field calls it
    network: Network,
    weights: Mapping[str, NDArray[Any]] | None = None,
    threads: int | None = None,
    images: int | None = None,
    dtype: DTypeLike = "float32",
) -> Plan:
    """A plan of the network's inference; `cnncalc.compile` is the same for whatever means a network."""
    from cnncalc.executor.fast import Plan

    name = computed_in(dtype)
    threads = None if threads is None else whole("threads", threads, 1)
    images = None if images is None else whole("images", images, 1)
    if weights is None:
        refuse_if_too_large(needed(network, dtype=name), free_memory())
        weights = init_weights(network)
    check_weights(weights, network)
    return Plan(network, weights, name, threads=threads, images=images)


def run(
    network: Network,
    images: NDArray[Any] | Mapping[str, NDArray[Any]],
    weights: Mapping[str, NDArray[Any]] | None = None,
    keep: str | Collection[str] = "outputs",
    dtype: DTypeLike | None = None,
    threads: int | None = None,
    memory: int | None = None,
    executor: str = "fast",
) -> Trace:
    """The network on a batch of images; `cnncalc.run` is the same for whatever means a network."""
    if executor not in EXECUTORS:
        raise ValueError(f"there is no executor {executor!r}; the executors are {' and '.join(EXECUTORS)}")
    name = computed_in(("float64" if executor == "reference" else "float32") if dtype is None else dtype)
    threads = None if threads is None else whole("threads", threads, 1)
    memory = None if memory is None else whole("memory", memory, 0)
    given = batch(network, images)
    if weights is None:
        if memory is None:
            count = len(next(iter(given.values())))
            refuse_if_too_large(needed(network, count, name, keep), free_memory())
        weights = init_weights(network)
    check_weights(weights, network)
    if executor == "reference":
        from cnncalc.executor import reference

        return reference.run(network, images, weights, reference.ARITHMETICS[name], keep=keep)
    from cnncalc.executor import fast

    if memory is not None:
        return fast.run_within(network, images, weights, memory, keep, name, threads=threads)
    return fast.run(network, images, weights, keep, name, threads=threads)
