"""Parses what people write for the arguments of a layer: Python's calls, and short notations of all sorts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import prod
from typing import Any, NamedTuple

from cnncalc.frameworks.reading import Called

LONGEST = 600
DEEPEST = 12

_PIECE = (
    r"""\s*(?:(?P<text>'[^']*'|"[^"]*")"""
    r"|(?P<formula>[^\s,()\[\]{}=:@]*\$[^\s,()\[\]{}=:@]*)"
    r"|(?P<product>\d+(?:\s?\*\s?\d+)+)(?![\w.])"
    r"|(?P<size>\d+(?:\s?[xX×✕]\s?\d+)+)(?![\w.])"
    r"|(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?![A-Za-z_])(?P<percent>\s?%)?"
    r"|(?P<word>[A-Za-z_][\w.]*)"
    r"|(?P<sign>[()\[\]{},=:@/;]))"
)
_CONSTANTS = {"True": True, "true": True, "False": False, "false": False, "None": None, "null": None}
_CLOSING = {"(": ")", "[": "]", "{": "}"}


class Name(str):
    """A word without quotes: of the short form, or a name of somebody's program."""

    __slots__ = ()


class Formula(str):
    """A text with a variable, which stays as it is."""

    __slots__ = ()


class Argument(NamedTuple):
    """A value, with its name if it has one."""

    name: str
    value: Any


class Unreadable(ValueError):
    """The text is nothing that people write for a layer."""


def parse_call(text: str) -> Called | None:
    """A call with its arguments; what it is assigned to, or added to, says nothing.

    >>> parse_call("self.conv1 = nn.Conv2d(3, 6, kernel_size=(5, 5)),")
    Called(name='nn.Conv2d', positional=(3, 6), named={'kernel_size': (5, 5)})
    """
    text = re.sub(r"^\s*(?:\(\w+\):\s*|(?:self\.)?\w+\s*=\s*(?=[\w.]+\s*\())", "", text)
    try:
        parser = _Parser(text, products=True)
        call = parser.value()
        if not isinstance(call, Called) or parser.rest().strip(" ,;)"):
            return None
    except Unreadable:
        return None
    inner = call.positional[0] if len(call.positional) == 1 else None
    if call.name.endswith(".add") and isinstance(inner, Called):
        return inner
    return call


def parse_arguments(text: str) -> list[Argument] | None:
    """The arguments of a layer that are written behind its name; None where they make no sense.

    >>> parse_arguments("[16, 3]")
    [Argument(name='', value=16), Argument(name='', value=3)]
    >>> parse_arguments("16@3x3/2 pad=same")[1:]
    [Argument(name='', value=(3, 3)), Argument(name='stride', value=2), Argument(name='pad', value='same')]
    """
    text = text.strip().rstrip(",;")
    if re.fullmatch(r"\d{1,3}(,\d{3})+", text):
        text = text.replace(",", "")
    closing = _CLOSING.get(text[:1])
    try:
        if closing:
            parser = _Parser(text[1:])
            inside = list(parser.arguments(closing))
            if not parser.rest():
                return inside
        parser = _Parser(text)
        return list(parser.arguments(""))
    except Unreadable:
        return None


def is_listed(text: str) -> bool:
    """Whether arguments are written as those of a call: in brackets, or with commas between them.

    >>> is_listed("(3, 6, 5)"), is_listed("6, 5, padding=2"), is_listed("32 (3, 3)")
    (True, True, False)
    """
    text = text.strip()
    return text[:1] in _CLOSING or "," in re.sub(r"\([^()]*\)", "", text)


class _Parser:
    """Reads values from a text; raises `Unreadable`."""

    def __init__(self, text: str, *, products: bool = False) -> None:
        if len(text) > LONGEST:
            raise Unreadable
        self.text = text
        self.place = 0
        self.depth = 0
        self.products = products

    def rest(self) -> str:
        """What is not read yet."""
        return self.text[self.place :]

    def peek(self) -> re.Match[str] | None:
        """The next token."""
        return re.compile(_PIECE).match(self.text, self.place)

    def take(self, signs: str) -> str:
        """The next token, if it is one of these signs."""
        token = self.peek()
        if token and token["sign"] and token["sign"] in signs:
            self.place = token.end()
            return token["sign"]
        return ""

    def value(self) -> Any:
        """One value."""
        token = self.peek()
        if token is None:
            raise Unreadable
        self.place = token.end()
        kind, text = str(token.lastgroup), token[0].strip()
        if kind == "word":
            return self._word(text)
        if kind == "sign":
            return self._bracket(text)
        if kind == "text":
            return text[1:-1]
        if kind == "formula":
            return Formula(text)
        if kind in {"size", "product"}:
            factors = tuple(int(factor) for factor in re.findall(r"\d+", text))
            return prod(factors) if kind == "product" and (self.products or self.depth) else factors
        return _number(token["number"], percent=bool(token["percent"]))

    def arguments(self, closing: str) -> Iterator[Argument]:
        """Those up to a closing bracket, or to the end."""
        while True:
            while self.take(",;@"):
                pass
            if closing and self.take(closing):
                return
            if not self.rest().strip():
                if closing:
                    raise Unreadable
                return
            value = self.value()
            name = ""
            if isinstance(value, str) and not isinstance(value, Formula) and self.take("=:"):
                name, value = value, self.value()
            yield Argument(name, value)
            if self.take("/"):
                yield Argument("stride", self.value())

    def _word(self, text: str) -> Any:
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if not self.rest().startswith("("):
            return Name(text)
        self.place += 1
        given = self._inside(")")
        while self.rest().startswith("("):  # Keras calls the layer with what it reads
            self.place += 1
            self._inside(")")
        named = {argument.name: argument.value for argument in given if argument.name}
        return Called(text, tuple(argument.value for argument in given if not argument.name), named)

    def _bracket(self, opening: str) -> Any:
        if opening not in "([":
            raise Unreadable
        start = self.place
        given = self._inside(_CLOSING[opening])
        if any(argument.name for argument in given):
            raise Unreadable
        values = tuple(argument.value for argument in given)
        lone = opening == "(" and len(values) == 1 and "," not in self.text[start : self.place]
        return values[0] if lone else values

    def _inside(self, closing: str) -> list[Argument]:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable
        given = list(self.arguments(closing))
        self.depth -= 1
        return given


def _number(text: str, *, percent: bool) -> int | float:
    if len(text) > 24:
        raise Unreadable
    if percent:
        return float(text) / 100
    return int(text) if text.lstrip("+-").isdecimal() else float(text)
