"""Formulas as one line of text: in letters, or with the numbers filled in."""

from __future__ import annotations

from cnncalc.derivation import Expression, Letter, Operation, Step, Term

LETTERS, NUMBERS = "letters", "numbers"
"""Whether a letter is shown or its value."""

_SUM, _PRODUCT, _ATOM = 1, 2, 3
"""How tightly the parts of a text hold together."""


def equation(step: Step) -> str:
    """A step as it is read: its letter, the formula in letters, with the numbers, and the result.

    >>> height, kernel = Letter("H1", 7), Letter("F", 3)
    >>> equation(Step("height", "H2", (height - kernel) / 2 + 1, 3))
    'H2 = (H1 - F)/2 + 1 = (7 - 3)/2 + 1 = 3'
    """
    return " = ".join(sides(step))


def sides(step: Step) -> list[str]:
    """What stands between the equals signs; what would say the same twice stands once."""
    told = [step.letter, formula(step.formula, LETTERS), formula(step.formula, NUMBERS), number(step.value)]
    return [text for place, text in enumerate(told) if not place or text != told[place - 1]]


def calculation(step: Step) -> str:
    """The numbers alone: what is computed, and the result.

    >>> calculation(Step("bytes", "bytes", Letter("values", 4704) * 4, 18816))
    '4,704 x 4 = 18,816'
    """
    return " = ".join(dict.fromkeys((formula(step.formula, NUMBERS), number(step.value))))


def formula(term: Term, how: str) -> str:
    """A formula in letters, or with their values."""
    return _shown(term, how)[0]


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
    numerator, denominator = value.numerator, value.denominator
    decimals = _decimals(denominator)
    if decimals is None:
        return f"{numerator:,}/{denominator:,}"
    whole, rest = divmod(abs(numerator) * 10**decimals // denominator, 10**decimals)
    sign = "-" if numerator < 0 else ""
    return f"{sign}{whole:,}.{rest:0{decimals}d}" if decimals else f"{sign}{whole:,}"


def _decimals(denominator: int) -> int | None:
    """How many decimals a fraction of that denominator has; None where they never end."""
    for decimals in range(19):
        if 10**decimals % denominator == 0:
            return decimals
    return None


def _shown(term: Term, how: str) -> tuple[str, int]:
    """The text of a formula, and how tightly it holds together."""
    if isinstance(term, Letter):
        return (term.name, _ATOM) if how == LETTERS else _number(term.value)
    if not isinstance(term, Operation):
        return _number(term)
    if term.sign in "+-":
        return f" {term.sign} ".join(_chain(term, how)), _SUM
    parts = [_shown(part, how) for part in term.parts]
    if term.sign == "x":
        return " x ".join(
            text if hold == _ATOM or _is_product(part) else f"({text})"
            for (text, hold), part in zip(parts, term.parts, strict=True)
        ), _PRODUCT
    if term.sign == "/":
        over, under = (text if hold == _ATOM else f"({text})" for text, hold in parts)
        return f"{over}/{under}", _PRODUCT
    return f"{term.sign}({', '.join(text for text, _ in parts)})", _ATOM


def _chain(term: Operation, how: str) -> list[str]:
    """The two sides of a sum or difference; a long sum on the left is walked rather than recursed into."""
    right: list[str] = []
    here: Term = term
    while isinstance(here, Operation) and here.sign == term.sign:
        before, after = here.parts
        text, hold = _shown(after, how)
        right.append(f"({text})" if hold == _SUM or text.startswith("-") else text)
        here = before
    return [_shown(here, how)[0], *reversed(right)]


def _is_product(term: Term) -> bool:
    return isinstance(term, Operation) and term.sign == "x"


def _number(value: Term) -> tuple[str, int]:
    text = number(value)
    return text, _SUM if text.startswith("-") else _PRODUCT if "/" in text else _ATOM
