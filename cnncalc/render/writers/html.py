"""A document as HTML, as a notebook shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from cnncalc.render.document import Code, Heading, Name, Notes, Paragraph, Table
from cnncalc.render.subject import Subject
from cnncalc.render.writers.markdown import blocks


def html(subject: Subject) -> str:
    """Every block of the document as an element, every text escaped."""
    return "".join(ELEMENTS[type(block)](block) for block in blocks(subject))


def _heading(heading: Heading) -> str:
    return f"<p><b>{escape(' · '.join(heading.parts))}</b></p>"


def _paragraph(paragraph: Paragraph) -> str:
    texts = (f"<code>{escape(part)}</code>" if isinstance(part, Name) else escape(part) for part in paragraph.parts)
    return f"<p>{''.join(texts)}</p>"


def _notes(notes: Notes) -> str:
    labels = (f"<b>{escape(note.label)}</b> " if note.label else "" for note in notes.entries)
    entries = (f"<li>{label}{escape(note.text)}</li>" for label, note in zip(labels, notes.entries, strict=True))
    return f"<ul>{''.join(entries)}</ul>"


def _table(table: Table) -> str:
    header = "".join(f"<th>{escape(column.header)}</th>" for column in table.columns)
    rows = []
    for cells, style in zip(table.rows, table.styles or [""] * len(table.rows), strict=True):
        columns = zip(table.columns, cells, strict=True)
        texts = (f'<td style="text-align:{column.align}">{escape(str(cell))}</td>' for column, cell in columns)
        rows.append(f"<tr{' style=opacity:.5' if style == 'dim' else ''}>{''.join(texts)}</tr>")
    text = f"<table><tr>{header}</tr>{''.join(rows)}</table>"
    return f"<details><summary>{table.summary}</summary>{text}</details>" if table.summary else text


def _code(code: Code) -> str:
    text = "\n".join(code.lines)
    return f"<pre>{escape(text)}</pre>"


ELEMENTS: Mapping[type, Callable[[Any], str]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Notes: _notes,
    Table: _table,
    Code: _code,
}
