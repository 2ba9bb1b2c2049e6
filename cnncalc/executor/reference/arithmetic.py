"""What the definitions do with scalars beyond + - and *: first for one scalar, then for arrays of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[Any]
"""An array of scalars of whatever type the arithmetic has; channels last."""


class Arithmetic:
    """What one type of scalars can do; this one is plain floats, in which NaN and infinity pass through.

    Another type of scalars is a subclass. Its scalars add, subtract and multiply with one another by Python's
    operators. Which product is which can be told apart:

    - a convolution's or fc's product is written `weight * value`, so the weight scalar's `__mul__` sees it;
      taps on padding are multiplied too, with scalars that `padding` made;
    - every other factor that a layer keeps (norms, scale, subsample, prelu) is applied by `scaled`;
    - products of two values, or of a value and a constant, have neither a weight on their left nor go through `scaled`.

    A scalar must not be a sequence, because NumPy would take it apart.
    """

    dtype: type = np.float64
    """What NumPy calls arrays of these scalars; `object` for scalars that are Python objects."""

    def constant(self, number: float) -> Any:
        """A number that no input and no weight is behind."""
        return float(number)

    def padding(self, number: float) -> Any:
        """What stands beyond the image: 0 for a convolution, minus infinity for a max pool, a pad's value."""
        return self.constant(number)

    def as_padding(self, value: Any) -> Any:
        """A copy of a pixel that stands beyond the image (a mirrored border)."""
        return value

    def at_border(self, value: Any) -> Any:
        """A pixel of the border that is read in the place of one beyond the image as well."""
        return value

    def scaled(self, value: Any, weight: Any) -> Any:
        """The product with a layer's own factor where it does not count as a MAC."""
        return value * weight

    def divided(self, value: Any, by: Any) -> Any:
        """A quotient; 0/0 is NaN, anything else over 0 infinite. `by` may be an int."""
        try:
            return value / by
        except ZeroDivisionError:
            if value == 0 or math.isnan(value):
                return math.nan
            return math.copysign(math.inf, value) * math.copysign(1.0, by)

    def maximum(self, first: Any, second: Any) -> Any:
        """The larger one; NaN if either is NaN."""
        return first if first > second or math.isnan(first) else second

    def exp(self, value: Any) -> Any:
        try:
            return math.exp(value)
        except OverflowError:
            return math.inf

    def expm1(self, value: Any) -> Any:
        """exp(value) - 1, accurate near 0."""
        try:
            return math.expm1(value)
        except OverflowError:
            return math.inf

    def log(self, value: Any) -> Any:
        if value > 0:
            return math.log(value)
        return -math.inf if value == 0 else math.nan

    def log1p(self, value: Any) -> Any:
        """log(1 + value), accurate near 0."""
        if value > -1:
            return math.log1p(value)
        return -math.inf if value == -1 else math.nan

    def tanh(self, value: Any) -> Any:
        return math.tanh(value)

    def erf(self, value: Any) -> Any:
        return math.erf(value)

    def sqrt(self, value: Any) -> Any:
        return math.sqrt(value) if value >= 0 else math.nan

    def power(self, value: Any, exponent: float) -> Any:
        """`value` to a constant power; NaN for a root of a negative number."""
        try:
            return math.pow(value, exponent)
        except ValueError:
            return math.inf if value == 0 else math.nan
        except OverflowError:
            return math.inf


class SingleArithmetic(Arithmetic):
    """Scalars of float32: each result is rounded to 24 binary digits before anything else is done with it.

    NumPy rounds sums, differences and products of float32 arrays itself. What is computed here is computed in float64
    first; for quotients, square roots and products that gives the very float32 that is nearest, because 53 digits are
    more than twice 24 and two. `Elementwise` rounds, as it puts each result into an array of this type.

    >>> on_arrays = Elementwise(FLOAT32)
    >>> float(on_arrays.divided(on_arrays.constant(1.0), 3))
    0.3333333432674408
    """

    dtype = np.float32


FLOAT32 = SingleArithmetic()

FLOAT64 = Arithmetic()

ARITHMETICS = {"float32": FLOAT32, "float64": FLOAT64}


def _of_each(name: str) -> Callable[[Elementwise, Values], Values]:
    """The method of `Elementwise` that asks the arithmetic's method of that name for each value."""

    def on_arrays(self: Elementwise, values: Values) -> Values:
        return self.each(getattr(self.scalars, name), values)

    return on_arrays


class Elementwise:
    """An arithmetic's operations on whole arrays, which is how the definitions are written.

    >>> on_arrays = Elementwise(FLOAT64)
    >>> on_arrays.maximum(on_arrays.array([-1, 2]), on_arrays.constant(0))
    array([0., 2.])
    """

    def __init__(self, scalars: Arithmetic) -> None:
        self.scalars = scalars

    def array(self, values: Any) -> Values:
        """Numbers or scalars as an array of scalars; numbers become constants."""
        array = np.asarray(values)
        if self.scalars.dtype is not object:
            return array.astype(self.scalars.dtype, copy=False)
        return array if array.dtype == object else self.each(self.scalars.constant, array)

    def constant(self, number: float) -> Values:
        """A number as an array without axes, which stretches over any other."""
        return self._shaped(self.scalars.constant(number))

    def padding(self, number: float) -> Values:
        """A place beyond the image, as an array without axes."""
        return self._shaped(self.scalars.padding(number))

    def as_padding(self, values: Values) -> Values:
        return self.each(self.scalars.as_padding, values)

    def at_border(self, values: Values) -> Values:
        return self.each(self.scalars.at_border, values)

    def scaled(self, values: Values, weight: Values) -> Values:
        return self.each(self.scalars.scaled, values, weight)

    def divided(self, values: Values, by: Values | int) -> Values:
        return self.each(self.scalars.divided, values, by)

    def maximum(self, first: Values, second: Values) -> Values:
        return self.each(self.scalars.maximum, first, second)

    def minimum(self, first: Values, second: Values) -> Values:
        return -self.maximum(-first, -second)

    def largest(self, values: Values, axes: tuple[int, ...]) -> Values:
        """The maximum along some axes, which stay with size 1."""
        maximum = np.frompyfunc(self.scalars.maximum, 2, 1)
        for axis in axes:
            values = self._shaped(maximum.reduce(values, axis=axis, keepdims=True))
        return values

    def mean(self, values: Values, axes: tuple[int, ...]) -> Values:
        """The sum along some axes over the number of values there; the axes stay with size 1."""
        total = values.sum(axis=axes, keepdims=True)
        return self.divided(total, math.prod(values.shape[axis] for axis in axes))

    exp, expm1, log, log1p = map(_of_each, ("exp", "expm1", "log", "log1p"))
    tanh, erf, sqrt = map(_of_each, ("tanh", "erf", "sqrt"))

    def power(self, values: Values, exponent: float) -> Values:
        return self.each(self.scalars.power, values, exponent)

    def each(self, function: Callable[..., Any], *operands: Any) -> Values:
        """What a function of scalars makes of arrays of them, which stretch over one another."""
        return self._shaped(np.frompyfunc(function, len(operands), 1)(*operands))

    def _shaped(self, result: Any) -> Values:
        """NumPy hands a lone scalar back without its array; give it an array of no axes again."""
        if isinstance(result, np.ndarray):
            return result.astype(self.scalars.dtype, copy=False)
        shaped: Values = np.empty((), self.scalars.dtype)
        shaped[()] = result
        return shaped
