"""A document as HTML, as a notebook shows it."""

from __future__ import annotations

from cnncalc.render.document import Block, Code, Heading, Name, Note, Notes, Paragraph, Table
from cnncalc.render.subjects import Subject
from cnncalc.render.writers.markdown import blocks
from cnncalc.safe import pages


def html(subject: Subject) -> str:
    """Every block of the document as an element, every text escaped."""
    return "".join(map(_element, blocks(subject)))


def _element(block: Block) -> str:
    match block:
        case Heading(parts):
            return f"<p><b>{pages.html(' · '.join(parts))}</b></p>"
        case Paragraph(parts):
            spans = (
                f"<code>{pages.html(part)}</code>" if isinstance(part, Name) else pages.html(part) for part in parts
            )
            return f"<p>{''.join(spans)}</p>"
        case Notes(entries):
            return f"<ul>{''.join(map(_note, entries))}</ul>"
        case Table():
            return _table(block)
        case Code(lines):
            return f"<pre>{pages.html(chr(10).join(lines))}</pre>"


def _note(note: Note) -> str:
    label = f"<b>{pages.html(note.label)}</b> " if note.label else ""
    return f"<li>{label}{pages.html(note.text)}</li>"


def _table(table: Table) -> str:
    header = "".join(f"<th>{pages.html(column.header)}</th>" for column in table.columns)
    rows = []
    for cells, style in zip(table.rows, table.styles or [""] * len(table.rows), strict=True):
        columns = zip(table.columns, cells, strict=True)
        texts = (f'<td style="text-align:{column.align}">{pages.html(str(cell))}</td>' for column, cell in columns)
        rows.append(f"<tr{' style=opacity:.5' if style == 'dim' else ''}>{''.join(texts)}</tr>")
    text = f"<table><tr>{header}</tr>{''.join(rows)}</table>"
    return f"<details><summary>{pages.html(table.summary)}</summary>{text}</details>" if table.summary else text
