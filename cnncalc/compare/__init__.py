"""Two reports become their difference: which layers came, went or changed, and what that does to the totals."""

from __future__ import annotations

from cnncalc.compare.difference import ADDED, CHANGED, REMOVED, SAME, Difference, LayerChange, compare
from cnncalc.compare.growth import GROWTH, PERCENT, SHRINKAGE, Excess, GrowthLimit, exceeded, growth_limit
from cnncalc.compare.totals import Change, SizeChange

__all__ = [
    "ADDED",
    "CHANGED",
    "GROWTH",
    "PERCENT",
    "REMOVED",
    "SAME",
    "SHRINKAGE",
    "Change",
    "Difference",
    "Excess",
    "GrowthLimit",
    "LayerChange",
    "SizeChange",
    "compare",
    "exceeded",
    "growth_limit",
]
