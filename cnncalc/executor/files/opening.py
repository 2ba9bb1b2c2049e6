"""Files of images as they are opened: what is none is told in one line, and arrays are mapped."""

from __future__ import annotations

import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from cnncalc.network import Input
from cnncalc.wording import said_by


class ImageError(Exception):
    """A file that cannot become the network's input; the message is one line and begins with the file's name."""


def refuse_irregular(path: Path) -> None:
    """Raise an `ImageError` for what is no regular file: opening a pipe or a device might never end."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise ImageError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from None
    except ValueError:
        raise ImageError(f"{str(path)!r}: is not a file name") from None
    if not stat.S_ISREG(mode):
        raise ImageError(f"{path}: is not a regular file")


@contextmanager
def told_of(path: Path) -> Iterator[None]:
    """Whatever a decoder raises over a broken file, as one line about that file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes and of odd metadata; sizes are judged by us
            yield
    except ImageError:
        raise
    except MemoryError:
        raise ImageError(f"{path}: there is not enough memory to decode it") from None
    except Exception as error:  # noqa: BLE001 # decoders raise whatever their arithmetic meets
        raise ImageError(f"{path}: cannot be read: {said_by(error)}") from None


def mapped(path: Path, entry: Input) -> np.memmap[Any, Any]:
    """A map of a .npy, of the input's volume or of some of them; no pixel has been read.

    Raises:
        ImageError: the file is missing, broken or an archive, or holds no real numbers, or another shape.
    """
    refuse_irregular(path)
    with told_of(path):
        # A map of the file: neither a header that claims too much nor a pickle gets as far as memory.
        held = np.load(path, mmap_mode="r", allow_pickle=False)
    if not isinstance(held, np.memmap):
        held.close()
        raise ImageError(f"{path}: is an archive, not a .npy array")
    if held.dtype.kind not in "biuf":
        raise ImageError(f"{path}: holds {held.dtype}, and an input is made of real numbers")
    volume = tuple(entry.volume)
    if held.shape != volume and (held.ndim != len(volume) + 1 or held.shape[1:] != volume or not len(held)):
        got = "x".join(map(str, held.shape)) or "a single number"
        raise ImageError(f"{path}: holds {got}; the input is {entry.volume}, channels last, or N of them")
    return held
