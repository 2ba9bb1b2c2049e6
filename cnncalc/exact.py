"""Exact numbers: whole ones as they are, and fractions only where a quotient is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    Exact = int | Fraction
else:
    Exact = int  # fractions would cost every start its import


def ratio(numerator: Exact, denominator: int) -> Exact:
    """An exact quotient: a plain int where it is whole, so that most networks never meet a fraction.

    >>> ratio(6, 3), ratio(1, 2)
    (2, Fraction(1, 2))
    """
    if isinstance(numerator, int) and numerator % denominator == 0:
        return numerator // denominator
    from fractions import Fraction

    quotient = Fraction(numerator) / denominator
    return quotient.numerator if quotient.denominator == 1 else quotient
