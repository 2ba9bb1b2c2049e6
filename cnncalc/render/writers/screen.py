"""A document as a terminal shows it."""

from __future__ import annotations

from collections.abc import Sequence

from cnncalc.render.document import SCREEN, Block, Code, Heading, Notes, Paragraph, Table
from cnncalc.render.formats import Screen
from cnncalc.render.subjects import Subject
from cnncalc.render.terminal import painted, shown, wrapped
from cnncalc.render.writers import grid

NARROWEST_TEXT = 30


def screen_text(subject: Subject, screen: Screen) -> str:
    """The parts of the document, parted by blank lines; numbers are never cut, texts are wrapped."""
    document = subject.document(SCREEN)
    parts = ([line for block in part for line in _lines(block, screen)] for part in document)
    return "\n\n".join("\n".join(lines) for lines in parts)


def _lines(block: Block, screen: Screen) -> Sequence[str]:
    match block:
        case Heading(parts):
            title = wrapped(shown(" · ".join(parts), screen), screen.width)
            return [painted(line, "bold", screen.color) for line in title]
        case Paragraph(parts):
            return wrapped(shown("".join(parts), screen), screen.width)
        case Notes():
            return _notes(block, screen)
        case Table():
            return grid.lines(grid.laid(block, screen), block.styles, screen)
        case Code(lines):
            return lines


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
