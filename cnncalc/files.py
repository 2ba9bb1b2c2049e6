"""Files that appear whole or not at all: they are written beside and renamed."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EACCES
from pathlib import Path
from typing import BinaryIO

MOST_LINKS = 40
"""So many links in a row are a cycle, as Linux counts."""
PIECE = 1024 * 1024
READ_ONLY = "it is read-only, so it is left as it is"


@contextmanager
def whole_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A path beside the wanted one to write to; it takes its place when the block ends well, else it leaves no trace.

    A link stays, and what it leads to is written. A file that is there keeps its mode, its owner, its attributes and
    its other names. What cannot be replaced, such as a pipe or /dev/stdout, receives the bytes in the end.

    Raises `OSError` where the folder is missing or not writable, or the path is a folder or a read-only file.
    """
    target = Path(os.path.realpath(path))
    before = _state(path)
    if _is_stream(path, before):
        with _beside(_folder_of_the_system() / "cnncalc", 0o600) as beside:
            yield beside
            from shutil import copyfileobj

            with beside.open("rb") as file, _stream(path) as stream:
                copyfileobj(file, stream)
        return
    with _beside(target, 0o600 if before else 0o666, path) as beside:
        yield beside
        if before is None:
            beside.replace(target)
        elif before.st_nlink > 1 or not _made_alike(beside, target, before):
            _write_over(beside, target)
        else:
            beside.replace(target)


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """The same as an open file; what cannot be replaced is written as it comes."""
    if _is_stream(path, _state(path)):
        with _stream(path) as stream:
            yield stream
        return
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


def _state(path: str | os.PathLike[str]) -> os.stat_result | None:
    """What is there to be written over; None for nothing. A folder and a read-only file are refused."""
    try:
        state = Path(path).stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(state.st_mode):
        raise IsADirectoryError(f"{os.fspath(path)} is a folder")
    if not _is_stream(path, state):
        # Who may write everywhere, as root, is not meant to write over what nobody may.
        if not state.st_mode & 0o222:
            raise PermissionError(EACCES, READ_ONLY, os.fspath(path))
        os.close(os.open(path, os.O_WRONLY))
    return state


def _is_stream(path: str | os.PathLike[str], state: os.stat_result | None) -> bool:
    """Whether what is there takes bytes and cannot be replaced: a device, a pipe, an open file of this process."""
    return state is not None and (not stat.S_ISREG(state.st_mode) or bool(_descriptor(path)))


def _stream(path: str | os.PathLike[str]) -> BinaryIO:
    """An open file to write to; an open one of this process goes on where it stands."""
    own = _descriptor(path)
    return os.fdopen(os.dup(int(own)), "wb") if own else Path(path).open("wb")


def _descriptor(path: str | os.PathLike[str]) -> str:
    """The number of the open file of this process that a path such as /dev/stdout means; empty for any other path."""
    own = re.compile(rf"/dev/fd|/proc/{os.getpid()}(/task/\d+)?/fd")
    place = os.path.abspath(path)  # noqa: PTH100  # a link's text may be relative to its folder, which pathlib forgets
    for _ in range(MOST_LINKS):
        folder, name = os.path.split(place)
        if name.isdecimal() and own.fullmatch(os.path.realpath(folder)):
            return name
        if not os.path.islink(place):  # noqa: PTH114
            break
        place = os.path.normpath(os.path.join(os.path.realpath(folder), os.readlink(place)))  # noqa: PTH115, PTH118
    return ""


@contextmanager
def _beside(target: Path, mode: int, path: str | os.PathLike[str] | None = None) -> Iterator[Path]:
    """A new, empty file beside a path, which is gone in the end.

    Its name is chosen before it is made, so that no interrupt falls between the making and the guard.
    """
    beside = target.with_name(f".{target.name[:50]}.{os.urandom(6).hex()}")
    try:
        try:
            _make(beside, mode, target if path is None else path)
            yield beside
        finally:
            beside.unlink(missing_ok=True)
    finally:  # an interrupt may come just before the first of these
        beside.unlink(missing_ok=True)


def _make(beside: Path, mode: int, path: str | os.PathLike[str]) -> None:
    try:
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
    except OSError as error:  # nobody asked for the file beside it, so it is not the one to name
        raise OSError(error.errno, error.strerror, os.fspath(path)) from None


def _folder_of_the_system() -> Path:
    from tempfile import gettempdir  # slow to start, and for pipes alone

    return Path(gettempdir())


def _made_alike(beside: Path, target: Path, before: os.stat_result) -> bool:
    """Give a new file the owner, mode and attributes of the one that it replaces; False where it may not have them."""
    from shutil import copystat

    state = beside.stat()
    try:
        if (state.st_uid, state.st_gid) != (before.st_uid, before.st_gid):
            os.chown(beside, before.st_uid, before.st_gid)
    except PermissionError:
        return False
    copystat(target, beside)
    os.utime(beside)  # it is new all the same
    return True


def _write_over(beside: Path, target: Path) -> None:
    """Write into the file itself, which has other names or another owner, and would lose them if it were replaced.

    Once begun, it is written to its end even if that is interrupted.
    """
    with beside.open("rb") as new, target.open("r+b", buffering=0) as old:
        _lock(old)
        size = old.seek(0, os.SEEK_END)
        try:
            _fill(new, old, size)
        except KeyboardInterrupt:
            _fill(new, old, size)
            raise


def _lock(file: BinaryIO) -> None:
    """Let others who write over the same file wait until it is closed, where the system knows such locks."""
    with suppress(ImportError, OSError):
        from fcntl import LOCK_EX, flock

        flock(file, LOCK_EX)


def _fill(new: BinaryIO, old: BinaryIO, size: int) -> None:
    """First what the old text is too short for: a full disk is met while that is still whole."""
    try:
        _pour(new, old, size)
        os.fsync(old.fileno())
    except OSError:
        old.truncate(size)
        raise
    old.truncate(_pour(new, old, 0))


def _pour(source: BinaryIO, into: BinaryIO, start: int) -> int:
    """Copy all from a place on, to the same place; where the source ends."""
    source.seek(start)
    into.seek(start)
    while piece := source.read(PIECE):
        while piece:
            piece = piece[into.write(piece) :]
    return source.tell()
