"""One `run` of a network on many pictures: weights and labels made ready once, then picture after picture."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cnncalc.executor import fast, reference
from cnncalc.executor.answers import Answer, answer
from cnncalc.executor.fast.need import needed
from cnncalc.executor.images import ImageError, read_images, sample_images
from cnncalc.executor.memory import MemoryRefusal, free_memory, refuse_if_too_large
from cnncalc.executor.pictures import file_name, save_activation
from cnncalc.executor.trace import Trace, row_of
from cnncalc.executor.weight_check import WeightsError
from cnncalc.executor.weight_files import load_weights
from cnncalc.executor.weights import init_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnncalc.network import Network

ALL = "all"
"""In place of a path: the maps of every layer."""
MOST_LABEL_BYTES = 4 * 1024 * 1024


class RunError(Exception):
    """A run that cannot begin; the message says what to mend."""


class Feed(NamedTuple):
    """What one result comes from: a name for it, and a file for each input."""

    name: str
    files: dict[str, Path]


class Picture(NamedTuple):
    """One image of a feed: a name for it, the folder for its maps below the one to save in, and the image by input."""

    name: str
    place: str
    arrays: dict[str, NDArray[Any]]


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
        weights: a weight file; without one the spec's, without that random ones.
        seed: for random weights.
        labels: a text file, one class a line; without one the spec's.
        save: paths of layers whose maps are saved, or ``all``.
        executor: fast or reference.

    Raises:
        RunError: an image, weights or labels that cannot be used, or more memory than is free; nothing has been run.
    """

    def __init__(
        self,
        network: Network,
        images: Sequence[str],
        *,
        weights: str | None,
        seed: int,
        labels: str | None,
        save: Sequence[str],
        executor: str,
        batch: int,
    ) -> None:
        self.network = network
        self.batch = batch
        self.feeds = _feeds(network, images)
        self.save = tuple(dict.fromkeys(save))
        known = _known(network, [path for path in self.save if path != ALL])
        self.keep = ALL if ALL in save else known
        self.labels = _labels(network, labels)
        try:
            refuse_if_too_large(needed(network, min(batch, len(self.feeds)), keep=self.keep), free_memory())
        except MemoryRefusal as refusal:
            raise RunError(str(refusal)) from None
        kept, self.weights_told = _weights(network, weights, seed)
        # Weights are packed once and used for every picture.
        self.run = fast.Plan(network, kept).run if executor == "fast" else partial(reference.run, network, weights=kept)

    def results(self, top: int, folder: str) -> Iterator[Result]:
        """The answers of each file in turn; a file that cannot be read gives its fault, and the others go on."""
        pending: list[Picture] = []
        for feed, place in zip(self.feeds, _places(self.feeds), strict=True):
            try:
                for picture in _pictures(self.network, feed, place):
                    pending.append(picture)
                    if len(pending) == self.batch:
                        yield from self._ran(pending, top, folder)
                        pending = []
            except (ImageError, OSError) as error:
                yield Result(feed.name, fault=str(error))
        if pending:
            yield from self._ran(pending, top, folder)

    def _ran(self, pictures: list[Picture], top: int, folder: str) -> Iterator[Result]:
        inputs = {name: np.stack([picture.arrays[name] for picture in pictures]) for name in self.network.inputs}
        try:
            trace = self.run(inputs, keep=self.keep)
        except MemoryRefusal as refusal:
            for picture in pictures:
                yield Result(picture.name, fault=f"{picture.name}: {refusal}")
            return
        for index, picture in enumerate(pictures):
            answers = tuple(answer(output, values[index], top) for output, values in trace.outputs.items())
            yield Result(picture.name, answers, tuple(self._saved(trace, index, Path(folder) / picture.place)))

    def _saved(self, trace: Trace, index: int, folder: Path) -> Iterator[str]:
        for path in trace if ALL in self.save else self.save:
            yield from map(str, save_activation(path, trace[path][index], folder))


def _known(network: Network, paths: Sequence[str]) -> tuple[str, ...]:
    try:
        for path in paths:
            row_of(network, path)
    except KeyError as error:
        raise RunError(str(error.args[0])) from None
    for path in paths:
        row = network.by_path.get(row_of(network, path))
        if row is None or row.training_only:
            raise RunError(f"{path} has no maps to save: it is an input, or only training has it")
    return tuple(paths)


