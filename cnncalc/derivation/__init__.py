"""How a number came about: steps with their formulas, numbers and results, as plain data."""

from __future__ import annotations

from cnncalc.derivation.explain import explain_row
from cnncalc.derivation.expression import Expression, Letter, Operation, Term, letters
from cnncalc.derivation.step import (
    Addition,
    Alive,
    Explanation,
    Overview,
    Remark,
    Section,
    Step,
    Stop,
    Way,
)
from cnncalc.derivation.totals import explain_group, explain_network
from cnncalc.frameworks import Written

__all__ = [
    "Addition",
    "Alive",
    "Explanation",
    "Expression",
    "Letter",
    "Operation",
    "Overview",
    "Remark",
    "Section",
    "Step",
    "Stop",
    "Term",
    "Way",
    "Written",
    "explain_group",
    "explain_network",
    "explain_row",
    "letters",
]
