"""Counts how many layers a spec must at least expand to, without expanding it."""

from __future__ import annotations

from cnncalc.language.reading.declarations import Item, Spec
from cnncalc.language.reading.written import no_variable

MOST_LAYERS = 100_000
MOST_STEPS = 4 * MOST_LAYERS
"""Items looked at, absent ones and empty turns included: a bomb need not make a single layer."""


class Size:
    """The least number of rows and of items to look at, for each block once."""

    def __init__(self) -> None:
        self._blocks: dict[str, tuple[int, int]] = {}

    def of(self, items: list[Item]) -> tuple[int, int]:
        """Rows and steps of a list; what depends on a variable counts as nothing."""
        rows = steps = 0
        for item in items:
            turns = least_turns(item)
            inside = self._inside(item) if turns and item.condition is None and not item.broken else (0, 0)
            rows += turns * inside[0]
            steps += turns * (1 + inside[1])
        return rows, steps

    def _inside(self, item: Item) -> tuple[int, int]:
        """One turn of an item that is there."""
        if item.inner is not None:
            return self.of(item.inner)
        if item.block is None:
            sizes = [self.of(branch.items) for branch in item.branches or ()]
            return 1 + sum(rows for rows, _ in sizes), sum(steps for _, steps in sizes)
        if item.block.broken:
            return 0, 0
        known = self._blocks.get(item.block.name)
        if known is None:
            known = self._blocks[item.block.name] = self.of(item.block.items)
        return known


def least_turns(item: Item) -> int:
    """How often an item is at least looked at."""
    if item.repeat is None:
        return 1
    if item.repeat.count is None:
        return min((len(column) for column in item.repeat.columns.values()), default=0)
    count = item.repeat.count.at(no_variable) if item.repeat.count.constant else 0
    return count if type(count) is int and count > 0 else 0


def too_large(spec: Spec) -> str:
    """What the spec expands to at least, where that is too much; else nothing. No block may contain itself."""
    rows, steps = Size().of(spec.items)
    if rows > MOST_LAYERS:
        return f"more than {MOST_LAYERS:,} layers"
    return f"more than {MOST_STEPS:,} items to look at" if steps > MOST_STEPS else ""
