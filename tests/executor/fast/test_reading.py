"""Some rows of a layer's output, computed from the rows that they need, are those rows of the whole output."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.executor.fast.strips.reading import Rows, cropped, reading
from cnncalc.layers import KINDS, Layer
from cnncalc.volume import Volume
from tests.executor.one_layer import computed

BY_ROWS: dict[str, dict[str, Any]] = {
    "relu": {},
    "prelu": {},
    "batch_norm": {},
    "scale": {"bias": True},
    "layer_norm": {},
    "lrn": {},
    "softmax": {},
    "log_softmax": {},
    "add": {},
    "subtract": {},
    "multiply": {},
    "concat": {},
    "slice": {"start": 1, "stop": 3},
    "channel_shuffle": {"groups": 2},
    "crop": {"top": 2, "bottom": 1, "left": 1},
    "pad": {"padding": 2, "channels_before": 1},
    "upsample": {"scale": (3, 2)},
    "depth_to_space": {"block": 2},
    "space_to_depth": {"block": 2},
    "identity": {},
}
WHOLE: dict[str, dict[str, Any]] = {
    "global_avg_pool": {},
    "global_max_pool": {},
    "adaptive_avg_pool": {"output": 3},
    "group_norm": {"groups": 2},
    "instance_norm": {},
    "flatten": {},
    "reshape": {"output": (4, 4, 24)},
    "fc": {"units": 3},
    "rbf": {"units": 3},
}
VOLUME = Volume((12, 8, 4))
small = st.integers(1, 3)
side = st.integers(0, 2)


def by_rows_is_the_whole(layer: Layer, volume: Volume, first: float, share: float, seed: int) -> None:
    """Compute a share of the output's rows by themselves, if the layer can, and compare."""
    random = np.random.default_rng(seed)
    count = 2 if layer.joins else 1
    inputs = [random.standard_normal((2, *volume)) for _ in range(count)]
    arrays = {array.name: random.uniform(0.5, 1.5, array.shape) for array in layer.arrays(volume)}
    whole = computed(layer, inputs, arrays, forced="columns")
    height = whole.shape[1]
    start = int(first * (height - 1))
    rows = Rows(start, start + max(1, int(share * (height - start))))
    seen = reading(layer, (volume,) * count, rows)
    if seen is None:
        assert rows != Rows(0, height) or layer.kind in ("avg_pool", "pad")
        return
    assert 0 <= seen.rows.first < seen.rows.end <= volume[0]
    parts = [x[:, seen.rows.first : seen.rows.end] for x in inputs]
    alone = computed(seen.layer, parts, arrays, forced="columns")
    if any(seen.extra):
        alone = computed(cropped(Volume(alone.shape[1:]), *seen.extra), [alone], {})
    np.testing.assert_allclose(alone, whole[:, rows.first : rows.end], rtol=1e-11, atol=1e-11)


shares = st.floats(0, 1)


@pytest.mark.parametrize("kind", BY_ROWS)
@given(first=shares, share=shares, seed=st.integers(0, 9))
def test_a_layer_computes_some_rows_by_themselves(kind: str, first: float, share: float, seed: int) -> None:
    by_rows_is_the_whole(KINDS[kind].build(2, BY_ROWS[kind]), VOLUME, first, share, seed)


@pytest.mark.parametrize("kind", WHOLE)
def test_what_reads_the_whole_map_is_not_computed_by_rows(kind: str) -> None:
    assert reading(KINDS[kind].build(2, WHOLE[kind]), (VOLUME,), Rows(0, 1)) is None


@pytest.mark.parametrize("values", [{"scale": 2, "mode": "bilinear"}])
def test_bilinear_rows_lean_on_their_neighbours_and_are_left_to_the_whole(values: dict[str, Any]) -> None:
    assert reading(KINDS["upsample"].build(2, values), (VOLUME,), Rows(0, 1)) is None


def test_bilinear_columns_leave_rows_alone() -> None:
    by_rows_is_the_whole(KINDS["upsample"].build(2, {"scale": (1, 3), "mode": "bilinear"}), VOLUME, 0.3, 0.5, 0)


def test_a_border_that_mirrors_rows_is_left_to_the_whole_and_one_that_mirrors_columns_is_not() -> None:
    rows = KINDS["pad"].build(2, {"padding": (1, 0), "mode": "reflect"})
    columns = KINDS["pad"].build(2, {"padding": (0, 1), "mode": "reflect"})
    assert reading(rows, (VOLUME,), Rows(0, 4)) is None
    by_rows_is_the_whole(columns, VOLUME, 0.3, 0.5, 0)


@st.composite
def sliding(draw: st.DrawFn) -> tuple[Layer, Volume]:
    """A convolution or a pool of an image, with whatever stride, dilation, padding and rounding."""
    kind = draw(st.sampled_from(["conv", "depthwise", "max_pool", "avg_pool"]))
    kernel = (draw(small), draw(small))
    values: dict[str, Any] = {"kernel": kernel, "stride": (draw(small), draw(small))}
    values["rounding"] = draw(st.sampled_from(["floor", "ceil"]))
    if kind in ("conv", "depthwise"):
        values["dilation"] = (draw(small), draw(small))
        values |= {"padding": draw(st.sampled_from(["same", "half", 0, 1, 2]))}
    else:
        values |= {"padding": draw(st.sampled_from(["same", 0, tuple(size // 2 for size in kernel)]))}
    if kind == "conv":
        values["filters"] = 3
    if kind == "avg_pool":
        values["count_padding"] = draw(st.booleans())
    return KINDS[kind].build(2, values), Volume((draw(st.integers(7, 15)), draw(st.integers(7, 9)), 2))


@given(sliding(), shares, shares, st.integers(0, 9))
def test_windows_compute_some_rows_by_themselves(
    drawn: tuple[Layer, Volume], first: float, share: float, seed: int
) -> None:
    by_rows_is_the_whole(*drawn, first, share, seed)


@st.composite
def transposed(draw: st.DrawFn) -> Layer:
    stride = (draw(small), draw(small))
    values = {
        "filters": 2,
        "kernel": (draw(small), draw(small)),
        "stride": stride,
        "dilation": (draw(small), draw(small)),
        "padding": draw(st.integers(0, 1)),
        "output_padding": tuple(draw(st.integers(0, step - 1)) for step in stride),
    }
    return KINDS["conv_transpose"].build(2, values)


@given(transposed(), shares, shares, st.integers(0, 9))
def test_a_transposed_convolution_computes_some_rows_by_itself(
    layer: Layer, first: float, share: float, seed: int
) -> None:
    by_rows_is_the_whole(layer, Volume((6, 5, 3)), first, share, seed)


def test_united_rows_hold_both_and_no_rows_add_nothing() -> None:
    assert Rows(2, 5).united(Rows(4, 9)) == Rows(2, 9)
    assert Rows(2, 5).united(Rows(7, 7)) == Rows(2, 5)
    assert Rows(3, 3).united(Rows(7, 9)) == Rows(7, 9)
