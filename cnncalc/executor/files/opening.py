"""Files that hold images: which of them may be opened at all, and how their faults are told."""

from __future__ import annotations

import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ImageError(Exception):
    """A file that cannot become the network's input; the message is one line and begins with the file's name."""


def refuse_irregular(path: Path) -> None:
    """Raise an `ImageError` for what is no regular file: opening a pipe or a device might never end."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise ImageError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from None
    except ValueError:
        raise ImageError(f"{str(path)!r}: is no name of a file") from None
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
    except Exception as error:  # noqa: BLE001 # Pillow's thirty decoders raise whatever their arithmetic meets
        said = " ".join(str(error).split()) or type(error).__name__
        raise ImageError(f"{path}: cannot be read: {said}") from None
