"""Formulas as data: numbers, letters that know their values, and operations on them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from cnncalc.exact import Exact
from cnncalc.record import Record

PLUS, MINUS, TIMES, OVER = "+", "-", "x", "/"
FLOOR_OF, CEIL_OF, LEAST, MOST = "floor", "ceil", "min", "max"


class Expression(Record):
    """What can be added, multiplied and divided into a larger formula; nothing is computed.

    >>> width, kernel = Letter("W1", 7), Letter("F", 3)
    >>> (width - kernel) / 2
    Operation(sign='/', parts=(Operation(sign='-', parts=(Letter(name='W1', value=7), Letter(name='F', value=3))), 2))
    """

    def __add__(self, other: Term) -> Operation:
        return Operation(PLUS, (self, other))

    def __radd__(self, other: Term) -> Operation:
        return Operation(PLUS, (other, self))

    def __sub__(self, other: Term) -> Operation:
        return Operation(MINUS, (self, other))

    def __rsub__(self, other: Term) -> Operation:
        return Operation(MINUS, (other, self))

    def __mul__(self, other: Term) -> Operation:
        return Operation(TIMES, (self, other))

    def __rmul__(self, other: Term) -> Operation:
        return Operation(TIMES, (other, self))

    def __truediv__(self, other: Term) -> Operation:
        return Operation(OVER, (self, other))

    def __rtruediv__(self, other: Term) -> Operation:
        return Operation(OVER, (other, self))


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


def floor_of(term: Term) -> Operation:
    """The largest whole number that is not above it."""
    return Operation(FLOOR_OF, (term,))


def ceil_of(term: Term) -> Operation:
    """The smallest whole number that is not below it."""
    return Operation(CEIL_OF, (term,))


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
