"""What one written number means: YAML 1.2's numbers, exact, and nothing reinterpreted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from cnncalc import codes
from cnncalc.problem import Problem
from cnncalc.source import Edit, Help, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

# As texts, because `fractions` is imported only where a number is not whole.
Number: TypeAlias = "int | Fraction"
Value: TypeAlias = "int | Fraction | bool | str | tuple[int, ...]"

MAGNITUDE = 10**12
"""Every literal and every value stays below it."""

DIGITS = 18
"""So many digits at most has a number that somebody wrote, but for zeros in front, or the numerator or denominator of a
value: one more than tells every float of 64 bits from all others."""

_NUMBER = re.compile(r"(-?)(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?(?:[eE]([-+]?[0-9]+))?")
# Patterns for faults alone are texts: `re` compiles them when they are first needed, which keeps the start short.
_DATE = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"
_SEXAGESIMAL = r"-?[0-9]+(:[0-9]+)+(\.[0-9]*)?"
_NOT_FINITE = r"(?i:[-+]?\.(inf|nan))"
_MENDED: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    (r"[-+]?0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)", "is not a decimal number", lambda text: str(int(text, 0))),
    (r"\+.*", "has a sign that numbers do not take here", lambda text: text[1:]),
    (r"-?[0-9][0-9_.]*_[0-9_.]*", "has underscores that some readers drop", lambda text: text.replace("_", "")),
    (r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", "has a comma in it", lambda text: text.replace(",", "")),
)
"""Writings that some readers take for a number: what is odd about each, and the number that they take it for."""
_FIRST = frozenset("+-.0123456789")
LONGEST = 60
"""A number is written with at most so many characters."""
_STEEPEST = 40
_PLACES = 62
"""So many places at most has a decimal: the smallest float of 32 bits, 1.401298464324817e-45, has 60."""


def number(text: str, *, quoted: bool = False) -> Number:
    """The exact number that a text writes; a whole one is an int.

    `.5` and `5.` are numbers, as YAML 1.2 has them. A writing that YAML's readers disagree about (`010`, `0x10`,
    `1_000`, `16:9`, a date) is a fault that says what to write instead.

    Raises:
        Problem: CNN250 if the writing is ambiguous, CNN251 if it is quoted, CNN252 if it is too large or too long,
            CNN253 if it is no number at all.

    >>> number("1e6"), number("0.5"), number("-2")
    (1000000, Fraction(1, 2), -2)
    """
    coefficient, power = _digits(text, quoted=quoted)
    return check_number(_shifted(coefficient, power), text)


def real(text: str, *, quoted: bool = False) -> float:
    """The same number, rounded to a float: for what is never reckoned with exactly, such as a mean of pixels.

    >>> real("0.485")
    0.485
    """
    coefficient, power = _digits(text, quoted=quoted)
    return float(f"{coefficient}e{power}")


def scaled(text: str, unit: int, *, quoted: bool = False) -> Number:
    """A number times a unit; `4.1` of a million is whole and needs no fraction on the way.

    >>> scaled("4.1", 10**6)
    4100000
    """
    coefficient, power = _digits(text, quoted=quoted)
    if abs(coefficient) >= MAGNITUDE * 10 ** max(0, -power):
        check_number(_shifted(coefficient, power), text)
    return _shifted(coefficient * unit, power)


def _digits(text: str, *, quoted: bool) -> tuple[int, int]:
    """The whole number that a text writes without its point, and the power of ten to take it by."""
    if quoted:
        raise _quoted(text)
    if len(text) > LONGEST:
        raise _too_long(text) if _NUMBER.fullmatch(text) else _not_a_number(text)
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise _odd_writing(text) or _not_a_number(text)
    sign, whole, decimals, power = match[1], match[2], match[3] or "", int(match[4] or 0)
    if len(whole) > 1 and whole[0] == "0":
        raise _ambiguous(text, "starts with a zero: some readers take that for octal", _without_zeros(text))
    if len((whole + decimals).lstrip("0")) > DIGITS or power > _STEEPEST or len(decimals) - power > _PLACES:
        raise _too_long(text)
    return int(sign + whole + decimals), power - len(decimals)


def is_numeric(text: str) -> bool:
    """Whether a reader would take the text for a number, well written or not; a size is not one.

    >>> [is_numeric(text) for text in ("010", "16:9", "3x3", "relu")]
    [True, True, False, False]
    """
    if text[:1] not in _FIRST:
        return False
    if len(text) > LONGEST:
        return _NUMBER.fullmatch(text) is not None
    return _NUMBER.fullmatch(text) is not None or _odd_writing(text) is not None


def check_number(value: Number, text: str = "") -> Number:
    """The same number, if it keeps to the language's limits.

    Raises:
        Problem: CNN252 from 10^12 on, or if the numerator or denominator has more than 18 digits; a decimal may have
            its digits behind zeros.

    >>> check_number(10**12)
    Traceback (most recent call last):
    cnncalc.problem.Problem: 1000000000000 is too large: numbers stay below 10^12
    """
    if not -MAGNITUDE < value < MAGNITUDE:
        raise Problem(codes.NUMBER_OUT_OF_RANGE, f"{text or show(value)} is too large: numbers stay below 10^12")
    below = value.denominator
    if abs(value.numerator) >= 10**DIGITS or (below > 10**DIGITS and 10**_PLACES % below):
        message = f"{text or show(value)} has more than {DIGITS} digits above or below the line"
        raise Problem(codes.NUMBER_OUT_OF_RANGE, message)
    return value


def check_value(value: Value) -> Value:
    """The same value, if it keeps to the language's limits; words, sizes and booleans always do.

    >>> check_value("relu")
    'relu'
    """
    return value if isinstance(value, (bool, str, tuple)) else check_number(value)


def show(value: Value) -> str:
    """A value as it would be written in a spec; very long ones are cut.

    >>> from fractions import Fraction
    >>> [show(value) for value in (6, Fraction(1, 2), Fraction(7, 3), True, (3, 3), "relu")]
    ['6', '0.5', '7/3', 'true', '3x3', "'relu'"]
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{shortened(value)}'"
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    return shortened(_decimal(value))


