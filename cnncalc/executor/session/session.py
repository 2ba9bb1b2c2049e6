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
from cnncalc.executor.files.opening import ImageError
from cnncalc.executor.files.rows import images_of
from cnncalc.executor.memory import MemoryRefusal, free_memory, refuse_if_too_large
from cnncalc.executor.session.answers import Answer, answer
from cnncalc.executor.session.feeds import (
    ALL,
    Feed,
    Picture,
    RunError,
    counted,
    feeds_of,
    labels_of,
    paths_to_save,
    pictures_of,
    weights_of,
)
from cnncalc.executor.trace import Trace, rows_to_keep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnncalc.executor.files.album import Album
    from cnncalc.network import Network

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
        memory: a limit in bytes, which only a `LimitedSession` keeps; 0 for none.
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
    """What came of a limit of memory, as JSON holds it.

    Attributes:
        limit_bytes: of activations and scratch.
        used_bytes: of them, at most.
        strips: into how many strips of rows a picture was cut; 0 where it was computed as a whole.
        weight_bytes: what lies beside.
    """

    limit_bytes: int
    used_bytes: int
    strips: int
    weight_bytes: int


class Result(NamedTuple):
    """What the network says of one picture; files that were saved of it, with a page of them; or what stopped it."""

    name: str
    answers: tuple[Answer, ...] = ()
    saved: tuple[str, ...] = ()
    page: str = ""
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
        self.save = paths_to_save(network, options.save)
        self.labels = labels_of(network, options.labels)
        try:
            self._refuse_what_cannot_fit()
            self.weights, self.weights_told = weights_of(network, options.weights, options.seed)
            self._make_ready()
        except MemoryRefusal as refusal:
            # The reference holds whole maps, and under a limit there are strips: for both there is no remedy.
            remedied = options.executor == "fast" and not options.memory
            raise RunError(refusal.on_a_command_line if remedied else refusal.fact) from None

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
        for feed in self.feeds:
            try:
                for picture, arrays in self._read(feed):
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
        images = min(options.batch, self._count())
        kept = rows_to_keep(self.network, self.save)
        item = np.dtype(options.dtype).itemsize
        self._drafted = draft(self.network, images, kept, item, self._count())
        need = needed(self.network, images, options.dtype, self.save, self._drafted, options.threads)
        refuse_if_too_large(need, free_memory())

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

            arithmetic = reference.ARITHMETICS[options.dtype]
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

    def _read(self, feed: Feed) -> Iterator[tuple[Picture, dict[str, NDArray[Any]]]]:
        count = counted(self.network, feed)
        read = [images_of(path, self.network.inputs[name]) for name, path in feed.files.items()]
        for picture, *arrays in zip(pictures_of(feed, count), *read, strict=False):
            yield picture, dict(zip(feed.files, arrays, strict=True))

    def _ran(self, pending: list[tuple[Picture, dict[str, NDArray[Any]]]], top: int, folder: str) -> Iterator[Result]:
        inputs = {name: np.stack([arrays[name] for _, arrays in pending]) for name in self.network.inputs}
        try:
            trace = self.run(inputs, keep=self.save)
        except MemoryRefusal as refusal:
            for picture, _ in pending:
                yield Result(picture.name, fault=f"{picture.name}: {refusal.on_a_command_line}")
            return
        for index, (picture, _) in enumerate(pending):
            answers = tuple(answer(output, values[index], top) for output, values in trace.outputs.items())
            yield Result(picture.name, answers, *self._saved(trace, index, picture, folder))

    def _saved(self, trace: Trace, index: int, picture: Picture, folder: str) -> tuple[tuple[str, ...], str]:
        """The files of one picture, and the page of them."""
        if not self.save:
            return (), ""
        album = self._album(picture, folder)
        for path in self.save:
            values = trace[path][index]
            with album.growing(path, values.dtype) as rows:
                rows.write(0, values)
        return tuple(album.files), album.write_page(picture.name, self.weights_told)

    def _album(self, picture: Picture, folder: str) -> Album:
        from cnncalc.executor.files.album import Album  # Pillow's writers are slow to start

        return Album(self.network, self.save, Path(folder) / picture.place, numbered=ALL in self.options.save)
