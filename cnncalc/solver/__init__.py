"""The inverse: which parameters of a layer, or values of a network, give what is wanted. Exhaustive, never guessed."""

from __future__ import annotations

from cnncalc.solver.layer import Answer, Changes, Search, answers, everything, fitting, nearest
from cnncalc.solver.parameters import MOST_COMBINATIONS, default_space, for_channels, is_searchable, search_of
from cnncalc.solver.values import Values, default_step, runs

__all__ = [
    "MOST_COMBINATIONS",
    "Answer",
    "Changes",
    "Search",
    "Values",
    "answers",
    "default_space",
    "default_step",
    "everything",
    "fitting",
    "for_channels",
    "is_searchable",
    "nearest",
    "runs",
    "search_of",
]
