"""Builds a layer from written values, with the rounding of the file where it has none of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncalc.layers import Kind, Layer
from cnncalc.layers.schema import Inherited


def build(kind: Kind, rank: int, values: Mapping[str, Any], rounding: Mapping[str, str]) -> Layer:
    """The layer of a kind for inputs of that rank; raises `Problem`.

    >>> from cnncalc.layers import KINDS
    >>> build(KINDS["max_pool"], 2, {"kernel": 2}, {"conv": "exact", "pool": "ceil"}).rounding
    'ceil'
    """
    given = dict(values)
    for name, parameter in kind.parameters.items():
        if isinstance(parameter.default, Inherited) and name not in given:
            given[name] = rounding[parameter.default.family]
    return kind.build(rank, given)
