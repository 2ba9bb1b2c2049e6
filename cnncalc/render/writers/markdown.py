"""A document as Markdown, as GitHub shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cnncalc.render.document import PAGE, RIGHT, Block, Code, Heading, Name, Note, Notes, Paragraph, Table
from cnncalc.render.subjects import Subject
from cnncalc.render.terminal import printable

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
            return f"{'#' * level} {escaped(' · '.join(parts))}"
        case Paragraph(parts):
            return "".join(_code_span(part) if isinstance(part, Name) else escaped(part) for part in parts)
        case Notes(entries):
            return "\n".join(map(_note, entries))
        case Table():
            return _table(block)
        case Code(lines):
            return _code("\n".join(line.removeprefix(INDENT) for line in lines))


def _code_span(name: str) -> str:
    return f"`{printable(name).replace('`', chr(39))}`"


def _note(note: Note) -> str:
    return f"- **{escaped(note.label)}**: {escaped(note.text)}" if note.label else f"- {escaped(note.text)}"


def _table(table: Table) -> str:
    text = "\n".join(
        [
            row([column.header for column in table.columns]),
            row(["---:" if column.align == RIGHT else "---" for column in table.columns]),
            *(row([escaped(str(cell)) for cell in cells]) for cells in table.rows),
        ]
    )
    # GitHub reads Markdown inside HTML only behind an empty line.
    return f"<details><summary>{table.summary}</summary>\n\n{text}\n\n</details>" if table.summary else text


def row(cells: Sequence[str]) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    fence = "`" * (3 + max((len(run) for run in text.split("\n") if set(run) == {"`"}), default=0))
    return f"{fence}text\n{text}\n{fence}"


def escaped(text: str) -> str:
    r"""The text with what Markdown would take for its own made literal.

    >>> escaped("conv2/a_b|c [1]")
    'conv2/a\\_b\\|c \\[1\\]'
    """
    return "".join(f"\\{character}" if character in "\\`*_{}[]<>#|~" else character for character in text)
