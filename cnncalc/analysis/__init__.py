"""What a network costs and sees: a network becomes a `Report` of plain data."""

from __future__ import annotations

from cnncalc.analysis.counting import DTYPE_BYTES, INSIDE, PADDED, analyze
from cnncalc.analysis.field import MISALIGNED, UNEQUAL, ReceptiveField
from cnncalc.analysis.report import Report, Row, Totals
from cnncalc.network import Claim, Network, Node

__all__ = [
    "DTYPE_BYTES",
    "INSIDE",
    "MISALIGNED",
    "PADDED",
    "UNEQUAL",
    "Claim",
    "Network",
    "Node",
    "ReceptiveField",
    "Report",
    "Row",
    "Totals",
    "analyze",
]
