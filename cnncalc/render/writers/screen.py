"""A document as a terminal shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cnncalc.render.document import SCREEN, Code, Heading, Notes, Paragraph, Table
from cnncalc.render.subject import Subject
from cnncalc.render.terminal import painted, wrapped
from cnncalc.render.writers import grid
from cnncalc.render.writers.glyphs import shown

if TYPE_CHECKING:
    from cnncalc.render.formats import Screen

NARROWEST_TEXT = 30


def screen_text(subject: Subject, screen: Screen) -> str:
    """The parts of the document, parted by blank lines; numbers are never cut, texts are wrapped."""
    document = subject.document(SCREEN)
    parts = ([line for block in part for line in LINES[type(block)](block, screen)] for part in document)
    return "\n\n".join("\n".join(lines) for lines in parts)


def _heading(heading: Heading, screen: Screen) -> list[str]:
    title = shown(" · ".join(heading.parts), screen)
    return [painted(line, "bold", screen.color) for line in wrapped(title, screen.width)]


def _paragraph(paragraph: Paragraph, screen: Screen) -> list[str]:
    return wrapped(shown("".join(paragraph.parts), screen), screen.width)


def _notes(notes: Notes, screen: Screen) -> list[str]:
    """Each label with its text beside it, in as many lines as it takes."""
    found = []
    for note in notes.entries:
        first, *rest = wrapped(shown(note.text, screen), max(screen.width - notes.indent, NARROWEST_TEXT))
        margin, style = " " * notes.indent, note.style
        if note.label:
            found.append(painted(note.label.ljust(notes.indent), style, screen.color) + first)
            found += [margin + line for line in rest]
        else:
            found += [painted(margin + line, style, screen.color) for line in (first, *rest)]
    return found


def _table(table: Table, screen: Screen) -> list[str]:
    return grid.lines(grid.laid(table, screen), table.styles, screen)


def _code(code: Code, _: Screen) -> Iterable[str]:
    return code.lines


LINES: Mapping[type, Callable[[Any, Screen], Iterable[str]]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Notes: _notes,
    Table: _table,
    Code: _code,
}
