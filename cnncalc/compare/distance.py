"""Turns one sequence into another at the lowest price: what is kept or changed in place, and so what comes or goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cnncalc.compare.alignment import Pair

MOST_CELLS = 400_000
"""So many pairs are priced for one pair of sequences; then what has been found stands, or nothing has."""
NARROWEST = 8
"""How far pairs may first stand from the diagonal; a wider band is tried while a cheaper way could lie outside."""

Price = Callable[[int, int], "int | None"]
"""What it costs to keep an element of one sequence as one of the other; None where they cannot be the same."""


def cheapest(leaving: Sequence[int], coming: Sequence[int], price: Price) -> list[Pair] | None:
    """The pairs of the cheapest way, rising on both sides; None where even the narrowest band has too many cells.

    An edit distance in a band that is widened until no way outside can be cheaper (Ukkonen 1985), so that few changes
    in long sequences are found in linear time. Of ways of one price the pairs stand early.

    Args:
        leaving: what it costs to lose each element of the first sequence.
        coming: what it costs to gain each element of the second.
        price: what it costs to keep one as another.

    >>> cheapest([4, 4, 4], [4, 4], lambda x, y: abs(x - y) or None)
    [(1, 0), (2, 1)]
    """
    n, m = len(leaving), len(coming)
    least = min((*leaving, *coming), default=0)
    band, found = NARROWEST, None
    while (n + 1) * min(m + 1, abs(n - m) + 2 * band + 1) <= MOST_CELLS:
        cost, found = _within(leaving, coming, price, band)
        # A way that leaves the band has gained and lost more elements than fit into it.
        if cost <= (abs(n - m) + 2 * band + 2) * least or band >= n + m:
            break
        band *= 4
    return found


def _within(leaving: Sequence[int], coming: Sequence[int], price: Price, band: int) -> tuple[int, list[Pair]]:
    """The cheapest way that stays near the diagonal, and its price."""
    n, m = len(leaving), len(coming)
    below, above = max(0, n - m) + band, max(0, m - n) + band
    unreachable = sum(leaving) + sum(coming) + 1
    gained = [0]
    for cost in coming[:above]:
        gained.append(gained[-1] + cost)
    row, first = gained, 0  # the costs of the line above, and the column at which they begin
    steps: list[bytearray] = []
    for x in range(n):
        low, high = max(0, x + 1 - below), min(m, x + 1 + above)
        line: list[int] = []
        choices = bytearray(high - low + 1)
        end, lose = first + len(row), leaving[x]
        for y in range(low, high + 1):
            best, choice = unreachable, _KEPT
            if first < y <= end:
                kept = price(x, y - 1)
                if kept is not None:
                    best = row[y - 1 - first] + kept
            if first <= y < end and row[y - first] + lose <= best:
                best, choice = row[y - first] + lose, _LOST
            if line and line[-1] + coming[y - 1] <= best:
                best, choice = line[-1] + coming[y - 1], _GAINED
            line.append(best)
            choices[y - low] = choice
        steps.append(choices)
        row, first = line, low
    return row[m - first], _traced(steps, n, m, below)


_GAINED, _LOST, _KEPT = range(3)


def _traced(steps: Sequence[bytearray], n: int, m: int, below: int) -> list[Pair]:
    pairs = []
    x, y = n, m
    while x and (y or x):
        choice = steps[x - 1][y - max(0, x - below)]
        if choice == _KEPT:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        elif choice == _LOST:
            x -= 1
        else:
            y -= 1
    return pairs[::-1]
