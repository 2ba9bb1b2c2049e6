"""What a range on the command line means: `200..300`, `0.25..2`, `relu,tanh`, and a size with ranges in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, NamedTuple

from cnncalc.exact import Exact, ratio
from cnncalc.language.choices import ChoiceError, value_of
from cnncalc.language.values.numerals import number, show
from cnncalc.language.values.suggest import closest
from cnncalc.network import Network
from cnncalc.problem import Problem
from cnncalc.volume import Volume, checked

MOST_CANDIDATES = 100_000
"""More candidates than this are refused: at ten milliseconds each they would take a quarter of an hour."""


class Axis(NamedTuple):
    """What may change: the volumes of an input, or the values of a variable; `text` says which values these are."""

    name: str
    values: Sequence[Any]
    text: str
    is_input: bool


def numbers(text: str, option: str, step: Exact | None = None) -> list[Exact]:
    """The numbers of `A..B`, or of one number; ones between whole numbers, hundredths otherwise.

    Raises:
        ChoiceError: the text is no range of numbers, is empty, or holds too many.

    >>> len(numbers("200..300", "--input")), len(numbers("0.25..2", "--vary"))
    (101, 176)
    >>> [str(value) for value in numbers("0.25..1", "--vary", Fraction(1, 4))]
    ['1/4', '1/2', '3/4', '1']
    """
    low, high = _ends(text, option)
    each = step or (1 if low.denominator == high.denominator == 1 else Fraction(1, 100))
    many = int(Fraction(high - low) / each) + 1
    if many > MOST_CANDIDATES:
        coarser = "take a coarser --step or a narrower range" if step else "take a narrower range, or a --step"
        raise ChoiceError(f"{option} {text} holds {many:,} values; {MOST_CANDIDATES:,} is the most: {coarser}")
    return [ratio(low + place * each, 1) for place in range(many)]


def _ends(text: str, option: str) -> tuple[Exact, Exact]:
    first, dots, last = text.partition("..")
    low = _number(first, text, option)
    high = _number(last, text, option) if dots else low
    if high < low:
        raise ChoiceError(f"{option} {text} is empty: {last} is below {first}; write {last}..{first}")
    return low, high


def counts(text: str, option: str, least: int) -> range:
    """Whole numbers `A..B` from a least one."""
    values = numbers(text, option)
    if any(end.denominator != 1 for end in _ends(text, option)):
        raise ChoiceError(f"{option} takes whole numbers such as 1..5, not {text}")
    if values[0] < least:
        raise ChoiceError(f"{option} starts at {least}, not at {values[0]}")
    return range(int(values[0]), int(values[-1]) + 1)


def step_of(text: str | None) -> Exact | None:
    """The step that is asked for."""
    if text is None:
        return None
    step = _number(text, text, "--step")
    if step <= 0:
        raise ChoiceError(f"--step must be above 0, not {text}")
    return step


def variable_axis(text: str, step: Exact | None, variables: Collection[str]) -> Axis:
    """A variable with its values: `width=0.25..2`, or a list such as `act=relu,tanh`."""
    name, equals, written = (part.strip() for part in text.partition("="))
    if not equals or not name or not written:
        raise ChoiceError(f"--vary takes var=A..B, such as --vary width=0.25..2, not {text!r}")
    if "," in written:
        values: Sequence[Any] = [value_of(value.strip()) for value in written.split(",")]
        shown = ", ".join(value if isinstance(value, str) else show(value) for value in values)
    elif ".." in written:
        values = numbers(written, "--vary", step)
        shown = f"{show(values[0])} to {show(values[-1])}"
        shown += f" in steps of {show(values[1] - values[0])}" if len(values) > 1 else ""
    else:
        ways = f"{name}=A..B or {name}=A,B"
        raise ChoiceError(f"--vary takes a range or a list: {ways}, not {written!r}; --set sets one value")
    if name not in variables:
        meant = closest(name, variables)
        known = f"did you mean {meant}?" if meant else f"this spec has {', '.join(variables) or 'none'}"
        raise ChoiceError(f"there is no variable {name} to vary: {known}")
    return Axis(name, values, f"{name} {shown}", is_input=False)


def input_axis(text: str, network: Network) -> Axis:
    """An input with the volumes to try: `200..300` along all of its axes together, or `left=20..30x40`."""
    name, equals, written = text.rpartition("=")
    name = name.strip() if equals else "input"
    if name not in network.inputs:
        raise ChoiceError(f"there is no input {name}: the inputs are {', '.join(network.inputs)}")
    try:
        volumes = [checked(entry) for entry in _sizes(written.strip(), text, network.inputs[name].volume)]
    except Problem as problem:
        raise ChoiceError(f"--input {text}: {problem}") from None
    return Axis(name, volumes, f"{name} {volumes[0]} to {volumes[-1]}", is_input=True)


def _sizes(written: str, text: str, volume: Volume) -> Iterable[tuple[int, ...]]:
    """The sizes with channels; the channels stay as they are where no range of them is written."""
    rank, channels = volume.rank, volume.channels
    factors = written.replace("×", "x").split("x")
    if len(factors) not in {1, rank, rank + 1}:
        raise ChoiceError(f"--input {written} has {len(factors)} factors; this input has {rank} sizes and its channels")
    ranges = [counts(factor, "--input", 1) for factor in factors]
    if len(ranges) == 1 and rank:
        return [(*[size] * rank, channels) for size in ranges[0]]
    if prod(map(len, ranges)) > MOST_CANDIDATES:
        raise ChoiceError(f"--input {text} holds more than {MOST_CANDIDATES:,} sizes: narrow it")
    return product(*ranges, *[[channels]] * (rank + 1 - len(ranges)))


def _number(text: str, whole: str, option: str) -> Exact:
    try:
        return number(text.strip())
    except Problem as problem:
        helps = f" ({problem.proposals[0]})" if problem.proposals else ""
        forms = "numbers such as 200..300 or 0.25..2"
        raise ChoiceError(f"{option} takes {forms}, not {whole!r}: {problem}{helps}") from None
