"""Maps that are larger than anyone can look at, made smaller band by band, so that they are never held whole."""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from cnncalc.executor.files.rows import Rows, spans

Values = npt.NDArray[Any]

BAND_VALUES = 2**20
"""Values that are looked at together: 8 MiB in float64, as long as one row holds no more."""


def means(rows: Rows, channels: int, longest: int) -> Values:
    """An image as (height, width, channels) of at most `longest` pixels a side: means of equal parts, in float64.

    A part's mean is that of its finite values; where there are none it is NaN.

    Args:
        rows: the image, (height, width, channels).
        channels: how many of its channels are wanted.
        longest: its larger side afterwards; no side grows.
    """
    height, width, _ = rows.shape
    share = min(1.0, longest / max(height, width))
    sizes = [max(1, round(side * share)) for side in (height, width)]
    down, across = (_edges(side, count) for side, count in zip((height, width), sizes, strict=True))
    small = np.empty((*sizes, channels))
    for index, (top, bottom) in enumerate(pairwise(down)):
        total, count = np.zeros((sizes[1], channels)), np.zeros((sizes[1], channels), np.int64)
        for start, stop in spans(int(top), int(bottom), prod(rows.shape[1:]), BAND_VALUES):
            values = rows.read(start, stop)[..., :channels]
            finite = np.isfinite(values)
            sums = np.where(finite, values, 0).sum(0, dtype=np.float64)
            total += np.add.reduceat(sums, across[:-1], axis=0)
            count += np.add.reduceat(finite.sum(0), across[:-1], axis=0)
        small[index] = np.where(count, total / np.maximum(count, 1), np.nan)
    return small


def ends(rows: Rows, channels: int, parts: int) -> Values:
    """A sequence as its lowest and highest finite value in each of some equal parts: (2 x parts, channels), float64.

    A part without finite values gives NaN twice.
    """
    edges = _edges(rows.shape[0], parts)
    told = np.full((parts, 2, channels), np.nan)
    for index, (first, last) in enumerate(pairwise(edges)):
        for start, stop in spans(int(first), int(last), prod(rows.shape[1:]), BAND_VALUES):
            values = rows.read(start, stop)[..., :channels].astype(np.float64)
            values[~np.isfinite(values)] = np.nan
            told[index, 0] = np.fmin(told[index, 0], np.fmin.reduce(values, axis=0))
            told[index, 1] = np.fmax(told[index, 1], np.fmax.reduce(values, axis=0))
    return told.reshape(-1, channels)


def _edges(size: int, parts: int) -> npt.NDArray[np.int64]:
    """Where `parts` equal parts of an axis begin, and where the last one ends."""
    return np.arange(parts + 1, dtype=np.int64) * size // parts
