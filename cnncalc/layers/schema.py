"""What a parameter may hold: each type turns a written value into its one normal form, or says why it cannot.

The parser, the JSON Schema, the reference page, did-you-mean and the test strategies all read these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from cnncalc import codes
from cnncalc.problem import Problem, every
from cnncalc.source import Edit, Help
from cnncalc.volume import LARGEST_DIMENSION, RANK_NAMES, SIDES, Volume, checked
from cnncalc.window import ROUNDINGS
from cnncalc.wording import one_of, plural

REQUIRED: Any = object()
"""The default of a parameter that must be written."""

HALF, SAME = "half", "same"

LONGEST_SHOWN = 60
"""So many characters of a word are shown in a message."""

Sides = tuple[tuple[int, int], ...]
"""Padding before and after, along each axis."""


class Like(NamedTuple):
    """A default that is the value of another parameter."""

    field: str


class Inherited(NamedTuple):
    """A default that the file sets for a family of layers (`rounding: {conv: floor}`)."""

    family: str


class Act(NamedTuple):
    """An activation with its parameters, as (name, value) pairs.

    >>> print(Act("leaky_relu", (("slope", 0.1),)))
    leaky_relu(slope 0.1)
    """

    function: str
    parameters: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        inside = ", ".join(f"{name} {value}" for name, value in self.parameters)
        return f"{self.function}({inside})" if inside else self.function


class ParameterType:
    """The type of a parameter. `due` names what the parser should read: number, size, flag, word, ..."""

    due = "number"
    words: tuple[str, ...] = ()
    """The words that may stand for a value."""

    def normal(self, value: Any, rank: int, field: str) -> Any:
        """The value in its one form for a layer of that rank; raises `Problem` naming the field."""
        raise NotImplementedError


def whole(value: Any, field: str, minimum: int) -> int:
    """A whole number of at least `minimum` that a dimension can hold.

    >>> whole(2.5, "filters", 1)
    Traceback (most recent call last):
        ...
    cnncalc.problem.Problem: filters must be a whole number, not 2.5
    """
    if type(value) is not int:
        if isinstance(value, (bool, str, tuple, list, Mapping)):
            raise Problem(codes.WRONG_TYPE, f"{field} must be a whole number, not {shown(value)}", field=field)
        raise Problem(codes.NOT_WHOLE, f"{field} must be a whole number, not {shown(value)}", field=field)
    if value < minimum:
        raise Problem(codes.OUT_OF_RANGE, f"{field} must be at least {minimum}, not {value}", field=field)
    if value > LARGEST_DIMENSION:
        raise Problem(codes.OUT_OF_RANGE, f"{field} must be at most {LARGEST_DIMENSION:,}, not {value:,}", field=field)
    return value


def all_whole(values: Sequence[Any], field: str, minimum: int) -> tuple[int, ...]:
    """Whole numbers, each as `whole` has it; of those that are wrong, every one is told with its index."""
    try:
        return tuple([whole(value, field, minimum) for value in values])
    except Problem:
        return tuple(every(partial(_element, field=field, minimum=minimum), enumerate(values)))


def _element(numbered: tuple[int, Any], field: str, minimum: int) -> int:
    number, value = numbered
    try:
        return whole(value, field, minimum)
    except Problem as problem:
        raise problem.but(element=(number,)) from None


def shown(value: Any) -> str:
    """A value as its author would write it.

    >>> shown((3, 3)), shown(True), shown("relu")
    ('3x3', 'true', '`relu`')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    if isinstance(value, str):
        return f"`{value if len(value) <= LONGEST_SHOWN else value[: LONGEST_SHOWN - 1] + '…'}`"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, Mapping):
        return "a map"
    return str(value if isinstance(value, int) else float(value))


class Count(ParameterType):
    """A whole number."""

    def __init__(self, minimum: int = 1) -> None:
        self.minimum = minimum

    def normal(self, value: Any, rank: int, field: str) -> int:
        return whole(value, field, self.minimum)


class Real(ParameterType):
    """A number with an optional closed range, kept as a float."""

    def __init__(
        self, minimum: float | None = None, maximum: float | None = None, *, above: float | None = None
    ) -> None:
        self.minimum, self.maximum, self.above = minimum, maximum, above

    def normal(self, value: Any, rank: int, field: str) -> float:
        if isinstance(value, (bool, str, tuple, list, Mapping)):
            raise Problem(codes.WRONG_TYPE, f"{field} must be a number, not {shown(value)}", field=field)
        number = float(value)
        if self.minimum is not None and number < self.minimum:
            raise Problem(codes.OUT_OF_RANGE, f"{field} must be at least {self.minimum:g}, not {number:g}", field=field)
        if self.above is not None and number <= self.above:
            raise Problem(codes.OUT_OF_RANGE, f"{field} must be above {self.above:g}, not {number:g}", field=field)
        if self.maximum is not None and number > self.maximum:
            raise Problem(codes.OUT_OF_RANGE, f"{field} must be at most {self.maximum:g}, not {number:g}", field=field)
        return number


