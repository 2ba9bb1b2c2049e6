"""A syntax error as PyYAML states it, with the lines around it, which nothing has parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cnncalc.codes import Code
from cnncalc.language.yaml.misreadings import is_prose
from cnncalc.problem import Helps, Label, Problem
from cnncalc.source import Source, Span

PARTNER = {"[": "]", "{": "}"}
"""What closes each bracket."""

_FAR = 1000  # lines of comments and blanks, beyond which nobody looks for what a line belongs to
_DASHES = r"(?:- +)*(?:-$)?"
_KEY = r"""("[^"]*"|'[^']*'|[^\s#'"\[\]{},][^#]*?)\s*:(?=\s|$)"""
# A text in quotes, also one that is never closed; a comment; a bracket or brace.
_MARK = re.compile(r"""(?<![^ \t\n\[{,:])(?:"[^"]*"?|'[^']*'?)|(?<![^ \t\n])#[^\n]*|[\[\]{}]""")


class Trouble(NamedTuple):
    """Where reading stopped (`at`), where what it was reading began (`opened`), and in which words it was said."""

    source: Source
    words: str
    context: str
    at: int
    opened: int | None

    @property
    def span(self) -> Span:
        """The character where reading stopped."""
        return self.source.span_at(self.at)

    @property
    def line(self) -> int:
        """The line where reading stopped, counted from 1."""
        return self.span.line

    @property
    def opened_line(self) -> int:
        """The line where what was being read began; 0 where that is not known."""
        return 0 if self.opened is None else self.source.span_at(self.opened).line

    @property
    def text(self) -> str:
        """The line where reading stopped."""
        return self.source.line(self.line)

    @property
    def before(self) -> str:
        """What its line holds before the place where reading stopped."""
        return self.text[: self.span.column - 1]

    @property
    def character(self) -> str:
        """The character where reading stopped; empty at the end of the text."""
        return self.source.text[self.at : self.at + 1]

    @property
    def line_above(self) -> int:
        """The nearest line of code above the one where reading stopped; 0 when there is none near."""
        return code_line_above(self.source, self.line)

    def value_at(self, offset: int) -> str:
        """The whole value that begins at an offset: to the end of its line, in brackets to a comma or bracket."""
        place = self.source.span_at(offset)
        rest = self.code(place.line)[place.column - 1 :]
        return re.split(r"\s*[,\[\]{}]", rest)[0] if open_brackets(self.source.text, 0, offset) else rest

    def behind_colon(self, key_end: int) -> Span:
        """From behind the colon of a key, which ends there, to the end of its line of code."""
        code = self.code(self.line)
        start = code.index(":", key_end) + 1
        return Span(self.line, start + 1, len(code) - start)

    @property
    def depth_of_items(self) -> int:
        """How deep a first item goes that stands behind its key: as deep as the next one, or two beyond the key."""
        below = self.source.line(self.line + 1)
        return indentation(below) if below.lstrip().startswith("- ") else content_column(self.text) + 2

    def code(self, number: int) -> str:
        """A line without its comment."""
        return code_of(self.source.line(number))

    def fault(
        self, code: Code, message: str, offset: int | None = None, length: int = 1, *,
        note: str = "", labels: tuple[Label, ...] = (), helps: Helps = (),
    ) -> Problem:  # fmt: skip
        """A fault at an offset, or where reading stopped."""
        span = self.source.span_at(self.at if offset is None else offset, max(1, length))
        return Problem(code, message, span, note=note, labels=labels, helps=helps)


def brackets(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """The brackets and braces of a stretch of text with their offsets, without those in quotes and comments."""
    return ((found.start(), found[0]) for found in _MARK.finditer(text, start, end) if found[0] in "[]{}")


def open_brackets(text: str, start: int, end: int) -> list[int]:
    """The offsets of the brackets that a stretch of text opens and does not close, the outermost first."""
    inner: list[int] = []
    for offset, character in brackets(text, start, end):
        if character in PARTNER:
            inner.append(offset)
        elif inner:
            inner.pop()
    return inner


def code_of(line: str) -> str:
    """A line without its comment and the blanks before it.

    >>> code_of('  - conv: 6  # six'), code_of('name: "C#"')
    ('  - conv: 6', 'name: "C#"')
    """
    comment = next((found.start() for found in _MARK.finditer(line) if found[0][0] == "#"), None)
    return line[:comment].rstrip()


def indentation(line: str) -> int:
    """How many blanks a line begins with."""
    return len(line) - len(line.lstrip())


def content_column(line: str) -> int:
    """Where a line's content begins, counted from 0, behind its blanks and the dashes of list items.

    >>> content_column("  - conv: 6")
    4
    """
    start = indentation(line)
    return start + len(re.match(_DASHES, line[start:])[0])  # type: ignore[index]


def key_of(line: str) -> str:
    """The key that a line of code begins with, behind its dashes; empty when there is none.

    >>> key_of("  - conv: 6"), key_of("  - relu")
    ('conv', '')
    """
    found = re.match(_KEY, line[content_column(line) :])
    return found[1] if found else ""


def code_line_above(source: Source, number: int) -> int:
    """The nearest line above that holds more than blanks and a comment; 0 when there is none near."""
    near = range(number - 1, max(0, number - _FAR), -1)
    return next((above for above in near if code_of(source.line(above)).strip()), 0)


def in_prose(source: Source, number: int) -> bool:
    """Whether a line lies under a top-level key whose values are prose, or is a note."""
    if key_of(source.line(number)) == "note":
        return True
    for above in range(number, 0, -1):
        line = source.line(above)
        if line[:1] not in ("", " ", "#", "-", "\t"):
            return is_prose(key_of(line))
    return False
