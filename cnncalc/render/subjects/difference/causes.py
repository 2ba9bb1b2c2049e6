"""Says what somebody changed: a line for each cause, and one for those that are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from cnncalc import quantity
from cnncalc.compare.causes import INPUT, LAYER, MOVED, NETWORK, OUTPUTS, RENAMED, VARIABLES, Cause
from cnncalc.compare.difference import ADDED, CHANGED, REMOVED, FieldChange
from cnncalc.quantity import plural
from cnncalc.render.document import LEFT, PATH, Filling, Table
from cnncalc.render.subjects.difference.words import MARKS, WHAT, changes_text
from cnncalc.render.subjects.report_words import named

MOST_CAUSES = 30
"""More lines than this are counted instead."""


class CauseLine(NamedTuple):
    """Causes that are alike, or those that are passed over, which have no words."""

    causes: Sequence[Cause]
    shown: bool = True

    @property
    def change(self) -> str:
        """What was done."""
        return self.causes[0].change


def causes_table(causes: Iterable[Cause]) -> Table | None:
    """A line for each cause; those of several layers that were changed alike share one. None without a cause."""
    groups: dict[tuple[object, ...], list[Cause]] = {}
    for cause in causes:
        groups.setdefault((cause.what, cause.change, repr((cause.changes, cause.variables)), _kinds(cause)), []).append(
            cause
        )
    lines = [CauseLine(group) for group in islice(groups.values(), MOST_CAUSES)]
    beyond = [cause for group in islice(groups.values(), MOST_CAUSES, None) for cause in group]
    if beyond:
        lines.append(CauseLine(beyond, shown=False))
    if not lines:
        return None
    columns = [filling.column(name, lines) for name, filling in COLUMNS.items()]
    styles = [{ADDED: "green", REMOVED: "red"}.get(line.change, "") for line in lines]
    return Table(columns, styles, ("layers", "follow", WHAT), clipped=WHAT)


def _kinds(cause: Cause) -> tuple[str, ...]:
    """What came or went is alike only where it is of one kind."""
    return () if cause.change == CHANGED else tuple(layer.row.kind for layer in cause.layers)


def _where(line: CauseLine) -> str:
    if not line.shown:
        return f"({plural(len(line.causes), 'more cause')})"
    cause = line.causes[0]
    if cause.what == VARIABLES:
        return named([f"${change.field}" for change in cause.variables])
    if cause.what == NETWORK:
        return "the whole network"
    first, *others = dict.fromkeys(path for cause in line.causes for path in cause.paths)
    return f"{first} and {len(others):,} more" if others else first


def _what(line: CauseLine) -> str:
    """What was done; by which variables, where a layer or a block alone changed with them."""
    cause = line.causes[0]
    if not line.shown:
        return ""
    by = [f"${change.field} {_sides(change)}" for change in cause.variables if cause.what != VARIABLES]
    return f"{_done(line, cause)} ({', '.join(by)})" if by else _done(line, cause)


def _done(line: CauseLine, cause: Cause) -> str:
    if cause.change in (ADDED, REMOVED) and cause.what != INPUT:
        rows = [layer for cause in line.causes for layer in cause.layers]
        return rows[0].row.kind if cause.what == LAYER else plural(len(rows), "layer")
    if cause.change == RENAMED:
        return f"renamed from {cause.changes[0].before}"
    if cause.change == MOVED:
        return f"moved: {changes_text(cause.changes)}"
    if cause.what == VARIABLES:
        return f"{', '.join(map(_sides, cause.variables))}: {_touched(cause)}"
    if cause.what == INPUT:
        return " → ".join(quantity.size(side) for side in cause.changes[0][1:] if side)
    if cause.what == OUTPUTS:
        return "the choice of outputs"
    return changes_text(cause.changes)


def _sides(change: FieldChange) -> str:
    return changes_text([change]).removeprefix(change.field).strip()


def _touched(cause: Cause) -> str:
    """Which fields of how many layers a variable changes, and how many came or went."""
    fields = Counter(field.field for layer in cause.layers for field in layer.changes)
    fates = Counter(layer.change for layer in cause.layers if layer.change != CHANGED)
    parts = [f"{field} of {plural(number, 'layer')}" for field, number in fields.items()]
    return ", ".join([*parts, *(f"{plural(number, 'layer')} {fate}" for fate, number in fates.items())])


def _layers(line: CauseLine) -> str:
    number = sum(len(cause.layers) for cause in line.causes)
    return f"{number:,}" if number else ""


def _follow(line: CauseLine) -> str:
    number = sum(cause.follows for cause in line.causes)
    return f"{number:,}" if number else ""


COLUMNS: Mapping[str, Filling] = {
    "mark": Filling("", lambda line: MARKS.get(line.change, MARKS[CHANGED]) if line.shown else "", LEFT),
    PATH: Filling("cause", _where, LEFT),
    WHAT: Filling("what", _what, LEFT),
    "layers": Filling("layers", _layers),
    "follow": Filling("follow", _follow),
}
"""`layers` are the rows that somebody changed, `follow` those that differ because of them."""
