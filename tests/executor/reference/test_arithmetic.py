"""The reference on scalars of another type: products are counted by the weights, dependence is united by everything."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from cnncalc.executor import reference
from cnncalc.executor.reference import Arithmetic, Elementwise
from cnncalc.layers import KINDS
from tests.executor.one_layer import chain

EVERYWHERE = frozenset({"padding"})


@dataclass(frozen=True)
class Mark:
    """A scalar that knows only which places it was made from."""

    places: frozenset[Any] = frozenset()

    def _with(self, other: Any) -> Mark:
        return Mark(self.places | other.places) if isinstance(other, Mark) else self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _with

    def __neg__(self) -> Mark:
        return self


class Weight(Mark):
    """A weight, which counts the values that it meets."""

    met: list[Mark] = []  # one list for all weights of a test, emptied by its fixture

    def __mul__(self, value: Mark) -> Mark:
        self.met.append(value)
        return Mark(value.places)


class Marks(Arithmetic):
    """What the definitions need of marks: nothing forgets a place."""

    dtype = object

    def constant(self, number: float) -> Mark:
        return Mark()

    def padding(self, number: float) -> Mark:
        return Mark(EVERYWHERE)

    def as_padding(self, value: Mark) -> Mark:
        return Mark(EVERYWHERE)

    def scaled(self, value: Mark, weight: Mark) -> Mark:
        return value

    def divided(self, value: Mark, by: Any) -> Mark:
        return value._with(by)

    def maximum(self, first: Mark, second: Mark) -> Mark:
        return first._with(second)

    def exp(self, value: Mark) -> Mark:
        return value

    expm1 = log = log1p = tanh = erf = sqrt = exp

    def power(self, value: Mark, exponent: float) -> Mark:
        return value


@pytest.fixture(autouse=True)
def _no_product_yet():
    Weight.met.clear()


def marked(*shape: int) -> np.ndarray:
    image = np.empty(shape, object)
    for place in np.ndindex(*shape):
        image[place] = Mark(frozenset({place}))
    return image


def run(volume: tuple[int, ...], kind: str, parameters: dict[str, Any]) -> np.ndarray:
    network = chain(volume, (kind, parameters))
    weights = {}
    for name, _, array in network.kept():
        weights[name] = np.empty(array.shape, object)
        for place in np.ndindex(*array.shape):
            weights[name][place] = Weight(frozenset())
    (result,) = reference.run(network, marked(1, *volume), weights, Marks())["a"]
    return np.asarray(result)


@pytest.mark.parametrize(
    ("kind", "parameters", "products"),
    [
        ("conv", {"filters": 3, "kernel": 3, "padding": 1}, 4 * 4 * 3 * 9 * 2),
        ("conv", {"filters": 4, "kernel": 3, "groups": 2}, 2 * 2 * 4 * 9),
        ("conv", {"filters": 2, "kernel": 1, "connections": [[0], [0, 1]]}, 4 * 4 * 3),
        ("conv", {"filters": 1, "kernel": 3, "stride": 3, "rounding": "ceil"}, 2 * 2 * 9 * 2),
        ("depthwise", {"kernel": 3, "multiplier": 2, "padding": "same"}, 4 * 4 * 4 * 9),
        ("conv_transpose", {"filters": 3, "kernel": 3, "stride": 2, "padding": 1}, 4 * 4 * 2 * 3 * 9),
        ("fc", {"units": 5, "act": "prelu"}, 5 * 32),
        ("batch_norm", {}, 0),
        ("subsample", {"kernel": 2}, 0),
        ("rbf", {"units": 3}, 0),
        ("scale", {"bias": True}, 0),
        ("prelu", {}, 0),
        ("layer_norm", {}, 0),
        ("max_pool", {"kernel": 2}, 0),
    ],
)
def test_products_are_counted_by_the_weights_themselves(kind, parameters, products):
    run((4, 4, 2), kind, parameters)
    assert len(Weight.met) == products


def test_taps_on_padding_are_multiplied_and_known_as_padding():
    run((2, 2, 1), "conv", {"filters": 1, "kernel": 3, "padding": 1})
    assert sum(value.places == EVERYWHERE for value in Weight.met) == 4 * 9 - 16


def test_a_maximum_unites_what_it_compares():
    result = run((2, 2, 1), "max_pool", {"kernel": 2})
    assert result.item().places == {(0, *place) for place in np.ndindex(2, 2, 1)}


def test_a_mirrored_border_counts_as_padding():
    result = run((3, 1), "pad", {"padding": 1, "mode": "reflect"})
    assert [mark.places for mark in result[:, 0]] == [EVERYWHERE, *({(0, i, 0)} for i in range(3)), EVERYWHERE]


def test_bilinear_at_a_pixel_s_centre_depends_on_that_pixel_alone():
    result = run((2, 1), "upsample", {"scale": 3, "mode": "bilinear"})
    assert result[1, 0].places == {(0, 0, 0)}
    assert result[2, 0].places == {(0, 0, 0), (0, 1, 0)}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_runs_on_scalars_that_are_python_objects(kind):
    required = {
        "filters": 2,
        "kernel": 2,
        "units": 2,
        "groups": 2,
        "rate": 0.5,
        "function": "gelu",
        "start": 0,
        "stop": 1,
        "scale": 2,
        "block": 2,
        "output": (2, 2) if kind == "adaptive_avg_pool" else (64,),
    }
    parameters = {name: required[name] for name, entry in KINDS[kind].parameters.items() if entry.required}
    layer = KINDS[kind].build(2, parameters)
    inputs = (marked(4, 4, 4),) * (2 if layer.joins else 1)
    kept: dict[str, np.ndarray] = {}
    for array in layer.arrays(chain((4, 4, 4), ("identity", {})).nodes[0].volume):
        kept[array.name] = np.full(array.shape, Weight())
    result = reference.forward(layer, inputs, kept, Elementwise(Marks()))
    assert all(isinstance(mark, Mark) and mark.places for mark in result.ravel())


def test_numbers_among_the_weights_become_constants_of_the_arithmetic():
    network = chain((2,), ("rbf", {"units": 1}))
    result = reference.run(network, marked(1, 2), {"a.centers": np.zeros((1, 2))}, Marks())["a"]
    assert result.item().places == {(0, 0), (0, 1)}


def test_exact_fractions_stay_exact():
    class Fractions(Arithmetic):
        dtype = object

        def constant(self, number: float) -> Fraction:
            return Fraction(number)

        def maximum(self, first: Fraction, second: Fraction) -> Fraction:
            return max(first, second)

    third = np.array([[Fraction(1, 3), Fraction(2, 3)]], object)
    network = chain((2,), ("fc", {"units": 1, "act": "hard_sigmoid"}))
    weights = {"a.weight": np.array([[Fraction(1, 7), Fraction(3)]], object), "a.bias": np.array([0.5])}
    result = reference.run(network, third, weights, Fractions())["a"].item()
    assert result == (Fraction(1, 21) + 2 + Fraction(1, 2) + 3) / 6


def float_(name: str, *values: float) -> float:
    return float(getattr(reference.FLOAT64, name)(*values))


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("exp", (1000.0,), math.inf),
        ("expm1", (1000.0,), math.inf),
        ("log", (0.0,), -math.inf),
        ("log", (-1.0,), math.nan),
        ("log1p", (-1.0,), -math.inf),
        ("log1p", (-2.0,), math.nan),
        ("sqrt", (-1.0,), math.nan),
        ("power", (-1.0, 0.5), math.nan),
        ("power", (0.0, -1.0), math.inf),
        ("power", (1e300, 2.0), math.inf),
        ("divided", (0.0, 0.0), math.nan),
        ("divided", (1.0, 0.0), math.inf),
        ("divided", (1.0, -0.0), -math.inf),
        ("divided", (-1.0, 0), -math.inf),
        ("divided", (math.nan, 0.0), math.nan),
        ("maximum", (math.nan, 1.0), math.nan),
        ("maximum", (1.0, math.nan), math.nan),
        ("maximum", (-math.inf, 1.0), 1.0),
    ],
)
def test_plain_floats_never_raise(name, values, expected):
    assert float_(name, *values) == pytest.approx(expected, nan_ok=True)
