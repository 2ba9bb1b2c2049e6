"""Formulas as data: numbers, letters that know their values, and operations on them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, TypeAlias, TypeGuard

from cnncalc.exact import Exact
from cnncalc.record import Record

PLUS, MINUS, TIMES, OVER = "+", "-", "x", "/"
FLOOR_OF, CEIL_OF, LEAST, MOST = "floor", "ceil", "min", "max"

Method: TypeAlias = "Callable[[Any, Any], Term]"


def _both(operation: Method) -> tuple[Method, Method]:
    """The methods of an operator for what stands on its left and on its right."""
    return (
        lambda self, other: self.made(operation, self, other),
        lambda self, other: self.made(operation, other, self),
    )


class Arithmetic:
    """What hands each of its operators on to `made`, whichever side it stands on."""

    __add__, __radd__ = _both(operator.add)
    __sub__, __rsub__ = _both(operator.sub)
    __mul__, __rmul__ = _both(operator.mul)
    __truediv__, __rtruediv__ = _both(operator.truediv)
    __floordiv__, __rfloordiv__ = _both(operator.floordiv)

    def made(self, operation: Method, first: Any, second: Any) -> Term:
        """What an operation on two of them, or on one and a number, gives."""
        raise NotImplementedError


class Expression(Arithmetic, Record):
    """What can be added, multiplied and divided into a larger formula; nothing is computed.

    >>> width, kernel = Letter("W1", 7), Letter("F", 3)
    >>> (width - kernel) / 2
    Operation(sign='/', parts=(Operation(sign='-', parts=(Letter(name='W1', value=7), Letter(name='F', value=3))), 2))
    """

    def made(self, operation: Method, first: Term, second: Term) -> Term:
        return MADE[operation](first, second)


class Letter(Expression):
    """A letter of the lecture with its value: an index is part of the name, a side or axis follows `_` (`P_top`)."""

    name: str
    value: Exact


class Operation(Expression):
    """A sign of `+ - x /` between two parts, or floor, ceil, min, max of its parts."""

    sign: str
    parts: tuple[Term, ...]


Term = Expression | Exact
"""A formula, or a number in one."""


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


MADE: dict[Method, Callable[[Term, Term], Term]] = {
    operator.add: added,
    operator.sub: subtracted,
    operator.mul: multiplied,
    operator.truediv: divided,
    operator.floordiv: floored,
}
"""What each operator writes down."""


def negated(term: Term) -> TypeGuard[Operation]:
    """Whether it is 0 minus something."""
    return isinstance(term, Operation) and term.sign == MINUS and term.parts[0] == 0


def ends(term: Term, sign: str, last: Term) -> TypeGuard[Operation]:
    """Whether it is something plus or minus `last`."""
    return isinstance(term, Operation) and term.sign == sign and term.parts[1] == last


def least(*terms: Term) -> Operation:
    """The smallest of some."""
    return Operation(LEAST, terms)


def most(*terms: Term) -> Operation:
    """The largest of some."""
    return Operation(MOST, terms)


def product(terms: Iterable[Term]) -> Term:
    """The product of at least one term.

    >>> product([2, Letter("F", 3)])
    Operation(sign='x', parts=(2, Letter(name='F', value=3)))
    """
    return reduce(lambda before, term: Operation(TIMES, (before, term)), terms)


def total(terms: Iterable[Term]) -> Term:
    """The sum of at least one term."""
    return reduce(lambda before, term: Operation(PLUS, (before, term)), terms)


def letters(term: Term) -> Iterable[Letter]:
    """The letters of a formula, from left to right.

    >>> [letter.name for letter in letters(Letter("H1", 7) - Letter("F", 3))]
    ['H1', 'F']
    """
    # A sum of many terms is nested as deep as it is long, so that its parts wait in a list rather than in calls.
    waiting = [term]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Letter):
            yield here
        elif isinstance(here, Operation):
            waiting.extend(reversed(here.parts))
