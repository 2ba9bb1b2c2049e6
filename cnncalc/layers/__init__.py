"""The kinds of layers: their parameters, shapes, weights, MACs and receptive fields. No NumPy here."""

from __future__ import annotations

from cnncalc.layers import activation, conv, fc, historic, join, norm, pool, reshape
from cnncalc.layers.layer import BIAS, FIXED, KINDS, WEIGHT, Array, Kind, Layer
from cnncalc.layers.norm import refuse_vector
from cnncalc.layers.schema import Parameter

__all__ = ["BIAS", "FIXED", "KINDS", "WEIGHT", "Array", "Kind", "Layer", "Parameter", "refuse_vector"]

for module in (conv, pool, fc, reshape, norm, join, historic, activation):
    # Schema and documentation list the kinds in this order, whichever module was imported first.
    for word in [word for word, entry in KINDS.items() if entry.layer.__module__ == module.__name__]:
        KINDS[word] = KINDS.pop(word)
