"""Folds a difference into the lines of a table: what changed, with one line of what stayed on either side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from cnncalc.analysis import Row
from cnncalc.compare.difference import CHANGED, FOLLOWS, SAME, Difference, LayerChange
from cnncalc.render.folding import APART, TOGETHER, group, line_of, turns_of

MOST_LINES = 30
"""Blocks are folded until no more lines than this have changed, or until only the outermost are left."""
MOST_SHOWN = 200
"""A network that is one long list cannot be folded; more lines than this are counted instead."""
CONTEXT = 1


class DiffLine(NamedTuple):
    """One line: the layers of a group, summed before and after, each None where the group has no rows there.

    A line without either stands for layers that are passed over.
    """

    change: str
    before: Row | None
    after: Row | None
    entries: Sequence[LayerChange]

    @property
    def now(self) -> Row | None:
        """The line as it is now, or was last."""
        return self.after or self.before

    @property
    def sides(self) -> list[Row]:
        """The line before and after, where it was and is."""
        return [side for side in (self.before, self.after) if side]


def folded_difference(difference: Difference) -> list[DiffLine]:
    """The lines that changed, as deep as they can be seen at a glance, with their neighbours; the rest is counted."""
    return _capped(_with_context(_at_a_glance(difference.layers)))


def changed_lines(difference: Difference) -> list[DiffLine]:
    """The lines that changed, folded, without what stayed the same."""
    return _capped([line for line in _at_a_glance(difference.layers) if line.change != SAME])


def _at_a_glance(layers: Sequence[LayerChange]) -> list[DiffLine]:
    """The deepest folding in which at most `MOST_LINES` changed."""
    depth = max((layer.path.count("/") for layer in layers), default=0) + 1
    while True:
        groups = _groups(layers, depth)
        if depth == 1 or sum(_change(entries) != SAME for _, entries in groups) <= MOST_LINES:
            return [_line(path, entries) for path, entries in groups]
        depth -= 1


def _groups(layers: Iterable[LayerChange], depth: int) -> list[tuple[str, list[LayerChange]]]:
    """Neighbours with one group path at a depth; the turns of a repeat are one line where the same became of them."""
    turns = [(path, list(entries)) for path, entries in groupby(layers, lambda layer: group(layer.path, depth, APART))]
    found = []
    for (path, _), neighbours in groupby(turns, lambda turn: (group(turn[0], depth, TOGETHER), _change(turn[1]))):
        members = list(neighbours)
        entries = [entry for _, inside in members for entry in inside]
        alone = len(members) == 1
        found.append((members[0][0] if alone else path + turns_of(path, [entry.row for entry in entries]), entries))
    return found


def _change(entries: Sequence[LayerChange]) -> str:
    """What became of a group: of mixed fates it is changed, or follows where nothing in it was."""
    fates = {entry.change for entry in entries}
    if len(fates) == 1:
        return entries[0].change
    return FOLLOWS if fates == {SAME, FOLLOWS} else CHANGED


def _line(path: str, entries: Sequence[LayerChange]) -> DiffLine:
    sides = [row for entry in entries if (row := entry.before)], [row for entry in entries if (row := entry.after)]
    before, after = (line_of(path, rows) if rows else None for rows in sides)
    return DiffLine(_change(entries), before, after, entries)


def _with_context(lines: Sequence[DiffLine]) -> list[DiffLine]:
    """What changed and `CONTEXT` lines around it; what lies between becomes one line that counts it."""
    shown = {
        near
        for index, line in enumerate(lines)
        if line.change != SAME
        for near in range(index - CONTEXT, index + CONTEXT + 1)
    }
    found: list[DiffLine] = []
    for is_shown, run in groupby(range(len(lines)), lambda index: index in shown):
        members = [lines[index] for index in run]
        found += members if is_shown else [_skipped(SAME, members)]
    return found


def _capped(lines: Sequence[DiffLine]) -> list[DiffLine]:
    beyond = lines[MOST_SHOWN:]
    return [*lines[:MOST_SHOWN], *([_skipped(CHANGED, beyond)] if beyond else [])]


def _skipped(change: str, lines: Sequence[DiffLine]) -> DiffLine:
    return DiffLine(change, None, None, [entry for line in lines for entry in line.entries])
