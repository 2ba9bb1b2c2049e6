"""What a range on the command line means: `200..300`, `0.25..2`, `relu,tanh`, and a size with ranges in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnncalc.exact import Exact
from cnncalc.language.choices import ChoiceError
from cnncalc.language.values.numerals import number
from cnncalc.problem import Problem
from cnncalc.solver import Values, default_step

MOST_CANDIDATES = 100_000
"""More candidates than this are refused: at ten milliseconds each they would take a quarter of an hour."""


def numbers(text: str, option: str, step: Exact | None = None) -> Values:
    """The numbers of `A..B`, or of one number; ones between whole numbers, hundredths otherwise.

    Raises:
        ChoiceError: the text is no range of numbers, is empty, or holds too many.

    >>> len(numbers("200..300", "--input")), len(numbers("0.25..2", "--vary"))
    (101, 176)
    """
    first, dots, last = text.partition("..")
    low = _number(first, text, option)
    high = _number(last, text, option) if dots else low
    if high < low:
        raise ChoiceError(f"{option} {text} holds nothing: {last} is below {first}; write {last}..{first}")
    values = Values(low, high, step or default_step(low, high))
    if len(values) > MOST_CANDIDATES:
        most = f"{MOST_CANDIDATES:,} is the most: {_coarser(step)}"
        raise ChoiceError(f"{option} {text} holds {len(values):,} values; {most}")
    return values


def _coarser(step: Exact | None) -> str:
    return "take a coarser --step or a narrower range" if step else "take a narrower range, or a --step"


def counts(text: str, option: str, least: int) -> range:
    """Whole numbers `A..B` from a least one."""
    values = numbers(text, option)
    if values.first.denominator != 1 or values.last.denominator != 1:
        raise ChoiceError(f"{option} takes whole numbers such as 1..5, not {text}")
    if values.first < least:
        raise ChoiceError(f"{option} starts at {least}, not at {values.first}")
    return range(int(values.first), int(values.last) + 1)


def step_of(text: str | None) -> Exact | None:
    """The step that is asked for."""
    if text is None:
        return None
    step = _number(text, text, "--step")
    if step <= 0:
        raise ChoiceError(f"--step must be above 0, not {text}")
    return step


def varied(text: str, step: Exact | None) -> tuple[str, Sequence[Any]]:
    """A variable with its values: `width=0.25..2`, or a list such as `act=relu,tanh`."""
    name, equals, written = (part.strip() for part in text.partition("="))
    if not equals or not name or not written:
        raise ChoiceError(f"--vary takes var=A..B, such as --vary width=0.25..2, not {text!r}")
    if "," in written:
        from cnncalc.language.choices import value_of

        return name, [value_of(value.strip()) for value in written.split(",")]
    if ".." not in written:
        ways = f"{name}=A..B or {name}=A,B"
        raise ChoiceError(f"--vary takes a range or a list: {ways}, not {written!r}; --set sets one value")
    return name, list(numbers(written, "--vary", step))


def sizes(text: str, rank: int, channels: int) -> list[range]:
    """The sizes of an input along each axis, then its channels: `200..300` is the same along all axes at once.

    The same range for every axis gives one range, to be walked by all axes together.
    """
    factors = text.replace("×", "x").split("x")
    if len(factors) == 1:
        return [counts(factors[0], "--input", 1)]
    if len(factors) not in {rank, rank + 1}:
        raise ChoiceError(f"--input {text} has {len(factors)} factors; this input has {rank} sizes and its channels")
    ranges = [counts(factor, "--input", 1) for factor in factors]
    return ranges if len(ranges) > rank else [*ranges, range(channels, channels + 1)]


def _number(text: str, whole: str, option: str) -> Exact:
    try:
        value = number(text.strip())
    except Problem as problem:
        helps = f" ({problem.helps[0]})" if problem.helps else ""
        forms = "numbers such as 200..300 or 0.25..2"
        raise ChoiceError(f"{option} takes {forms}, not {whole!r}: {problem}{helps}") from None
    return value
