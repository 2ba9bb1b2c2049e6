"""Files that appear whole or not at all: they are written beside and renamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO


@contextmanager
def whole_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A path beside the wanted one to write to; it takes its place when the block ends well, else it leaves no trace.

    A device or a pipe, such as /dev/stdout, cannot be replaced and is handed out itself.

    Raises `OSError` where the folder is missing or not writable, or the path is a folder.
    """
    target = Path(path)
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a folder")
    if target.exists() and not target.is_file():
        yield target
        return
    try:
        handle, name = mkstemp(dir=target.parent, prefix=f".{target.name[:50]}.")
    except OSError as error:  # nobody asked for the file beside it, so it is not the one to name
        raise OSError(error.errno, error.strerror, str(target)) from None
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
        beside.chmod(_mode(target))
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """The same as an open file."""
    with whole_path(path) as beside, beside.open("wb") as file:
        yield file


def write_whole(path: str | os.PathLike[str], data: bytes) -> None:
    """Write all of it, or nothing."""
    with whole_file(path) as file:
        file.write(data)


def reason(error: OSError) -> str:
    """What the operating system said, with the file that it is about."""
    if error.strerror and error.filename is not None:
        return f"{error.filename}: {error.strerror.lower()}"
    return (error.strerror or "").lower() or str(error) or error.__class__.__name__


def _mode(target: Path) -> int:
    """The permissions that the file has, or that a new file gets."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
