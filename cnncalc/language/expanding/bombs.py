"""Counts how many layers a spec must at least expand to, without expanding it."""

from __future__ import annotations

from cnncalc.language.reading.declarations import Item, Spec
from cnncalc.language.reading.written import no_variable

MOST_LAYERS = 100_000
MOST_STEPS = 4 * MOST_LAYERS
"""Items looked at, absent ones and empty turns included: a bomb need not make a single layer."""


def too_large(spec: Spec) -> str:
    """What the spec expands to at least, where that is too much; else nothing. No block may contain itself."""
    rows, steps = _least(spec.items, {})
    if rows > MOST_LAYERS:
        return f"more than {MOST_LAYERS:,} layers"
    return f"more than {MOST_STEPS:,} items to look at" if steps > MOST_STEPS else ""


def _least(items: list[Item], blocks: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """The rows and steps of a list, each block counted once; what depends on a variable counts as nothing."""
    rows = steps = 0
    for item in items:
        turns = _least_turns(item)
        inside = _inside(item, blocks) if turns and item.condition is None and not item.broken else (0, 0)
        rows += turns * inside[0]
        steps += turns * (1 + inside[1])
    return rows, steps


def _inside(item: Item, blocks: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """One turn of an item that is there."""
    if item.inner is not None:
        return _least(item.inner, blocks)
    if item.block is None:
        sizes = [_least(branch.items, blocks) for branch in item.branches or ()]
        return 1 + sum(rows for rows, _ in sizes), sum(steps for _, steps in sizes)
    if item.block.broken:
        return 0, 0
    if item.block.name not in blocks:
        blocks[item.block.name] = _least(item.block.items, blocks)
    return blocks[item.block.name]


def _least_turns(item: Item) -> int:
    """How often an item is at least looked at."""
    if item.repeat is None:
        return 1
    if item.repeat.count is None:
        return min((len(column) for column in item.repeat.columns.values()), default=0)
    count = item.repeat.count.at(no_variable) if item.repeat.count.constant else 0
    return count if type(count) is int and count > 0 else 0
