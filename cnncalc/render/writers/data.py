"""The facts of a subject for programs: as JSON, or as CSV."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from cnncalc.render.subjects import Subject
from cnncalc.render.subjects.report import Summary
from cnncalc.safe import formats

SHARED = "parameters"
"""The last entry of a row; turns of a repeat share theirs, so that it is written out once."""


def json_text(subject: Subject) -> str:
    """One object, a list with an entry a line, so that a difference shows which entries changed.

    ASCII only, so that no terminal's encoding can spoil it.
    """
    facts = subject.facts()
    if not subject.listed:
        return formats.json(json.dumps(facts, indent=1, allow_nan=False))
    encode = json.JSONEncoder(allow_nan=False).encode
    keys = list(facts)
    first = keys.index(subject.listed)
    head = encode({key: facts[key] for key in keys[:first]})[:-1]
    rows = ",\n  ".join(_rows(facts[subject.listed], encode))
    tail = "".join(f',\n "{key}": {encode(facts[key])}' for key in keys[first + 1 :])
    return formats.json(f'{head},\n "{subject.listed}": [\n  {rows}\n ]{tail}}}')


def _rows(rows: Iterable[dict[str, Any]], encode: Callable[[Any], str]) -> Iterable[str]:
    texts: dict[int, str] = {}
    for row in rows:
        if SHARED not in row:
            yield encode(row)
            continue
        shared = row.pop(SHARED)
        text = texts.get(id(shared))
        if text is None:
            text = texts[id(shared)] = encode(shared)
        yield f'{encode(row)[:-1]}, "{SHARED}": {text}}}'


def csv_text(subject: Summary) -> str:
    """A line for each record; the first names the columns, of which a record may lack some."""
    import csv
    from io import StringIO

    records = subject.records()
    columns = list(dict.fromkeys(name for record in records for name in record))
    text = StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")  # there is no extra column
    writer.writeheader()
    for record in records:
        record.update((name, formats.cell(cell)) for name, cell in record.items() if isinstance(cell, str))
    writer.writerows(records)
    return text.getvalue().removesuffix("\n")
