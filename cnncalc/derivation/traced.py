"""Numbers that remember how they were made: a rule that is run on them gives its formula beside its result."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import prod
from typing import Any

from cnncalc.derivation.expression import Arithmetic, Operation, Term
from cnncalc.exact import Choosing, Exact


class Traced(Arithmetic, Choosing):
    """What an int or a fraction does that remembers: each operation gives a number that remembers it too.

    What compares, and whatever else is asked of a number, sees the value alone.

    >>> from cnncalc.derivation.expression import Letter, letters
    >>> width, kernel, stride = (traced(value, Letter(name, value)) for name, value in (("W", 7), ("F", 3), ("S", 2)))
    >>> places = (width - kernel) // stride + 1
    >>> places, [letter.name for letter in letters(places.term)]
    (3, ['W', 'F', 'S'])
    """

    term: Term

    def made(self, operation: Callable[[Any, Any], Any], first: Any, second: Any) -> Any:
        """The result of an operation, which is done to the values and to the formulas alike."""
        value = operation(Fraction(first), plain(second))
        return traced(value, operation(term_of(first), term_of(second)))

    def __neg__(self) -> Any:
        return 0 - self

    def __pow__(self, exponent: int) -> Any:
        return prod([self] * exponent)

    def chosen(self, choose: Callable[..., int], numbers: tuple[int, ...]) -> int:
        value: int = traced(choose(map(plain, numbers)), Operation(choose.__name__, tuple(map(term_of, numbers))))
        return value


class TracedInt(Traced, int):  # type: ignore[misc]  # it is an int in all but what its operators give
    """A whole number that remembers."""


class TracedFraction(Traced, Fraction):  # type: ignore[misc]  # as above
    """A fraction that remembers."""


def traced(value: Exact, term: Term) -> Any:
    """A number that remembers that it was made so."""
    number = TracedInt(value) if value.denominator == 1 else TracedFraction(value)
    number.term = term
    return number


def term_of(number: Exact) -> Term:
    """How a number was made; itself where it does not remember."""
    return number.term if isinstance(number, Traced) else number


def plain(number: Exact) -> Exact:
    """The number without its memory."""
    return int(number) if isinstance(number, int) else Fraction(number.numerator, number.denominator)
