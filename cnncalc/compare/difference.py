"""The difference between two reports: what became of each layer, and of the totals. Numbers and names only."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
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
            "dtype": {"before": self.before.dtype.facts(), "after": self.after.dtype.facts()},
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
    # Where each tensor of `before` is in `after`; inputs are known by their names.
    moved_to = {name: name for name in before.inputs if name in after.inputs}
    moved_to.update((was[x].row.path, now[y].row.path) for x, y in pairs)
    kept = {*moved_to.values()}
    changes = {y: _judged(was[x], now[y], moved_to, kept) for x, y in pairs}
    return Difference(before, after, tuple(_in_order(was, now, pairs, changes)), total_changes(before, after))


def _judged(before: RowMark, after: RowMark, moved_to: Mapping[str, str], kept: Collection[str]) -> LayerChange:
    """What became of a layer."""

    def rewired(was: str, now: str) -> bool:
        """Whether one tensor took the place of another, and both were there before and still are.

        Where one of them came or went, that layer's own change says so.
        """
        return moved_to.get(was, now) != now and now in kept

    was, now, words = before.row, after.row, RowSignature._fields
    differs = [word for word, old, new in zip(words, before.own, after.own, strict=True) if old != new]
    if "inputs" not in differs and any(map(rewired, was.inputs, now.inputs)):
        differs.append("inputs")
    if was.shared_with and now.shared_with and rewired(was.shared_with, now.shared_with):
        differs.append("shared_with")
    return LayerChange(CHANGED if differs else SAME, was, now, tuple(differs))


def _in_order(
    was: Sequence[RowMark], now: Sequence[RowMark], pairs: Sequence[Pair], changes: Mapping[int, LayerChange]
) -> Iterator[LayerChange]:
    """The layers in the order in which they now stand; what is removed stands before what came in its place."""
    kept = {x for x, _ in pairs}
    reached = arrived = 0
    for x, y in (*pairs, (len(was), len(now))):
        yield from (LayerChange(REMOVED, was[gone].row, None) for gone in range(reached, x) if gone not in kept)
        yield from (LayerChange(ADDED, None, mark.row) for mark in now[arrived:y])
        yield from (changes[y],) if y in changes else ()
        reached, arrived = max(reached, x), y + 1
