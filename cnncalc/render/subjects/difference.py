"""A difference as a subject: the lines that changed, the totals, and the limits that they exceed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnncalc.compare.difference import ADDED, CHANGED, REMOVED, SAME, Difference
from cnncalc.compare.growth import Excess
from cnncalc.metrics import METRICS
from cnncalc.render.document import LEFT, RIGHT, SCREEN, Column, Document, Heading, Name, Note, Notes, Paragraph, Table
from cnncalc.render.subject import Subject
from cnncalc.render.subjects.difference_lines import DiffLine, changed_lines, folded_difference
from cnncalc.render.subjects.difference_words import (
    COLUMNS,
    HEADERS,
    counts,
    failures,
    percent,
    side_effects,
    total_lines,
)
from cnncalc.render.terminal import printable

WORDS = "what"
LEAST_IMPORTANT_FIRST = ("receptive_field", "live_bytes", WORDS)
"""The order in which columns give way to a narrow terminal; the last only where paths would be cut too short."""
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
        return self._screen() if medium == SCREEN else self._comment()

    def _screen(self) -> Document:
        difference = self.difference
        lines = folded_difference(difference)
        changed = any(line.change != SAME for line in lines)
        sentences = [counts(difference), *side_effects(difference)]
        return [
            [Heading([" → ".join(map(printable, self.names))])],
            *([[_layers(lines)]] if changed else []),
            [_totals(difference)],
            [Paragraph([sentence]) for sentence in sentences],
        ]

    def _comment(self) -> Document:
        difference, (before, after) = self.difference, self.names
        counted = difference.totals.counted
        headline = [
            f"{metric.label} {percent(counted[metric.total]) or 'unchanged'}"
            for metric in (METRICS["params"], METRICS["macs"])
        ]
        sentences = "; ".join([counts(difference), *side_effects(difference)])
        over = [Note("over the limit", text) for text in failures(self.excesses)]
        lines = changed_lines(difference)
        number = len(difference.layers) - difference.count(SAME)
        summary = f"{number:,} layers came, went or {CHANGED}" if len(lines) > MOST_OPEN else ""
        return [
            [Heading([", ".join(headline)], 3)],
            [Notes(over)] if over else [],
            [Paragraph([Name(before), " → ", Name(after), f". {sentences}."])],
            [_totals(difference)],
            [_layers(lines)._replace(summary=summary)] if lines else [],
        ]


def _layers(lines: Sequence[DiffLine]) -> Table:
    columns = [
        Column(name, column.header, [column.how(line) for line in lines], column.align)
        for name, column in COLUMNS.items()
    ]
    return Table(columns, [STYLES[line.change] for line in lines], LEAST_IMPORTANT_FIRST, clipped=WORDS)


def _totals(difference: Difference) -> Table:
    columns = zip(HEADERS, zip(*total_lines(difference), strict=True), strict=True)
    return Table([Column(header, header, cells, LEFT if header == HEADERS[0] else RIGHT) for header, cells in columns])
