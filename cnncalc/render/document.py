"""What a subject shows, whatever writes it: headings, paragraphs, tables, notes and code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from cnncalc.render.terminal import GLUE

SCREEN, PAGE = "screen", "page"
"""Where a document is read: in a terminal, which has bars and verdicts, or on a page, which may be pasted elsewhere."""

LEFT, RIGHT = "left", "right"
PATH = "layer"
"""The name of a column of paths, which lose their middles where a table is too wide."""


class Bar(NamedTuple):
    """A cell: a part of the most that any line has, to be drawn as long as it is large."""

    value: int
    most: int


class Chain(NamedTuple):
    """A cell of paths: the rest stands beside the first, or below it where it is too long."""

    first: str
    rest: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join((self.first, *self.rest)).replace(GLUE, " ")


Cell = str | Bar | Chain
Cell_co = TypeVar("Cell_co", bound=Cell, covariant=True)


class Column(NamedTuple, Generic[Cell_co]):
    """A column of a table with its cells from top to bottom; `name` says which it is."""

    name: str
    header: str
    cells: Sequence[Cell_co]
    align: str = RIGHT
    style: str = ""


class Filling(NamedTuple):
    """What a column is, whatever it is about: its header, how one thing fills a cell, on which side that is flush."""

    header: str
    how: Callable[..., Cell]
    align: str = RIGHT
    style: str = ""

    def column(self, name: str, things: Iterable[object], *view: object) -> Column[Cell]:
        """The column of some things, looked at in a way that `how` knows."""
        return Column(name, self.header, [self.how(thing, *view) for thing in things], self.align, self.style)


class Table(NamedTuple):
    """Columns beside one another.

    Attributes:
        columns: of one length.
        styles: one a row, in place of the columns' own; none at all means the columns' own everywhere.
        yields: the columns that give way to a narrow terminal, in that order; None for a table that is never too wide.
        clipped: a column of words that are cut before the columns behind it in `yields` give way.
        wraps: a column of words that take several lines where the table is too wide.
        option: the option that shows columns which have given way.
        summary: what a page says in place of a long table until somebody opens it.
    """

    columns: Sequence[Column[Cell]]
    styles: Sequence[str] = ()
    yields: Sequence[str] | None = None
    clipped: str = ""
    wraps: str = ""
    option: str = ""
    summary: str = ""

    @property
    def rows(self) -> Sequence[tuple[Cell, ...]]:
        """The cells, row by row."""
        return list(zip(*(column.cells for column in self.columns), strict=True))


class Heading(NamedTuple):
    """A title in parts; the lower the level, the larger it is set."""

    parts: Sequence[str]
    level: int = 2


class Name(str):
    """A part of a paragraph that is set as code, in which nothing is a mention or a link."""

    __slots__ = ()


class Paragraph(NamedTuple):
    """Running text; its parts are joined as they are."""

    parts: Sequence[str]


class Note(NamedTuple):
    """A text with its label; a style is that of the label, or of the whole note where there is none."""

    label: str
    text: str
    style: str = "bold"


class Notes(NamedTuple):
    """Notes below each other, their texts set in so many columns."""

    entries: Sequence[Note]
    indent: int = 0


class Code(NamedTuple):
    """Lines that are shown as they are; those that `flow` are broken at blanks where a terminal is narrow."""

    lines: Sequence[str]
    flow: bool = False
    style: str = ""


Block = Heading | Paragraph | Table | Notes | Code
Document = Sequence[Sequence[Block]]
"""Blocks that belong together stand directly below each other; a blank line parts them from the next."""
