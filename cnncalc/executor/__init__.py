"""Networks and arrays to activations: the front door to both executors and to the weights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from cnncalc.executor.fast.need import needed
from cnncalc.executor.feeding import batch
from cnncalc.executor.memory import free_memory, refuse_if_too_large
from cnncalc.executor.trace import Trace
from cnncalc.executor.weights.check import WeightsError, check_weights
from cnncalc.executor.weights.files import load_weights, save_weights
from cnncalc.executor.weights.initial import init_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnncalc.executor.fast import Plan
    from cnncalc.network import Network

__all__ = ["EXECUTORS", "WeightsError", "compile", "init_weights", "load_weights", "run", "save_weights"]

EXECUTORS = ("fast", "reference")
DTYPES = ("float32", "float64")


def compile(  # noqa: A001 # what the field calls it
    network: Network,
    weights: Mapping[str, NDArray[Any]] | None = None,
    threads: int | None = None,
    images: int | None = None,
    dtype: str = "float32",
) -> Plan:
    """A plan of the network's inference, to be called many times: ``plan(images)`` gives the output array.

    Args:
        network: what to run.
        weights: arrays by name; the initial ones of seed 0 without them.
        threads: how many compute; as many as the process may use by default.
        images: how many images the plan will see; by default so many that work on the weights does not count.
        dtype: ``"float32"`` or ``"float64"``.

    Raises:
        WeightsError: names, shapes or types of the weights are not the network's; it lists all of them.
        MemoryRefusal: initial weights would need more memory than is free.
        ValueError: a dtype that there is not, or fewer threads than one.

    >>> import cnncalc, numpy as np
    >>> plan = cnncalc.compile(cnncalc.load("lenet5"))
    >>> plan(np.zeros((8, 32, 32, 1), np.float32)).shape
    (8, 10)
    """
    from cnncalc.executor.fast import Plan

    refuse_unknown(dtype, threads)
    if weights is None:
        refuse_if_too_large(needed(network, dtype=dtype), free_memory())
        weights = init_weights(network)
    check_weights(weights, network)
    return Plan(network, weights, dtype, threads=threads, images=images)


def run(
    network: Network,
    images: NDArray[Any] | Mapping[str, NDArray[Any]],
    weights: Mapping[str, NDArray[Any]] | None = None,
    keep: str | Collection[str] = "outputs",
    dtype: str | None = None,
    threads: int | None = None,
    memory: int | None = None,
    executor: str = "fast",
) -> Trace:
    """The network on a batch of images, after the weights and the images were checked.

    Args:
        network: what to run.
        images: (N, height, width, channels), scaled as the network wants them, or such arrays by the name of the
            input; memory maps are read in rows where `memory` is given.
        weights: arrays by name, as `init_weights` and `load_weights` give them; without them the initial ones of
            seed 0, which are only made once it is clear that the run fits into free memory.
        keep: whose activations the trace holds: ``"outputs"``, ``"all"``, or paths.
        dtype: ``"float32"``, which is what fast computes in by default, or ``"float64"``, as the reference does.
        threads: how many compute; as many as the process may use by default. Results do not depend on it.
        memory: bytes that activations and scratch of the fast executor may take; what does not fit is computed in
            strips of rows. What the trace holds comes on top.
        executor: ``"fast"`` computes by a plan of matrix products; ``"reference"`` as the definitions are written, for
            small networks.

    Raises:
        WeightsError: names, shapes or types of the weights are not the network's; it lists all of them.
        InputError: images that do not fit the network.
        MemoryRefusal: the run needs more memory than is free, or not even strips fit into `memory`; nothing has been
            allocated.
        KeyError: `keep` names a path that the network does not have.
        ValueError: an executor or a dtype that there is not, or fewer threads than one.

    >>> import cnncalc, numpy as np
    >>> cnncalc.run(cnncalc.load("lenet5"), np.zeros((1, 32, 32, 1), np.float32)).output.shape
    (1, 10)
    """
    if executor not in EXECUTORS:
        raise ValueError(f"there is no executor {executor!r}; the executors are {' and '.join(EXECUTORS)}")
    if dtype is None:
        dtype = "float64" if executor == "reference" else "float32"
    refuse_unknown(dtype, threads)
    if weights is None:
        if memory is None:
            count = len(next(iter(batch(network, images).values())))
            refuse_if_too_large(needed(network, count, dtype, keep), free_memory())
        weights = init_weights(network)
    check_weights(weights, network)
    if executor == "reference":
        from cnncalc.executor import reference

        return reference.run(network, images, weights, reference.ARITHMETICS[dtype], keep=keep)
    from cnncalc.executor import fast

    if memory is not None:
        return fast.run_within(network, images, weights, memory, keep, dtype, threads=threads)
    return fast.run(network, images, weights, keep, dtype, threads=threads)


def refuse_unknown(dtype: str, threads: int | None) -> None:
    """Raise a ValueError for a dtype that no executor has, and for fewer threads than one."""
    if dtype not in DTYPES:
        raise ValueError(f"there is no dtype {dtype!r} to compute in; the dtypes are {' and '.join(DTYPES)}")
    if threads is not None and threads < 1:
        raise ValueError(f"threads must be 1 or more, not {threads}")
