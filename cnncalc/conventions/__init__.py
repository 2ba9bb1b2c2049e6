"""How other tools count: their figures for a network, and why they are not ours."""

from __future__ import annotations

from cnncalc.conventions.convention import FLOPS, MACS, PARAMS, Convention
from cnncalc.conventions.counting import Counting, Reason, counted
from cnncalc.conventions.tools import OWN, TOOLS

__all__ = ["FLOPS", "MACS", "OWN", "PARAMS", "TOOLS", "Convention", "Counting", "Reason", "counted"]