class Flag(ParameterType):
    """true or false."""

    due = "flag"
    words = ("true", "false")

    def normal(self, value: Any, rank: int, field: str) -> bool:
        if not isinstance(value, bool):
            raise Problem(codes.WRONG_TYPE, f"{field} must be true or false, not {shown(value)}", field=field)
        return value


class Choice(ParameterType):
    """One word of several."""

    due = "word"

    def __init__(self, *words: str) -> None:
        self.words = words

    def normal(self, value: Any, rank: int, field: str) -> str:
        if value not in self.words:
            message = f"{field} must be {one_of(self.words)}, not {shown(value)}"
            raise Problem(codes.NOT_A_CHOICE, message, field=field)
        return str(value)


ROUNDING = Choice(*ROUNDINGS)


class Size(ParameterType):
    """One number for all axes, or one for each: `3`, `3x3`."""

    due = "size"

    def __init__(self, minimum: int = 1) -> None:
        self.minimum = minimum

    def normal(self, value: Any, rank: int, field: str) -> tuple[int, ...]:
        if not isinstance(value, tuple):
            return (whole(value, field, self.minimum),) * rank
        return per_axis(all_whole(value, field, self.minimum), rank, field)


def per_axis(factors: tuple[int, ...], rank: int, field: str) -> tuple[int, ...]:
    """Factors for `rank` axes; one factor stands for all of them."""
    if len(factors) == 1:
        return factors * rank
    if len(factors) != rank:
        axes = "1 axis" if rank == 1 else f"{rank or 'no'} axes"
        example = "x".join(map(str, (factors * rank)[:rank])) or "a layer that needs no axes"
        message = (
            f"{field} {shown(factors)} has {plural(len(factors), 'factor')}, but {article(RANK_NAMES[rank])} has {axes}"
        )
        helps = Help(f"write `{example}`", Edit(example, field=field)) if rank else ""
        raise Problem(codes.NUMBER_OF_FACTORS, message, field=field, helps=helps)
    return factors


def article(noun: str) -> str:
    """The noun with its indefinite article."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


class Padding(ParameterType):
    """A number, one for each axis, a map of sides, or `valid`, `half`, `same` where the kind has them."""

    due = "padding"

    def __init__(self, *words: str) -> None:
        self.words = words

    def normal(self, value: Any, rank: int, field: str) -> Sides | str:
        if isinstance(value, str):
            if value == "valid" and "valid" in self.words:
                return ((0, 0),) * rank
            if value in self.words:
                return value
            allowed = one_of(("a number", "a size", "a map of sides", *self.words))
            raise Problem(codes.NOT_A_CHOICE, f"{field} must be {allowed}, not {shown(value)}", field=field)
        if isinstance(value, Mapping):
            return self._from_sides(value, rank, field)
        return tuple((factor, factor) for factor in Size(0).normal(value, rank, field))

    @staticmethod
    def _from_sides(value: Mapping[str, Any], rank: int, field: str) -> Sides:
        known = [side for pair in SIDES[rank] for side in pair]

        def width(side: str) -> tuple[str, int]:
            if side in known:
                return side, whole(value[side], side, 0)
            message = f"{article(RANK_NAMES[rank])} has no side `{side}`; its sides are {', '.join(known) or 'none'}"
            raise Problem(codes.NO_SUCH_SIDE, message, field=field, element=(side,))

        widths: dict[str, int] = dict(every(width, value))
        return tuple((widths.get(first, 0), widths.get(last, 0)) for first, last in SIDES[rank])


class VolumeValue(ParameterType):
    """A whole volume, such as the output of a reshape."""

    due = "volume"

    def normal(self, value: Any, rank: int, field: str) -> Volume:
        factors = value if isinstance(value, tuple) else (value,)
        if not 1 <= len(factors) <= 4:
            message = f"{field} has {len(factors)} factors; a volume has 1 to 4"
            raise Problem(codes.NUMBER_OF_FACTORS, message, field=field)
        return checked(all_whole(factors, field, 1))


class Parameter(NamedTuple):
    """One parameter of a kind as the language sees it; without a default it must be written.

    `letter` stands for it in formulas, by default its name; where its value is `silent`, formulas leave it out.
    """

    name: str
    type: ParameterType
    default: Any
    doc: str
    letter: str = ""
    silent: int | None = None

    @property
    def required(self) -> bool:
        return self.default is REQUIRED


def parameter(
    type_: ParameterType, doc: str, default: Any = REQUIRED, *, letter: str = "", silent: int | None = None
) -> Any:
    """Declare one parameter of a layer, with its type and its description; its name is the field's."""
    return Parameter("", type_, default, doc, letter, silent)
