"""Matrix products cut so that BLAS multiplies the pieces from where they lie."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

from cnncalc.executor.fast.blas import SMALL_PRODUCT, blas
from cnncalc.executor.fast.kinds import Values
from cnncalc.executor.fast.threads import Job

WIDEST = 64
"""Filters of one slab: four vector registers of float32."""

NARROWEST = 16
"""Filters that a slab should at least have: one vector register."""

APART = 16
"""Values between rows: a cache line of float32."""

FEWEST_ROWS = 14
"""Rows that a small product should at least have, so that it uses each weight that it loads often enough."""


class Product(NamedTuple):
    """How (rows x inner) @ (inner x filters) is cut, perhaps several times side by side: groups, or Winograd's points.

    Attributes:
        times: products of the same sizes.
        inner: values that one output adds up.
        filters: outputs of each row.
        parts: into how many stretches the inner values are cut; their sums are added up afterwards.
        width: filters of one slab of weights.
        height: rows of one small product at most; 0 where BLAS gets all rows at once.
    """

    times: int
    inner: int
    filters: int
    parts: int
    width: int
    height: int

    @classmethod
    def of(cls, inner: int, filters: int, times: int = 1) -> Product:
        """The cut for some sizes.

        >>> Product.of(64, 256)._replace(height=0)
        Product(times=1, inner=64, filters=256, parts=1, width=64, height=0)
        """
        if not blas().multiplies_small_products_in_place:
            return cls(times, inner, filters, 1, filters, 0)
        width = _width(filters)
        parts = _parts(inner, width)
        height = SMALL_PRODUCT // max(1, width * (inner // parts))
        return cls(times, inner, filters, parts, width, height if height >= FEWEST_ROWS // 2 else 0)

    @property
    def depth(self) -> int:
        """Inner values of one part."""
        return self.inner // self.parts

    @property
    def packed_shape(self) -> tuple[int, int, int, int, int]:
        """The weights as (times, parts, slabs, depth, width)."""
        return self.times, self.parts, self.filters // self.width, self.depth, self.width

    def some_filters(self, filters: slice) -> tuple[Product, slice]:
        """The product for some of the filters, whole slabs, and which slabs of the packed weights it reads."""
        slabs = slice(filters.start // self.width, filters.stop // self.width)
        return self._replace(filters=filters.stop - filters.start), slabs

    def partial_values(self, rows: int) -> int:
        """Scratch for the sums of each part, where there are several."""
        return self.parts * rows * self.times * self.filters if self.parts > 1 else 0

    def bind(self, left: Values, packed: Values, out: Values, room: Values) -> list[Job]:
        """The calls that compute `out` (times, lines, rows, filters) from `left` (times, lines, rows, inner).

        A line is a stretch of rows that follow each other evenly; all axes but the last may have any stride. `room`
        holds `partial_values(lines x rows)` values or more.
        """
        _, lines, rows, _ = left.shape
        sums = out[:, np.newaxis]
        if self.parts > 1:
            shape = (self.times, self.parts, lines, rows, self.filters)
            sums = room[: self.partial_values(lines * rows)].reshape(shape)
        calls: list[Job] = []
        for start, chunks, height in _chunks(rows, self.height):
            views = self._views(left[:, :, start:], packed, sums[:, :, :, start:], chunks, height)
            calls.append(partial(np.matmul, *views))
        if self.parts > 1:
            calls.append(partial(np.add.reduce, sums, axis=1, out=out))
        return calls

    def _views(
        self, left: Values, packed: Values, sums: Values, chunks: int, height: int
    ) -> tuple[Values, Values, Values]:
        """Rows, weights and sums of the small products, all as (times, parts, slabs, lines, chunks, ., .)."""
        times, parts, slabs, depth, width = self.packed_shape
        lines = left.shape[1]
        each, line, row, item = left.strides
        rows = as_strided(
            left,
            (times, parts, 1, lines, chunks, height, depth),
            (each, depth * item, 0, line, height * row, row, item),
            writeable=False,
        )
        each, part, line, row, item = sums.strides
        outs = as_strided(
            sums,
            (times, parts, slabs, lines, chunks, height, width),
            (each, part, width * item, line, height * row, row, item),
        )
        return rows, packed[:, :, :, np.newaxis, np.newaxis], outs


def rows_apart(rows: int, values: int, dtype: npt.DTypeLike) -> Values:
    """Room for some rows whose beginnings a cache does not put into one place, as it does with powers of two.

    Turning rows into columns is two to five times as quick from there, the way there included.
    """
    return np.empty((rows, values + APART), dtype)[:, :values]


def _width(filters: int) -> int:
    """The widest slab that divides the filters; all of them where only thin ones do."""
    if filters <= WIDEST:
        return filters
    for unit in (NARROWEST, 1):
        widths = [width for width in range(WIDEST, NARROWEST - 1, -1) if filters % width == 0 and width % unit == 0]
        if widths:
            return widths[0]
    return filters


def _parts(inner: int, width: int) -> int:
    """The fewest equal parts whose products of `FEWEST_ROWS` rows are small; one where there are none below 9."""
    for parts in range(1, 9):
        if inner % parts == 0 and FEWEST_ROWS * width * (inner // parts) <= SMALL_PRODUCT:
            return parts
    return 1


def _chunks(rows: int, height: int) -> Iterator[tuple[int, int, int]]:
    """Runs of equal chunks of rows: where each begins, how many chunks it has, and their rows.

    >>> list(_chunks(196, 61)), list(_chunks(100, 30))
    ([(0, 4, 49)], [(0, 4, 25)])
    """
    if not rows:
        return
    if not height or height >= rows:
        yield 0, 1, rows
        return
    even = -(-rows // -(-rows // height))
    yield 0, rows // even, even
    if rest := rows % even:
        yield rows - rest, 1, rest
