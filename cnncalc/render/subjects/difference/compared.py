"""A difference as a subject: the lines that changed, the totals, and the limits that they exceed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cnncalc import quantity
from cnncalc.compare.difference import ADDED, CHANGED, FOLLOWS, REMOVED, SAME, Difference
from cnncalc.compare.growth import Excess
from cnncalc.compare.totals import Change, SizeChange
from cnncalc.metrics import COUNTED, METRICS
from cnncalc.quantity import signed
from cnncalc.render.document import LEFT, SCREEN, Column, Document, Heading, Name, Note, Notes, Paragraph, Table
from cnncalc.render.subjects import Subject
from cnncalc.render.subjects.difference.causes import causes_table
from cnncalc.render.subjects.difference.lines import DiffLine, changed_lines, folded_difference
from cnncalc.render.subjects.difference.words import COLUMNS, WHAT, counts, dtypes, failure, percent, side_effects

LEAST_IMPORTANT_FIRST = ("receptive_field", "live_bytes", WHAT)
"""The order in which columns give way to a narrow terminal; the last only where paths would be cut too short."""
STYLES = {ADDED: "green", REMOVED: "red", CHANGED: "", FOLLOWS: "dim", SAME: "dim"}
MOST_OPEN = 10
"""A longer table of layers is folded away on a page until somebody opens it."""


class Compared(Subject):
    """A difference, what its two sides are called, and the limits that it exceeds."""

    difference: Difference
    names: tuple[str, str]
    excesses: Sequence[Excess] = ()

    listed = "layers"

    def facts(self) -> dict[str, Any]:
        """Exactly `difference.to_dict()`."""
        return self.difference.to_dict()

    def document(self, medium: str) -> Document:
        """For a terminal what changed among its neighbours; for the comment of a pull request the verdict first."""
        stored = dtypes(self.difference)
        sentences = [counts(self.difference), *side_effects(self.difference), *([stored] if stored else [])]
        return self._screen(sentences) if medium == SCREEN else self._comment("; ".join(sentences))

    def _screen(self, sentences: Iterable[str]) -> Document:
        lines = folded_difference(self.difference)
        causes = causes_table(self.difference.causes)
        changed = any(line.change != SAME for line in lines)
        return [
            [Heading([" → ".join(self.names)])],
            *([[causes]] if causes else []),
            *([[_layers(lines)]] if changed else []),
            [totals_table(self.difference)],
            [Paragraph([sentence]) for sentence in sentences],
        ]

    def _comment(self, sentences: str) -> Document:
        difference, (before, after) = self.difference, self.names
        moved = {name: percent(difference.totals.counted[METRICS[name].total]) for name in ("params", "macs")}
        headline = ", ".join(f"{METRICS[name].label} {share or 'unchanged'}" for name, share in moved.items())
        over = [Note("over the limit", failure(excess)) for excess in self.excesses]
        lines = changed_lines(difference)
        number = len(difference.layers) - difference.count(SAME)
        causes = causes_table(difference.causes)
        summary = f"{number:,} layers differ" if len(lines) > MOST_OPEN else ""
        return [
            [Heading([headline], 3)],
            [Notes(over)] if over else [],
            [Paragraph([Name(before), " → ", Name(after), f". {sentences}."])],
            [causes] if causes else [],
            [totals_table(difference)],
            [_layers(lines)._replace(summary=summary)] if lines else [],
        ]


def _layers(lines: Sequence[DiffLine]) -> Table:
    columns = [filling.column(name, lines) for name, filling in COLUMNS.items()]
    return Table(columns, [STYLES[line.change] for line in lines], LEAST_IMPORTANT_FIRST, clipped=WHAT)


def totals_table(difference: Difference) -> Table:
    """Every total; without those that are 0 or repeat the params on both sides."""
    counted = difference.totals.counted
    lines = []
    for metric in COUNTED:
        change, text = counted[metric.total], metric.unit.exactly
        if change == Change(0, 0) or (metric.in_training and change == counted["params"]):
            continue
        moved = signed(change.change, text) or quantity.NOTHING
        lines.append((metric.label, text(change.before), text(change.after), moved, percent(change)))
    lines.append(_field_line(difference.totals.receptive_field))
    names, *numbers = zip(*lines, strict=True)
    headers = zip(("before", "after", "change", "%"), numbers, strict=True)
    return Table([Column("total", "total", names, LEFT), *(Column(header, header, cells) for header, cells in headers)])


def _field_line(field: SizeChange) -> tuple[str, str, str, str, str]:
    sides = field.sides
    moved = percents = ""
    if sides and any(side.change for side in sides):
        moved = "x".join(signed(side.change, quantity.exact) or "0" for side in sides)
        percents = percent(field.larger_side)
    label = METRICS["receptive_field"].label
    return label, quantity.size(field.before), quantity.size(field.after), moved or quantity.NOTHING, percents
