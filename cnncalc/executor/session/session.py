"""One `run` of a network on many pictures: weights and labels made ready once, then picture after picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cnncalc.executor import fast
from cnncalc.executor.fast.draft import draft
from cnncalc.executor.fast.need import needed
from cnncalc.executor.files.images import read_images
from cnncalc.executor.files.opening import ImageError
from cnncalc.executor.memory import MemoryRefusal, free_memory, refuse_if_too_large
from cnncalc.executor.session.answers import Answer, answer
from cnncalc.executor.session.feeds import (
    ALL,
    Feed,
    Picture,
    RunError,
    counted,
    feeds_of,
    known_rows,
    pictures_of,
    places_of,
)
from cnncalc.executor.session.supplies import labels_of, weights_of
from cnncalc.executor.trace import Trace, rows_to_keep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnncalc.network import Network

__all__ = ["Options", "Result", "RunError", "Session", "Watch"]

Watch = Callable[[int, int], None]
"""Told how many of how many parts of a picture are done."""


class Options(NamedTuple):
    """How a network is run.

    Attributes:
        weights: a weight file; without one the spec's, without that random ones.
        seed: for random weights.
        labels: a text file, one class a line; without one the spec's.
        save: paths of layers whose maps are saved, or ``all``.
        executor: fast or reference.
        batch: pictures at once.
        dtype: float32 or float64.
        threads: of the fast executor; by default as many as the process may use.
        memory: a limit in bytes, which only a `LimitedSession` keeps.
    """

    weights: str | None = None
    seed: int = 0
    labels: str | None = None
    save: tuple[str, ...] = ()
    executor: str = "fast"
    batch: int = 1
    dtype: str = "float32"
    threads: int | None = None
    memory: int = 0


class Limited(NamedTuple):
    """What came of a limit of memory, in bytes.

    Attributes:
        limit: of activations and scratch.
        used: of them, at most.
        strips: into how many strips of rows a picture was cut; 0 where it was computed as a whole.
        weights: what lies beside.
    """

    limit: int
    used: int
    strips: int
    weights: int


class Result(NamedTuple):
    """What the network says of one picture, and what was saved of it; or the `fault` that stopped it."""

    name: str
    answers: tuple[Answer, ...] = ()
    saved: tuple[str, ...] = ()
    fault: str = ""


class Session:
    """A network ready to run on some files.

    Args:
        network: what to run; its folder is where the spec's own weights and labels lie.
        images: as on a command line: a file, the name of a picture that ships, or NAME=FILE for each of several inputs.
        options: how.

    Raises:
        RunError: an image, weights or labels that cannot be used, or more memory than is free; nothing has been run.
    """

    def __init__(self, network: Network, images: Sequence[str], options: Options) -> None:
        self.network = network
        self.options = options
        self.feeds = feeds_of(network, images)
        self.save = tuple(dict.fromkeys(options.save))
        self.keep = known_rows(network, self.save)
        self.labels = labels_of(network, options.labels)
        self._refuse_what_cannot_fit()
        self.weights, self.weights_told = weights_of(network, options.weights, options.seed)
        self._make_ready()

    @property
    def limited(self) -> Limited | None:
        """What came of the limit of memory, where there is one."""
        return None

    def results(self, top: int, folder: str, watch: Watch | None = None) -> Iterator[Result]:
        """The answers of each file in turn; a file that cannot be read gives its fault, and the others go on.

        Args:
            top: how many classes are told.
            folder: where maps are saved.
            watch: is told of the parts of a picture, where it is computed in parts.
        """
        pending: list[tuple[Picture, dict[str, NDArray[Any]]]] = []
        for feed, place in zip(self.feeds, places_of(self.feeds), strict=True):
            try:
                for picture, arrays in self._read(feed, place):
                    pending.append((picture, arrays))
                    if len(pending) == self.options.batch:
                        yield from self._ran(pending, top, folder)
                        pending = []
            except (ImageError, OSError) as error:
                yield Result(feed.name, fault=str(error))
        if pending:
            yield from self._ran(pending, top, folder)

    def _refuse_what_cannot_fit(self) -> None:
        """Before there are any weights."""
        options = self.options
        images = min(options.batch, len(self.feeds))
        kept = rows_to_keep(self.network, self.keep)
        item = np.dtype(options.dtype).itemsize
        self._drafted = draft(self.network, images, kept, item, self._count())
        try:
            need = needed(self.network, images, options.dtype, self.keep, self._drafted, options.threads)
            refuse_if_too_large(need, free_memory())
        except MemoryRefusal as refusal:
            # The reference holds whole maps: for it there is no remedy.
            raise RunError(refusal.on_a_command_line if options.executor == "fast" else refusal.fact) from None

    def _make_ready(self) -> None:
        options = self.options
        self.run: Callable[..., Trace]
        if options.executor == "fast":
            # Weights are packed once and used for every picture; for a few, some ways of packing them do not pay.
            self.run = fast.Plan(
                self.network,
                self.weights,
                options.dtype,
                threads=options.threads,
                images=self._count(),
                drafted=self._drafted,
            ).run
        else:
            from cnncalc.executor import reference

            arithmetic = reference.FLOAT32 if options.dtype == "float32" else reference.FLOAT64
            self.run = partial(reference.run, self.network, weights=self.weights, arithmetic=arithmetic)

    def _count(self) -> int:
        """How many pictures there will be; a file that cannot be read counts for none, and is told in its turn."""
        total = 0
        for feed in self.feeds:
            try:
                total += counted(self.network, feed)
            except ImageError:
                continue
        return max(1, total)

    def _read(self, feed: Feed, place: str) -> Iterator[tuple[Picture, dict[str, NDArray[Any]]]]:
        count = counted(self.network, feed)
        read = {name: read_images(path, self.network.inputs[name]) for name, path in feed.files.items()}
        for picture in pictures_of(feed, place, count):
            yield picture, {name: array[picture.number] for name, array in read.items()}

    def _ran(self, pending: list[tuple[Picture, dict[str, NDArray[Any]]]], top: int, folder: str) -> Iterator[Result]:
        inputs = {name: np.stack([arrays[name] for _, arrays in pending]) for name in self.network.inputs}
        try:
            trace = self.run(inputs, keep=self.keep)
        except MemoryRefusal as refusal:
            for picture, _ in pending:
                yield Result(picture.name, fault=f"{picture.name}: {refusal.on_a_command_line}")
            return
        for index, (picture, _) in enumerate(pending):
            answers = tuple(answer(output, values[index], top) for output, values in trace.outputs.items())
            yield Result(picture.name, answers, tuple(self._saved(trace, index, Path(folder) / picture.place)))

    def _saved(self, trace: Trace, index: int, folder: Path) -> Iterator[str]:
        if not self.save:
            return
        from cnncalc.executor.files.saving import save_activation  # Pillow's writers are slow to start

        for path in trace if ALL in self.save else self.save:
            yield from map(str, save_activation(path, trace[path][index], folder))
