"""The inverse of a report: which values of a network or a layer give what is wanted. Exhaustive, never guessed.

A solution is what was asked and tried, the answers as fragments to paste into a spec, and what each of them gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from cnncalc import quantity
from cnncalc.record import Record

_SHORT = {"padding": "pad"}
"""Words of the short form that differ from the parameter's name."""


class Proposal(Record):
    """One answer: what to paste, what it gives as facts by name, and the values that it sets.

    `vars` are those of variables, parameters or the batch; `input` the sizes by the names of the inputs.
    """

    fragment: str
    gives: Mapping[str, Any]
    vars: Mapping[str, Any] = {}
    input: Mapping[str, Any] = {}


class Solution(Record):
    """What came of a question: what was tried, the answers in order, and the nearest where there is none.

    `question` and `tried` are printed as they are; `remarks` are sentences.
    """

    question: str
    tried: str
    candidates: int
    standing: int
    answers: Sequence[Proposal]
    nearest: Proposal | None = None
    remarks: Sequence[str] = ()


def parameters_fragment(changes: Mapping[str, Any]) -> str:
    """Changes in the short form of the language.

    >>> parameters_fragment({"stride": 2, "padding": (1, 0), "count_padding": True})
    'stride 2 pad 1x0 count_padding true'
    """
    return " ".join(f"{_SHORT.get(name, name)} {_value(value)}" for name, value in changes.items())


def variables_fragment(values: Mapping[str, Any]) -> str:
    """Values of variables as the file's `vars` has them.

    >>> variables_fragment({"width": Fraction(3, 4), "act": "relu"})
    'vars: {width: 0.75, act: relu}'
    """
    return f"vars: {{{', '.join(f'{name}: {_value(value)}' for name, value in values.items())}}}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return quantity.size(value)
    return str(value) if isinstance(value, (int, str)) else _decimal(value)


def _decimal(value: Fraction) -> str:
    """An exact number without parted thousands, as a spec has it; a fraction that no decimal ends as a formula."""
    text = quantity.quotient(value, 1, 12).rstrip("0").rstrip(".").replace(",", "")
    return text if Fraction(text) == value else f"{value.numerator}/{value.denominator}"
