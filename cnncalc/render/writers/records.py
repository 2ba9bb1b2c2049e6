"""The records of a report as CSV."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.render.formats import Screen
    from cnncalc.render.subjects.report import Summary


def write(subject: Summary, _: Screen) -> str:
    """A line for each record; the first names the columns, of which a record may lack some."""
    records = subject.records()
    columns = list(dict.fromkeys(name for record in records for name in record))
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([record.get(name, "") for name in columns] for record in records)
    return text.getvalue().removesuffix("\n")
