"""Runs a network row by row, one image at a time, and watches which arrays are alive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnncalc.executor.feeding import batch
from cnncalc.executor.reference.arithmetic import FLOAT64, Arithmetic, Elementwise, Values
from cnncalc.executor.reference.forward import forward
from cnncalc.executor.trace import Trace, rows_to_keep
from cnncalc.network import Network


class Moment(NamedTuple):
    """What is alive while one row is computed.

    Attributes:
        path: the row.
        alive: the network inputs and rows whose arrays are held, its own output among them, oldest first; a row that
            hands on its input's array is not listed beside it.
        values: how many values these arrays hold.
    """

    path: str
    alive: tuple[str, ...]
    values: int


class Step(NamedTuple):
    """One row as it ran: its output for one image, and what was alive."""

    moment: Moment
    output: Values


class ObservedTrace(Trace):
    """A trace that also says, row by row, what was alive for one image: its `moments`."""

    def __init__(self, network: Network, arrays: Mapping[str, NDArray[Any]], moments: tuple[Moment, ...] = ()) -> None:
        super().__init__(network, arrays)
        self.moments = moments

    @property
    def peak(self) -> Moment:
        """The first row at which the most values are alive."""
        return max(self.moments, key=lambda moment: moment.values)


def run(
    network: Network,
    images: NDArray[Any] | Mapping[str, NDArray[Any]],
    weights: Mapping[str, NDArray[Any]],
    arithmetic: Arithmetic = FLOAT64,
    *,
    keep: str | Collection[str] = "outputs",
    training_only: bool = False,
) -> ObservedTrace:
    """The network on a batch of images, computed as the definitions say.

    Args:
        network: a checked network.
        images: (N, height, width, channels), or such arrays by the name of the input.
        weights: every array of `network.kept()` that the rows need, by name; `check_weights` tells what is wrong.
        arithmetic: the type of scalars; float64 by default.
        keep: whose activations stay in the trace: `"outputs"`, `"all"`, or paths.
        training_only: also run what only auxiliary heads need, and keep their outputs.

    Raises:
        InputError: images that do not fit the network.
        KeyError: a path in `keep` that the network does not have, or an array that is not in `weights`.
        ValueError: `keep` names a row that only training has.

    >>> from cnncalc.layers import KINDS
    >>> from cnncalc.network import Assembly, Input
    >>> from cnncalc.volume import Volume
    >>> assembly = Assembly({"input": Input(Volume((2, 2, 1)))})
    >>> node = assembly.add("max_pool_1", "max_pool", KINDS["max_pool"].build(2, {"kernel": 2}), ("input",))
    >>> network = assembly.network("tiny", outputs=("max_pool_1",))
    >>> trace = run(network, np.array([[[[1], [5]], [[3], [2]]]]), {})
    >>> trace.output.tolist(), trace.peak
    ([[[[5.0]]]], Moment(path='max_pool_1', alive=('input', 'max_pool_1'), values=5))
    """
    given = batch(network, images)
    wanted = rows_to_keep(network, keep)
    if training_only:
        wanted |= set(network.by_path) if keep == "all" else set(network.aux_outputs)
    kept: dict[str, list[Values]] = {}
    moments: tuple[Moment, ...] = ()
    for number in range(len(next(iter(given.values())))):
        image = {name: array[number] for name, array in given.items()}
        taken = []
        for moment, output in steps(network, image, weights, arithmetic, training_only=training_only):
            taken.append(moment)
            if moment.path in wanted:
                kept.setdefault(moment.path, []).append(output)
        moments = tuple(taken)
    arrays = {path: np.stack(images_) for path, images_ in kept.items()}
    return ObservedTrace(network, arrays, moments)


def steps(
    network: Network,
    image: Mapping[str, Values],
    weights: Mapping[str, NDArray[Any]],
    arithmetic: Arithmetic = FLOAT64,
    *,
    training_only: bool = False,
) -> Iterator[Step]:
    """The rows one by one for one image, so that a caller can look at its counters between them.

    An array is let go after its last reader, which is found by counting the readers of the rows that run.
    """
    on_arrays = Elementwise(arithmetic)
    rows = [node for node in network.nodes if training_only or not node.training_only]
    readers = Counter(name for node in rows for name in node.inputs)
    readers.update((*network.outputs, *network.aux_outputs) if training_only else network.outputs)
    tensors = {name: on_arrays.array(image[name]) for name in network.inputs if readers[name]}
    stores = {name: name for name in tensors}
    for node in rows:
        read = tuple(tensors[name] for name in node.inputs)
        with np.errstate(all="ignore"):  # NaN and infinity pass through in silence, as in any executor
            output = forward(node.layer, read, _Kept(network.owner(node).path, weights, on_arrays), on_arrays)
        tensors[node.path] = output
        # A row that hands on the very array of an input holds none of its own.
        handed_on = (stores[name] for name, array in zip(node.inputs, read, strict=True) if array is output)
        stores[node.path] = next(handed_on, node.path)
        held = {stores[name]: array.size for name, array in tensors.items()}
        yield Step(Moment(node.path, tuple(held), sum(held.values())), output)
        readers.subtract(node.inputs)
        for name in {*node.inputs, node.path}:
            if not readers[name]:
                del tensors[name]


class _Kept:
    """A node's arrays by their own names, read from where the network keeps them when they are asked for."""

    def __init__(self, path: str, weights: Mapping[str, NDArray[Any]], arithmetic: Elementwise) -> None:
        self._path = path
        self._weights = weights
        self._arithmetic = arithmetic

    def __getitem__(self, name: str) -> Values:
        return self._arithmetic.array(self._weights[f"{self._path}.{name}"])
