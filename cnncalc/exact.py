"""Exact numbers: whole ones as they are, and fractions only where a quotient is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fractions import Fraction

    Exact = int | Fraction
else:
    Exact = int  # fractions would cost every start its import


class Choosing:
    """A number with its own way to be chosen among others, because it remembers how it was made."""

    def chosen(self, choose: Callable[..., int], numbers: tuple[int, ...]) -> int:
        """The one that `choose` (`min` or `max`) takes."""
        raise NotImplementedError


def ratio(numerator: Exact, denominator: Exact) -> Exact:
    """An exact quotient: a plain int where it is whole, so that most networks never meet a fraction.

    >>> ratio(6, 3), ratio(1, 2)
    (2, Fraction(1, 2))
    """
    if numerator.__class__ is int and denominator.__class__ is int:
        if numerator % denominator == 0:
            return int(numerator // denominator)
        from fractions import Fraction

        return Fraction(numerator, denominator)
    quotient: Any = numerator / denominator
    return quotient if isinstance(quotient, int) or quotient.denominator > 1 else int(quotient)


def share(whole: int, parts: int) -> int:
    """A quotient of numbers that divide: `//` says that a remainder is dropped, this says that there is none.

    >>> share(6, 3)
    2
    """
    quotient = ratio(whole, parts)
    if isinstance(quotient, int):
        return quotient
    raise ArithmeticError(f"{whole} cannot be split into {parts} equal parts")


def least(*numbers: int) -> int:
    """The smallest of some numbers, as `min`; rules say it so that numbers that remember can remember this too."""
    return _chosen(min, numbers)


def most(*numbers: int) -> int:
    """The largest of some numbers, as `max`."""
    return _chosen(max, numbers)


def _chosen(choose: Callable[..., int], numbers: tuple[int, ...]) -> int:
    for number in numbers:
        if isinstance(number, Choosing):
            return number.chosen(choose, numbers)
    return choose(numbers)


def decimal(value: Exact) -> int | float:
    """An exact number as JSON holds it."""
    return int(value) if value.denominator == 1 else float(value)
