"""A network within a limit of memory whose wanted rows do not fit together: some of them in each of several passes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cnncalc.executor.fast.kinds import Values
from cnncalc.executor.fast.strips.strips import Progress, Strips, wanted_rows
from cnncalc.executor.feeding import batch
from cnncalc.executor.files.rows import ArrayRows
from cnncalc.executor.files.rows import Rows as RowSource
from cnncalc.executor.files.rows import Sink as RowSink
from cnncalc.executor.memory import MemoryRefusal
from cnncalc.executor.trace import Trace, rows_to_keep
from cnncalc.network import Network


class Passes:
    """The outputs and the kept rows of a network, in one pass where they fit together, else in as many as it takes.

    What is kept makes a strip hold its rows, and the rest hold all of it to the end; a pass computes what its own rows
    need. So what runs without kept rows also runs with them, only longer; at the very least limit a single row may
    still be too many, because its own rows come on top of those that computing it holds.

    Args:
        network, weights, memory, dtype, threads, keep: as `Strips` takes them.

    Raises:
        MemoryRefusal: not even the thinnest strips of one row fit; the message says what they take.
        KeyError: `keep` names a path that the network does not have.
    """

    def __init__(
        self,
        network: Network,
        weights: Mapping[str, npt.ArrayLike],
        memory: int,
        dtype: npt.DTypeLike = np.float32,
        *,
        threads: int | None = None,
        keep: Collection[str] = (),
    ) -> None:
        packed: dict[Any, Any] = {}

        def passes(rows: Sequence[str]) -> Iterator[Strips]:
            try:
                found = Strips(network, weights, memory, dtype, threads=threads, wanted=rows, packed=packed)
            except MemoryRefusal:
                parts = _parts(rows, network.outputs)
                if len(parts) == 1:
                    raise
                for part in parts:
                    yield from passes(part)
            else:
                yield found

        self.passes = list(passes(wanted_rows(network, keep)))

    @property
    def strips(self) -> int:
        """How many strips are computed for an image, in all passes; 0 where everything fits as a whole."""
        return sum(strips.strips for strips in self.passes)

    @property
    def peak_bytes(self) -> int:
        """What the largest pass takes."""
        return max(strips.peak_bytes for strips in self.passes)

    def run(
        self, sources: Mapping[str, RowSource], sinks: Mapping[str, RowSink], progress: Progress | None = None
    ) -> None:
        """One image through the network, pass after pass; sources, sinks and progress as `Strips` takes them."""
        done = 0
        for strips in self.passes:
            before = done

            def told(number: int, _: int, before: int = before) -> None:
                if progress is not None:
                    progress(before + number, self.strips)

            strips.run(sources, sinks, told)
            done += strips.strips


def _parts(rows: Sequence[str], outputs: Sequence[str]) -> list[Sequence[str]]:
    """The outputs and all else, or all else in halves; the rows themselves where they are the least that one asks for.

    >>> _parts(["y", "a", "b"], ["y"]), _parts(["a", "b", "c"], ["y"]), _parts(["y"], ["y"])
    ([['y'], ['a', 'b']], [['a'], ['b', 'c']], [['y']])
    """
    asked, beside = ([row for row in rows if (row in outputs) == whether] for whether in (True, False))
    middle = len(beside) // 2
    halves = [asked, beside] if asked else [beside[:middle], beside[middle:]]
    return [half for half in halves if half]


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
    passes = Passes(network, weights, memory, dtype, threads=threads, keep=kept)
    arrays = {row: np.empty((images, *network.volume(row)), dtype) for row in kept}
    for number in range(images):
        sources = {name: ArrayRows(array[number]) for name, array in given.items()}
        passes.run(sources, {row: ArraySink(array[number]) for row, array in arrays.items()})
    return Trace(network, arrays)
