"""What a caller chooses beyond the file: a variant, values of variables, sizes of inputs."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Number
from operator import index
from typing import Any, NamedTuple

from cnncalc import codes
from cnncalc.arguments import described, refused
from cnncalc.language.formulas.formula import Formula
from cnncalc.language.reading.scalars import classify
from cnncalc.language.values.numerals import Value, number
from cnncalc.problem import Problem
from cnncalc.volume import AXES, Volume, checked


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


def chosen_values(given: Mapping[str, Any] | None) -> dict[str, Value]:
    """Python values as values of the language: a float is the decimal number that it prints as, a text as if quoted.

    Raises:
        TypeError: they are no map.
        ChoiceError: one of them is no value of the language.

    >>> chosen_values({"width": 0.5, "kernel": (3, 3), "stride": "2x1", "act": "relu"})
    {'width': Fraction(1, 2), 'kernel': (3, 3), 'stride': (2, 1), 'act': 'relu'}
    """
    named = _by_name("vars", "values by the names of variables, such as {'width': 0.5}", given)
    return {name: _chosen(name, value) for name, value in named.items()}


def chosen_inputs(given: Mapping[str, Any] | None) -> dict[str, Volume]:
    """Sizes as a Python caller gives them, as volumes by the names of the inputs.

    Raises:
        TypeError: they are no map, or one of them is not made of whole numbers.
        ChoiceError: one of them cannot be a volume.

    >>> chosen_inputs({"input": (224, 224, 3)})
    {'input': Volume((224, 224, 3))}
    """
    named = _by_name("inputs", "sizes by the names of inputs, such as {'input': (224, 224, 3)}", given)
    return {name: _volume(name, sizes) for name, sizes in named.items()}


def _by_name(argument: str, wanted: str, given: object) -> Mapping[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        raise refused(argument, wanted, given)
    return given


def _volume(name: str, sizes: Any) -> Volume:
    if not isinstance(sizes, (tuple, list)) or any(isinstance(size, bool) for size in sizes):
        raise refused(f"the input {name}", "a size such as (224, 224, 3)", sizes)
    try:
        volume = checked(tuple(map(index, sizes)))
    except TypeError:
        raise refused(f"the input {name}", "a size of whole numbers", tuple(sizes)) from None
    except Problem as problem:
        raise ChoiceError(f"the input {name} cannot be {tuple(sizes)}: {problem}") from None
    if len(volume) - 1 not in AXES:
        raise ChoiceError(f"the input {name} cannot be {volume}: an input has 1 to {len(AXES)} dimensions")
    return volume


def _chosen(name: str, value: Any) -> Value:
    if isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return value_of(value, quoted=True)
    if isinstance(value, (tuple, list)) and value and all(type(factor) is int for factor in value):
        return tuple(value)
    if not isinstance(value, Number):
        raise refused(f"the variable {name}", "a number, a text, yes or no, or a size such as (3, 3)", value)
    try:
        return number(repr(float(value))) if isinstance(value, float) else value_of(str(value))
    except (Problem, ChoiceError) as problem:
        raise ChoiceError(f"{name} cannot be {described(value)}: {problem}") from None


def _no_variable(name: str) -> Value:
    raise Problem(codes.UNKNOWN_VARIABLE, f"${name} cannot be used here")
