"""What a caller chooses beyond the file: a variant, values of variables, sizes of inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cnncalc import codes
from cnncalc.language.formulas.formula import Formula
from cnncalc.language.reading.scalars import classify
from cnncalc.language.values.numerals import Value, number
from cnncalc.problem import Problem
from cnncalc.volume import Volume


class ChoiceError(ValueError):
    """A variant, variable or input that the spec does not have, or a value that cannot be one."""


class Choices(NamedTuple):
    """A variant by name, variables by name, input volumes by name. None of them means the file as written."""

    variant: str | None = None
    variables: Mapping[str, Value] = {}
    inputs: Mapping[str, Volume] = {}


AS_WRITTEN = Choices()


def value_of(text: str, *, quoted: bool = False) -> Value:
    """The value that somebody writes for a variable, as on the command line; `quoted` as a text in quotes is read.

    Raises:
        ChoiceError: the text is no value of the language.

    >>> value_of("0.5"), value_of("3x3"), value_of("2*8")
    (Fraction(1, 2), (3, 3), 16)
    """
    try:
        value = classify(text, quoted=quoted)
        return value.evaluate(_no_variable) if isinstance(value, Formula) else value
    except Problem as problem:
        raise ChoiceError(str(problem)) from None


def chosen_values(given: Mapping[str, Any]) -> dict[str, Value]:
    """Python values as values of the language: a float is the decimal number that it prints as, a text as if quoted.

    >>> chosen_values({"width": 0.5, "kernel": (3, 3), "stride": "2x1", "act": "relu"})
    {'width': Fraction(1, 2), 'kernel': (3, 3), 'stride': (2, 1), 'act': 'relu'}
    """
    return {name: _chosen(name, value) for name, value in given.items()}


def _chosen(name: str, value: Any) -> Value:
    if isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return value_of(value, quoted=True)
    if isinstance(value, tuple) and value and all(type(factor) is int for factor in value):
        return value
    try:
        return number(repr(value)) if isinstance(value, float) else value_of(str(value))
    except Problem as problem:
        raise ChoiceError(f"{name} cannot be {value!r}: {problem}") from None


def _no_variable(name: str) -> Value:
    raise Problem(codes.UNKNOWN_VARIABLE, f"${name} cannot be used here")
