"""The reference in float32: every operation is rounded, and nothing is further off than rounding carries it."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.executor import init_weights, reference
from cnncalc.executor.reference import FLOAT64, Elementwise, steps
from cnncalc.executor.reference.arithmetic import FLOAT32
from tests.agreement.bounded import Bounded, RunningBounds
from tests.agreement.examples import EXAMPLES
from tests.agreement.running import material

FUNCTIONS = ("exp", "expm1", "log", "log1p", "tanh", "erf", "sqrt")
SINGLES = st.floats(width=32)
ON_ARRAYS = Elementwise(FLOAT32)


def single(value: float) -> float:
    """The nearest float32, by way of its four bytes."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


@pytest.mark.parametrize("name", FUNCTIONS)
@given(value=SINGLES)
def test_a_function_of_a_scalar_is_the_double_one_rounded_once(name: str, value: float) -> None:
    with np.errstate(all="ignore"):
        result = getattr(ON_ARRAYS, name)(np.array(value, np.float32))
    assert result.dtype == np.float32
    assert same(float(result), single(getattr(FLOAT64, name)(value)))


@given(SINGLES, SINGLES)
def test_a_quotient_and_a_scaled_value_are_those_of_float32(one: float, other: float) -> None:
    first, second = np.array(one, np.float32), np.array(other, np.float32)
    with np.errstate(all="ignore"):
        assert same(float(ON_ARRAYS.divided(first, second)), float(first / second))
        assert same(float(ON_ARRAYS.scaled(first, second)), float(first * second))


def test_a_power_and_a_constant_are_rounded() -> None:
    assert float(ON_ARRAYS.power(np.array(2.5, np.float32), 0.75)) == single(2.5**0.75)
    assert float(ON_ARRAYS.constant(0.1)) == single(0.1) != 0.1


def test_a_sum_that_float32_cannot_hold_is_rounded_on_the_way() -> None:
    network = cnncalc.loads("{input: 2, layers: [fc: 1 bias false]}")
    weights = {"fc_1.weight": np.array([[2.0**24, 1.0]])}
    ones = np.ones((1, 2))
    assert reference.run(network, ones, weights, FLOAT64)["fc_1"].item() == 2.0**24 + 1
    assert reference.run(network, ones, weights, FLOAT32)["fc_1"].item() == 2.0**24


@pytest.mark.parametrize("title", EXAMPLES)
def test_every_row_is_float32_and_within_the_running_bound(title: str) -> None:
    network = cnncalc.loads(EXAMPLES[title])
    images, weights = material(network, 0)
    trace = reference.run(network, images, weights, FLOAT32, keep="all")
    image = {name: bounded(array[1]) for name, array in images.items()}
    for step in steps(network, image, {name: bounded(array) for name, array in weights.items()}, RunningBounds()):
        values = trace[step.moment.path]
        assert values.dtype == np.float32
        exact = np.frompyfunc(lambda scalar: scalar.value, 1, 1)(step.output).astype(np.float64)
        error = np.frompyfunc(lambda scalar: scalar.error, 1, 1)(step.output).astype(np.float64)
        assert (np.abs(values[1] - exact) <= error).all(), step.moment.path


def bounded(array: np.ndarray) -> np.ndarray:
    return np.asarray(np.frompyfunc(lambda number: Bounded(float(number)), 1, 1)(array), object)


def test_float32_and_float64_give_other_bits_where_anything_is_rounded() -> None:
    network = cnncalc.loads("{input: 8x8x2, layers: [conv: 3 3x3 act tanh, global_avg_pool]}")
    images = np.random.default_rng(0).random((2, 8, 8, 2), np.float32)
    weights = init_weights(network)
    single_, double = (
        reference.run(network, images, weights, kind, keep="all")["conv_1"] for kind in (FLOAT32, FLOAT64)
    )
    assert (single_ != double).mean() > 0.5
    assert np.abs(single_ - double).max() < 1e-6
