"""Aligns two sequences: which elements of one stand for which of the other, both read in order."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, TypeAlias

Pair = tuple[int, int]
"""An index into the first sequence and one into the second, whose elements are equal."""

Link: TypeAlias = "tuple[Pair, Link | None]"
"""The last pair of a chain, and the chain before it."""

MOST_CANDIDATES = 200_000
"""So many pairs of equal elements are weighed against each other in one alignment; then repeats pair by their rank."""
MOST_SPLITS = 24
"""So often is a stretch split at elements that it holds once; only sequences made for it could go on."""


class Stretch(NamedTuple):
    """A part of both sequences that is still to be aligned, ends excluded."""

    low_a: int
    high_a: int
    low_b: int
    high_b: int

    @property
    def is_open(self) -> bool:
        """Whether both sides have elements left."""
        return self.low_a < self.high_a and self.low_b < self.high_b


def aligned(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Pair]:
    """Pairs of equal elements, rising on both sides, as many as can be had in near-linear time.

    Equal beginnings and ends are taken first, then elements that both sides hold exactly once (patience diff), and
    inside what they leave the longest common subsequence (Hunt and Szymanski 1977) while that is cheap.

    >>> aligned("conv pool conv fc".split(), "conv relu pool conv fc".split())
    [(0, 0), (1, 2), (2, 3), (3, 4)]
    """
    pairs: list[Pair] = []
    budget = MOST_CANDIDATES
    work = [(Stretch(0, len(a), 0, len(b)), 0)]
    while work:
        part, splits = work.pop()
        part = _trimmed(a, b, part, pairs)
        if not part.is_open:
            continue
        once = ((x[0], y[0]) for x, y in _shared(a, b, part) if len(x) == 1 == len(y))
        anchors = _rising(once) if splits < MOST_SPLITS else []
        if anchors:
            pairs += anchors
            work += [(gap, splits + 1) for gap in gaps(anchors, part)]
            continue
        candidates = list(islice(_candidates(a, b, part), budget + 1))
        if len(candidates) <= budget:
            budget -= len(candidates)
            pairs += _rising(candidates)
        else:
            # The first of equal elements goes with the first, the second with the second.
            by_rank = (pair for x, y in _shared(a, b, part) for pair in zip(x, y, strict=False))
            pairs += _rising(sorted(by_rank))
    pairs.sort()
    return pairs


def gaps(pairs: Sequence[Pair], part: Stretch) -> Iterable[Stretch]:
    """What rising pairs leave unpaired on both sides of a stretch at once.

    >>> list(gaps([(1, 1)], Stretch(0, 2, 0, 3)))
    [Stretch(low_a=0, high_a=1, low_b=0, high_b=1)]
    """
    low_a, low_b = part.low_a, part.low_b
    for here_a, here_b in (*pairs, (part.high_a, part.high_b)):
        gap = Stretch(low_a, here_a, low_b, here_b)
        if gap.is_open:
            yield gap
        low_a, low_b = here_a + 1, here_b + 1


def _trimmed(a: Sequence[Hashable], b: Sequence[Hashable], part: Stretch, pairs: list[Pair]) -> Stretch:
    """The stretch without its equal beginning and end, which become pairs."""
    low_a, high_a, low_b, high_b = part
    while low_a < high_a and low_b < high_b and a[low_a] == b[low_b]:
        pairs.append((low_a, low_b))
        low_a, low_b = low_a + 1, low_b + 1
    while low_a < high_a and low_b < high_b and a[high_a - 1] == b[high_b - 1]:
        high_a, high_b = high_a - 1, high_b - 1
        pairs.append((high_a, high_b))
    return Stretch(low_a, high_a, low_b, high_b)


def _places(keys: Sequence[Hashable], low: int, high: int) -> dict[Hashable, list[int]]:
    found: defaultdict[Hashable, list[int]] = defaultdict(list)
    for index in range(low, high):
        found[keys[index]].append(index)
    return found


def _shared(a: Sequence[Hashable], b: Sequence[Hashable], part: Stretch) -> Iterator[tuple[list[int], list[int]]]:
    """Where each element stands that both sides hold, in the order in which the first side has them."""
    there = _places(b, part.low_b, part.high_b)
    here = _places(a, part.low_a, part.high_a)
    return ((places, there[key]) for key, places in here.items() if key in there)


def _candidates(a: Sequence[Hashable], b: Sequence[Hashable], part: Stretch) -> Iterable[Pair]:
    """Every pair of equal elements; of one element's pairs the last first, so that a rising chain takes one of them."""
    there = _places(b, part.low_b, part.high_b)
    for index in range(part.low_a, part.high_a):
        for other in reversed(there.get(a[index], ())):
            yield index, other


def _rising(candidates: Iterable[Pair]) -> list[Pair]:
    """The longest chain of pairs that rises on both sides; the candidates come by their first index."""
    ends: list[int] = []  # the smallest second index in which a chain of each length ends
    links: list[Link | None] = [None]  # the chain that ends there, as a linked list
    for pair in candidates:
        length = bisect_left(ends, pair[1])
        if length < len(ends) and ends[length] == pair[1]:
            continue  # the earlier of two chains that are as good stays
        link = (pair, links[length])
        if length == len(ends):
            ends.append(pair[1])
            links.append(link)
        else:
            ends[length] = pair[1]
            links[length + 1] = link
    chain = []
    last = links[-1]
    while last:
        pair, last = last
        chain.append(pair)
    return chain[::-1]
