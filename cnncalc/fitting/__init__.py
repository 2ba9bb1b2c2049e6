"""Which parameters of one layer give a wanted output: every combination is tried on the layer's own rule."""

from __future__ import annotations

from cnncalc.fitting.layer import Changes, Fit, Search, answers, everything, fitting, nearest
from cnncalc.fitting.parameters import MOST_COMBINATIONS, default_space, for_channels, is_searchable, search_of

__all__ = [
    "MOST_COMBINATIONS",
    "Changes",
    "Fit",
    "Search",
    "answers",
    "default_space",
    "everything",
    "fitting",
    "for_channels",
    "is_searchable",
    "nearest",
    "search_of",
]
