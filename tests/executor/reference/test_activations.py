"""Activations against their textbook formulas, written here a second time and value by value."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cnncalc.executor.reference.activation import FORMULAS
from cnncalc.layers.activation import FUNCTIONS
from tests.executor.one_layer import apply

POINTS = [-20.0, -3.5, -3.0, -1.0, -1e-3, 0.0, 1e-3, 0.5, 1.0, 2.9, 3.0, 5.9, 6.1, 20.0]


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


TEXTBOOK = {
    "relu": lambda x: x if x > 0 else 0.0,
    "relu6": lambda x: min(6.0, max(0.0, x)),
    "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
    "elu": lambda x: x if x > 0 else math.exp(x) - 1,
    "selu": lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * (math.exp(x) - 1)),
    "gelu": lambda x: x * 0.5 * math.erfc(-x / math.sqrt(2)),
    "gelu_tanh": lambda x: x * logistic(2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)),
    "silu": lambda x: x * logistic(x),
    "mish": lambda x: x * math.tanh(math.log(1 + math.exp(x))),
    "sigmoid": logistic,
    "hard_sigmoid": lambda x: 0.0 if x <= -3 else 1.0 if x >= 3 else x / 6 + 0.5,
    "hard_swish": lambda x: 0.0 if x <= -3 else x if x >= 3 else x * (x + 3) / 6,
    "tanh": lambda x: 2 * logistic(2 * x) - 1,
    "scaled_tanh": lambda x: 1.7159 * (2 * logistic(4 * x / 3) - 1),
    "softplus": lambda x: math.log(1 + math.exp(x)),
    "abs": abs,
}


def test_every_activation_has_a_formula():
    assert set(FORMULAS) == set(FUNCTIONS)


def test_every_activation_but_prelu_stands_in_this_textbook():
    assert set(TEXTBOOK) | {"prelu"} == set(FUNCTIONS)


@pytest.mark.parametrize("name", TEXTBOOK)
def test_an_activation_is_its_textbook_formula(name):
    expected = [TEXTBOOK[name](point) for point in POINTS]
    assert apply(name, {}, POINTS) == pytest.approx(expected, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize("name", TEXTBOOK)
def test_an_activation_far_out_stays_a_number_and_nan_stays_nan(name):
    far = apply(name, {}, [-1000.0, 1000.0, math.nan])
    assert np.isfinite(far[:2]).all()
    assert math.isnan(far[2])


def test_prelu_has_one_slope_a_channel_or_one_for_all():
    assert apply("prelu", {}, [-2.0, -2.0, 3.0], weight=[0.5, 2.0, 9.0]).tolist() == [-1.0, -4.0, 3.0]
    assert apply("prelu", {"shared": True}, [-2.0, -4.0], weight=[0.5]).tolist() == [-1.0, -2.0]


def test_an_act_with_trained_slopes_finds_them_under_act_weight():
    result = apply(
        "fc", {"units": 2, "bias": False, "act": "prelu"}, [1.0], weight=[[-2.0], [3.0]], act_weight=[0.25, 9]
    )
    assert result.tolist() == [-0.5, 3.0]


def test_parameters_of_an_activation_are_used():
    assert apply("leaky_relu", {"slope": 0.5}, [-2.0, 2.0]).tolist() == [-1.0, 2.0]
    assert apply("elu", {"alpha": 2.0}, [-math.log(2.0)]).tolist() == pytest.approx([-1.0])
    act = {"filters": 1, "kernel": 1, "bias": False, "act": {"leaky_relu": 0.1}}
    assert apply("conv", act, [[[-5.0]]], weight=[[[[1.0]]]]).item() == pytest.approx(-0.5)


def test_act_none_hands_on_the_very_array():
    x = np.arange(3.0)
    assert np.shares_memory(apply("act", {"function": "none"}, x), x)


def test_scaled_tanh_leaves_one_where_it_is():
    assert apply("scaled_tanh", {}, [1.0, -1.0]) == pytest.approx([1.0, -1.0], abs=1e-4)
