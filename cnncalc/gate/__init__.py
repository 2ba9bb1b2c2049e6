"""The gate: a report against what its author expects of it, and against what a design should not do."""

from __future__ import annotations

from cnncalc.gate.judge import Verdict, judge, within_limits
from cnncalc.gate.lints import lint
from cnncalc.gate.words import diagnostics, sentences

__all__ = ["Verdict", "diagnostics", "judge", "lint", "sentences", "within_limits"]
