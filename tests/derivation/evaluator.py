"""Evaluates arithmetic as it is printed, by a small parser of its own: neither the engine's rules nor Python's `eval`.

    sum     = product (("+" | "-") product)*
    product = factor (("x" | "/") factor)*
    factor  = "-" factor | number | letter | "(" sum ")" | ("floor" | "ceil" | "min" | "max") "(" sum (", " sum)* ")"

A comma inside a number parts its thousands; one with a blank after it parts arguments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor

TOKEN = re.compile(r"\s*(?:(\d[\d]*(?:,\d{3})*(?:\.\d+)?)|([A-Za-z][\w']*)|([-+/(),]))")
FUNCTIONS: Mapping[str, Callable[[Sequence[Fraction]], Fraction]] = {
    "floor": lambda values: Fraction(floor(values[0])),
    "ceil": lambda values: Fraction(ceil(values[0])),
    "min": min,
    "max": max,
}


class Unreadable(Exception):
    """The text is no arithmetic."""


class Reader:
    """Reads one text from left to right."""

    def __init__(self, text: str, letters: Mapping[str, Fraction]) -> None:
        self.letters = letters
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while place < len(text.rstrip()):
            found = TOKEN.match(text, place)
            if found is None:
                raise Unreadable(text[place:])
            number, word, sign = found.groups()
            self.tokens.append(("number", number) if number else ("word", word) if word else ("sign", sign))
            place = found.end()
        self.place = 0

    @property
    def next(self) -> str:
        return self.tokens[self.place][1] if self.place < len(self.tokens) else ""

    def take(self) -> tuple[str, str]:
        if self.place == len(self.tokens):
            raise Unreadable("the text ends too soon")
        self.place += 1
        return self.tokens[self.place - 1]

    def expect(self, sign: str) -> None:
        if self.take()[1] != sign:
            raise Unreadable(f"{sign} is missing")

    def sum(self) -> Fraction:
        value = self.product()
        while self.next in {"+", "-"}:
            sign = self.take()[1]
            other = self.product()
            value = value + other if sign == "+" else value - other
        return value

    def product(self) -> Fraction:
        value = self.factor()
        while self.next in {"x", "/"}:
            sign = self.take()[1]
            other = self.factor()
            value = value * other if sign == "x" else value / other
        return value

    def factor(self) -> Fraction:
        what, text = self.take()
        if text == "-":
            return -self.factor()
        if what == "number":
            return Fraction(text.replace(",", ""))
        if text == "(":
            value = self.sum()
            self.expect(")")
            return value
        if what == "word" and self.next == "(" and text in FUNCTIONS:
            return self.function(text)
        if what == "word" and text in self.letters:
            return self.letters[text]
        raise Unreadable(text)

    def function(self, name: str) -> Fraction:
        self.expect("(")
        values = [self.sum()]
        while self.next == ",":
            self.take()
            values.append(self.sum())
        self.expect(")")
        return FUNCTIONS[name](values)


def evaluate(text: str, letters: Mapping[str, Fraction] | None = None) -> Fraction:
    """The value of printed arithmetic.

    >>> evaluate("floor((224 - 7 + 2 x 3)/2) + 1"), evaluate("1,024 x (W1 - 1)", {"W1": Fraction(3)})
    (Fraction(112, 1), Fraction(2048, 1))
    """
    reader = Reader(text, letters or {})
    value = reader.sum()
    if reader.place != len(reader.tokens):
        raise Unreadable(text)
    return value
