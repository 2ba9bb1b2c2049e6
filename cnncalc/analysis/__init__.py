"""What a network costs and sees: a network becomes a `Report` of plain data."""

from __future__ import annotations

from cnncalc.analysis.counting import INSIDE, analyze
from cnncalc.analysis.receptive_field import ReceptiveField
from cnncalc.analysis.report import Report, Row
from cnncalc.network import STRICT, WINDOWS, Claim, Network, Node

__all__ = ["INSIDE", "STRICT", "WINDOWS", "Claim", "Network", "Node", "ReceptiveField", "Report", "Row", "analyze"]
