"""A difference as a subject: the lines that changed, the totals, and the limits that they exceed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cnncalc import quantity
from cnncalc.compare.difference import ADDED, CHANGED, REMOVED, SAME, Difference, LayerChange
from cnncalc.compare.growth import Excess
from cnncalc.compare.totals import Change, SizeChange
from cnncalc.metrics import COUNTED, METRICS, Metric
from cnncalc.quantity import signed
from cnncalc.render.document import (
    LEFT,
    NOTHING,
    PATH,
    SCREEN,
    Column,
    Document,
    Filling,
    Heading,
    Name,
    Note,
    Notes,
    Paragraph,
    Table,
)
from cnncalc.render.subjects import Subject
from cnncalc.render.subjects.columns import amount, field_text, path_text
from cnncalc.render.subjects.difference_lines import DiffLine, changed_lines, folded_difference
from cnncalc.render.subjects.difference_words import changes, counts, failure, fates, percent, side_effects
from cnncalc.render.terminal import printable

WORDS = "what"
LEAST_IMPORTANT_FIRST = ("receptive_field", "live_bytes", WORDS)
"""The order in which columns give way to a narrow terminal; the last only where paths would be cut too short."""
MARKS = {SAME: "", ADDED: "+", REMOVED: "-", CHANGED: "~"}
STYLES = {ADDED: "green", REMOVED: "red", CHANGED: "", SAME: "dim"}
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
        sentences = [counts(self.difference), *side_effects(self.difference)]
        return self._screen(sentences) if medium == SCREEN else self._comment("; ".join(sentences))

    def _screen(self, sentences: Iterable[str]) -> Document:
        lines = folded_difference(self.difference)
        changed = any(line.change != SAME for line in lines)
        return [
            [Heading([" → ".join(map(printable, self.names))])],
            *([[_layers(lines)]] if changed else []),
            [_totals(self.difference)],
            [Paragraph([sentence]) for sentence in sentences],
        ]

    def _comment(self, sentences: str) -> Document:
        difference, (before, after) = self.difference, self.names
        moved = {name: percent(difference.totals.counted[METRICS[name].total]) for name in ("params", "macs")}
        headline = ", ".join(f"{METRICS[name].label} {share or 'unchanged'}" for name, share in moved.items())
        over = [Note("over the limit", failure(excess)) for excess in self.excesses]
        lines = changed_lines(difference)
        number = len(difference.layers) - difference.count(SAME)
        summary = f"{number:,} layers came, went or {CHANGED}" if len(lines) > MOST_OPEN else ""
        return [
            [Heading([headline], 3)],
            [Notes(over)] if over else [],
            [Paragraph([Name(before), " → ", Name(after), f". {sentences}."])],
            [_totals(difference)],
            [_layers(lines)._replace(summary=summary)] if lines else [],
        ]


def _layers(lines: Sequence[DiffLine]) -> Table:
    columns = [filling.column(name, lines) for name, filling in COLUMNS.items()]
    return Table(columns, [STYLES[line.change] for line in lines], LEAST_IMPORTANT_FIRST, clipped=WORDS)


def _layer(line: DiffLine) -> str:
    if line.now:
        return path_text(line.now)
    return f"({len(line.entries):,} {'the same' if line.change == SAME else 'more'})"


def _what(line: DiffLine) -> str:
    """What a layer is, or what changed about it; of a group, how many layers met with what."""
    if not line.now:
        return ""
    if len(line.entries) > 1:
        return _group(line.change, line.entries)
    return changes(line.entries[0]) if line.change == CHANGED else line.now.kind


def _group(change: str, entries: Sequence[LayerChange]) -> str:
    if change != CHANGED:
        return f"{len(entries):,} layers"
    whole = f" of {len(entries):,}" if any(entry.change == SAME for entry in entries) else ""
    return fates(entries) + whole


def _became(texts: Iterable[str]) -> str:
    """One text where nothing changed, and both where something did."""
    return " → ".join(dict.fromkeys(texts))


def _delta(metric: Metric) -> Filling:
    """What a line has of a metric more or less; a side that is not there has nothing."""

    def how(line: DiffLine) -> str:
        before, after = (amount(metric, side) if side else 0 for side in (line.before, line.after))
        return signed(after - before, metric.unit.exactly)

    return Filling(metric.label, how)


def _memory(line: DiffLine) -> str:
    """What is alive more or less; a layer that came or went has what is alive, and nothing to compare that to."""
    if line.before and line.after:
        return signed(line.after.live_bytes - line.before.live_bytes, quantity.memory)
    return quantity.memory(line.now.live_bytes) if line.now else ""


COLUMNS: Mapping[str, Filling] = {
    "mark": Filling("", lambda line: MARKS[line.change] if line.now else "", LEFT),
    PATH: Filling("layer", _layer, LEFT),
    WORDS: Filling("what", _what, LEFT),
    "output": Filling("output", lambda line: _became(quantity.size(side.output) for side in line.sides)),
    "params": _delta(METRICS["params"]),
    "macs": _delta(METRICS["macs"]),
    "live_bytes": Filling("memory", _memory),
    "receptive_field": Filling("sees", lambda line: _became(field_text(side.receptive_field) for side in line.sides)),
}
"""Params and MACs are changes; memory is what is alive during the step, or how much more or less that is."""


def _totals(difference: Difference) -> Table:
    """Every total; without those that are 0 or repeat the params on both sides."""
    counted = difference.totals.counted
    lines = []
    for metric in COUNTED:
        change, text = counted[metric.total], metric.unit.exactly
        if change == Change(0, 0) or (metric.in_training and change == counted["params"]):
            continue
        moved = signed(change.change, text) or NOTHING
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
    return label, quantity.size(field.before), quantity.size(field.after), moved or NOTHING, percents
