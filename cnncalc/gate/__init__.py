"""The gate: a report against what its author expects of it, and against what a design should not do."""

from __future__ import annotations

from cnncalc.gate.judge import Budget, Verdict, budgets, judge
from cnncalc.gate.lints import lint
from cnncalc.gate.words import diagnostics, sentences, unjudged_sentences

__all__ = ["Budget", "Verdict", "budgets", "diagnostics", "judge", "lint", "sentences", "unjudged_sentences"]
