"""What a command line names, held against the network: files for its inputs, weights, labels, layers to save."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.executor.files.opening import ImageError
from cnncalc.executor.files.rows import how_many, sample_images
from cnncalc.executor.files.saving import file_name
from cnncalc.executor.trace import row_of
from cnncalc.executor.weights.check import WeightsError
from cnncalc.executor.weights.files import load_weights
from cnncalc.executor.weights.initial import init_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnncalc.network import Network

ALL = "all"
"""In place of a path: the maps of every layer."""

MOST_LABEL_BYTES = 4 * 1024 * 1024


class RunError(Exception):
    """A run that cannot begin; the message says what to mend."""


class Feed(NamedTuple):
    """What one result comes from, or several where the files are .npy of many: its name and a file for each input.

    `place` is the folder for its maps, below the one to save in.
    """

    name: str
    files: dict[str, Path]
    place: str


class Picture(NamedTuple):
    """One image of a feed: its name, the folder for its maps as in a `Feed`, and its number in the files."""

    name: str
    place: str
    number: int


def feeds_of(network: Network, images: Sequence[str]) -> list[Feed]:
    """One feed for each image; with several inputs, one for each set of NAME=FILE.

    Raises:
        RunError: an input that there is not, or other numbers of files for the inputs.
    """
    if len(network.inputs) == 1:
        (name,) = network.inputs
        return _fed(network, images, [(image.removeprefix(f"{name}="),) for image in images])
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
    rows = list(zip(*given.values(), strict=True))
    return _fed(network, list(map(" ".join, rows)), rows)


def _fed(network: Network, names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Feed]:
    """Feeds of those names, each with a row of files."""
    files = (dict(zip(network.inputs, map(_file, row), strict=True)) for row in rows)
    return list(map(Feed, names, files, places_of(names)))


def _file(image: str) -> Path:
    """A file, or a picture that ships where there is no such file."""
    path = Path(image)
    if path.exists():
        return path
    return sample_images().get(image, path)


def places_of(names: Sequence[str]) -> list[str]:
    """A folder for each feed's maps, no two the same and none outside: none where it is the only one, else its name.

    >>> places_of(["a/cat.png", "b/Cat.jpg", "...npy"])
    ['cat', 'Cat-2', '_~5ec1f7e7']
    """
    if len(names) == 1:
        return [""]
    places: list[str] = []
    taken: set[str] = set()
    for name in names:
        stem = Path(name).stem
        place = first = stem if stem.strip(".") and stem.isprintable() else file_name(stem)
        number = 1
        while place.casefold() in taken:  # some file systems take upper and lower case for the same
            number += 1
            place = f"{first}-{number}"
        taken.add(place.casefold())
        places.append(place)
    return places


def counted(network: Network, feed: Feed) -> int:
    """How many images the files of a feed hold, each the same number.

    Raises:
        ImageError: a file is missing, or its header is not of that input; or they hold different numbers.
    """
    counts = {how_many(path, network.inputs[name]) for name, path in feed.files.items()}
    if len(counts) > 1:
        raise ImageError(f"{feed.name}: the files hold different numbers of images")
    return counts.pop()


def pictures_of(feed: Feed, count: int) -> Iterator[Picture]:
    """The pictures of one feed: where its files hold many, each has a numbered folder."""
    if count == 1:
        yield Picture(feed.name, feed.place, 0)
        return
    for number in range(count):
        yield Picture(f"{feed.name}[{number}]", f"{feed.place}/{number}".lstrip("/"), number)


def paths_to_save(network: Network, save: Sequence[str]) -> tuple[str, ...]:
    """The paths whose maps are wanted, each once; ``all`` means every row of inference.

    Raises:
        RunError: a path that there is not, or that has no maps.
    """
    paths = tuple(dict.fromkeys(path for path in save if path != ALL))
    for path in paths:
        try:
            node = network.by_path.get(row_of(network, path))
        except KeyError as error:
            raise RunError(str(error.args[0])) from None
        if node is None or node.training_only:
            raise RunError(f"{path} has no maps to save: it is an input, or used only in training")
    return tuple(node.path for node in network.inference) if ALL in save else paths


def _chosen(network: Network, given: str | None, own: str | None, what: str) -> Path | None:
    """The file that is given, else the spec's own from its folder; links that lead out of that are refused."""
    if given is not None or not own:
        return None if given is None else Path(given)
    folder = Path(network.folder or ".").resolve()
    path = (folder / own).resolve()
    if not path.is_relative_to(folder):
        raise RunError(f"the {what} {own} are outside the folder of the spec")
    return path


def chosen_weights(network: Network, file: str | None) -> Path | None:
    """The weight file that a run reads: the one that is given, else the spec's own; raises `RunError` as all here."""
    return _chosen(network, file, network.weights_file, "weights")


def chosen_labels(network: Network, file: str | None) -> Path | None:
    """The same for its labels."""
    return _chosen(network, file, network.labels_file, "labels")


def weights_of(network: Network, file: str | None, seed: int) -> tuple[dict[str, NDArray[Any]], str]:
    """The weights, and where they are from, in words.

    Raises:
        RunError: a file that cannot be read or does not fit the network.
    """
    path = chosen_weights(network, file)
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


def labels_of(network: Network, file: str | None) -> tuple[str, ...]:
    """The lines of a text file; none where there is no file.

    Raises:
        RunError: the file cannot be read, is too large, or is not UTF-8.
    """
    path = chosen_labels(network, file)
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
