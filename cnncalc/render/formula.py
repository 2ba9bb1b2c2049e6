"""Formulas in one line: in letters, or with the numbers filled in."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import NamedTuple

from cnncalc import quantity
from cnncalc.derivation.expression import Expression, Letter, Operation, Term
from cnncalc.derivation.step import Step

LETTERS, NUMBERS = "letters", "numbers"
"""Whether a letter is shown or its value."""

MOST_DECIMALS = 19

SUM, FRACTION, PRODUCT, ATOM = 1, 2, 3, 4
"""How tightly the parts of a text hold together."""

Text = tuple[str, int]
"""A text, and how tightly it holds together."""


class Notation(NamedTuple):
    """How formulas are set: letters and numbers, products, fractions, the functions `floor` and `ceil`, brackets."""

    letter: Callable[[str], str]
    number: Callable[[Term], Text]
    times: str
    fraction: Callable[[Text, Text], Text]
    function: Callable[[str, str], str]
    bracketed: Callable[[str], str]

    def formula(self, term: Term, how: str) -> str:
        """A formula in letters, or with their values."""
        return self._set(term, how)[0]

    def _set(self, term: Term, how: str) -> Text:
        if isinstance(term, Letter):
            return (self.letter(term.name), ATOM) if how == LETTERS else self.number(term.value)
        if not isinstance(term, Operation):
            return self.number(term)
        if term.sign in "+-":
            return f" {term.sign} ".join(self._chain(term, how)), SUM
        parts = [self._set(part, how) for part in term.parts]
        if term.sign == "x":
            return self.times.join(text if hold >= PRODUCT else self.bracketed(text) for text, hold in parts), PRODUCT
        if term.sign == "/":
            return self.fraction(*parts)
        return self.function(term.sign, ", ".join(text for text, _ in parts)), ATOM

    def _chain(self, term: Operation, how: str) -> list[str]:
        """The two sides of a sum or difference; a long sum on the left is walked rather than recursed into."""
        right: list[str] = []
        here: Term = term
        while isinstance(here, Operation) and here.sign == term.sign:
            before, after = here.parts
            text, hold = self._set(after, how)
            right.append(self.bracketed(text) if hold == SUM else text)
            here = before
        return [self._set(here, how)[0], *reversed(right)]


def number(value: Term) -> str:
    """An exact number: thousands parted, decimals where they end, else a fraction.

    >>> from fractions import Fraction
    >>> number(61706), number(Fraction(5, 2)), number(Fraction(-1, 3))
    ('61,706', '2.5', '-1/3')
    """
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Expression):
        raise TypeError("a formula is not yet a number")
    places = next((places for places in range(MOST_DECIMALS) if 10**places % value.denominator == 0), None)
    return f"{value.numerator:,}/{value.denominator:,}" if places is None else quantity.quotient(value, 1, places)


def _number(value: Term) -> Text:
    text = number(value)
    return text, SUM if text.startswith("-") else FRACTION if "/" in text else ATOM


def _fraction(over: Text, under: Text) -> Text:
    over_text, under_text = (text if hold == ATOM else f"({text})" for text, hold in (over, under))
    return f"{over_text}/{under_text}", FRACTION


PLAIN = Notation(str, _number, " x ", _fraction, "{}({})".format, "({})".format)


def formula(term: Term, how: str) -> str:
    """A formula in letters, or with their values."""
    return PLAIN.formula(term, how)


def equation(step: Step) -> str:
    """A step as it is read: its letter, the formula in letters, with the numbers, and the result.

    >>> height, kernel = Letter("H1", 7), Letter("F", 3)
    >>> equation(Step("height", "H2", (height - kernel) / 2 + 1, 3))
    'H2 = (H1 - F)/2 + 1 = (7 - 3)/2 + 1 = 3'
    """
    sides = [step.letter, formula(step.formula, LETTERS), formula(step.formula, NUMBERS), number(step.value)]
    return " = ".join(text for text, _ in groupby(sides))  # what would say the same twice stands once


def calculation(step: Step) -> str:
    """The numbers alone: what is computed, and the result.

    >>> calculation(Step("bytes", "bytes", Letter("values", 4704) * 4, 18816))
    '4,704 x 4 = 18,816'
    """
    return " = ".join(dict.fromkeys((formula(step.formula, NUMBERS), number(step.value))))