def _feeds(network: Network, images: Sequence[str]) -> list[Feed]:
    """One feed for each image; with several inputs, one for each set of NAME=FILE."""
    if len(network.inputs) == 1:
        (name,) = network.inputs
        return [Feed(image, {name: _file(image.removeprefix(f"{name}="))}) for image in images]
    given: dict[str, list[str]] = {name: [] for name in network.inputs}
    for image in images:
        name, equals, file = image.partition("=")
        if not equals or name not in given:
            example = " ".join(f"{name}=a.png" for name in network.inputs)
            raise RunError(f"{network.name or 'this network'} has several inputs: write {example}, not {image}")
        given[name].append(file)
    if len({len(files) for files in given.values()}) > 1:
        told = ", ".join(f"{len(files)} for {name}" for name, files in given.items())
        raise RunError(f"every input needs the same number of files, not {told}")
    rows = zip(*given.values(), strict=True)
    return [Feed(" ".join(row), {name: _file(file) for name, file in zip(given, row, strict=True)}) for row in rows]


def _file(image: str) -> Path:
    """A file, or a picture that ships where there is no such file."""
    path = Path(image)
    if path.exists():
        return path
    return sample_images().get(image, path)


def _places(feeds: Sequence[Feed]) -> list[str]:
    """A folder for each feed's maps, no two the same and none outside: none where it is the only one, else its name.

    >>> _places([Feed("a/cat.png", {}), Feed("b/Cat.jpg", {}), Feed("...npy", {})])
    ['cat', 'Cat-2', '_~5ec1f7e7']
    """
    if len(feeds) == 1:
        return [""]
    places: list[str] = []
    taken: set[str] = set()
    for feed in feeds:
        stem = Path(feed.name).stem
        place = first = stem if stem.strip(".") and stem.isprintable() else file_name(stem)
        number = 1
        while place.casefold() in taken:  # some file systems take upper and lower case for the same
            number += 1
            place = f"{first}-{number}"
        taken.add(place.casefold())
        places.append(place)
    return places


def _pictures(network: Network, feed: Feed, place: str) -> Iterator[Picture]:
    """The pictures of one feed: one, or as many as its .npy files hold; then each has a numbered folder."""
    read = {name: read_images(path, network.inputs[name]) for name, path in feed.files.items()}
    counts = {len(array) for array in read.values()}
    if len(counts) > 1:
        raise ImageError(f"{feed.name}: the files hold different numbers of images")
    (count,) = counts
    for index in range(count):
        arrays = {key: array[index] for key, array in read.items()}
        if count == 1:
            yield Picture(feed.name, place, arrays)
        else:
            yield Picture(f"{feed.name}[{index}]", f"{place}/{index}" if place else f"{index}", arrays)


def _beside(network: Network, file: str, what: str) -> Path:
    """A file of the spec's folder; links that lead out of it are refused."""
    folder = Path(network.folder or ".").resolve()
    path = (folder / file).resolve()
    if not path.is_relative_to(folder):
        raise RunError(f"the {what} {file} lie outside the folder of the spec")
    return path


def _weights(network: Network, file: str | None, seed: int) -> tuple[dict[str, NDArray[Any]], str]:
    """The weights, and where they are from, in words."""
    path = None if file is None else Path(file)
    if path is None and network.weights_file:
        path = _beside(network, network.weights_file, "weights")
    try:
        if path is not None:
            return load_weights(path, network), f"from {file or network.weights_file}"
        weights = init_weights(network, seed=seed)
    except OSError as error:
        raise RunError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except WeightsError as error:
        raise RunError(str(error)) from None
    drawn = [name for name, node, array in network.kept() if node.weights is None and array.role != "fixed"]
    if not weights:
        return weights, "there are none"
    if not drawn:
        return weights, "written in the spec"
    return weights, f"random, seed {seed}: the numbers show what the network computes, not what it has learned"


def _labels(network: Network, file: str | None) -> tuple[str, ...]:
    path = None if file is None else Path(file)
    if path is None and network.labels_file:
        path = _beside(network, network.labels_file, "labels")
    if path is None:
        return ()
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            raise RunError(f"{path}: is not a regular file")
        if state.st_size > MOST_LABEL_BYTES:
            raise RunError(f"{path}: more than {MOST_LABEL_BYTES // 1024**2} MiB of labels")
        return tuple(path.read_text(encoding="utf-8-sig").splitlines())
    except FileNotFoundError:
        raise RunError(f"{path}: there is no such file") from None
    except OSError as error:
        raise RunError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError as error:
        raise RunError(f"{path}: byte 0x{error.object[error.start]:02X} is not UTF-8") from None
