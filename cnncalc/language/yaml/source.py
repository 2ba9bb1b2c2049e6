"""Reads a spec's text: a regular file of at most 1 MiB, in UTF-8."""

from __future__ import annotations

import os
import stat

from cnncalc import codes
from cnncalc.codes import Code
from cnncalc.language.yaml.characters import character_name, control_characters
from cnncalc.problem import MOST_SHOWN, Faults, Problem, SpecError
from cnncalc.source import Source, Span

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64
HEAD = 512
"""So many bytes tell what a file is that holds no text."""


def read_source(path: str | os.PathLike[str]) -> Source:
    """The text of a spec file.

    Raises `OSError` when the file cannot be opened or is no regular file, and `SpecError` when it is no text, larger
    than 1 MiB, not UTF-8, or holds control characters. At most 1 MiB and one byte is ever read.
    """
    return source_of_bytes(read_data(path), os.fsdecode(path))


def read_data(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a spec file, whatever they spell; raises `OSError`, and `SpecError` for more than 1 MiB."""
    name = os.fsdecode(path)
    try:
        _require_regular(os.stat(path), name)  # noqa: PTH116  pathlib takes 5 ms to start
        # Not blocking, in case the file became a pipe since.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError as error:  # a NUL or a lone surrogate in the path
        raise OSError(f"{name!r} is not a path: {error}") from error
    with os.fdopen(handle, "rb") as file:
        state = os.fstat(handle)
        _require_regular(state, name)
        if state.st_size > MAX_BYTES:
            raise _no_text(file.read(HEAD), name) or too_large(name, state.st_size)
        return file.read(MAX_BYTES + 1)


def source_of_bytes(data: bytes, name: str) -> Source:
    r"""The text that these bytes spell; a byte order mark is dropped.

    >>> source_of_bytes(b"\xef\xbb\xbfinput: 7", "net.yaml").text
    'input: 7'
    """
    try:
        source = _text_of(data, name)
    except SpecError as error:
        raise _no_text(data, name) or error from None
    if source.text.startswith("%PDF-") and (fault := _no_text(data, name)):
        raise fault
    return source


def _no_text(data: bytes, name: str) -> SpecError | None:
    """What the file is, where it is no text at all."""
    from cnncalc.language.yaml.binary import not_text  # most specs are texts

    return not_text(data[:HEAD], name)


def _text_of(data: bytes, name: str) -> Source:
    if len(data) > MAX_BYTES:
        raise too_large(name, len(data))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:2]:
        raise _single(Source(name, ""), codes.NOT_UTF8, "this file is not UTF-8 but UTF-16 or UTF-32", _SAVE)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8").lstrip("\ufeff")
        source = Source(name, data.decode("utf-8", errors="replace").lstrip("\ufeff"))
        message = f"byte 0x{data[error.start]:02X} is not UTF-8"
        raise _single(source, codes.NOT_UTF8, message, _SAVE, source.span_at(len(before))) from error
    return _without_control_characters(Source(name, text.lstrip("\ufeff")))


def source_of_text(text: str, name: str = "<text>") -> Source:
    """The same checks for a text that is no file.

    >>> source_of_text("input: 7x7x3").line(1)
    'input: 7x7x3'
    """
    if len(text) > MAX_BYTES:  # every character takes a byte or more
        raise too_large(name, len(text))
    size = len(text.encode("utf-8", errors="surrogatepass"))
    if size > MAX_BYTES:
        raise too_large(name, size)
    return _without_control_characters(Source(name, text.lstrip("\ufeff")))


def too_large(name: str, size: int) -> SpecError:
    """The fault of a text of so many bytes, for whoever knows its size before reading it."""
    message = f"a spec of {size:,} bytes is too large: 1 MiB ({MAX_BYTES:,} bytes) is the most"
    return _single(
        Source(name, ""), codes.FILE_TOO_LARGE, message, "write what is repeated with `blocks:` or `repeat:`"
    )


def too_many_levels(span: Span) -> Problem:
    """The fault of whatever lies deeper than `MAX_DEPTH` levels."""
    message = f"more than {MAX_DEPTH} levels are nested here"
    return Problem(codes.TOO_MANY_LEVELS, message, span, helps="give the inner part a name under `blocks:`")


_SAVE = "save it as UTF-8"


def _require_regular(state: os.stat_result, name: str) -> None:
    if stat.S_ISDIR(state.st_mode):
        raise IsADirectoryError(f"{name} is a directory, not a file")
    if not stat.S_ISREG(state.st_mode):
        raise OSError(f"{name} is not a regular file")


def _without_control_characters(source: Source) -> Source:
    faults = Faults(source)
    for offset in control_characters(source.text)[:MOST_SHOWN]:
        message = f"a {character_name(source.text[offset])} is not allowed in a spec"
        faults.add(Problem(codes.CONTROL_CHARACTER, message, source.span_at(offset), helps="delete it"))
    faults.stop_if_any()
    return source


def _single(source: Source, code: Code, message: str, remedy: str, span: Span | None = None) -> SpecError:
    faults = Faults(source)
    faults.add(Problem(code, message, span, helps=remedy))
    return SpecError(faults.found)
