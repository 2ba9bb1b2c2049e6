"""What one written size means: `3x3`, `32x32x3`, one factor an axis."""

from __future__ import annotations

import re

from cnncalc import codes
from cnncalc.language.values.numerals import is_numeric, number, shortened
from cnncalc.problem import Problem
from cnncalc.source import write

LARGEST = 2**31 - 1
"""No dimension is larger."""

MOST_FACTORS = 4
"""A clip has the most: depth x height x width x channels."""

_SIZE = re.compile(r"[0-9]+(?:[x×][0-9]+)*")
# Patterns for faults alone are texts: `re` compiles them when they are first needed, which keeps the start short.
_CROSS = "[xX×*✕✖,]"
_ALMOST = r"\s*[-+]?[0-9.]*(?:\s*[xX×*✕✖,]\s*[-+]?[0-9.]*)+\s*"


def size(text: str, *, quoted: bool = False) -> tuple[int, ...]:
    """The factors of a written size; a lone integer is a size of one factor. `0x3` is 0 by 3.

    Raises:
        Problem: CNN255 if the text is no size; CNN250 for a factor such as `010`; CNN251 for a quoted number.

    >>> size("3x3"), size("32×32x3"), size("80")
    ((3, 3), (32, 32, 3), (80,))
    """
    if _SIZE.fullmatch(text) is None:
        raise _not_a_size(text)
    factors = text.replace("×", "x").split("x")
    if len(factors) == 1:
        return (_factor(number(text, quoted=quoted), text),)
    if len(factors) > MOST_FACTORS:
        raise _fault(f"{shortened(text)} has {len(factors)} factors: {MOST_FACTORS} at most")
    if any(len(factor) > 1 and factor[0] == "0" for factor in factors):
        plain = shortened("x".join(factor.lstrip("0") or "0" for factor in factors))
        message = f"`{shortened(text)}` has a factor that starts with a zero"
        raise Problem(codes.AMBIGUOUS_NUMBER, message, helps=write(plain))
    return tuple(_factor(int(factor) if len(factor) < 12 else LARGEST + 1, text) for factor in factors)


def is_size(text: str) -> bool:
    """Whether a text has the form of a size of two factors or more.

    >>> is_size("3x3"), is_size("3"), is_size("0x1F")
    (True, False, False)
    """
    return ("x" in text or "×" in text) and _SIZE.fullmatch(text) is not None


def almost_a_size(text: str) -> bool:
    """Whether a text was probably meant as a size: digits, blanks and signs for `x`, though not rightly put.

    >>> almost_a_size("3 x 3"), almost_a_size("3X3"), almost_a_size("x")
    (True, True, False)
    """
    return len(text) <= 60 and re.fullmatch(_ALMOST, text) is not None and any("0" <= sign <= "9" for sign in text)


def _factor(value: object, text: str) -> int:
    if not isinstance(value, int) or value < 0:
        raise _not_whole(text)
    if value > LARGEST:
        raise _fault(f"{shortened(text)} is too large: no dimension is above {LARGEST:,}")
    return value


def _not_a_size(text: str) -> Problem:
    """The fault of a text that is no size, with the size that was probably meant."""
    shown = shortened(text)
    if is_numeric(text):
        try:
            number(text)
        except Problem as fault:
            return fault
        return _not_whole(text)
    if not almost_a_size(text):
        return _fault(f"`{shown}` is not a size", "a size is written as 3x3 or 32x32x3")
    factors = [factor.strip() for factor in re.split(_CROSS, text)]
    if not all(factors):
        return _fault(f"`{shown}` lacks a factor: each x goes between two")
    plain = "x".join(factors)
    if not is_size(plain):
        return _not_whole(text)
    message = f"`{shown}` is not a size: its factors are joined by a lower-case x, without blanks"
    return _fault(message, write(plain))


def _not_whole(text: str) -> Problem:
    return _fault(f"`{shortened(text)}` is not a size: its factors are whole numbers from 0")


def _fault(message: str, *helps: str) -> Problem:
    return Problem(codes.NOT_A_SIZE, message, helps=helps)
