"""Finds which layer of one report is which of another: part by part, by what they are and what they are called."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cnncalc.analysis import Report
from cnncalc.compare.alignment import Pair, Stretch, aligned, gaps
from cnncalc.compare.distance import cheapest
from cnncalc.compare.parts import Part, parted

# What the language numbers by itself: conv_3, Bottleneck_2[4].
_AUTOMATIC = re.compile(r"_[0-9]+(?=[/\[]|$)|\[[0-9]+\]")

TIE = 1 << 40
"""Prices are multiples of this; what is below decides between ways of one price."""
PART = 1 << 20
"""First by how many parts come and go, then by automatic numbers."""
ROW = 6 * TIE
"""What it costs to gain or lose a row: a row that came and one that went are dearer than three that changed."""
CHANGE, NAMED_CHANGE, PARAMETER = 3 * TIE, 2 * TIE, TIE
"""What it costs to change a parameter, that of a layer that has kept the name its author gave it, and each further."""
RENAME, KIND = 3 * TIE, 5 * TIE
"""What it costs to call a part otherwise, and to make another kind of a layer."""
MOST_COUNTED = 2
"""So many changed parameters cost something; a layer with more is changed as well."""


class Match(NamedTuple):
    """What became of the rows of two reports, by index.

    Attributes:
        pairs: the same layer before and after, in the order of the second report.
        moved: those pairs that stand elsewhere among the others.
        heads: of those that moved together, the first, with the part that moved.
        renamed: parts of both that are called otherwise.
        gone: the largest parts of the first of which nothing is left.
        come: the largest parts of the second that are all new.
    """

    pairs: list[Pair]
    moved: frozenset[Pair]
    heads: Mapping[Pair, Part]
    renamed: list[tuple[Part, Part]]
    gone: list[Part]
    come: list[Part]


def match(first: Report, second: Report) -> Match:
    """Match the rows of two reports; sizes play no part, and time is near-linear in the rows of both."""
    keys: dict[Hashable, int] = {}
    was, now = parted(first, keys), parted(second, keys)
    matcher = _Matcher(first, second)
    matcher.descend(was, now)
    matcher.move(*matcher.left(was, now))
    matcher.regroup(was, now)
    gone, come = matcher.left(was, now)
    pairs = sorted({*matcher.pairs, *matcher.moved}, key=lambda pair: pair[1])
    return Match(pairs, frozenset(matcher.moved), matcher.heads, matcher.renamed, gone, come)


def composed(first: Report, middle: Report, second: Report) -> Match:
    """Match two reports by way of a third, whose rows are those of the second that have the same path."""
    there = {row.path: index for index, row in enumerate(second.layers)}
    indices = {y: there[row.path] for y, row in enumerate(middle.layers) if row.path in there}
    found = match(first, middle)

    def beyond(pairs: Iterable[Pair]) -> list[Pair]:
        return [(x, indices[y]) for x, y in pairs if y in indices]

    pairs = sorted(beyond(found.pairs), key=lambda pair: pair[1])
    heads = {(x, indices[y]): part for (x, y), part in found.heads.items() if y in indices}
    sides = ((first, {x for x, _ in pairs}), (second, {y for _, y in pairs}))
    gone, come = (_untouched(parted(report, {}), taken) for report, taken in sides)
    renamed = [
        (a, b) for a, b in found.renamed if all(middle.layers[leaf.row or 0].path in there for leaf in b.leaves())
    ]
    return Match(pairs, frozenset(beyond(found.moved)), heads, renamed, gone, come)


def unnumbered(path: str) -> str:
    """A path without what the language numbers by itself, which shifts when a layer is inserted.

    >>> unnumbered("conv2/Bottleneck_2[3]/conv_1")
    'conv2/Bottleneck/conv'
    """
    return _AUTOMATIC.sub("", path)


class _Matcher:
    """The pairs found so far."""

    def __init__(self, first: Report, second: Report) -> None:
        self.first, self.second = first, second
        self.pairs: set[Pair] = set()
        self.moved: set[Pair] = set()
        self.heads: dict[Pair, Part] = {}
        self.renamed: list[tuple[Part, Part]] = []
        self.prices: dict[tuple[object, ...], int | None] = {}

    def descend(self, was: Part, now: Part) -> None:
        """Pair the rows of two parts that are one and the same."""
        work = [(was, now)]
        while work:
            a, b = work.pop()
            if _is_renamed(a, b):
                self.renamed.append((a, b))
            if a.row is not None and b.row is not None:
                self.pairs.add((a.row, b.row))
            elif a.key == b.key:
                work += zip(a.parts, b.parts, strict=True)
            else:
                work += [(a.parts[x], b.parts[y]) for x, y in self._kept(a.parts, b.parts)]

    def _kept(self, was: Sequence[Part], now: Sequence[Part]) -> Iterable[Pair]:
        """The parts that are the same, in order; what begins and ends alike needs no weighing."""
        start, end = 0, 0
        shorter = min(len(was), len(now))
        while start < shorter and _is_equal(was[start], now[start]):
            start += 1
        while end < shorter - start and _is_equal(was[-1 - end], now[-1 - end]):
            end += 1
        middle = Stretch(start, len(was) - end, start, len(now) - end)
        yield from ((index, index) for index in range(start))
        yield from self._weighed(was, now, middle)
        yield from ((len(was) - index, len(now) - index) for index in range(end, 0, -1))

    def _weighed(self, was: Sequence[Part], now: Sequence[Part], part: Stretch) -> Iterator[Pair]:
        """The cheapest way through a stretch; where that is too much to weigh, what is equal parts it into smaller."""
        if not part.is_open:
            return
        found = self._cheapest(was[part.low_a : part.high_a], now[part.low_b : part.high_b])
        if found is not None:
            yield from ((part.low_a + x, part.low_b + y) for x, y in found)
            return
        equal = aligned(
            [(a.name, a.key) for a in was[part.low_a : part.high_a]],
            [(b.name, b.key) for b in now[part.low_b : part.high_b]],
        )
        pairs = [(part.low_a + x, part.low_b + y) for x, y in equal]
        yield from pairs
        for gap in gaps(pairs, part):
            here, there = was[gap.low_a : gap.high_a], now[gap.low_b : gap.high_b]
            inside = self._cheapest(here, there)
            if inside is None:
                inside = aligned([(a.name, a.kind) for a in here], [(b.name, b.kind) for b in there])
            yield from ((gap.low_a + x, gap.low_b + y) for x, y in inside)

    def _cheapest(self, was: Sequence[Part], now: Sequence[Part]) -> list[Pair] | None:
        leaving, coming = ([ROW * part.size + PART for part in side] for side in (was, now))
        return cheapest(leaving, coming, lambda x, y: self._price(was[x], now[y]))

    def _price(self, a: Part, b: Part) -> int | None:
        """What it costs to keep one part as another; None where they have nothing in common."""
        question = (a.key, b.key, a.name, b.name)
        if question not in self.prices:
            self.prices[question] = self._row_price(a, b) if a.row is not None else _group_price(a, b)
        price = self.prices[question]
        return price if price is None or a.label == b.label else price + 1 + (a.name != b.name)

    def _row_price(self, a: Part, b: Part) -> int | None:
        if a.row is None or b.row is None:
            return None
        renamed = RENAME if _is_renamed(a, b) else 0
        if a.key == b.key:
            return renamed
        was, now = self.first.designs[a.row].layer, self.second.designs[b.row].layer
        is_named = a.name == b.name and not a.is_automatic
        if a.kind != b.kind:
            return KIND + renamed if is_named or type(was) is type(now) else None
        differing: int = sum(was.__dict__[name] != now.__dict__[name] for name in was.__dict__)
        further = min(differing - 1, MOST_COUNTED - is_named) * PARAMETER
        return (NAMED_CHANGE if is_named else CHANGE) + further + renamed

    def left(self, was: Part, now: Part) -> tuple[list[Part], list[Part]]:
        """The largest parts of either side of which no row has a pair."""
        pairs = self.pairs | self.moved
        return _untouched(was, {x for x, _ in pairs}), _untouched(now, {y for _, y in pairs})

    def move(self, gone: Iterable[Part], come: Iterable[Part]) -> None:
        """Pair parts that left one place and came to another, where there is one such on either side."""
        here, there = _alone(gone), _alone(come)
        for key in here.keys() & there.keys():
            rows = ([part.row or 0 for part in side[key].leaves()] for side in (here, there))
            together = list(zip(*rows, strict=True))
            self.moved.update(together)
            self.heads[together[0]] = there[key]

    def regroup(self, was: Part, now: Part) -> None:
        """Pair rows across blocks between those that have a pair; then those that moved and kept their own names."""
        sizes = [sum(1 for _ in side.leaves()) for side in (was, now)]
        here, there = (_torn(side) for side in self.left(was, now))
        for gap in gaps(sorted(self.pairs), Stretch(0, sizes[0], 0, sizes[1])):
            lost = [here[row] for row in range(gap.low_a, gap.high_a) if row in here]
            new = [there[row] for row in range(gap.low_b, gap.high_b) if row in there]
            found = self._cheapest(lost, new) or ()
            self.pairs.update((lost[x].row or 0, new[y].row or 0) for x, y in found if lost[x].kind == new[y].kind)
        gone, come = self.left(was, now)
        named = {leaf.path: leaf for part in come for leaf in part.leaves() if unnumbered(leaf.path) == leaf.path}
        lost = [leaf for part in gone for leaf in part.leaves() if leaf.path in named]
        self.heads.update(((leaf.row or 0, named[leaf.path].row or 0), named[leaf.path]) for leaf in lost)
        self.moved.update(self.heads)


def _group_price(a: Part, b: Part) -> int | None:
    """The price by what both hold, in whatever order; None for different names and next to nothing in common."""
    if b.row is not None:
        return None
    equal = (a.contents & b.contents).total()
    alike = (a.kinds & b.kinds).total()
    if a.name != b.name and 2 * alike < max(a.size, b.size):
        return None
    price = (alike - equal) * CHANGE + (a.size + b.size - 2 * alike) * ROW
    return price + (RENAME if _is_renamed(a, b) else 0)


def _torn(parts: Iterable[Part]) -> dict[int, Part]:
    """The rows of parts that came or went and may have been torn apart; a turn of what is still repeated was not."""
    return {leaf.row or 0: leaf for part in parts if not part.label.startswith("[") for leaf in part.leaves()}


def _is_equal(a: Part, b: Part) -> bool:
    return a.key == b.key and a.name == b.name


def _is_renamed(a: Part, b: Part) -> bool:
    return a.name != b.name and not (a.is_automatic and b.is_automatic)


def _alone(parts: Iterable[Part]) -> dict[int, Part]:
    """The parts whose key no other has, by that key."""
    found: dict[int, list[Part]] = {}
    for part in parts:
        found.setdefault(part.key, []).append(part)
    return {key: having[0] for key, having in found.items() if len(having) == 1}


def _untouched(root: Part, taken: Collection[int]) -> list[Part]:
    """The largest parts of which no row is taken."""
    order = [*root.walk()]
    touched: set[int] = set()
    for part in reversed(order):
        if part.row in taken or any(id(inner) in touched for inner in part.parts):
            touched.add(id(part))
    if id(root) not in touched:
        return [root]
    return [inner for part in order if id(part) in touched for inner in part.parts if id(inner) not in touched]
