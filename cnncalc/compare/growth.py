"""Holds a difference to limits of growth, exactly: no floats, no division."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cnncalc.compare.totals import Change, Totals
from cnncalc.exact import Exact
from cnncalc.metrics import METRICS
from cnncalc.quantity import SIZE

PERCENT = "%"
GROWTH, SHRINKAGE = "growth", "shrinkage"


class GrowthLimit(NamedTuple):
    """How far a metric may go in one direction.

    Attributes:
        metric: one of `metrics.LIMITED`.
        direction: `growth` or `shrinkage`; the other one is free.
        most: the largest change that is allowed, exact: percent of what it was, or in units of 1.
        unit: `%`, or the unit that was written: K, KiB, ...; empty for a bare number.
    """

    metric: str
    direction: str
    most: Exact
    unit: str


class Excess(NamedTuple):
    """A limit that is exceeded, with the metric before and after."""

    limit: GrowthLimit
    measured: Change


def exceeded(limits: Iterable[GrowthLimit], totals: Totals) -> list[Excess]:
    """The limits that the totals break, in the order given.

    A percentage is of what was there before, so that any growth from 0 exceeds every percentage.
    """
    measured = [(limit, measure(limit.metric, totals)) for limit in limits]
    return [Excess(limit, change) for limit, change in measured if breaks(change, limit)]


def measure(metric: str, totals: Totals) -> Change:
    """A metric before and after; of the receptive field its larger side."""
    entry = METRICS[metric]
    return totals.receptive_field.larger_side if entry.unit is SIZE else totals.counted[entry.total]


def breaks(change: Change, limit: GrowthLimit) -> bool:
    """Whether a change goes beyond a limit.

    >>> five = GrowthLimit("params", GROWTH, 5, PERCENT)
    >>> breaks(Change(100, 105), five), breaks(Change(100, 106), five), breaks(Change(0, 1), five)
    (False, True, True)
    """
    moved = change.change if limit.direction == GROWTH else -change.change
    if limit.unit == PERCENT:
        return moved * 100 > limit.most * change.before
    return moved > limit.most
