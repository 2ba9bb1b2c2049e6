"""The activations: each a formula of one value, by its name in the language."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from cnncalc.executor.reference.arithmetic import Elementwise, Values
from cnncalc.executor.reference.forward import Arrays, Inputs, forward
from cnncalc.layers.activation import PASS_THROUGH, Activation
from cnncalc.layers.schema import Act

Parameters = Mapping[str, Any]


def positive(x: Values, a: Elementwise) -> Values:
    """max(0, x)."""
    return a.maximum(x, a.constant(0.0))


def negative(x: Values, a: Elementwise) -> Values:
    """min(0, x)."""
    return a.minimum(x, a.constant(0.0))


def relu(x: Values, a: Elementwise, p: Parameters) -> Values:
    return positive(x, a)


def relu6(x: Values, a: Elementwise, p: Parameters) -> Values:
    return a.minimum(positive(x, a), a.constant(6.0))


def leaky_relu(x: Values, a: Elementwise, p: Parameters) -> Values:
    return positive(x, a) + negative(x, a) * a.constant(p["slope"])


def prelu(x: Values, a: Elementwise, p: Parameters) -> Values:
    """Source: He et al. 2015, "Delving Deep into Rectifiers", equation 1."""
    return positive(x, a) + a.scaled(negative(x, a), p["slopes"])


def elu(x: Values, a: Elementwise, p: Parameters) -> Values:
    """Source: Clevert et al. 2016, "Fast and Accurate Deep Network Learning by Exponential Linear Units"."""
    return positive(x, a) + a.expm1(negative(x, a)) * a.constant(p["alpha"])


def selu(x: Values, a: Elementwise, p: Parameters) -> Values:
    """Source: Klambauer et al. 2017, "Self-Normalizing Neural Networks", with its two constants."""
    alpha, factor = a.constant(1.6732632423543772), a.constant(1.0507009873554805)
    return (positive(x, a) + a.expm1(negative(x, a)) * alpha) * factor


def gelu(x: Values, a: Elementwise, p: Parameters) -> Values:
    """The value times the share of a normal distribution below it. Source: Hendrycks and Gimpel 2016."""
    below = (a.erf(x * a.constant(math.sqrt(0.5))) + a.constant(1.0)) * a.constant(0.5)
    return x * below


def gelu_tanh(x: Values, a: Elementwise, p: Parameters) -> Values:
    """The approximation of the same paper: 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))."""
    inside = (x + x * x * x * a.constant(0.044715)) * a.constant(math.sqrt(2.0 / math.pi))
    return x * (a.tanh(inside) + a.constant(1.0)) * a.constant(0.5)


def sigmoid(x: Values, a: Elementwise, p: Parameters) -> Values:
    one = a.constant(1.0)
    return a.divided(one, a.exp(-x) + one)


def silu(x: Values, a: Elementwise, p: Parameters) -> Values:
    return x * sigmoid(x, a, p)


def softplus(x: Values, a: Elementwise, p: Parameters) -> Values:
    """log(1 + exp(x)), as max(0, x) + log(1 + exp(-|x|)) because exp of a large x is beyond any float."""
    return positive(x, a) + a.log1p(a.exp(-absolute(x, a, p)))


def mish(x: Values, a: Elementwise, p: Parameters) -> Values:
    """Source: Misra 2019, "Mish": x tanh(softplus(x))."""
    return x * a.tanh(softplus(x, a, p))


def hard_sigmoid(x: Values, a: Elementwise, p: Parameters) -> Values:
    """Source: Howard et al. 2019, "Searching for MobileNetV3": relu6(x + 3)/6."""
    return a.divided(relu6(x + a.constant(3.0), a, p), 6)


def hard_swish(x: Values, a: Elementwise, p: Parameters) -> Values:
    return x * hard_sigmoid(x, a, p)


def tanh(x: Values, a: Elementwise, p: Parameters) -> Values:
    return a.tanh(x)


def scaled_tanh(x: Values, a: Elementwise, p: Parameters) -> Values:
    """Source: LeCun et al. 1998, appendix A: 1.7159 tanh(2x/3), which leaves 1 and -1 where they are."""
    return a.tanh(x * a.constant(2.0 / 3.0)) * a.constant(1.7159)


def absolute(x: Values, a: Elementwise, p: Parameters) -> Values:
    return a.maximum(x, -x)


RECTIFIERS = (relu, relu6, leaky_relu, prelu, elu, selu)
GATES = (gelu, gelu_tanh, silu, mish, hard_swish)
CURVES = (sigmoid, hard_sigmoid, tanh, scaled_tanh, softplus)

FORMULAS: Mapping[str, Callable[[Values, Elementwise, Parameters], Values]] = {
    "abs": absolute,
    **{formula.__name__: formula for formula in (*RECTIFIERS, *GATES, *CURVES)},
}
"""Each activation by its name; a prelu finds its trained slopes among the parameters, as `slopes`."""


def activated(act: Act, x: Values, slopes_of: Callable[[], Values], arithmetic: Elementwise) -> Values:
    """The activation of each value; `none` hands on the very array."""
    if act == PASS_THROUGH:
        return x
    parameters = dict(act.parameters)
    if act.function == "prelu":
        parameters["slopes"] = slopes_of()
    return FORMULAS[act.function](x, arithmetic, parameters)


def act_in_place(act: Act, x: Values, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """What a layer's `act:` makes of its result; its trained slopes are the layer's `act.weight`."""
    return activated(act, x, lambda: arrays["act.weight"], arithmetic)


@forward.register(Activation)
def activation(layer: Activation, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    return activated(layer.function, inputs[0], lambda: arrays["weight"], arithmetic)
