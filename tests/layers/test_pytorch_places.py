"""Convolutions and pools give as many places as PyTorch's; `benchmarks/peers/record_windows.py` records them."""

from __future__ import annotations

import json
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from cnncalc.codes import WINDOW_WITHOUT_PIXEL
from cnncalc.layers import KINDS
from cnncalc.problem import Problem
from cnncalc.volume import Volume
from cnncalc.window import CEIL, FLOOR, Window

ROWS: list[list[Any]] = json.loads((Path(__file__).parent / "data/pytorch_places.json").read_text())["rows"]


MORE: dict[str, dict[str, Any]] = {"conv": {"filters": 1}, "avg_pool": {"count_padding": True}, "max_pool": {}}
"""What a kind must say beside its window."""


def given(kind: str, values: dict[str, Any], size: int) -> int | None:
    """How many places a layer gives along a sequence; None where a window of a pool would see padding alone."""
    try:
        return KINDS[kind].build(1, {**values, **MORE[kind]}).output_volume(Volume((size, 1))).sizes[0]
    except Problem as problem:
        if problem.code == WINDOW_WITHOUT_PIXEL:
            return None
        raise


@pytest.mark.parametrize("kind", MORE)
def test_places_are_pytorch_s(kind: str) -> None:
    seen: Counter[str] = Counter()
    for name, kernel, stride, dilation, padding, rounding, recorded in ROWS:
        values = {"kernel": kernel, "stride": stride, "padding": padding, "rounding": rounding}
        values |= {} if kind == "avg_pool" else {"dilation": dilation}
        for size, places in enumerate(recorded, 1):
            found = given(kind, values, size) if name == kind and places is not None else None
            if found is not None:
                assert found == places, (values, size)
                seen[rounding] += 1
    assert min(seen.values()) > 500


def test_ceil_gives_no_fewer_places_than_floor_and_at_most_one_more() -> None:
    numbers = (range(1, 5), range(1, 5), range(12), range(12), range(1, 3))
    for (kernel, stride, before, after, dilation), size in product(product(*numbers), (1, 2, 3, 7)):
        window = Window(kernel, stride, before, after, dilation, FLOOR)
        if size + window.padding >= window.extent:
            more = Window(kernel, stride, before, after, dilation, CEIL).count(size) - window.count(size)
            assert more in {0, 1}, (window, size)


@pytest.mark.parametrize(
    ("size", "layer", "places"),
    [((1, 1, 1), {"kernel": 1, "padding": 1}, (3, 3)), ((500, 500, 3), {"kernel": 3, "padding": 100}, (698, 698))],
)
def test_a_convolution_keeps_what_fits_into_a_wide_border(
    size: tuple[int, ...], layer: dict[str, Any], places: tuple[int, ...]
) -> None:
    conv = KINDS["conv"].build(2, {"filters": 1, "rounding": CEIL, **layer})
    assert conv.output_volume(Volume(size)).sizes == places


@pytest.mark.parametrize(("kernel", "dilation"), [(1, 1), (2, 1), (3, 1), (3, 2)])
def test_a_pool_takes_padding_until_a_window_would_hold_it_alone(kernel: int, dilation: int) -> None:
    covered = (kernel - 1) * dilation + 1
    values = {"kernel": kernel, "stride": 1, "dilation": dilation, "rounding": FLOOR}
    widest = KINDS["max_pool"].build(1, {**values, "padding": covered - 1})
    assert widest.output_volume(Volume((9, 1))).sizes == (9 + covered - 1,)
    with pytest.raises(Problem, match="a window holds only padding"):
        KINDS["max_pool"].build(1, {**values, "padding": covered})
