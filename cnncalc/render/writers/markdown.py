"""A document as Markdown, as GitHub shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cnncalc.render.document import PAGE, RIGHT, Block, Code, Heading, Name, Note, Notes, Paragraph, Table
from cnncalc.render.subjects import Subject
from cnncalc.safe import log, pages, printable

INDENT = "  "


def markdown(subject: Subject) -> str:
    """Every block of the document, parted by blank lines; what an author wrote is literal."""
    return "\n\n".join(map(_text, blocks(subject)))


def blocks(subject: Subject) -> Iterator[Block]:
    """The blocks of a page in their order."""
    return (block for part in subject.document(PAGE) for block in part)


def _text(block: Block) -> str:
    match block:
        case Heading(parts, level):
            return f"{'#' * level} {pages.markdown(' · '.join(parts))}"
        case Paragraph(parts):
            return "".join(map(_part, parts, range(len(parts))))
        case Notes(entries):
            return "\n".join(map(_note, entries))
        case Table():
            return _table(block)
        case Code(lines):
            return _code("\n".join(printable(line.removeprefix(INDENT)) for line in lines))


def _part(part: str, place: int) -> str:
    if isinstance(part, Name):
        return pages.code(part)
    return pages.markdown(part) if place else pages.paragraph(part)


def _note(note: Note) -> str:
    if note.label:
        return f"- **{pages.markdown(note.label)}**: {pages.markdown(note.text)}"
    return f"- {pages.paragraph(note.text)}"


def _table(table: Table) -> str:
    text = "\n".join(
        [
            row([pages.markdown(column.header) for column in table.columns]),
            row(["---:" if column.align == RIGHT else "---" for column in table.columns]),
            *(row([pages.markdown(str(cell)) for cell in cells]) for cells in table.rows),
        ]
    )
    # GitHub reads Markdown inside HTML only behind an empty line.
    return f"<details><summary>{pages.html(table.summary)}</summary>\n\n{text}\n\n</details>" if table.summary else text


def row(cells: Sequence[str]) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    fence = "`" * (1 + max(map(len, re.findall(r"(?m)^ *(``+)", text)), default=2))
    return log(f"{fence}text\n{text}\n{fence}")
