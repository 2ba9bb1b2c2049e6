"""How a printed number stands to a computed one, at the digits that are printed."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "Ki": 2**10}


def agreement(computed: int, printed: Decimal, unit: int) -> str:
    """`exact`, `rounded`, `cut short` or `no`.

    >>> agreement(7570194432, Decimal("7.6"), 10**9), agreement(3857973248, Decimal("3.8"), 10**9)
    ('rounded', 'cut short')
    """
    exact = Decimal(computed) / unit
    if exact == printed:
        return "exact"
    if exact.quantize(printed, ROUND_HALF_UP) == printed:
        return "rounded"
    if exact.quantize(printed, ROUND_DOWN) == printed:
        return "cut short"
    return "no"
