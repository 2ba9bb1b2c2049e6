"""Activations in files: NAME.npy with the numbers and NAME.png to look at, each whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cnncalc.executor.files.pictures import grid
from cnncalc.executor.files.rows import FileRows, bands
from cnncalc.files import whole_file, whole_path
from cnncalc.network import Input
from cnncalc.volume import Volume

Values = npt.NDArray[Any]

LONGEST_NAME, LONGEST_END = 100, 40


class ArrayFile:
    """A .npy that grows row by row; its bytes are those of `np.save` in the end.

    Args:
        path: a file that is there, empty. It is opened for each writing: a network may have more layers to save than
            a process may have open files.
        shape: of the whole array.
        dtype: of its values.
    """

    def __init__(self, path: Path, shape: Sequence[int], dtype: npt.DTypeLike) -> None:
        self._path = path
        self._dtype = np.dtype(dtype)
        self.caption = ""
        """What its picture shows, once there is one."""
        with path.open("wb") as file:
            header = {"descr": np.lib.format.dtype_to_descr(self._dtype), "fortran_order": False, "shape": tuple(shape)}
            np.lib.format.write_array_header_1_0(file, header)

    def write(self, start: int, values: Values) -> None:
        """Rows in order: what is written stands behind what was written before."""
        with self._path.open("ab") as file:
            for band in bands(values):
                file.write(np.ascontiguousarray(band, self._dtype).data)


@contextmanager
def growing(
    path: str, volume: Volume, dtype: npt.DTypeLike, folder: Path, name: str | None = None
) -> Iterator[ArrayFile]:
    """What takes the rows of an activation, and leaves NAME.png and NAME.npy when the block ends well.

    The picture is made from the file, in bands, so that the activation is never held whole.

    Args:
        path: of a row, block, ... in the network; `file_name` makes it the name of a file.
        volume: the activation of one image.
        dtype: of its values.
        folder: made if it is not there.
        name: of the files, in place of that of the path.

    Raises:
        OSError: the folder cannot be written to, or the disk is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    picture, array = files_of(path, folder, name)
    with whole_path(array) as beside:
        rows = ArrayFile(beside, volume, dtype)
        yield rows
        drawn = grid(FileRows(beside, Input(volume), dtype=dtype))
        rows.caption = drawn.caption
        with whole_file(picture) as file:
            drawn.save(file)


def files_of(path: str, folder: Path, name: str | None = None) -> tuple[Path, Path]:
    """The picture and the array of a path, in a folder."""
    name = name or file_name(path)
    return folder / f"{name}.png", folder / f"{name}.npy"


def file_name(path: str) -> str:
    """A path as a name that every file system takes: letters, digits, `-`, `_` and inner dots, never a separator.

    Where anything had to be changed, a few hexadecimal digits of the path are added: no two paths share a name, not
    even where the file system takes upper and lower case for the same.

    >>> file_name("conv_1"), file_name("conv2/Bottleneck_2[3]/add_1")
    ('conv_1', 'conv2.Bottleneck_2-3.add_1~b708b515')
    """
    kept = _plain(path)[:LONGEST_NAME] or "_"
    if kept == path and path == path.lower() and path not in DEVICES and "." not in path:
        return path
    return f"{kept}~{hashlib.sha256(path.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def numbered_name(path: str, number: int, of: int) -> str:
    """A short name for one of several files whose numbers tell them apart: its number, and the ends of its path.

    >>> numbered_name("conv_1", 1, 7), numbered_name("conv2/Bottleneck_2[3]/add_1/main/conv_1", 73, 344)
    ('01-conv_1', '073-conv2.conv_1')
    """
    first, *rest = path.split("/")
    ends = _plain(".".join([first, *rest[-1:]]))
    return f"{number:0{max(2, len(str(of)))}d}-{ends[:LONGEST_END]}".rstrip(".")


def _plain(path: str) -> str:
    kept = path.replace("/", ".").replace("[", "-").replace("]", "")
    return "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in kept
    ).strip(".")


DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
)
"""Names that Windows keeps for itself."""
