"""What the solver says of one layer is what the engine says, of each answer and of everything that it rejected."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.fitting import Search, answers, default_space, everything, for_channels, nearest
from cnncalc.layers import KINDS, Layer
from cnncalc.problem import Problem
from cnncalc.volume import Volume

SPACE = {"kernel": range(1, 6), "stride": range(1, 4), "padding": range(3)}


def made(kind: str, values: Mapping[str, Any], **changes: Any) -> Layer:
    return KINDS[kind].build(2, {**values, **changes})


def search(kind: str, values: Mapping[str, Any], x: Volume, space: Mapping[str, Any] = SPACE) -> Search:
    return Search.of(made(kind, values), lambda **changes: made(kind, values, **changes), x, space)


def by_hand(kind: str, values: Mapping[str, Any], x: Volume) -> dict[tuple[int, int, int], tuple[int, ...]]:
    """What every kernel, stride and padding of `SPACE` gives, asked of the engine one by one."""
    found = {}
    for kernel, stride, padding in product(*SPACE.values()):
        try:
            layer = made(kind, values, kernel=kernel, stride=stride, padding=padding, **_said(kind, padding))
            found[kernel, stride, padding] = layer.output_volume(x).sizes
        except Problem:
            continue
    return found


def _said(kind: str, padding: int) -> dict[str, bool]:
    return {"count_padding": True} if kind == "avg_pool" and padding else {}


@st.composite
def layers(draw: st.DrawFn) -> tuple[str, dict[str, Any], Volume]:
    kind = draw(st.sampled_from(["conv", "max_pool", "avg_pool", "depthwise", "conv_transpose"]))
    values: dict[str, Any] = {"kernel": draw(st.integers(1, 5)), "stride": draw(st.integers(1, 3))}
    if kind in {"conv", "conv_transpose"}:
        values["filters"] = 4
    if kind != "conv_transpose":
        values["rounding"] = draw(st.sampled_from(["exact", "floor", "ceil"]))
    return kind, values, Volume((draw(st.integers(1, 12)), draw(st.integers(1, 12)), 3))


@given(layers(), st.integers(1, 12), st.integers(1, 12))
def test_answers_are_right_and_none_is_missing(
    drawn: tuple[str, dict[str, Any], Volume], height: int, width: int
) -> None:
    kind, values, x = drawn
    wanted = (height, width)
    found = answers(search(kind, values, x), wanted)
    for answer in found:
        volume = made(kind, values, **answer.changes).output_volume(x)
        assert volume.sizes == wanted
        assert volume == answer.volume
    for (kernel, stride, padding), sizes in by_hand(kind, values, x).items():
        if sizes == wanted:
            whole = {"kernel": kernel, "stride": stride, "padding": padding, "count_padding": True}
            # It is an answer itself, or it contains a smaller one.
            assert any(
                all(
                    whole.get(name) == value
                    for name, value in answer.changes.items()
                    if name != "stride" or value == stride
                )
                for answer in found
            )


@given(layers())
def test_everything_is_each_combination_that_stands_once(drawn: tuple[str, dict[str, Any], Volume]) -> None:
    kind, values, x = drawn
    found = {}
    for answer in everything(search(kind, values, x)):
        changes = {"padding": 0, **values, **answer.changes}
        key = (changes["kernel"], changes["stride"], changes["padding"])
        assert key not in found
        found[key] = answer.volume.sizes
    if values["kernel"] in SPACE["kernel"] and values["stride"] in SPACE["stride"]:
        assert found == by_hand(kind, values, x)


@given(layers(), st.integers(1, 40))
def test_nothing_that_exists_is_nearer_than_the_nearest(drawn: tuple[str, dict[str, Any], Volume], size: int) -> None:
    kind, values, x = drawn
    best = nearest(search(kind, values, x), (size, size))
    every = by_hand(kind, values, x).values()
    if best is None:
        assert not every
        return
    distance = sum(abs(side - size) for side in best.volume.sizes)
    assert distance == min(sum(abs(side - size) for side in sizes) for sizes in every)


@given(layers(), st.integers(1, 8), st.integers(1, 8))
def test_where_the_axes_want_different_values_an_answer_exists_whenever_each_axis_has_one(
    drawn: tuple[str, dict[str, Any], Volume], height: int, width: int
) -> None:
    kind, values, x = drawn
    found = answers(search(kind, values, x), (height, width))
    tall = by_hand(kind, values, Volume((x[0], x[0], 3)))
    wide = by_hand(kind, values, Volume((x[1], x[1], 3)))
    exists = any(sizes[0] == height and other[1] == width for sizes in tall.values() for other in wide.values())
    pads_both = kind != "avg_pool"  # one axis padded and the other not still says count_padding once
    if not exists:
        assert not found
    elif pads_both and kind != "max_pool":
        assert found


def test_fewest_changes_come_first() -> None:
    found = answers(search("conv", {"filters": 5, "kernel": 3, "stride": 3}, Volume((7, 7, 3))), (3, 3))
    assert [len(answer.changes) for answer in found] == sorted(len(answer.changes) for answer in found)
    assert dict(found[0].changes) == {"padding": 1}


def test_a_pool_s_fragment_says_the_stride_that_would_follow_the_kernel() -> None:
    found = answers(search("max_pool", {"kernel": 2}, Volume((7, 7, 3))), (3, 3))
    assert {"kernel": 3, "stride": 2} in [dict(answer.changes) for answer in found]


def test_a_padded_mean_says_whether_padding_counts() -> None:
    found = answers(search("avg_pool", {"kernel": 3, "stride": 2}, Volume((6, 6, 3))), (3, 3))
    assert all(answer.changes.get("count_padding") for answer in found if answer.changes.get("padding"))
    assert any(answer.changes.get("padding") for answer in found)


def test_sizes_that_differ_along_the_axes_get_a_factor_for_each() -> None:
    (best, *_) = answers(search("conv", {"filters": 5, "kernel": 3}, Volume((12, 12, 3))), (10, 5))
    assert made("conv", {"filters": 5, "kernel": 3}, **best.changes).output_volume(Volume((12, 12, 3))).sizes == (10, 5)


@pytest.mark.parametrize(
    ("kind", "values", "channels", "changes"),
    [
        ("conv", {"filters": 4, "kernel": 3}, 9, {"filters": 9}),
        ("depthwise", {"kernel": 3}, 6, {"multiplier": 2}),
        ("depthwise", {"kernel": 3}, 7, None),
        ("max_pool", {"kernel": 3}, 3, {}),
        ("max_pool", {"kernel": 3}, 4, None),
        ("fc", {"units": 3}, 10, {"units": 10}),
    ],
)
def test_channels_are_changed_where_a_parameter_decides_them(
    kind: str, values: dict[str, Any], channels: int, changes: dict[str, int] | None
) -> None:
    assert for_channels(made(kind, values), Volume((9, 9, 3)), channels) == changes


def test_the_ranges_that_nobody_says_hold_what_the_layer_has() -> None:
    layer = made("conv", {"filters": 1, "kernel": 80, "stride": 4})
    space = default_space(layer, Volume((16000, 16000, 1)), (4000, 4000))
    assert 80 in space["kernel"]
    assert 4 in space["stride"]
    assert list(space["rounding"]) == ["floor"]
