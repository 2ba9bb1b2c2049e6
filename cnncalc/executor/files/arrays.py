""".npy files that hold one image or many, judged by their headers before anything is allocated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cnncalc.executor.files.opening import ImageError, told_of
from cnncalc.executor.memory import free_memory, in_words
from cnncalc.network import Input


def mapped(path: Path, entry: Input) -> np.memmap[Any, Any]:
    """A map of the file, of the input's volume or of some of them; no pixel has been read.

    Raises:
        ImageError: the file is broken or an archive, or holds no real numbers, or another shape.
    """
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


def read_array(path: Path, entry: Input) -> npt.NDArray[Any]:
    """A .npy as float32 (images, *sizes, channels)."""
    held = mapped(path, entry)
    free = free_memory()
    if free is not None and 4 * held.size > free:
        raise ImageError(f"{path}: is {in_words(4 * held.size)} as float32, and {in_words(free)} are free")
    with np.errstate(over="ignore"):
        return np.array(held, np.float32).reshape(-1, *entry.volume)
