"""Ways to cut a small network's work into many blocks, as a planner does to large ones, in memory that is watched."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnncalc.executor.fast import bound
from cnncalc.executor.fast.blas import Blas

SMALL_BLOCKS = {"SMALLEST_BLOCK": 1, "CACHE_VALUES": 600, "TILE_VALUES": 600, "LINE_VALUES": 40, "BLOCK_VALUES": 200}
SLABS = {"SMALLEST_BLOCK": 1, "CACHE_BYTES": 1, "WIDEST": 4, "NARROWEST": 2}

CUTS: dict[str, dict[str, int]] = {
    "as planned": {},
    "many blocks": SMALL_BLOCKS | {"SHARED_VALUES": 800},
    "by filters": SLABS,
    "by filters, many blocks": SLABS | {"SHARED_VALUES": 500, "FEW_TILES_AT_ONCE": 3},
    "small products": {"SMALL_PRODUCT": 1500, "WIDEST": 8, "FEWEST_ROWS": 2},
    "one product": {},
    "shared out": {"SMALLEST_BLOCK": 1},
}
"""The planner's numbers, by the modules' own names."""


MARGIN = 2**12
"""Values before and behind every line of memory that a plan asks for."""


@contextmanager
def cut(way: str, algorithm: str | None = None, *, watched: bool = True) -> Iterator[pytest.MonkeyPatch]:
    """Plan as if caches were small, on a BLAS that multiplies small products in place; "one product" on another.

    Scattering is for strides of thousands; where it is the algorithm, it is for all. Blocks are always shared out,
    however little there is to do in them. A plan's memory is NaN before it is written to, and so is what lies around
    it, which must stay so, unless it is not to be watched.
    """
    with pytest.MonkeyPatch.context() as patch:
        scattered = {"MOST_PHASES": 0} if algorithm == "scattering" else {}
        for name, number in {"WORTH_SHARING": 0, **CUTS[way], **scattered}.items():
            _replace(name, number, patch)
        patch.setattr(Blas, "multiplies_small_products_in_place", property(lambda blas: way != "one product"))
        margins: list[NDArray[Any]] = []
        if watched:
            patch.setattr(bound, "_aligned", lambda values, dtype: _watched(values, dtype, margins))
        yield patch
    assert all(np.isnan(margin).all() for margin in margins), "something was written beside the plan's memory"


def _watched(values: int, dtype: Any, margins: list[NDArray[Any]]) -> NDArray[Any]:
    """A line of NaN with more of them on both sides."""
    room = np.full(values + 2 * MARGIN, np.nan, dtype)
    margins += [room[:MARGIN], room[MARGIN + values :]]
    return room[MARGIN : MARGIN + values]


def _replace(name: str, number: int, patch: pytest.MonkeyPatch) -> None:
    """Another number under every name by which the planner reads it."""
    modules = [module for path, module in list(sys.modules.items()) if path.startswith("cnncalc.executor.fast")]
    holders = [module for module in modules if name in vars(module)]
    assert holders, f"the planner has no {name}"
    for module in holders:
        patch.setattr(module, name, number)
