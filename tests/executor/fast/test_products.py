"""Products of any sizes, cut in any way, are those of NumPy."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.executor.fast import products
from cnncalc.executor.fast.blas import SMALL_PRODUCT, Blas
from cnncalc.executor.fast.products import Product


class Sizes(NamedTuple):
    """(times x lines x rows x inner) @ (times x inner x filters)."""

    times: int
    lines: int
    rows: int
    inner: int
    filters: int


sizes = st.builds(
    Sizes, st.integers(1, 3), st.integers(1, 3), st.integers(0, 40), st.integers(1, 48), st.integers(1, 140)
)
gaps = st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 5))


def filled(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Small whole numbers, so that every order of summation gives the same."""
    return np.random.default_rng(seed).integers(-4, 5, shape).astype(np.float64)


def apart(values: np.ndarray, gap: tuple[int, int, int]) -> np.ndarray:
    """The same values in memory that has gaps between rows, lines and products; what lies there is NaN."""
    times, lines, rows, inner = values.shape
    room = np.full((times, lines + gap[0], rows + gap[1], inner + gap[2]), np.nan)
    view = room[:, :lines, :rows, :inner]
    view[...] = values
    return view


def packed(cut: Product, weight: np.ndarray) -> np.ndarray:
    """Weights of (times, inner, filters) in the order in which the products read them."""
    times, parts, slabs, depth, width = cut.packed_shape
    return np.ascontiguousarray(weight.reshape(times, parts, depth, slabs, width).transpose(0, 1, 3, 2, 4))


def multiplied(cut: Product, left: np.ndarray, weight: np.ndarray, out: np.ndarray) -> None:
    """Run the calls of a product; its room is exactly as large as it says."""
    _, lines, rows, _ = left.shape
    room = np.full(cut.partial_values(lines * rows), np.nan)
    for call in cut.bind(left, packed(cut, weight), out, room):
        call()


def agrees(cut: Product, size: Sizes, gap: tuple[int, int, int], out_gap: tuple[int, int, int]) -> None:
    left, weight = filled(size[:4], 1), filled((size.times, size.inner, size.filters), 2)
    expected = np.matmul(left, weight[:, np.newaxis])
    out = apart(np.full_like(expected, np.nan), out_gap)
    multiplied(cut, apart(left, gap), weight, out)
    assert np.array_equal(out, expected)
    around = out.base
    assert around is not None
    assert np.isnan(around).sum() == around.size - out.size, "something was written beside the result"


@pytest.mark.parametrize("small", [None, 200, 5000])
@given(sizes, gaps, gaps)
def test_a_product_is_numpys_wherever_its_rows_lie(small, size, gap, out_gap):
    """On a BLAS that copies (None), and on one whose products up to some size are multiplied in place."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Blas, "multiplies_small_products_in_place", property(lambda blas: small is not None))
        patch.setattr(products, "SMALL_PRODUCT", small or 0)
        cut = Product.of(size.inner, size.filters, size.times)
        assert (cut.width, cut.parts, cut.height) == (size.filters, 1, 0) or small is not None
        agrees(cut, size, gap, out_gap)


@st.composite
def cuts(draw: st.DrawFn) -> tuple[Product, Sizes]:
    """Any cut that is possible: parts that divide the inner values, slabs that divide the filters, any height."""
    parts, depth, slabs, width = (draw(st.integers(1, most)) for most in (4, 9, 4, 9))
    size = draw(sizes)._replace(inner=parts * depth, filters=slabs * width)
    return Product(size.times, size.inner, size.filters, parts, width, draw(st.integers(0, 12))), size


@given(cuts(), gaps, gaps)
def test_every_possible_cut_gives_the_same(drawn, gap, out_gap):
    cut, size = drawn
    agrees(cut, size, gap, out_gap)


@given(cuts(), st.data())
def test_some_filters_are_a_product_of_their_own(drawn, data):
    whole, size = drawn
    slabs = whole.filters // whole.width
    first = data.draw(st.integers(0, slabs - 1))
    last = data.draw(st.integers(first + 1, slabs))
    filters = slice(first * whole.width, last * whole.width)
    part, taken = whole.some_filters(filters)
    left, weight = filled(size[:4], 1), filled((size.times, size.inner, size.filters), 2)
    out = np.full((*size[:3], part.filters), np.nan)
    room = np.empty(part.partial_values(size.lines * size.rows))
    for call in part.bind(left, packed(whole, weight)[:, :, taken], out, room):
        call()
    assert np.array_equal(out, np.matmul(left, weight[:, np.newaxis])[..., filters])


@given(st.integers(0, 300), st.integers(0, 60))
def test_chunks_cover_the_rows_once_and_none_is_too_high(rows, height):
    covered: list[int] = []
    for start, count, each in products._chunks(rows, height):
        assert each <= (height or rows)
        covered += range(start, start + count * each)
    assert covered == list(range(rows))


@given(st.integers(1, 700))
def test_slabs_divide_the_filters_and_are_at_most_as_wide_as_the_registers_unless_only_thin_ones_would_be(filters):
    width = products._width(filters)
    assert filters % width == 0
    narrow = [n for n in range(products.NARROWEST, products.WIDEST + 1) if filters % n == 0]
    assert width <= products.WIDEST or not narrow
    assert width >= products.NARROWEST or filters < products.NARROWEST


@given(st.integers(1, 5000), st.integers(1, 64))
def test_parts_are_equal_and_small_or_there_is_one(inner, width):
    parts = products._parts(inner, width)
    assert inner % parts == 0
    assert parts == 1 or products.FEWEST_ROWS * width * (inner // parts) <= SMALL_PRODUCT


@pytest.mark.parametrize(
    "wrong",
    [
        lambda chunks, rows, height: list(chunks(rows, height))[:1],
        lambda chunks, rows, height: chunks(rows - 1, height),
        lambda chunks, rows, height: [(start + 1, *rest) for start, *rest in chunks(rows - 1, height)],
    ],
)
def test_rows_that_are_left_out_are_noticed(wrong, monkeypatch):
    cut, size = Product(2, 12, 8, 3, 4, 5), Sizes(2, 2, 13, 12, 8)
    agrees(cut, size, (1, 1, 1), (0, 1, 2))
    monkeypatch.setattr(products, "_chunks", partial(wrong, products._chunks))
    with pytest.raises(AssertionError):
        agrees(cut, size, (1, 1, 1), (0, 1, 2))


def test_weights_of_another_part_are_noticed(monkeypatch):
    cut, size = Product(2, 12, 8, 3, 4, 5), Sizes(2, 2, 13, 12, 8)
    original = packed
    monkeypatch.setitem(globals(), "packed", lambda cut, weight: original(cut, weight)[:, ::-1])
    with pytest.raises(AssertionError):
        agrees(cut, size, (1, 1, 1), (0, 1, 2))
