"""The lines of a report: as the table that people look at, or as records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cnncalc.render.document import SCREEN, Document, Heading, Note, Notes, Table
from cnncalc.render.folding import folded
from cnncalc.render.subjects.columns import BARS, COLUMNS, DEFAULT, LEAST_IMPORTANT_FIRST, View, amount
from cnncalc.render.subjects.report_words import sentences, title
from cnncalc.render.terminal import printable

if TYPE_CHECKING:
    from cnncalc.analysis import Report, Row
    from cnncalc.render.subjects.report import Summary, Verdict

EXPECT = "expect"
INDENT = 9


def document(summary: Summary, medium: str) -> Document:
    """Title, table and totals; a page has neither bars nor verdicts, and always the default columns."""
    report, on_screen = summary.report, medium == SCREEN
    notes = [Note(label, text) for label, text in sentences(report)]
    if on_screen:
        notes += _verdicts(summary.verdicts)
        table = _table(summary, summary.columns or DEFAULT, () if summary.columns else LEAST_IMPORTANT_FIRST)
    else:
        table = _table(summary, [name for name in DEFAULT if name not in BARS])
    return [[Heading(title(report, summary.layout))], [table], [Notes(notes, INDENT)]]


def _table(summary: Summary, names: Sequence[str], yields: Sequence[str] = ()) -> Table:
    lines = folded(summary.report, summary.depth)
    used = [line for line in lines if not line.training_only]
    most = {metric.name: max((amount(metric, line) for line in used), default=0) for metric in BARS.values()}
    view = View(summary.report, summary.layout, most)
    columns = [COLUMNS[name].column(name, lines, view) for name in names]
    return Table(columns, ["dim" if line.training_only else "" for line in lines], yields)


def _verdicts(verdicts: Sequence[Verdict]) -> Iterator[Note]:
    """How many expectations hold, each budget with what is left of it, and each that fails."""
    promises = [passed for verb, _, passed in verdicts if verb == EXPECT]
    if promises:
        held = f"{sum(promises):,} of {len(promises):,} hold"
        yield Note(EXPECT, held, "green" if all(promises) else "red")
    for verb, text, passed in verdicts:
        if not passed or verb != EXPECT:
            word, style = ("ok", "green") if passed else ("FAILED", "red")
            yield Note(verb, f"{word}: {printable(text)}", style)


def records(report: Report, depth: int | None) -> list[dict[str, Any]]:
    """The cells of each line by the words of the JSON; several inputs are parted by blanks, sizes written 28x28x6."""
    return [_record(row) for row in (report.layers if depth is None else folded(report, depth))]


def _record(row: Row) -> dict[str, Any]:
    cells = {name: _cell(value) for name, value in row.flat().items()}
    last = {name: cells.pop(name) for name in ("shared_with", "training_only", "line")}
    return {**cells, **last}


def _cell(value: Any) -> str | int:
    if isinstance(value, list):
        return ("x" if all(isinstance(part, (int, float)) for part in value) else " ").join(map(str, value))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else value
