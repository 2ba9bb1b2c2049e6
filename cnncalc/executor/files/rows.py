"""An input's images from files, whole or some rows at a time; the rows are a volume's first axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from cnncalc.executor.files.decoding import decoded
from cnncalc.executor.files.opening import ImageError, mapped, refuse_irregular
from cnncalc.executor.memory import free_memory, in_words
from cnncalc.network import Input

Values = npt.NDArray[Any]

BAND_VALUES = 2**18
"""Values that are converted or copied at a time: 1 MiB in float32, with as much again for each step on the way."""


class Rows(Protocol):
    """An image that is read some rows at a time, from any row to any other."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The volume: (*sizes, channels)."""

    def read(self, start: int, stop: int) -> Values:
        """(stop - start, *rest), the values that the network takes."""


class Sink(Protocol):
    """What takes the rows of one output in order, each once."""

    def write(self, start: int, values: Values) -> None:
        """(rows, *rest) from a row on; a vector comes whole, as (channels,) from 0."""


def spans(start: int, stop: int, row_values: int, most: int) -> Iterator[tuple[int, int]]:
    """Some rows as stretches of at most so many values each, or of a single row where that holds more."""
    step = max(1, most // max(1, row_values))
    for first in range(start, stop, step):
        yield first, min(first + step, stop)


def bands(values: Values) -> Iterator[Values]:
    """The rows of an array, some at a time.

    >>> [len(band) for band in bands(np.empty((1000, 640, 2)))]
    [204, 204, 204, 204, 184]
    """
    for start, stop in spans(0, len(values), prod(values.shape[1:]), BAND_VALUES):
        yield values[start:stop]


class Several(NamedTuple):
    """Some sinks that all take the same rows."""

    sinks: Sequence[Sink]

    def write(self, start: int, values: Values) -> None:
        """The rows, to each in turn."""
        for sink in self.sinks:
            sink.write(start, values)


class ArrayRows:
    """The rows of an array that lies in memory.

    >>> ArrayRows(np.arange(6).reshape(3, 2)).read(1, 3).tolist()
    [[2, 3], [4, 5]]
    """

    def __init__(self, values: Values) -> None:
        self.shape: tuple[int, ...] = values.shape
        self._values = values

    def read(self, start: int, stop: int) -> Values:
        """A view of some rows."""
        return self._values[start:stop]


class PictureRows:
    """The rows of a picture, which is held as it was decoded: one byte a pixel where it is grey, else four.

    The values are exactly those of `images_of`.

    Raises:
        ImageError: the picture is broken or too large, or the input takes none.
    """

    def __init__(self, path: Path, entry: Input) -> None:
        self.shape: tuple[int, ...] = tuple(entry.volume)
        self._picture = decoded(path, entry)
        self._entry = entry
        self.held_bytes = prod(self._picture.size) * (1 if self._picture.mode == "L" else 4)

    def read(self, start: int, stop: int) -> Values:
        """Some rows as float32, converted band by band."""
        values = np.empty((stop - start, *self.shape[1:]), np.float32)
        width = self._picture.width
        for top, bottom in spans(start, stop, prod(self.shape[1:]), BAND_VALUES):
            pixels = np.asarray(self._picture.crop((0, top, width, bottom)))
            values[top - start : bottom - start] = normalised(pixels, self._entry)
        return values


class FileRows:
    """The rows of one image of a .npy, mapped anew for each reading so that what was read does not stay in memory.

    Args:
        path: the file.
        entry: the input; any volume that the file is of.
        number: which of the file's images.
        dtype: of the values that are handed out.

    Raises:
        ImageError: the file is broken or is not of that volume.
    """

    held_bytes = 0
    """Nothing is held between two readings."""

    def __init__(self, path: Path, entry: Input, number: int = 0, dtype: npt.DTypeLike = np.float32) -> None:
        self.shape: tuple[int, ...] = tuple(entry.volume)
        self._path = path
        self._entry = entry
        self._number = number
        self._dtype = dtype
        mapped(path, entry)

    def read(self, start: int, stop: int) -> Values:
        """Some rows; what float32 cannot hold becomes infinite."""
        held = mapped(self._path, self._entry)
        image = held if held.ndim == len(self.shape) else held[self._number]
        with np.errstate(over="ignore"):
            return np.array(image[start:stop], self._dtype)


def source(path: Path, entry: Input, number: int = 0) -> PictureRows | FileRows:
    """The rows of a file's image, whichever way it is kept.

    Raises:
        ImageError: the file is missing or broken, or does not become that input.
    """
    return FileRows(path, entry, number) if is_array(path) else PictureRows(path, entry)


def sample_images() -> dict[str, Path]:
    """The pictures that ship, by their names.

    >>> sorted(sample_images())
    ['camera', 'chelsea', 'coffee']
    """
    folder = Path(__file__).resolve().parents[2] / "images"
    return {path.stem: path for path in sorted(folder.iterdir()) if path.suffix in {".png", ".jpg"}}


def is_array(path: Path) -> bool:
    """Whether a file is taken for a .npy array; everything else is taken for a picture."""
    return path.suffix.lower() == ".npy"


def how_many(path: Path, entry: Input) -> int:
    """How many images a file holds, from its header alone; a picture is opened only when its turn comes.

    Raises:
        ImageError: there is no such file, or a .npy is not of that input.
    """
    refuse_irregular(path)
    return mapped(path, entry).size // entry.volume.size if is_array(path) else 1


def images_of(path: Path, entry: Input) -> Iterator[Values]:
    """What a file holds, image by image as float32 (*sizes, channels): one picture, or a .npy of one or of many.

    A .npy is mapped anew for a few images at a time, so that of a long file no more than these is in memory.

    A picture becomes the input as its `fit` says: crop scales its shorter side and cuts the centre out between pixels,
    pad scales it until it fits inside and surrounds it with black (pixels of 0), stretch gives up its proportions.
    Scaling is bilinear. One channel takes luma (ITU-R 601: 0.299 R + 0.587 G + 0.114 B), three channels repeat a grey
    one; transparency is laid on white; the EXIF orientation is applied; of an animation the first frame is taken.
    Pixels count 0 to 255: those of 16 bits are divided by 257, floating-point ones are taken as they are.
    Then (pixel x scale - mean)/std. A .npy is taken as it is, channels last.

    Raises:
        ImageError: the file is missing, broken, too large, or does not become that input.
    """
    if not is_array(path):
        yield normalised(np.asarray(decoded(path, entry)), entry)
        return
    refuse_larger_than_free(path, 4 * entry.volume.size)
    for start, stop in spans(0, how_many(path, entry), entry.volume.size, BAND_VALUES):
        held = mapped(path, entry).reshape(-1, *entry.volume)[start:stop]
        with np.errstate(over="ignore"):
            some = np.array(held, np.float32)
        del held
        yield from some


def refuse_larger_than_free(path: Path, size: int) -> None:
    """Raise an `ImageError` where an image of a file takes more bytes than are free."""
    free = free_memory()
    if free is not None and size > free:
        raise ImageError(f"{path}: an image is {in_words(size)} as float32, and {in_words(free)} are free")


def normalised(pixels: Values, entry: Input) -> Values:
    """Some rows of pixels, (rows, width) or (rows, width, 3), as float32 (rows, width, channels) of the input."""
    mean, std = (np.asarray(side, np.float32) for side in (entry.mean, entry.std))
    values = (pixels.reshape(*pixels.shape[:2], -1).astype(np.float32) * np.float32(entry.scale) - mean) / std
    return np.ascontiguousarray(np.broadcast_to(values, (len(pixels), *entry.volume[1:])), np.float32)
