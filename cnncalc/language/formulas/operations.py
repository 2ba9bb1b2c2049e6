"""What each operator and function of a formula does to values: exact, and refused before it grows too large.

Every function here raises `Problem` without a place; the evaluator adds it.
"""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

from cnncalc import codes
from cnncalc.exact import ratio
from cnncalc.language.values.numerals import show
from cnncalc.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.language.values.numerals import Number, Value

STEP_DIGITS = 1000
"""No step inside a formula may have a numerator or denominator of more digits."""

STEEPEST = 64
"""The largest exponent, either way."""

_BOUND: int = 10**STEP_DIGITS
_BITS = _BOUND.bit_length()
_NOT_NUMBERS = frozenset({bool, str, tuple})


def kind_of(value: Value) -> str:
    """What a value is, for a message.

    >>> kind_of((3, 3)), kind_of("relu")
    ('the size 3x3', "the word 'relu'")
    """
    before = {bool: "", str: "the word ", tuple: "the size "}
    return before.get(type(value), "the number ") + show(value)


def settled(result: Number) -> Number:
    """A step's result as an int wherever it is whole.

    Raises:
        Problem: CNN248 if the numerator or denominator has more than 1,000 digits.
    """
    if type(result) is int:
        if -_BOUND < result < _BOUND:
            return result
    elif -_BOUND < result.numerator < _BOUND and result.denominator < _BOUND:
        return result.numerator if result.denominator == 1 else result
    raise _too_large()


def _too_large() -> Problem:
    return Problem(codes.POWER_TOO_LARGE, f"a step of this formula has more than {STEP_DIGITS:,} digits")


def _require_numbers(sign: str, *values: Value) -> None:
    for value in values:
        if type(value) in _NOT_NUMBERS:
            raise Problem(codes.WRONG_OPERAND, f"`{sign}` works on numbers, but got {kind_of(value)}")


def _on_numbers(sign: str, compute: Callable[[Any, Any], Value]) -> Callable[[Value, Value], Value]:
    """An operator on two numbers that checks what it gets."""

    def operation(a: Value, b: Value) -> Value:
        _require_numbers(sign, a, b)
        return compute(a, b)

    return operation


def _arithmetic(sign: str, compute: Callable[[Any, Any], Number]) -> Callable[[Value, Value], Value]:
    return _on_numbers(sign, lambda a, b: settled(compute(a, b)))


def _dividing(sign: str, compute: Callable[[Any, Any], Number]) -> Callable[[Number, Number], Number]:
    """A division that refuses a divisor of 0."""

    def division(a: Number, b: Number) -> Number:
        if not b:
            raise Problem(codes.DIVISION_BY_ZERO, f"division by zero: {show(a)} {sign} 0")
        return compute(a, b)

    return division


_quotient = _dividing("/", ratio)


def _power(base: Number, exponent: Number) -> Number:
    if type(exponent) is not int:
        raise Problem(codes.POWER_TOO_LARGE, f"the exponent {show(exponent)} is not a whole number")
    if not -STEEPEST <= exponent <= STEEPEST:
        raise Problem(codes.POWER_TOO_LARGE, f"the exponent {show(exponent)} is beyond {STEEPEST}")
    # At least 2^((bits - 1) exponent): what cannot fit is refused before it is computed.
    bits = max(abs(base.numerator).bit_length(), base.denominator.bit_length()) - 1
    if bits * abs(exponent) >= _BITS:
        raise _too_large()
    return base**exponent if exponent >= 0 else _quotient(1, base**-exponent)


def equal(a: Value, b: Value) -> bool:
    """Whether two values are the same; a number equals a size all of whose factors it is, as `kernel: 3` is 3x3.

    >>> equal((3, 3), 3), equal(True, 1), equal("relu", 0)
    (True, False, False)
    """
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    for factors, number in ((a, b), (b, a)):
        if isinstance(factors, tuple) and not isinstance(number, str | tuple):
            return all(factor == number for factor in factors)
    return a == b


def negative(value: Value) -> Value:
    """Unary minus."""
    _require_numbers("-", value)
    return -value  # type: ignore[operator]  # it is a number


def truth(value: Value, where: str) -> bool:
    """The value, which must be true or false.

    Raises:
        Problem: CNN246 if it is anything else; numbers are neither true nor false here.
    """
    if value is True or value is False:
        return value
    raise Problem(codes.WRONG_OPERAND, f"{where} must be true or false, but is {kind_of(value)}")


OPERATORS: dict[str, Callable[[Value, Value], Value]] = {
    "+": _arithmetic("+", operator.add),
    "-": _arithmetic("-", operator.sub),
    "*": _arithmetic("*", operator.mul),
    "/": _arithmetic("/", _quotient),
    "//": _arithmetic("//", _dividing("//", operator.floordiv)),
    "%": _arithmetic("%", _dividing("%", operator.mod)),
    "**": _arithmetic("**", _power),
    "==": equal,
    "!=": lambda a, b: not equal(a, b),
    "<": _on_numbers("<", operator.lt),
    "<=": _on_numbers("<=", operator.le),
    ">": _on_numbers(">", operator.gt),
    ">=": _on_numbers(">=", operator.ge),
}


def _round(value: Number) -> Number:
    """To the nearest whole number, halves away from zero."""
    return (math.floor(2 * value) + 1) // 2 if value >= 0 else -_round(-value)


def _divisible(value: Number, divisor: Number = 8) -> Number:
    """To a multiple of the divisor, never more than a tenth below the value.

    Source: `_make_divisible` of the MobileNet authors (tensorflow/models, slim/nets/mobilenet).
    """
    if type(divisor) is not int or divisor < 1:
        raise Problem(codes.WRONG_OPERAND, f"divisible() needs a whole divisor of 1 or more, but got {show(divisor)}")
    nearest = max(divisor, math.floor(value * 2 + divisor) // 2 // divisor * divisor)
    return nearest + divisor if 10 * nearest < 9 * value else nearest


FUNCTIONS: dict[str, tuple[Callable[..., Number], int, int]] = {
    "min": (min, 2, STEEPEST),
    "max": (max, 2, STEEPEST),
    "abs": (abs, 1, 1),
    "ceil": (math.ceil, 1, 1),
    "floor": (math.floor, 1, 1),
    "round": (_round, 1, 1),
    "divisible": (_divisible, 1, 2),
}
"""Each function with the fewest and the most arguments that it takes."""


def apply(name: str, arguments: list[Value]) -> Value:
    """A function's value; the number of arguments has been checked.

    >>> apply("divisible", [30, 8]), apply("round", [-2])
    (32, -2)
    """
    _require_numbers(f"{name}()", *arguments)
    return settled(FUNCTIONS[name][0](*arguments))
