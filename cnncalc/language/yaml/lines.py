"""Finds its way in the lines of YAML text without parsing it, for text that cannot be parsed."""

from __future__ import annotations

import re

from cnncalc.problem import Source

PROSE_KEYS = frozenset({"name", "note", "source"})
_FAR = 1000  # lines of comments and blanks, beyond which nobody looks for what a line belongs to
_DASHES = r"(?:- +)*(?:-$)?"
_KEY = r"""("[^"]*"|'[^']*'|[^\s#'"\[\]{},][^#]*?)\s*:(?=\s|$)"""


def code_of(line: str) -> str:
    """A line without its comment and the blanks before it.

    >>> code_of('  - conv: 6  # six'), code_of('name: "C#"')
    ('  - conv: 6', 'name: "C#"')
    """
    if "#" not in line:
        return line.rstrip()
    quote, before = "", " "
    for offset, character in enumerate(line):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"" and before in " \t[{,:":
            quote = character
        elif character == "#" and before in " \t":
            return line[:offset].rstrip()
        before = character
    return line.rstrip()


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
    lowest = max(0, number - _FAR)
    number -= 1
    while number > lowest and not code_of(source.line(number)).strip():
        number -= 1
    return number if number > lowest else 0


def in_prose(source: Source, number: int) -> bool:
    """Whether a line lies under a top-level key whose values are prose, or is a note."""
    if key_of(source.line(number)) == "note":
        return True
    while number > 0:
        line = source.line(number)
        if line[:1] not in ("", " ", "#", "-", "\t"):
            key = key_of(line)
            return key in PROSE_KEYS or key.startswith("x-")
        number -= 1
    return False


def quoted(text: str) -> str:
    """The text as YAML reads it back unchanged: in quotes, with the kind of quotes it does not hold.

    >>> print(quoted("a: b"), quoted('$a == "x"'))
    "a: b" '$a == "x"'
    """
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"
