"""The difference between two reports: what became of each layer and why, and of the totals. Numbers and names only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cnncalc.analysis import Report, Row
from cnncalc.compare.causes import Cause, causes_of
from cnncalc.compare.changes import ADDED, CHANGED, FOLLOWS, REMOVED, SAME, FieldChange, LayerChange
from cnncalc.compare.judging import Judge, Verdict, led
from cnncalc.compare.matching import Match
from cnncalc.compare.totals import TotalChanges, total_changes
from cnncalc.compare.variables import Variables
from cnncalc.record import Record

__all__ = ["ADDED", "CHANGED", "FOLLOWS", "REMOVED", "SAME", "Difference", "FieldChange", "LayerChange", "compare"]

SCHEMA = "cnncalc.diff/1"


class Difference(Record):
    """What became of a network: its layers in the order in which they now run, removed ones where they stood.

    `causes` are what somebody changed; everything else follows from them.
    """

    before: Report
    after: Report
    layers: tuple[LayerChange, ...]
    causes: tuple[Cause, ...]
    totals: TotalChanges

    def count(self, change: str) -> int:
        """How many layers met with that change."""
        return sum(layer.change == change for layer in self.layers)

    def to_dict(self) -> dict[str, Any]:
        """Exactly the JSON of `cnncalc diff --format json`."""
        return {
            "schema": SCHEMA,
            "dtype": {"before": self.before.dtype.facts(), "after": self.after.dtype.facts()},
            "causes": [cause.to_dict() for cause in self.causes],
            "layers": [layer.to_dict() for layer in self.layers],
            "totals": self.totals.to_dict(),
        }


def compare(before: Report, after: Report, variables: Variables | None = None) -> Difference:
    """What became of the layers and the totals of `before` in `after`; near-linear in the rows of both.

    Layers are matched by what they are and what they are called, never by sizes. `variables` knows what the values of
    the spec's variables explain.
    """
    variables = variables or Variables(before, after, {}, lambda _: None)
    found = variables.match
    layers = tuple(led(list(_in_order(before, after, found, variables))))
    causes = tuple(causes_of(before, after, layers, found, variables.values))
    return Difference(before, after, layers, causes, total_changes(before, after))


def _in_order(before: Report, after: Report, found: Match, variables: Variables) -> Iterator[LayerChange]:
    """The layers in the order in which they now stand; what is removed stands before what came in its place."""
    judge = Judge(before, after, found)
    was, now = before.layers, after.layers
    kept = {x for x, _ in found.pairs}
    reached = arrived = 0
    for x, y in (*found.pairs, (len(was), len(now))):
        for index in range(reached, x):
            if index not in kept:
                yield LayerChange(REMOVED, was[index], None, variables=variables.explain(was[index], None))
        for index in range(arrived, y):
            judge.come(index)
            yield LayerChange(ADDED, None, now[index], variables=variables.explain(None, now[index]))
        if y < len(now):
            yield _judged(was[x], now[y], judge.stayed((x, y)), variables)
        reached, arrived = max(reached, x), y + 1


def _judged(was: Row, now: Row, verdict: Verdict, variables: Variables) -> LayerChange:
    if verdict.own:
        return LayerChange(CHANGED, was, now, None, verdict.own, variables.explain(was, now, verdict.own))
    return LayerChange(FOLLOWS if verdict.effects else SAME, was, now, verdict.cause, verdict.effects)
