"""A document as a terminal shows it."""

from __future__ import annotations

from collections.abc import Sequence

from cnncalc.render.document import SCREEN, Block, Code, Heading, Notes, Paragraph, Table
from cnncalc.render.formats import Screen
from cnncalc.render.subjects import Subject
from cnncalc.render.terminal import GLUE, hung, painted, shown, wrapped
from cnncalc.render.writers import grid
from cnncalc.safe import log, printable

NARROWEST_TEXT = 30


def screen_text(subject: Subject, screen: Screen) -> str:
    """The parts of the document, parted by blank lines; numbers are never cut, texts are wrapped."""
    document = subject.document(SCREEN)
    parts = ([line for block in part for line in _lines(block, screen)] for part in document)
    return log("\n\n".join("\n".join(lines) for lines in parts))


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
            return _table(block, screen)
        case Code(lines, flow, style):
            lines = list(map(printable, lines))
            shown_lines = [part for line in lines for part in hung(line, screen.width)] if flow else lines
            return [painted(line, style, screen.color) for line in shown_lines]


def _table(table: Table, screen: Screen) -> list[str]:
    """The table, and which of its columns found no room."""
    laid = grid.laid(table, screen)
    lines = grid.lines(laid, table.styles, screen)
    missing = grid.left_out(table, laid)
    if missing:
        first = next(column.header for column in table.columns)
        how = (
            f"`{table.option}{GLUE}{','.join((first, *missing))}` shows them"
            if table.option
            else "a wider terminal has room"
        )
        sentence = f"{screen.width} columns are too few for {', '.join(missing)}: {how}"
        lines += ["", *(painted(line, "dim", screen.color) for line in wrapped(shown(sentence, screen), screen.width))]
    return lines


def _notes(notes: Notes, screen: Screen) -> list[str]:
    """Each label with its text beside it, in as many lines as it takes."""
    found = []
    for note in notes.entries:
        first, *rest = wrapped(shown(note.text, screen), max(screen.width - notes.indent, NARROWEST_TEXT))
        margin, style = " " * notes.indent, note.style
        if note.label:
            found.append(painted(shown(note.label, screen).ljust(notes.indent), style, screen.color) + first)
            found += [margin + line for line in rest]
        else:
            found += [painted(margin + line, style, screen.color) for line in (first, *rest)]
    return found
