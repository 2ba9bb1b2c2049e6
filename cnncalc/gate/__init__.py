"""The gate: a report against what its author expects of it."""

from __future__ import annotations

from cnncalc.gate.judge import Verdict, judge
from cnncalc.gate.words import diagnostics, told

__all__ = ["Verdict", "diagnostics", "judge", "told"]
