"""What the terminal is: its width, its colours, its glyphs; where texts and progress go."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO, TypeVar

from cnncalc.render.formats import PLAIN, SCREEN, UNBOUNDED, Screen, write

if TYPE_CHECKING:
    from cnncalc.render.subjects import Subject

Item = TypeVar("Item")

WIDE_ENOUGH = 100
"""The width of what is no terminal: a log, a pipe, a file."""
NARROWEST = 40
WORTH_WATCHING = 20
"""Fewer steps than this are over before a bar is drawn."""


def wants_color(*, error: bool = False) -> bool:
    """Whether to colour a stream: a terminal that takes colour, or any with FORCE_COLOR; NO_COLOR beats both.

    A variable that is empty is not set, and its value does not matter (force-color.org, no-color.org).
    """
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or _is_lively(sys.stderr if error else sys.stdout)


def wants_bar() -> bool:
    """Whether somebody watches standard error; a bar moves the cursor, so nothing forces one."""
    return _is_lively(sys.stderr) and not os.environ.get("NO_COLOR")


def _is_lively(stream: TextIO) -> bool:
    """Whether a stream is a terminal that understands escape sequences."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def width() -> int:
    """The columns of the terminal that standard output is, or of a page; COLUMNS decides where it is set."""
    if not sys.stdout.isatty() and not os.environ.get("COLUMNS"):
        return WIDE_ENOUGH
    import shutil

    return max(NARROWEST, shutil.get_terminal_size((WIDE_ENOUGH, 24)).columns)


def error_width() -> int:
    """The same of standard error; without a terminal lines are not broken, because logs are searched by line."""
    if os.environ.get("COLUMNS"):
        return width()
    if not sys.stderr.isatty():
        return UNBOUNDED
    try:
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return max(NARROWEST, columns or WIDE_ENOUGH)


def glyphs() -> str:
    """`unicode`, or `ascii` where the encoding lacks rules, bars and dots."""
    try:
        "─▏·…".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return "ascii"
    return "unicode"


def publish(subject: Subject, writer: str, output: str | None = None, columns: int | None = None) -> None:
    """Write a subject to standard output or to a file; `columns` are those of the terminal unless they are given."""
    screen = PLAIN
    if writer == SCREEN:
        columns = columns or width()
        screen = Screen(columns) if output is not None else Screen(columns, wants_color(), glyphs())
    deliver(write(subject, writer, screen), output)


def deliver(text: str, output: str | None) -> None:
    """A text to standard output, or to a file that appears whole or not at all."""
    if output is None:
        say(text)
        return
    from cnncalc.files import write_whole

    write_whole(output, f"{text}\n".encode(errors="replace") if text else b"")


def say(text: str) -> None:
    """A text with its final newline, to standard output; nothing for no text."""
    _write(text, sys.stdout)


def say_error(text: str) -> None:
    """The same to standard error."""
    _write(text, sys.stderr)


def _write(text: str, stream: TextIO) -> None:
    # Not click.echo: where the locale knows ASCII alone it writes UTF-8, and we promised to replace.
    if text:
        stream.write(f"{text}\n")
        stream.flush()


def watched(steps: Iterable[Item], total: int, what: str) -> Iterator[Item]:
    """The steps as they come; with a bar, where a terminal watches and there is enough to wait for."""
    if total < WORTH_WATCHING or not sys.stderr.isatty():
        yield from steps
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(steps, total=total, description=what)
