"""Pictures and arrays from files, as the input of a network: fitted, and (pixel x scale - mean)/std a channel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cnncalc.executor.files.decoding import decoded
from cnncalc.executor.files.opening import ImageError, mapped, refuse_irregular
from cnncalc.executor.memory import free_memory, in_words
from cnncalc.network import Input

Values = npt.NDArray[Any]


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


def how_many(path: str | Path, entry: Input) -> int:
    """How many images a file holds, from its header alone; a picture is opened only when its turn comes.

    Raises:
        ImageError: there is no such file, or a .npy is not of that input.
    """
    path = Path(path)
    refuse_irregular(path)
    return mapped(path, entry).size // entry.volume.size if is_array(path) else 1


def read_images(path: str | Path, entry: Input) -> Values:
    """What a file holds as float32 (images, *sizes, channels): one picture, or a .npy of one or of many.

    A picture becomes the input as its `fit` says: crop scales its shorter side and cuts the centre out between pixels,
    pad scales it until it fits inside and surrounds it with black (pixels of 0), stretch gives up its proportions.
    Scaling is bilinear. One channel takes luma (ITU-R 601: 0.299 R + 0.587 G + 0.114 B), three channels repeat a grey
    one; transparency is laid on white; the EXIF orientation is applied; of an animation the first frame is taken.
    Pixels count 0 to 255: those of 16 bits are divided by 257, floating-point ones are taken as they are.
    Then (pixel x scale - mean)/std. A .npy is taken as it is, channels last.

    Raises:
        ImageError: the file is missing, broken, too large, or does not become that input.
    """
    path = Path(path)
    if not is_array(path):
        return normalised(np.asarray(decoded(path, entry)), entry)[np.newaxis]
    held = mapped(path, entry)
    free = free_memory()
    if free is not None and 4 * held.size > free:
        raise ImageError(f"{path}: is {in_words(4 * held.size)} as float32, and {in_words(free)} are free")
    with np.errstate(over="ignore"):
        return np.array(held, np.float32).reshape(-1, *entry.volume)


def normalised(pixels: Values, entry: Input) -> Values:
    """Some rows of pixels, (rows, width) or (rows, width, 3), as float32 (rows, width, channels) of the input."""
    mean, std = (np.asarray(side, np.float32) for side in (entry.mean, entry.std))
    values = (pixels.reshape(*pixels.shape[:2], -1).astype(np.float32) * np.float32(entry.scale) - mean) / std
    return np.ascontiguousarray(np.broadcast_to(values, (len(pixels), *entry.volume[1:])), np.float32)
