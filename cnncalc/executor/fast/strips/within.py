"""A batch of arrays through a network within a limit of memory, one image after another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from cnncalc.executor.fast.strips.strips import Strips
from cnncalc.executor.feeding import batch
from cnncalc.executor.files.rows import ArrayRows
from cnncalc.executor.trace import Trace, rows_to_keep
from cnncalc.network import Network

Values = npt.NDArray[Any]


class ArraySink:
    """Rows of one output written to where the whole output is wanted."""

    def __init__(self, place: Values) -> None:
        self.place = place

    def write(self, start: int, values: Values) -> None:
        """Some rows, or a vector at once."""
        if self.place.ndim == 1:
            self.place[...] = values
        else:
            self.place[start : start + len(values)] = values


def run_within(
    network: Network,
    inputs: npt.ArrayLike | Mapping[str, npt.ArrayLike],
    weights: Mapping[str, npt.ArrayLike],
    memory: int,
    keep: str | Collection[str] = "outputs",
    dtype: npt.DTypeLike = np.float32,
    *,
    threads: int | None = None,
) -> Trace:
    """As `run`, with activations and scratch of at most so many bytes beside what the trace holds.

    Raises:
        MemoryRefusal: not even strips fit.
    """
    kept = rows_to_keep(network, keep)
    given = batch(network, inputs)
    images = len(next(iter(given.values())))
    strips = Strips(network, weights, memory, dtype, threads=threads, keep=kept)
    arrays = {row: np.empty((images, *network.volume(row)), dtype) for row in kept}
    for number in range(images):
        sources = {name: ArrayRows(array[number]) for name, array in given.items()}
        strips.run(sources, {row: ArraySink(array[number]) for row, array in arrays.items()})
    return Trace(network, arrays)
