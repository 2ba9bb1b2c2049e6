"""What choices cost: the time of the chosen algorithms beside that of the fastest ones, as choices.py measured both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

Row = Mapping[str, Any]
"""One convolution: how often it stands there, what was chosen, and the milliseconds of every algorithm."""


class Regret(NamedTuple):
    """Some convolutions together, in milliseconds.

    Attributes:
        chosen: what was chosen takes so much.
        best: what is fastest takes so much.
        wrong: of how many of them another algorithm is faster.
        worst: the largest ratio of the one to the other.
        where: the convolution of that ratio.
    """

    chosen: float
    best: float
    wrong: int
    worst: float
    where: Row

    @property
    def share(self) -> float:
        """The part of the time that better choices would save."""
        return self.chosen / self.best - 1


def for_many(row: Row) -> tuple[str, Mapping[str, float]]:
    """What is chosen for very many images, and what each algorithm takes for them."""
    return row["chosen"], row["ms"]


def for_one(row: Row) -> tuple[str, Mapping[str, float]]:
    """What is chosen where nothing follows, and what each algorithm takes with the making ready of its weights."""
    return row["chosen_for_one"], {name: row["ms"][name] + row["packing_ms"][name] for name in row["ms"]}


def regret(rows: Iterable[Row], told: Callable[[Row], tuple[str, Mapping[str, float]]] = for_many) -> Regret:
    """The regret of some convolutions, each counted as often as it stands there."""
    chosen = best = worst = 0.0
    wrong = 0
    where: Row = {}
    for row in rows:
        name, ms = told(row)
        least = min(ms.values())
        chosen += row["times"] * ms[name]
        best += row["times"] * least
        wrong += ms[name] > least
        if ms[name] / least > worst:
            worst, where = ms[name] / least, row
    return Regret(chosen, best, wrong, worst, where)
