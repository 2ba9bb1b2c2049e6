"""How a number came about: steps with their formulas, numbers and results, as plain data."""

from __future__ import annotations

from cnncalc.derivation.explain import explain_row
from cnncalc.derivation.expression import Expression, Letter, Operation, Term, letters
from cnncalc.derivation.step import Addition, Explanation, Overview, Remark, Step, Stop, Way
from cnncalc.derivation.totals import explain_group, explain_network

__all__ = [
    "Addition",
    "Explanation",
    "Expression",
    "Letter",
    "Operation",
    "Overview",
    "Remark",
    "Step",
    "Stop",
    "Term",
    "Way",
    "explain_group",
    "explain_network",
    "explain_row",
    "letters",
]
