"""What one written expectation or budget means: `5M`, `at least 2M`, `300M within 1%`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc import codes
from cnncalc.exact import ratio
from cnncalc.language.values.numerals import is_numeric, number, scaled, shortened
from cnncalc.problem import Problem
from cnncalc.record import Record
from cnncalc.source import Edit, Help, write

if TYPE_CHECKING:
    from cnncalc.language.values.numerals import Number

UNITS: dict[str, int] = {
    "": 1, "K": 10**3, "M": 10**6, "G": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30,
}  # fmt: skip
"""Counts go by powers of 1000, memory by powers of 1024."""

RELATIONS = ("==", "<=", ">=", "<", ">")

_LONGEST = 100
SPOKEN = {"at least": ">=", "at most": "<=", "exactly": "=="}
# Texts, which `re` compiles when a spec first expects something: it keeps the start short.
_AMOUNT = r"([-+]?[0-9.][0-9.,_]*(?:[eE][-+]?[0-9]+)?) ?([A-Za-z]*)"
_LIMIT = r"(?s:(?:(==|<=|>=|<|>|at least\b|at most\b|exactly\b) *)?(.*?)(?: +within +([0-9.eE_+-]+)( ?%)?)?)"
_NEAR_UNITS = {
    "k": "K", "m": "M", "g": "G", "kb": "KiB", "mb": "MiB", "gb": "GiB", "kib": "KiB", "mib": "MiB", "gib": "GiB",
    "ki": "KiB", "mi": "MiB", "gi": "GiB", "kilo": "K", "mega": "M", "giga": "G", "million": "M", "thousand": "K",
    "mn": "M", "bn": "G", "b": "G", "billion": "G",
}  # fmt: skip
_NEAR_RELATIONS = {
    "=<": "<=", "=>": ">=", "≤": "<=", "≥": ">=", "=": "==", "===": "==", "up to": "at most", "max": "at most",
    "maximum": "at most", "no more than": "at most", "not more than": "at most", "min": "at least",
    "minimum": "at least", "no less than": "at least", "not less than": "at least", "more than": ">", "above": ">",
    "over": ">", "greater than": ">", "less than": "<", "below": "<", "under": "<", "fewer than": "<",
    "equal to": "exactly", "equals": "exactly", "At least": "at least", "At most": "at most", "Exactly": "exactly",
    "atleast": "at least", "atmost": "at most",
}  # fmt: skip
_NEARLY = r"(?:~|≈|about |around |approx(?:imately|\.)? |circa |ca\. )\s*(.+)"
_SPREAD = r"([^±+]+?)\s*(?:±|\+-|\+/-)\s*(.+)"
_RANGE = r"(?:between |from )?[0-9.]+ ?[A-Za-z]{0,3} ?(?:-|\.\.|–|to|and) ?[0-9.]+ ?[A-Za-z]{0,3}"
_BARE = r"[0-9.]+ ?(?:K|M|G|KiB|MiB|GiB)?"


class Limit(Record):
    """What a measured number has to keep to: a relation, an exact value, and a tolerance as a share of the value.

    `unit` is the one that was written, so that the limit prints as it was read.
    """

    relation: str
    value: Number
    unit: str = ""
    tolerance: Number = 0


def amount(text: str, *, quoted: bool = False) -> tuple[Number, str]:
    """The exact value of `5M`, `1.5G`, `256KiB` or a bare number, and its unit; one blank may stand between.

    Raises:
        Problem: CNN256 for a unit that is none, or a value below zero; a number's own codes.

    >>> amount("1.5G"), amount("1 MiB"), amount("61706")
    ((1500000000, 'G'), (1048576, 'MiB'), (61706, ''))
    """
    match = re.fullmatch(_AMOUNT, text) if len(text) <= _LONGEST else None
    if match is None:
        return number(text, quoted=quoted), ""
    digits, unit = match[1], match[2]
    if unit not in UNITS:
        raise _wrong_unit(digits, unit)
    try:
        value = scaled(digits, UNITS[unit], quoted=quoted and not unit)
    except Problem as problem:
        raise problem.within(0, len(digits)) from None
    if value < 0:
        raise _no_amount(f"{text} is below zero, and nothing that is counted ever is")
    return value, unit


def limit(text: str, default_relation: str = "==", *, quoted: bool = False) -> Limit:
    """What an expectation (a bare number means exactly, `==`) or a budget (at most, `<=`) says.

    The whole grammar: `AMOUNT` · `RELATION AMOUNT`, where RELATION is `==` `<=` `>=` `<` `>` `exactly` `at most`
    `at least` · `AMOUNT within N%`, which means equal up to a tolerance, in a budget too.

    Raises:
        Problem: CNN257 for any other form, with ours; and whatever `amount` raises.

    >>> limit("at least 2M")
    Limit(relation='>=', value=2000000, unit='M', tolerance=0)
    """
    if len(text) > _LONGEST:
        digits = text.rstrip("BGKMi ")
        if is_numeric(digits):
            number(digits)  # says that it is too long
        raise _no_limit(f"`{shortened(text)}` is not a limit")
    relation, rest, percent, sign = re.fullmatch(_LIMIT, text.strip()).groups()  # type: ignore[union-attr]
    if not rest.rstrip("BGKMi ").replace(".", "", 1).isdecimal():  # the patterns of near misses are slow to compile
        _refuse_other_form(text, rest)
    try:
        value, unit = amount(rest, quoted=quoted and rest == text)
    except Problem as problem:
        if quoted:
            raise
        offset, length = problem.inside or (0, len(rest))
        raise problem.but(inside=(text.index(rest) + offset, length)) from None
    if percent is None:
        return Limit(SPOKEN.get(relation or "", relation or default_relation), value, unit)
    if relation:
        raise _no_limit(f"`{shortened(text)}` has both a bound and a tolerance", write(f"{rest} within {percent}%"))
    if not sign:
        raise _no_limit(f"the tolerance {percent} is not a percentage", write(f"{rest} within {percent}%"))
    return Limit("==", value, unit, _share(percent))


def _share(percent: str) -> Number:
    value = number(percent)
    if not 0 <= value <= 100:
        raise _no_limit(f"a tolerance of {percent}% is not between 0% and 100%")
    return ratio(value, 100)


def _wrong_unit(digits: str, unit: str) -> Problem:
    """The fault of a unit that is none, with the one that was probably meant."""
    message = f"`{shortened(unit)}` is not a unit: counts have K, M, G and memory has KiB, MiB, GiB"
    lower = unit.lower()
    near = _NEAR_UNITS.get(lower)
    if lower in {"kb", "mb", "gb"}:
        as_bytes, as_count = f"{digits}{near}", f"{digits}{near and near[0]}"
        return _no_amount(
            message,
            Help(f"write `{as_bytes}` for bytes", Edit(as_bytes)),
            Help(f"write `{as_count}` for a count", Edit(as_count)),
        )
    if lower in {"byte", "bytes"}:
        return _no_amount(message, Help(f"write `{digits}`: a bare number for memory is bytes", Edit(digits)))
    if lower == "t" and digits.isdecimal():
        return _no_amount(message, write(f"{digits}000G"))
    return _no_amount(message, *([write(f"{digits}{near}")] if near else []))


def _refuse_other_form(text: str, rest: str) -> None:
    """Near misses of the grammar, with the same in its words."""
    shown = f"`{shortened(text)}`"
    if (near := re.fullmatch(_NEARLY, rest)) and re.fullmatch(_BARE, near[1]):
        raise _no_limit(f"{shown} does not say how near is near enough", write(f"{near[1]} within 1%"))
    if (spread := re.fullmatch(_SPREAD, rest)) and re.fullmatch(_BARE, spread[1]):
        percent = spread[2] if spread[2].endswith("%") else "1%"
        within = f"{spread[1]} within {percent}"
        helps = Help(f"a tolerance is a percentage: write `{within}`", Edit(within))
        raise _no_limit(f"{shown} is not a limit", helps)
    if re.fullmatch(_RANGE, rest):
        raise _no_limit(f"{shown} is a range, and a limit has one bound", *_bounds(text))
    for written in sorted(_NEAR_RELATIONS, key=len, reverse=True):
        after = rest[len(written) :].strip()
        if rest.startswith(written) and re.fullmatch(_BARE, after):
            raise _no_limit(f"{shown} is not a limit", write(f"{_NEAR_RELATIONS[written]} {after}"))
    if "within" in rest:
        raise _no_limit(f"{shown} is not a limit", "a tolerance is a percentage, as in 300M within 1%")


def _bounds(text: str) -> list[str]:
    """Each end of a range as the one bound that a limit has."""
    ends = re.findall(r"[0-9.]+ ?(?!to\b|and\b)[A-Za-z]{0,3}", text)
    if len(ends) != 2:
        return ["write one bound"]
    unit = ends[1].lstrip("0123456789. ")
    low = ends[0] if ends[0].lstrip("0123456789. ") else f"{ends[0].strip()}{unit}"
    return [write(f"at most {ends[1]}"), write(f"at least {low}")]


def _no_amount(message: str, *helps: str) -> Problem:
    return Problem(codes.NOT_AN_AMOUNT, message, helps=helps)


def _no_limit(message: str, *helps: str) -> Problem:
    return Problem(codes.NOT_A_LIMIT, message, helps=helps)
