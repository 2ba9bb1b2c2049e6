"""Cuts a spec into tokens: its scalars, which the tree places, and between them comments and punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence
from cnncalc.source import Source

SCALAR, COMMENT, END = "scalar", "comment", "end"
BLOCK_TEXT = ("|", ">")

_BETWEEN = re.compile(r"#[^\n]*|[-?:,\[\]{}]")
_QUOTED = {"'": r"'(?:[^']|'')*'", '"': r'"(?:[^"\\]|\\(?s:.))*"'}
_HEADER = re.compile(r"[|>](?:[+-]?([1-9])?[+-]?)")


class Token(NamedTuple):
    """A piece of the text. `kind` is scalar, comment, the punctuation mark itself, or the end of the text.

    `parent` is the column of the map or list of lines that a scalar stands in.
    """

    kind: str
    start: int
    end: int
    scalar: Scalar | None = None
    parent: int = 0

    @property
    def word(self) -> Scalar:
        """The scalar that a token of that kind is."""
        assert self.scalar is not None, "a token of this kind has one"  # noqa: S101  see `tokens`
        return self.scalar

    def of(self, text: str) -> str:
        """The piece of the text as it is written."""
        return text[self.start : self.end]


def tokens(source: Source, tree: Mapping) -> list[Token]:
    r"""The tokens of a spec in the order of writing; the text ends with a line's end and has no other than `\n`."""
    text = source.text
    found: list[Token] = []
    end = 0
    for scalar, parent in _scalars(tree, 0):
        start = source.starts[scalar.span.line - 1] + scalar.span.column - 1
        found += _between(text, end, start)
        end = _end(text, scalar, start, parent)
        found.append(Token(SCALAR, start, end, scalar, parent))
    return [*found, *_between(text, end, len(text)), Token(END, len(text), len(text))]


def header(text: str, start: int) -> re.Match[str]:
    """The first line of a block of text, up to its comment: `|`, `>-`, `|2`."""
    found = _HEADER.match(text, start)
    assert found is not None, "a block of text begins with | or >"  # noqa: S101  the tree says that it does
    return found


def content_indent(text: str, start: int, parent: int) -> int:
    """How far the lines of a block of text are indented; `parent` is the column of the map or list around it."""
    found = header(text, start)
    if found[1]:
        return parent + int(found[1])
    indents = (_indent(line) for line, _ in _lines_below(text, start) if line.strip(" "))
    return max(parent + 1, next(indents, 0))


def _lines_below(text: str, start: int) -> Iterator[tuple[str, int]]:
    """The lines below that of an offset, each with where it ends."""
    line = text.find("\n", start) + 1
    while 0 < line < len(text):
        end = text.find("\n", line)
        yield text[line:end], end
        line = end + 1


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _scalars(node: Node, parent: int) -> Iterator[tuple[Scalar, int]]:
    """The written scalars in order, each with the column of the lines' map or list around it."""
    if isinstance(node, Scalar):
        if not node.is_empty:
            yield node, parent
        return
    column = parent if node.flow else node.span.column - 1
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _scalars(item, column)
        return
    for key, value in node.entries:
        yield key, column
        yield from _scalars(value, column)


def _between(text: str, start: int, end: int) -> Iterator[Token]:
    for found in _BETWEEN.finditer(text, start, end):
        mark = found[0]
        if mark[0] == "#":
            yield Token(COMMENT, found.start(), found.start() + len(mark.rstrip()))
        else:
            yield Token(mark, found.start(), found.end())


def _end(text: str, scalar: Scalar, start: int, parent: int) -> int:
    """The offset behind a scalar; behind the last line's content for a block of text."""
    if scalar.style in BLOCK_TEXT:
        return _end_of_block(text, start, parent)
    if not scalar.style and text.startswith(scalar.text, start):
        return start + len(scalar.text)
    # A plain scalar may be folded: its words are all there, the blanks between them may be others.
    pattern = _QUOTED.get(scalar.style) or r"\s+".join(map(re.escape, scalar.text.split()))
    found = re.compile(pattern).match(text, start)
    return found.end() if found else start


def _end_of_block(text: str, start: int, parent: int) -> int:
    indent = content_indent(text, start, parent)
    keeps = "+" in header(text, start)[0]
    end = text.find("\n", start)
    for line, until in _lines_below(text, start):
        blank = not line.strip(" ")
        if not blank and _indent(line) < indent:
            break
        if keeps or not blank:
            end = until
    return end
