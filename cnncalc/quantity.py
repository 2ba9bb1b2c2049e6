"""Numbers and sizes as people read them: exact integers to short texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cnncalc import wording
from cnncalc.exact import Exact
from cnncalc.record import Record

plural = wording.plural  # for whoever writes numbers: the rules that have only words ask `wording`

NOTHING = "-"
"""What stands where there is no number or no size."""

COUNT_UNITS = ("", "K", "M", "G", "T", "P")
BYTE_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")

UNITS = {
    unit: base**power for base, units in ((1000, COUNT_UNITS), (1024, BYTE_UNITS)) for power, unit in enumerate(units)
}
"""What each unit stands for: counts in powers of 1000, bytes in powers of 1024."""


def exact(value: Exact) -> str:
    """A number in full, thousands parted; a fraction as an exact or shortened decimal.

    >>> exact(61706), exact(-1200)
    ('61,706', '-1,200')
    """
    if value.denominator == 1:
        return f"{int(value):,}"
    return quotient(value, 1, 3).rstrip("0")


def signed(value: Exact, text: Callable[[Exact], str]) -> str:
    """A change with its sign; nothing for no change.

    >>> signed(1200, exact), signed(-2048, memory), signed(0, exact)
    ('+1,200', '-2.0 KiB', '')
    """
    if not value:
        return ""
    return f"{'+' if value > 0 else '-'}{text(value if value > 0 else -value)}"


def quotient(value: Exact, divisor: Exact, places: int) -> str:
    """A quotient with so many decimals, halves rounded up, thousands parted; no floats, so of any size.

    >>> quotient(4089184256, 10**9, 2)
    '4.09'
    """
    scale = 10**places
    numerator, denominator = value.numerator * divisor.denominator, value.denominator * divisor.numerator
    scaled = (2 * abs(numerator) * scale + denominator) // (2 * denominator)
    sign = "-" if numerator < 0 and scaled else ""
    digits = f".{scaled % scale:0{places}d}" if places else ""
    return f"{sign}{scaled // scale:,}{digits}"


def count(value: Exact) -> str:
    """A count in three digits and K, M, G of 1000; in full below 1000, without what is no whole one.

    >>> count(416520), count(999), count(4089184256), count(999_999), count(60_000)
    ('417K', '999', '4.09G', '1.00M', '60.0K')
    """
    value = int(value)
    if abs(value) < 1000:
        return str(value)
    power = _power(abs(value) * 1000, 1000, 999_500)
    scale = 1000**power
    # 9.995 and 99.95 round up to one digit more before the point, so that one fewer is due after it.
    places = 2 if abs(value) * 1000 < 9995 * scale else 1 if abs(value) * 100 < 9995 * scale else 0
    return quotient(value, scale, places) + COUNT_UNITS[power]


def memory(value: Exact) -> str:
    """Whole bytes in KiB, MiB, GiB of 1024, with one decimal; in full below 1 KiB.

    >>> memory(23520), memory(40), memory(1024**2 - 1)
    ('23.0 KiB', '40 B', '1.0 MiB')
    """
    value = int(value)
    if value < 1024:
        return f"{value} B"
    power = _power(value * 20, 1024, 20_479)
    return f"{quotient(value, 1024**power, 1)} {BYTE_UNITS[power]}"


def _power(amount: int, base: int, too_much: int) -> int:
    """The unit that leaves an amount below the base once it is rounded; the largest unit where none does."""
    return next((power for power in range(1, 5) if amount < too_much * base**power), 5)


def in_unit(value: Exact, unit: str, places: int) -> str:
    """A number in a given unit, with so many decimals; bytes units stand apart.

    >>> in_unit(4089184256, "G", 2), in_unit(23520, "KiB", 1), in_unit(23520, "B", 0)
    ('4.09G', '23.0 KiB', '23,520 B')
    """
    return _with_unit(quotient(value, UNITS[unit], places), unit)


def unit_within(value: Exact, unit: str) -> str:
    """The given unit, or one below it for what is less than a tenth of it; below 1000, or 1 KiB, there is none.

    >>> unit_within(760, "K"), unit_within(416_520, "M"), unit_within(-1500, "M"), unit_within(40_000, "GiB")
    ('', 'M', 'K', 'KiB')
    """
    units = BYTE_UNITS if unit in BYTE_UNITS else COUNT_UNITS
    amount = max(value, -value)
    if amount < UNITS[units[1]]:
        return units[0]
    return next(smaller for smaller in reversed(units[: units.index(unit) + 1]) if 10 * amount >= UNITS[smaller])


def shortest(value: Exact, unit: str = "") -> str:
    """A number in a given unit as one writes it: no more decimals than it has, nine at most.

    >>> shortest(4_100_000_000, "G"), shortest(20480, "KiB"), shortest(60000)
    ('4.1G', '20 KiB', '60,000')
    """
    return _with_unit(quotient(value, UNITS[unit], 9).rstrip("0").rstrip("."), unit)


def _with_unit(text: str, unit: str) -> str:
    return f"{text}{' ' if unit in BYTE_UNITS else ''}{unit}"


def milliseconds(nanoseconds: int) -> str:
    """A time in milliseconds with three decimals; one that is there and too short to show says so.

    >>> milliseconds(3_213_990), milliseconds(1_204_000_000), milliseconds(90), milliseconds(0)
    ('3.214', '1,204.000', '<0.001', '0.000')
    """
    if 0 < nanoseconds < 1000:
        return "<0.001"
    return quotient(nanoseconds, 10**6, 3)


def percent(part: Exact, whole: Exact, places: int = 1) -> str:
    """A share in percent; a share that is there and too small to show says so.

    >>> percent(117600, 416520), percent(1, 10**9), percent(0, 5)
    ('28.2 %', '<0.1 %', '0.0 %')
    """
    if 0 < part * 100 * 10**places < whole:
        return f"<{quotient(1, 10**places, places)} %"
    return f"{quotient(part * 100, whole, places)} %"


def size(dimensions: Sequence[Exact], layout: str = "hwc") -> str:
    """A volume, height x width x channels, or channels first; also a size without channels, as it is.

    >>> size((28, 28, 6)), size((28, 28, 6), "chw"), size(())
    ('28x28x6', '6x28x28', '-')
    """
    if layout == "chw" and dimensions:
        dimensions = (dimensions[-1], *dimensions[:-1])
    return "x".join(str(value) if value.denominator == 1 else exact(value) for value in dimensions) or NOTHING


class Unit(Record):
    """What sort of number something is, and so how it is written.

    Attributes:
        exactly: the number as a table of differences has it: a count in full, bytes with their unit.
        shortly: the same in few digits.
        bare: what a number written without a unit is in.
    """

    exactly: Callable[[Exact], str]
    shortly: Callable[[Exact], str]
    bare: str = ""


COUNT = Unit(exact, count)
BYTES = Unit(memory, memory, "B")
SIZE = Unit(exact, exact)
"""The sides of a size, in places: pixels of an image, samples of a sequence."""
