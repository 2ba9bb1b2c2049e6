"""Scalars that know how far rounding may have carried them: a running error analysis of any executor.

Each scalar holds a value, computed in float64 as the definition says, a bound on the error of any computation of the
same formula in arithmetic of unit roundoff u, and the sum of the absolute values of the terms that it adds up.

- A sum of n terms t may be added in any order, with or without fused products: its error is at most
  (n - 1) u sum |t| to first order (Higham 2002, "Accuracy and Stability of Numerical Algorithms", section 4.2). So each
  scalar counts the terms that it adds up.
- A product adds u |a b| to |a| error(b) + |b| error(a) + error(a) error(b). Its terms are the products of the terms, so
  that a factor may be moved through a sum (a folded scale).
- A monotone function f carries an interval of values to the interval of its ends; it adds `ULPS` u |f|, and `ULPS` u
  more where a library may compute it by way of numbers of size 1 (tanh, erf, exp and their like).

Bounds are linear in u or grow faster, so those of a smaller u are smaller at least in proportion.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from cnncalc.executor.reference import FLOAT64, Arithmetic

SINGLE, DOUBLE = 2.0**-24, 2.0**-53
"""The unit roundoff of float32 and float64."""

ULPS = 8
"""How many units of roundoff a library's exp, tanh, erf, ... may be off."""


class Bounded:
    """A value, how wrong its terms may be together, their absolute sum, and how many they are."""

    __slots__ = ("carried", "count", "terms", "value")

    def __init__(self, value: float, error: float = 0.0, terms: float | None = None, count: int = 1) -> None:
        self.value = value
        self.carried = error
        self.terms = abs(value) if terms is None else terms
        self.count = count

    @property
    def error(self) -> float:
        """How wrong the value may be, in whatever order its terms are added."""
        return self.carried if self.count == 1 else self.carried + (self.count - 1) * SINGLE * self.terms

    def __add__(self, other: Bounded) -> Bounded:
        return self._with(other, self.value + other.value)

    def __sub__(self, other: Bounded) -> Bounded:
        return self._with(other, self.value - other.value)

    def _with(self, other: Bounded, value: float) -> Bounded:
        return Bounded(value, self.carried + other.carried, self.terms + other.terms, self.count + other.count)

    def __mul__(self, other: Bounded) -> Bounded:
        terms = self.terms * other.terms
        ours, theirs = self.error, other.error
        carried = abs(self.value) * theirs + abs(other.value) * ours + ours * theirs
        return Bounded(self.value * other.value, carried + SINGLE * terms, terms)

    def __neg__(self) -> Bounded:
        return Bounded(-self.value, self.carried, self.terms, self.count)


class RunningBounds(Arithmetic):
    """The arithmetic of bounded scalars in float32."""

    dtype = object

    def constant(self, number: float) -> Bounded:
        return Bounded(float(number), SINGLE * abs(number) if math.isfinite(number) else 0.0)

    def divided(self, value: Bounded, by: Any) -> Bounded:
        """Source: |a/b - a'/b'| <= (error(a) + |a/b| error(b))/(|b| - error(b))."""
        below = by if isinstance(by, Bounded) else Bounded(float(by))
        quotient = FLOAT64.divided(value.value, below.value)
        room = abs(below.value) - below.error
        if room <= 0:
            return Bounded(quotient, math.inf)
        terms = value.terms / abs(below.value)
        return Bounded(quotient, (value.error + abs(quotient) * below.error) / room + 2 * SINGLE * terms, terms)

    def maximum(self, first: Bounded, second: Bounded) -> Bounded:
        return Bounded(FLOAT64.maximum(first.value, second.value), max(first.error, second.error))

    def exp(self, value: Bounded) -> Bounded:
        return monotone(FLOAT64.exp, value, absolute=1.0)

    def expm1(self, value: Bounded) -> Bounded:
        return monotone(FLOAT64.expm1, value, absolute=1.0)

    def log(self, value: Bounded) -> Bounded:
        return monotone(FLOAT64.log, value, absolute=1.0)

    def log1p(self, value: Bounded) -> Bounded:
        return monotone(FLOAT64.log1p, value, absolute=1.0)

    def tanh(self, value: Bounded) -> Bounded:
        return monotone(FLOAT64.tanh, value, absolute=1.0)

    def erf(self, value: Bounded) -> Bounded:
        return monotone(FLOAT64.erf, value, absolute=1.0)

    def sqrt(self, value: Bounded) -> Bounded:
        return monotone(FLOAT64.sqrt, value)

    def power(self, value: Bounded, exponent: float) -> Bounded:
        return monotone(lambda number: FLOAT64.power(number, exponent), value)


def monotone(function: Callable[[float], float], value: Bounded, absolute: float = 0.0) -> Bounded:
    """What a rising or falling function makes of a value and of the ends of where it may lie."""
    result = function(value.value)
    ends = [function(value.value + value.error), function(value.value - value.error)]
    carried = max(abs(end - result) for end in ends)
    if math.isnan(carried):
        carried = math.inf
    return Bounded(result, carried + ULPS * SINGLE * (abs(result) + absolute))
