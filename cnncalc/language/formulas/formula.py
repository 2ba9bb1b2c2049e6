"""Formulas of a spec: compiled once, evaluated for every layer, exact, and without `eval`."""

from __future__ import annotations

from cnncalc.language.formulas.code import Lookup, Run
from cnncalc.language.formulas.parser import parse
from cnncalc.language.values.numerals import Value, check_value
from cnncalc.problem import Problem


class Unknown(Exception):
    """A value that cannot be known, because an earlier layer was faulty; it passes through formulas untouched."""


class Formula:
    """A compiled formula; two are equal when their texts are.

    Attributes:
        text: the formula as written.
        names: what it refers to: ``"width"`` for ``$width``, ``"input.channels"`` for ``$input.channels``.
        places: where each name stands first, as offset and length inside the text, the ``$`` included.
        evaluate: gives the value, asking `lookup(name)` for each name that is needed. `Problem`s of the lookup come
            out as `Problem`s placed on the name; `Unknown` comes out as it is.
    """

    __slots__ = ("evaluate", "names", "places", "text")

    def __init__(self, text: str, places: dict[str, tuple[int, int]], evaluate: Run) -> None:
        self.text = text
        self.places = places
        self.names = frozenset(places)
        self.evaluate = evaluate

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formula) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Formula({self.text!r})"


def compile_formula(text: str) -> Formula:
    """The formula that a text writes.

    Raises:
        Problem: CNN240 to CNN249, or a number's own code, with the place inside the text.

    >>> compile_formula("max(8, $width*$input.channels)").evaluate({"width": 2, "input.channels": 3}.__getitem__)
    8
    >>> compile_formula("1/3*3").evaluate({}.__getitem__)
    1
    """
    code, places = parse(text)
    if code.run is None:
        value = _checked(code.value, text)
        return Formula(text, places, lambda _: value)
    if len(places) == 1 and text[:1] == "$" and text[1:] in places:
        return Formula(text, places, code.run)  # a lone variable: its value has been checked where it was set
    return Formula(text, places, _evaluate_checked(code.run, text))


def _evaluate_checked(run: Run, text: str) -> Run:
    def evaluate(lookup: Lookup) -> Value:
        value = run(lookup)
        if type(value) is int and -1_000_000_000_000 < value < 1_000_000_000_000:
            return value
        return _checked(value, text)

    return evaluate


def _checked(value: Value, text: str) -> Value:
    try:
        return check_value(value)
    except Problem as fault:
        raise fault.within(0, len(text)) from None