def shortened(text: str, longest: int = 40) -> str:
    """The text, cut with an ellipsis if it is too long for a message.

    >>> shortened("a" * 50, 5)
    'aaaa…'
    """
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _shifted(coefficient: int, power: int) -> Number:
    """The coefficient x 10^power, an int wherever it is whole."""
    unit: int = 10 ** abs(power)
    if power >= 0:
        return coefficient * unit
    whole, rest = divmod(coefficient, unit)
    if not rest:
        return whole
    from fractions import Fraction

    return Fraction(coefficient, unit)


def _decimal(value: Number) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    for places in range(1, 10):
        scaled, rest = divmod(abs(value.numerator) * 10**places, value.denominator)
        if not rest:
            digits = str(scaled).rjust(places + 1, "0")
            return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
    return f"{value.numerator}/{value.denominator}"


def _odd_writing(text: str) -> Problem | None:
    """The fault of a text that is a number to somebody, though not to this language."""
    if re.fullmatch(_NOT_FINITE, text):
        return _ambiguous(text, "is not a finite number")
    if re.fullmatch(_DATE, text):
        return _ambiguous(text, "is a date to some readers of YAML", _quote_it(text))
    if re.fullmatch(_SEXAGESIMAL, text):
        return _ambiguous(text, "is a number in base 60 to some readers of YAML", _ratio(text))
    for pattern, why, mended in _MENDED:
        if re.fullmatch(pattern, text) and _NUMBER.fullmatch(mended(text)):
            return _ambiguous(text, why, write(mended(text)))
    return None


def _ratio(text: str) -> str:
    above, _, below = text.partition(":")
    if below.isdecimal() and int(below):
        ratio = f"{int(above)}/{int(below)}"
        return Help(f"write the ratio as a formula: `{ratio}`", Edit(ratio))
    return _quote_it(text)


def _quote_it(text: str) -> str:
    return Help(f'quote it if it is meant as text: `"{text}"`', Edit(f'"{text}"'))


def _without_zeros(text: str) -> str:
    sign, rest = ("-", text[1:]) if text.startswith("-") else ("", text)
    rest = rest.lstrip("0")
    return write(f"{sign}{rest if rest[:1].isdecimal() else '0' + rest}")


def _ambiguous(text: str, why: str, helps: str = "") -> Problem:
    return Problem(codes.AMBIGUOUS_NUMBER, f"`{text}` {why}", helps=helps)


def _quoted(text: str) -> Problem:
    try:
        number(text)
    except Problem as problem:
        return problem if problem.code == codes.NUMBER_OUT_OF_RANGE else _not_a_number(text)
    helps = Help(f"remove the quotes: `{text}`", Edit(text))
    return Problem(codes.NUMBER_IN_QUOTES, f'"{text}" is quoted, so it is text where a number is due', helps=helps)


def _too_long(text: str) -> Problem:
    digits = sum(map(str.isdecimal, text.lower().partition("e")[0]))
    if digits > DIGITS:
        message = f"{shortened(text)} is too long: it has {digits:,} digits, and numbers have at most {DIGITS}"
    else:
        message = f"{shortened(text)} is out of range: numbers have at most {DIGITS} digits and stay below 10^12"
    return Problem(codes.NUMBER_OUT_OF_RANGE, message)


def _not_a_number(text: str) -> Problem:
    return Problem(codes.NOT_A_NUMBER, f"`{shortened(text)}` is not a number" if text else "a number is due here")
