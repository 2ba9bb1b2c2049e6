"""Where windows lie, by the definitions, and what stands under those that reach beyond the image."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.executor import reference
from cnncalc.executor.reference.places import WindowError, places
from cnncalc.layers import KINDS, Layer
from cnncalc.layers.sliding import Sliding
from cnncalc.volume import Volume
from cnncalc.window import Window, same
from tests.executor.one_layer import apply, chain, filters, image, plane


def test_exact_refuses_a_remainder():
    with pytest.raises(WindowError, match="windows of 3 at stride 3 leave 1 of 7 places over"):
        places(7, range(3), 3, (0, 0), "exact")


def test_a_window_that_does_not_fit_is_refused():
    with pytest.raises(WindowError, match="no window of 5 fits into 4 places"):
        places(4, range(5), 1, (0, 0), "floor")


def test_a_word_that_is_no_padding_is_refused():
    with pytest.raises(WindowError, match="padding wide is not defined"):
        places(4, range(3), 1, "wide", "floor")


def test_half_of_an_even_kernel_makes_the_map_grow_by_one():
    assert len(places(6, range(4), 1, "half", "exact").starts) == 7


def test_same_puts_the_odd_pixel_last():
    found = places(224, range(3), 2, "same", "exact")
    assert (found.before, found.after, len(found.starts)) == (0, 1, 112)


@given(
    size=st.integers(1, 12),
    kernel=st.integers(1, 4),
    stride=st.integers(1, 4),
    dilation=st.integers(1, 3),
    before=st.integers(0, 3),
    after=st.integers(0, 3),
    rounding=st.sampled_from(["exact", "floor", "ceil"]),
)
def test_trying_every_start_agrees_with_the_formula(*, size, kernel, stride, dilation, before, after, rounding):
    window = Window(kernel, stride, before, after, dilation, rounding)
    try:
        expected = window.count(size)
    except Exception:  # noqa: BLE001 # whatever the rule refuses, the definition must refuse
        with pytest.raises(WindowError):
            places(size, range(0, kernel * dilation, dilation), stride, (before, after), rounding)
        return
    found = places(size, range(0, kernel * dilation, dilation), stride, (before, after), rounding)
    assert len(found.starts) == expected


@given(size=st.integers(1, 20), kernel=st.integers(1, 5), stride=st.integers(1, 5), dilation=st.integers(1, 3))
def test_same_agrees_with_tensorflow_s_formula(size, kernel, stride, dilation):
    window = same(size, kernel, stride, dilation)
    found = places(size, range(0, kernel * dilation, dilation), stride, "same", "exact")
    assert (found.before, found.after, len(found.starts)) == (window.before, window.after, window.count(size))


def test_ceil_with_padding_keeps_no_window_that_starts_beyond_the_image():
    x = np.arange(25.0).reshape(5, 5, 1)
    assert apply("max_pool", {"kernel": 2, "padding": 1, "rounding": "ceil"}, x).shape == (3, 3, 1)


def test_an_overhanging_pool_window_takes_what_pixels_it_has():
    x = image([1, 2, 3], [4, 5, 6], [7, 8, 9])
    assert plane(apply("max_pool", {"kernel": 2, "rounding": "ceil"}, x)) == [[5, 6], [8, 9]]
    assert plane(apply("avg_pool", {"kernel": 2, "rounding": "ceil"}, x)) == [[3, 4.5], [7.5, 9]]


def test_padding_never_wins_a_max_pool_of_negative_pixels():
    x = image([-1, -2], [-3, -4])
    assert plane(apply("max_pool", {"kernel": 3, "stride": 1, "padding": 1}, x)) == [[-1, -1], [-1, -1]]


def test_count_padding_divides_by_padding_but_never_by_the_overhang():
    x = image([4, 4, 4])
    pool = {"kernel": (1, 2), "stride": (1, 2), "padding": {"left": 1}, "rounding": "ceil"}
    assert plane(apply("avg_pool", {**pool, "count_padding": True}, x)) == [[2, 4]]
    assert plane(apply("avg_pool", {**pool, "count_padding": False}, x)) == [[4, 4]]
    beyond = {"kernel": (1, 3), "stride": (1, 2), "padding": {"right": 1}, "rounding": "ceil", "count_padding": True}
    assert plane(apply("avg_pool", beyond, image([6, 6, 6, 6]))) == [[6, 4]]
    over = {"kernel": (1, 3), "stride": (1, 3), "padding": {"left": 1}, "rounding": "ceil", "count_padding": True}
    assert plane(apply("avg_pool", over, image([6, 6, 6, 6]))) == [[4, 6]]


def test_a_convolution_s_overhang_reads_zeros():
    layer = {"filters": 1, "kernel": (1, 2), "stride": (1, 2), "rounding": "ceil", "bias": False}
    assert plane(apply("conv", layer, image([1, 2, 3]), weight=filters([[1, 1]]))) == [[3, 3]]


def test_a_dilated_window_skips_pixels():
    layer = {"filters": 1, "kernel": (1, 2), "dilation": (1, 2), "bias": False}
    assert plane(apply("conv", layer, image([1, 10, 100, 1000]), weight=filters([[1, 1]]))) == [[101, 1010]]


def every_layer_class() -> list[type[Layer]]:
    classes: list[type[Layer]] = [Layer, Sliding]
    for entry in classes:
        classes += [other for other in entry.__subclasses__() if other not in classes]
    return classes


def test_no_shape_rule_is_ever_asked(monkeypatch):
    network = chain(
        (9, 9, 2),
        ("conv", {"filters": 4, "kernel": 3, "padding": "same", "stride": 2}),
        ("max_pool", {"kernel": 2, "rounding": "ceil"}),
        ("conv_transpose", {"filters": 2, "kernel": 3, "stride": 2, "output_padding": 1}),
        ("depthwise", {"kernel": 3, "padding": "half"}),
        ("avg_pool", {"kernel": 2, "rounding": "floor"}),
        ("pad", {"padding": 1, "mode": "reflect"}),
        ("upsample", {"scale": 2, "mode": "bilinear"}),
        ("fc", {"units": 3}),
    )
    weights = {name: np.ones(array.shape) for name, _, array in network.kept()}
    shapes = {node.path: tuple(node.volume) for node in network.nodes}

    def poisoned(*_: object) -> None:
        raise AssertionError("a shape rule was asked")

    rules = ("output_volume", "windows", "slid", "sides", "joined", "arrays", "macs", "macs_inside", "field")
    for entry in every_layer_class():
        for rule in rules:
            if rule in vars(entry):
                monkeypatch.setattr(entry, rule, property(poisoned) if rule == "sides" else poisoned)
    for rule in ("count", "remainder", "extent"):
        monkeypatch.setattr(Window, rule, poisoned)
    for node in network.nodes:
        del node.volume, node.read
    with pytest.raises(AssertionError, match="a shape rule was asked"):
        KINDS["flatten"].build(2, {}).output_volume(Volume((1, 1, 1)))
    trace = reference.run(network, np.ones((1, 9, 9, 2)), weights, keep="all")
    assert {path: trace[path].shape[1:] for path in trace} == shapes


def test_every_kind_of_layer_has_a_definition():
    missing = sorted(
        {
            kind.layer.__name__
            for kind in KINDS.values()
            if reference.forward.dispatch(kind.layer) is reference.forward.dispatch(object)
        }
    )
    assert missing == []


def test_a_kind_without_a_definition_is_told():
    class Unheard(Layer):
        names = ("unheard",)

    with pytest.raises(NotImplementedError, match="the reference does not know unheard"):
        reference.forward(Unheard(), (np.zeros(1),), {}, reference.Elementwise(reference.FLOAT64))


def test_nan_and_infinity_pass_through_a_pool():
    x = image([1, math.nan], [2, 3])
    assert math.isnan(apply("max_pool", {"kernel": 2}, x).item())
    assert math.isnan(apply("max_pool", {"kernel": 2}, x[::-1, ::-1]).item())
