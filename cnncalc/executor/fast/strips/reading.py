"""Which rows of its input a layer reads for some rows of its output, and the layer that computes just those.

Rows are the first axis of a map: lines of an image, samples of a sequence, planes of a clip. Both follow from what the
layer does to the receptive field, so nothing here knows a kind.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from cnncalc.exact import Exact, ratio
from cnncalc.layers import KINDS, Layer
from cnncalc.volume import SIDES, Volume


class Rows(NamedTuple):
    """Some rows of a tensor, the end excluded."""

    first: int
    end: int

    @property
    def height(self) -> int:
        """How many there are."""
        return self.end - self.first

    def united(self, other: Rows) -> Rows:
        """The least rows that hold both; rows of nothing add nothing."""
        if other.first >= other.end:
            return self
        return Rows(min(self.first, other.first), max(self.end, other.end)) if self.first < self.end else other


class Reading(NamedTuple):
    """How some rows of an output are computed by themselves.

    Attributes:
        rows: of every input.
        layer: what computes them from those rows alone.
        extra: rows that it computes before and after the wanted ones.
    """

    rows: Rows
    layer: Layer
    extra: tuple[int, int] = (0, 0)


def reading(layer: Layer, read: tuple[Volume, ...], rows: Rows) -> Reading | None:
    """The reading for some rows; None where a layer reads the whole map, or a vector.

    >>> conv = KINDS["conv"].build(2, {"filters": 8, "kernel": 3, "padding": 1})
    >>> seen = reading(conv, (Volume((100, 20, 3)),), Rows(0, 10))
    >>> seen.rows, seen.layer.padding
    (Rows(first=0, end=11), ((1, 0), (1, 1)))
    """
    if layer.reads_whole_map or not all(volume.rank for volume in read) or len({volume.sizes for volume in read}) != 1:
        return None
    steps = layer.field(read[0])
    if not steps:
        return Reading(rows, layer)
    return _of_windows(layer, read[0], rows, steps[0].pace, steps[0].shift, ratio(steps[0].grow, 2))


def _of_windows(layer: Layer, x: Volume, rows: Rows, pace: Exact, shift: Exact, half: Exact) -> Reading | None:
    """The reading of a layer whose row i sees the rows from `i pace + shift - half` to `i pace + shift + half`."""
    start = ceil(rows.first * pace + shift - half)
    stop = floor((rows.end - 1) * pace + shift + half) + 1
    end = min(x.sizes[0], max(stop, 1))
    inside = Rows(max(0, min(start, end - 1)), end)
    if pace >= 1 and not layer.scatters:
        # What the windows have beyond the rows becomes their padding; if there is no row, some see padding alone.
        border = inside.first - start, stop - inside.end
        padded = layer.bordered(x, *border) if min(border) >= 0 else None
        return _if_right(Reading(inside, padded), x, rows) if padded else None
    alone, scale = layer.bordered(x, 0, 0), 1 / Fraction(pace) if pace else Fraction(0)
    if alone is None or scale.denominator > 1:
        return None
    # The rows make more than is wanted, which is cut off: by the layer itself, or else by a crop.
    made = (inside.height - 1 + 2 * half) * scale + 1
    before = floor(rows.first + (shift + half - inside.first) * scale)
    extra = before, floor(made) - before - rows.height
    cut = layer.bordered(x, -extra[0], -extra[1])
    return _if_right(Reading(inside, cut) if cut else Reading(inside, alone, extra), x, rows)


def _if_right(seen: Reading, x: Volume, rows: Rows) -> Reading | None:
    """The reading, unless its layer makes other rows than the wanted ones: then where a row lies means something."""
    made = seen.layer.output_volume(Volume((seen.rows.height, *x[1:])))
    return seen if made[0] == rows.height + sum(seen.extra) and min(seen.extra) >= 0 else None


def cropped(volume: Volume, before: int, after: int) -> Layer:
    """The layer that cuts rows off."""
    first, last = SIDES[volume.rank][0]
    return KINDS["crop"].build(volume.rank, {first: before, last: after})
