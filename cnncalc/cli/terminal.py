"""What the terminal is: its width, its colours, its glyphs."""

from __future__ import annotations

import os
import sys
from typing import TextIO

WIDE_ENOUGH = 100
"""The width of what is no terminal: a log, a pipe, a file."""
NARROWEST = 40


def wants_color(*, error: bool = False) -> bool:
    """Whether a stream is a terminal that takes colour; NO_COLOR is honoured."""
    stream = sys.stderr if error else sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """The columns of the terminal that standard output is, or of a page; COLUMNS decides where it is set."""
    if not sys.stdout.isatty() and not os.environ.get("COLUMNS"):
        return WIDE_ENOUGH
    import shutil

    return max(NARROWEST, shutil.get_terminal_size((WIDE_ENOUGH, 24)).columns)


def glyphs() -> str:
    """`unicode`, or `ascii` where the encoding lacks rules, bars and dots."""
    try:
        "─▏·…".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return "ascii"
    return "unicode"


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
