"""What each operator and function of a formula does to values: exact, and refused before it grows too large.

Every function here raises `Problem` without a place; the evaluator adds it.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from cnncalc import codes
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
    if isinstance(value, bool):
        return show(value)
    if isinstance(value, str):
        return f"the word {show(value)}"
    if isinstance(value, tuple):
        return f"the size {show(value)}"
    return f"the number {show(value)}"


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


def _needs_numbers(sign: str, *values: Value) -> Problem:
    odd = next(value for value in values if type(value) in _NOT_NUMBERS)
    return Problem(codes.WRONG_OPERAND, f"`{sign}` works on numbers, and got {kind_of(odd)}")


def _on_numbers(sign: str, compute: Callable[[Any, Any], Any]) -> Callable[[Value, Value], Value]:
    """An operator on two numbers that checks what it gets."""

    def operation(a: Value, b: Value) -> Value:
        if type(a) in _NOT_NUMBERS or type(b) in _NOT_NUMBERS:
            raise _needs_numbers(sign, a, b)
        result: Value = compute(a, b)
        return result

    return operation


def _arithmetic(sign: str, compute: Callable[[Any, Any], Number]) -> Callable[[Value, Value], Value]:
    return _on_numbers(sign, lambda a, b: settled(compute(a, b)))


def _divide(a: Number, b: Number) -> Number:
    _refuse_zero(a, b, "/")
    if type(a) is int and type(b) is int:
        whole, rest = divmod(a, b)
        if not rest:
            return whole
    from fractions import Fraction

    return Fraction(a) / b


def _floor_divide(a: Number, b: Number) -> Number:
    _refuse_zero(a, b, "//")
    return a // b


def _remainder(a: Number, b: Number) -> Number:
    _refuse_zero(a, b, "%")
    return a % b


def _refuse_zero(a: Number, b: Number, sign: str) -> None:
    if not b:
        raise Problem(codes.DIVISION_BY_ZERO, f"division by zero: {show(a)} {sign} 0")


def _power(base: Number, exponent: Number) -> Number:
    if type(exponent) is not int:
        raise Problem(codes.POWER_TOO_LARGE, f"the exponent {show(exponent)} is not a whole number")
    if not -STEEPEST <= exponent <= STEEPEST:
        raise Problem(codes.POWER_TOO_LARGE, f"the exponent {show(exponent)} is beyond {STEEPEST}")
    if exponent < 0:
        _refuse_zero(1, base, "/")
    # At least 2^((bits - 1) exponent): what cannot fit is refused before it is computed.
    bits = max(abs(base.numerator).bit_length(), base.denominator.bit_length()) - 1
    if bits * abs(exponent) >= _BITS:
        raise _too_large()
    if exponent >= 0:
        return base**exponent
    return _divide(1, base**-exponent)


def equal(a: Value, b: Value) -> bool:
    """Whether two values are the same; a number equals a size all of whose factors it is, as `kernel: 3` is 3x3.

    >>> equal((3, 3), 3), equal(True, 1), equal("relu", 0)
    (True, False, False)
    """
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, tuple) and not isinstance(b, str | tuple):
        return all(factor == b for factor in a)
    if isinstance(b, tuple) and not isinstance(a, str | tuple):
        return all(factor == a for factor in b)
    return a == b


def _unequal(a: Value, b: Value) -> bool:
    return not equal(a, b)


def negative(value: Value) -> Value:
    """Unary minus."""
    if isinstance(value, bool | str | tuple):
        raise _needs_numbers("-", value)
    return -value


def truth(value: Value, where: str) -> bool:
    """The value, which must be true or false.

    Raises:
        Problem: CNN246 if it is anything else; numbers are neither true nor false here.
    """
    if value is True or value is False:
        return value
    raise Problem(codes.WRONG_OPERAND, f"{where} must be true or false, and is {kind_of(value)}")


OPERATORS: dict[str, Callable[[Value, Value], Value]] = {
    "+": _arithmetic("+", operator.add),
    "-": _arithmetic("-", operator.sub),
    "*": _arithmetic("*", operator.mul),
    "/": _arithmetic("/", _divide),
    "//": _arithmetic("//", _floor_divide),
    "%": _arithmetic("%", _remainder),
    "**": _arithmetic("**", _power),
    "==": equal,
    "!=": _unequal,
    "<": _on_numbers("<", operator.lt),
    "<=": _on_numbers("<=", operator.le),
    ">": _on_numbers(">", operator.gt),
    ">=": _on_numbers(">=", operator.ge),
}


def _floor(value: Number) -> Number:
    return value.numerator // value.denominator


def _ceil(value: Number) -> Number:
    return -(-value.numerator // value.denominator)


def _round(value: Number) -> Number:
    """To the nearest whole number, halves away from zero."""
    nearest = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return nearest if value >= 0 else -nearest


def _divisible(value: Number, divisor: Number = 8) -> Number:
    """To a multiple of the divisor, never more than a tenth below the value.

    Source: `_make_divisible` of the MobileNet authors (tensorflow/models, slim/nets/mobilenet).
    """
    if type(divisor) is not int or divisor < 1:
        raise Problem(codes.WRONG_OPERAND, f"divisible() needs a whole divisor of 1 or more, and got {show(divisor)}")
    nearest = max(divisor, _floor(value * 2 + divisor) // 2 // divisor * divisor)
    return nearest + divisor if 10 * nearest < 9 * value else nearest


FUNCTIONS: dict[str, tuple[Callable[..., Number], int, int]] = {
    "min": (min, 2, STEEPEST),
    "max": (max, 2, STEEPEST),
    "abs": (abs, 1, 1),
    "ceil": (_ceil, 1, 1),
    "floor": (_floor, 1, 1),
    "round": (_round, 1, 1),
    "divisible": (_divisible, 1, 2),
}
"""Each function with the fewest and the most arguments that it takes."""


def apply(name: str, arguments: list[Value]) -> Value:
    """A function's value; the number of arguments has been checked.

    >>> apply("divisible", [30, 8]), apply("round", [-2])
    (32, -2)
    """
    for argument in arguments:
        if type(argument) in _NOT_NUMBERS:
            raise _needs_numbers(f"{name}()", argument)
    return settled(FUNCTIONS[name][0](*arguments))
