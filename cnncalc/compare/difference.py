"""The difference between two reports: what became of each layer, and of the totals. Numbers and names only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cnncalc.analysis import Report, Row
from cnncalc.compare.alignment import Pair
from cnncalc.compare.matching import RowMark, RowSignature, marks, matched
from cnncalc.compare.totals import TotalChanges, total_changes
from cnncalc.record import Record

SCHEMA = "cnncalc.diff/1"
SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"
"""What may become of a layer."""


class LayerChange(NamedTuple):
    """One layer: its row before and after, None where there was none.

    `differs` names what made it `changed`: words of the row's JSON. `inputs` stands there when other volumes arrive,
    or when it reads other layers that were there before and still are. Where a layer stands makes no difference to
    what it is: line, path, the names of its inputs, receptive field and live memory are not among them.
    """

    change: str
    before: Row | None
    after: Row | None
    differs: tuple[str, ...] = ()

    @property
    def row(self) -> Row:
        """The row of what it is now, or was last."""
        row = self.after or self.before
        assert row is not None  # noqa: S101  # a layer that never was has no change
        return row

    @property
    def path(self) -> str:
        """Where it stands now; where it stood if it is removed."""
        return self.row.path

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "path": self.path,
            "kind": self.row.kind,
            "change": self.change,
            "before": self.before and self.before.to_dict(),
            "after": self.after and self.after.to_dict(),
        }


class Difference(Record):
    """What became of a network: its layers in the order in which they now run, removed ones where they stood."""

    before: Report
    after: Report
    layers: tuple[LayerChange, ...]
    totals: TotalChanges

    def count(self, change: str) -> int:
        """How many layers met with that change."""
        return sum(layer.change == change for layer in self.layers)

    def to_dict(self) -> dict[str, Any]:
        """Exactly the JSON of `cnncalc diff --format json`."""
        return {
            "schema": SCHEMA,
            "layers": [layer.to_dict() for layer in self.layers],
            "totals": self.totals.to_dict(),
        }


def compare(before: Report, after: Report) -> Difference:
    """What became of the layers and the totals of `before` in `after`; near-linear in the rows of both.

    Layers are matched by structure first, so that those below an inserted layer stay `same`, although their automatic
    numbers shift.
    """
    was, now = marks(before), marks(after)
    pairs = matched(was, now)
    judge = _Judge(before, after, pairs)
    return Difference(before, after, tuple(_in_order(was, now, pairs, judge)), total_changes(before, after))


class _Judge:
    """Says of two rows that are one layer what differs between them."""

    def __init__(self, before: Report, after: Report, pairs: Sequence[Pair]) -> None:
        # Where each tensor of `before` is in `after`; inputs are known by their names.
        self.moved_to: dict[str, str] = {name: name for name in before.inputs if name in after.inputs}
        self.moved_to.update((before.layers[x].path, after.layers[y].path) for x, y in pairs)
        self.kept = set(self.moved_to.values())

    def judged(self, before: RowMark, after: RowMark) -> LayerChange:
        """What became of a layer."""
        was, now = before.row, after.row
        differs = list(_unlike(before.own, after.own))
        if "inputs" not in differs and any(map(self.rewired, was.inputs, now.inputs)):
            differs.append("inputs")
        if was.shared_with and now.shared_with and self.rewired(was.shared_with, now.shared_with):
            differs.append("shared_with")
        return LayerChange(CHANGED if differs else SAME, was, now, tuple(differs))

    def rewired(self, was: str, now: str) -> bool:
        """Whether one tensor took the place of another, and both were there before and still are.

        Where one of them came or went, that layer's own change says so.
        """
        return self.moved_to.get(was, now) != now and now in self.kept


WORDS: Mapping[str, str] = {"settings": "parameters", "reads": "inputs"}
"""What the report calls a part of a signature, where it has another name there."""


def _unlike(was: RowSignature, now: RowSignature) -> Iterator[str]:
    """The words of what differs."""
    if was != now:
        for name, old, new in zip(was._fields, was, now, strict=True):
            if old != new:
                yield WORDS.get(name, name)


def _in_order(
    was: Sequence[RowMark], now: Sequence[RowMark], pairs: Sequence[Pair], judge: _Judge
) -> Iterator[LayerChange]:
    """The layers in the order in which they now stand; what is removed stands before what came in its place."""
    origin = {y: x for x, y in pairs}
    kept = {x for x, _ in pairs}
    following = _following(origin, len(was), len(now))
    reached = 0
    for index, end in enumerate([*following, len(was)]):
        yield from (LayerChange(REMOVED, was[gone].row, None) for gone in range(reached, end) if gone not in kept)
        reached = max(reached, end)
        if index in origin:
            yield judge.judged(was[origin[index]], now[index])
        elif index < len(now):
            yield LayerChange(ADDED, None, now[index].row)


def _following(origin: Mapping[int, int], length_before: int, length_after: int) -> list[int]:
    """For each row of `after`, where in `before` the next row stands that is in both."""
    found = [length_before] * length_after
    last = length_before
    for index in range(length_after - 1, -1, -1):
        last = found[index] = origin.get(index, last)
    return found
