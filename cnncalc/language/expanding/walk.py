"""What one walk through a declared spec has met so far, within the size that it may have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from cnncalc import codes
from cnncalc.language.expanding.scope import NO_VOLUME, Lookup, Scope, Tensor
from cnncalc.language.expanding.terms import Terms
from cnncalc.language.formulas.formula import Unknown
from cnncalc.language.reading.declarations import Item, Promise, Repeat, Spec
from cnncalc.language.reading.written import no_variable
from cnncalc.layers import Layer
from cnncalc.network import Assembly, Claim
from cnncalc.problem import Faults, Problem
from cnncalc.source import Span
from cnncalc.volume import Volume

MOST_LAYERS = 100_000
MOST_STEPS = 4 * MOST_LAYERS
"""Items looked at, absent ones and empty turns included: a bomb need not make a single layer."""
FEW_VALUES = 10
"""So many parameters or columns, set anew, take about as long as an item that is looked at."""


class TooLarge(Exception):
    """The expansion was given up; the fault is kept."""


class Refused(NamedTuple):
    """A layer that was made and refuses what arrives."""

    path: str
    kind: str
    layer: Layer
    read: tuple[Volume, ...]


class Walk:
    """One expansion: `scope` is that of the file, whose variables every block sees.

    `terms` say what is judged of it. `used` are the tensors that were asked for, even by items that turn out faulty;
    `scopes` holds the scope of each row inside a block, to say how it was reached; `layers` are those that were made,
    by what they were made of.
    """

    def __init__(self, terms: Terms, assembly: Assembly, faults: Faults, scope: Scope) -> None:
        self.spec = terms.spec
        self.terms = terms
        self.assembly = assembly
        self.faults = faults
        self.scope = scope
        self.used: set[str] = set()
        self.scopes: dict[str, Scope] = {}
        self.layers: dict[Any, Layer] = {}
        self.results: dict[str, str] = {}
        self.refused: dict[str, Refused] = {}
        self.claims: list[Claim] = []
        self.steps = 0
        self.turning: list[tuple[int, Repeat, Scope]] = []
        """The repeats around the item that is looked at, outermost first: how many turns each has, and its scope."""

    def report(self, problem: Problem, scope: Scope) -> None:
        """Keep a fault of this scope; inside a block the uses that lead there are labelled."""
        self.faults.add(problem, *scope.labels())

    def use(self, tensor: Tensor) -> Tensor:
        """Remember that a tensor is asked for."""
        if tensor:
            self.used.add(tensor)
        return tensor

    def volume(self, tensor: Tensor) -> Volume | None:
        """The volume of a tensor; None where a fault hides it."""
        if tensor is None:
            return None
        return self.assembly.volumes[tensor] if tensor else NO_VOLUME

    def promise(self, promises: Iterable[Promise], path: str, lookup: Lookup) -> None:
        """Keep what is promised of the rows under a path and judged of this design, but for what a fault hides."""
        for promise in promises:
            if self.terms.why_not(promise):
                continue
            try:
                self.claims.append(_claim_of(promise, path, lookup))
            except Problem as problem:
                self.faults.add(problem)
            except Unknown:
                continue

    def count_step(self, item: Item, scope: Scope, values: int = 0) -> None:
        """Count one item that is looked at; its many parameters or columns count too, a few of them for nothing."""
        self.steps += 1 + values // FEW_VALUES
        if self.steps > MOST_STEPS:
            self.refuse_size(item, f"more than {MOST_STEPS:,} items to expand", scope)

    def refuse_size(self, item: Item, what: str, scope: Scope) -> None:
        """Give up where the network becomes too large: at the repeat with the most turns, or at the item itself."""
        span = item.span
        turns, repeat, around = max(self.turning, key=lambda entry: entry[0], default=(0, None, scope))
        if repeat is not None and turns > 1:
            span, scope = repeat.place, around
        self.report(_too_large(what, span), scope)
        raise TooLarge

    def refuse_bomb(self) -> None:
        """Give up before expanding, where it is known already that too much would come of it."""
        bomb = too_large(self.spec)
        if bomb:
            self.report(_too_large(*bomb), self.scope)
            raise TooLarge


def _claim_of(promise: Promise, path: str, lookup: Lookup) -> Claim:
    verb, metric, subject, limit, size, text, span = promise
    value = limit.value if size is None else _whole(metric, size.at(lookup), size.span)
    return Claim(verb, path, metric, subject, limit.relation, value, limit.unit, limit.tolerance, text, span)


def _whole(metric: str, value: object, span: Span) -> tuple[int, ...]:
    factors = value if isinstance(value, tuple) else (value,)
    if all(type(factor) is int for factor in factors):
        return factors
    raise Problem(codes.BAD_LIMIT, f"{metric} must be a volume of whole numbers", span)


def _too_large(what: str, span: Span) -> Problem:
    message = f"this spec expands to {what}, and {MOST_LAYERS:,} layers are the most"
    return Problem(codes.EXPANSION_TOO_LARGE, message, span)


def too_large(spec: Spec) -> tuple[str, Span] | None:
    """What the spec expands to at least, and where it grows so, if that is too much. No block may contain itself."""
    blocks: dict[str, tuple[int, int]] = {}
    rows, steps = _least(spec.items, blocks)
    if rows > MOST_LAYERS:
        return f"more than {MOST_LAYERS:,} layers", _culprit(spec.items, blocks, 0, MOST_LAYERS)
    if steps > MOST_STEPS:
        return f"more than {MOST_STEPS:,} items to expand", _culprit(spec.items, blocks, 1, MOST_STEPS)
    return None


def _culprit(items: list[Item], blocks: dict[str, tuple[int, int]], what: int, most: int) -> Span:
    """The repeat that makes too many of the rows (0) or steps (1) below it; the largest item where none does."""
    while True:
        item = max(items, key=lambda item: _least([item], blocks)[what])
        once = _inside(item, blocks)[what]
        if once <= most and item.repeat is not None:
            return item.repeat.place
        below = item.inner or (item.block.items if item.block else None) or _all_branches(item)
        if once <= most or not below:
            return item.span
        items = below


def _all_branches(item: Item) -> list[Item]:
    return [inner for branch in item.branches or () for inner in branch.items]


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
