"""Numbers that remember how they were made: a rule that is run on them gives its formula beside its result."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeGuard

from cnncalc.derivation.expression import CEIL_OF, FLOOR_OF, MINUS, OVER, PLUS, TIMES, Operation, Term
from cnncalc.exact import Choosing, Exact


class Traced(Choosing):
    """What an int or a fraction does that remembers: each operation gives a number that remembers it too.

    What compares, and whatever else is asked of a number, sees the value alone.

    >>> from cnncalc.derivation.expression import Letter, letters
    >>> width, kernel, stride = (traced(value, Letter(name, value)) for name, value in (("W", 7), ("F", 3), ("S", 2)))
    >>> places = (width - kernel) // stride + 1
    >>> places, [letter.name for letter in letters(places.term)]
    (3, ['W', 'F', 'S'])
    """

    term: Term

    def __add__(self, other: Any) -> Any:
        return _made(operator.add, added, self, other)

    def __radd__(self, other: Any) -> Any:
        return _made(operator.add, added, other, self)

    def __sub__(self, other: Any) -> Any:
        return _made(operator.sub, subtracted, self, other)

    def __rsub__(self, other: Any) -> Any:
        return _made(operator.sub, subtracted, other, self)

    def __mul__(self, other: Any) -> Any:
        return _made(operator.mul, multiplied, self, other)

    def __rmul__(self, other: Any) -> Any:
        return _made(operator.mul, multiplied, other, self)

    def __truediv__(self, other: Any) -> Any:
        return _made(Fraction, divided, self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _made(Fraction, divided, other, self)

    def __floordiv__(self, other: Any) -> Any:
        return _made(operator.floordiv, floored, self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return _made(operator.floordiv, floored, other, self)

    def __neg__(self) -> Any:
        return 0 - self

    def __pow__(self, exponent: int) -> Any:
        product: Any = 1
        for _ in range(exponent):
            product = product * self
        return product

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


def _made(compute: Callable[..., Exact], write: Callable[[Term, Term], Term], first: Any, second: Any) -> Any:
    return traced(compute(plain(first), plain(second)), write(term_of(first), term_of(second)))


def added(first: Term, second: Term) -> Term:
    """A sum without a 0; twice the same is a product, and n - 1 + 1 is n."""
    if first == 0 or second == 0:
        return second if first == 0 else first
    if first == second:
        return Operation(TIMES, (2, first))
    if ends(first, MINUS, second):
        return first.parts[0]
    if ends(first, PLUS, second):
        return Operation(PLUS, (first.parts[0], Operation(TIMES, (2, second))))
    return Operation(PLUS, (first, second))


def subtracted(first: Term, second: Term) -> Term:
    """A difference without a 0 behind it; what is subtracted twice is subtracted as a product."""
    if second == 0:
        return first
    if ends(first, MINUS, second):
        return Operation(MINUS, (first.parts[0], Operation(TIMES, (2, second))))
    if first == 0 and negated(second):
        return second.parts[1]
    return Operation(MINUS, (first, second))


def multiplied(first: Term, second: Term) -> Term:
    """A product without a 1, its factors in a row."""
    if first == 1 or second == 1:
        return second if first == 1 else first
    if isinstance(second, Operation) and second.sign == TIMES:
        return multiplied(multiplied(first, second.parts[0]), second.parts[1])
    return Operation(TIMES, (first, second))


def divided(first: Term, second: Term) -> Term:
    """A quotient, but for one by 1."""
    return first if second == 1 else Operation(OVER, (first, second))


def floored(first: Term, second: Term) -> Term:
    """A quotient rounded down; rounding a negative one down rounds its opposite up."""
    if second == 1:
        return first
    if negated(first):
        return Operation(MINUS, (0, Operation(CEIL_OF, (divided(first.parts[1], second),))))
    return Operation(FLOOR_OF, (divided(first, second),))


def negated(term: Term) -> TypeGuard[Operation]:
    """Whether it is 0 minus something."""
    return isinstance(term, Operation) and term.sign == MINUS and term.parts[0] == 0


def ends(term: Term, sign: str, last: Term) -> TypeGuard[Operation]:
    """Whether it is something plus or minus `last`."""
    return isinstance(term, Operation) and term.sign == sign and term.parts[1] == last
