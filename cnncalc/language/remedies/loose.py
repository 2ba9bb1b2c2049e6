"""Understands the layers of this language in short notations that are not ours: `32@3x3/2`, `3x3 32`, `k3 s2 p1`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from cnncalc.frameworks.reading import NO_ACTIVATION, Called, Part, activation_part, fits
from cnncalc.language.remedies.calls import Argument, Formula, Name
from cnncalc.language.values.suggest import foreign
from cnncalc.layers import KINDS, Kind
from cnncalc.layers.activation import FUNCTIONS
from cnncalc.window import CEIL, FLOOR

AMBIGUOUS = {
    "pool": ("max_pool", "avg_pool"),
    "pooling": ("max_pool", "avg_pool"),
    "global_pooling": ("global_avg_pool", "global_max_pool"),
    "norm": ("batch_norm", "layer_norm"),
    "normalization": ("batch_norm", "layer_norm"),
}
"""Words that mean one of several kinds; the likeliest first."""

LETTERS = {
    "f": ("filters", "units"), "k": ("kernel", "filters"), "s": ("stride",), "p": ("padding", "rate"),
    "d": ("dilation",), "g": ("groups",), "pad": ("padding",),
}  # fmt: skip
"""What one letter stands for, where the kind has it."""

PADDING_WORDS = ("same", "half", "valid")

MOST_AXES = 3

WITHOUT_NAME = {"kernel", "stride", "padding"}
"""What numbers without a name may be behind the first; other parameters that are not required have no agreed order."""


class Misfit(ValueError):
    """The arguments are none of this kind."""


def kinds_of(word: str) -> tuple[str, ...]:
    """The kinds that a word may mean, the likeliest first.

    >>> kinds_of("fully connected"), kinds_of("MaxPool2D"), kinds_of("pool"), kinds_of("quux")
    (('fc',), ('max_pool',), ('max_pool', 'avg_pool'), ())
    """
    plain = re.sub(r"[\s-]+", "_", word.strip().rpartition(".")[2])
    if plain in KINDS:
        return (plain,)
    ours = AMBIGUOUS.get(plain.lower()) or ((foreign(plain) or foreign(plain.lower()) or ""),)
    return tuple(kind for kind in ours if kind in KINDS)


def parameter_of(kind: Kind, word: str) -> str:
    """The parameter of a kind that a word means; empty where it means none."""
    meant = (word, *LETTERS.get(word.lower(), ()), foreign(word) or "", foreign(word.lower()) or "")
    return next((name for name in meant if name in kind.parameters), "")


def read_loosely(word: str, arguments: Sequence[Argument], rank: int) -> tuple[Part, ...]:
    """A layer of the kind with those arguments, and an activation that is a layer; empty where they make no sense.

    >>> read_loosely("conv", [Argument("", (3, 3)), Argument("", 32), Argument("s", 2)], 2)
    (Part(kind='conv', values={'kernel': (3, 3), 'filters': 32, 'stride': 2}),)
    """
    kind = KINDS[word]
    if kind.layer.joins:
        return () if arguments else (Part(word),)
    values: dict[str, Any] = {}
    try:
        for name, value in _named(kind, arguments):
            values |= dict(_settled(kind, name, value, values, rank))
    except Misfit:
        return ()
    if any(entry.required and name not in values for name, entry in kind.parameters.items()):
        return ()
    behind = [values.pop("act")] if isinstance(values.get("act"), Part) else []
    return Part(word, {name: value for name, value in values.items() if value is not None}), *behind


def by_names(kind: Kind, arguments: Sequence[Argument], theirs: Collection[str] = ()) -> Iterator[Argument]:
    """The arguments between blanks, by names: a framework's own, ours where the kind has it, else as they are written.

    >>> from cnncalc.language.remedies.calls import parse_arguments
    >>> list(by_names(KINDS["conv"], parse_arguments("3 8 s2 padding 1 relu")))[2:]
    [Argument(name='stride', value=2), Argument(name='padding', value=1), Argument(name='act', value='relu')]
    """
    rest = list(arguments)
    while rest:
        name, value = rest.pop(0)
        if name or not isinstance(value, Name):
            yield Argument(name if name in theirs else parameter_of(kind, name) or name, value)
            continue
        letter, ours = (
            re.fullmatch(r"([A-Za-z]+?)_?(\d+)", value),
            value if value in theirs else parameter_of(kind, value),
        )
        if letter and parameter_of(kind, letter[1]):
            yield Argument(parameter_of(kind, letter[1]), int(letter[2]))
        elif value.lower() in PADDING_WORDS:
            yield Argument("padding", value.lower())
        elif rest and not rest[0].name and (ours or activation_part(value) is None):
            yield Argument(ours or value, rest.pop(0).value)
        else:
            yield Argument("act", value)


def _named(kind: Kind, arguments: Sequence[Argument]) -> Iterator[Argument]:
    """The arguments, where `stride 2` and `s2` have got their names."""
    rest = list(arguments)
    while rest:
        name, value = rest.pop(0)
        if type(value) is int and rest and _is_counted(kind, rest):
            yield Argument(rest.pop(0).value, value)
        elif name or not isinstance(value, Name):
            yield Argument(name, value)
        elif (letter := re.fullmatch(r"([A-Za-z]+?)_?(\d+)", value)) and parameter_of(kind, letter[1]):
            yield Argument(letter[1], int(letter[2]))
        elif rest and not rest[0].name and parameter_of(kind, value) and value.lower() not in PADDING_WORDS:
            yield Argument(value, rest.pop(0).value)
        else:
            yield Argument("", value)


def _is_counted(kind: Kind, rest: Sequence[Argument]) -> bool:
    """Whether a number stands before its name, as in `32 filters 3x3`; before another number the name is of that."""
    (_, word), behind = rest[0], rest[1].value if len(rest) > 1 else None
    first = isinstance(word, Name) and not rest[0].name and parameter_of(kind, word) == kind.first
    return first and type(behind) is not int


def _settled(kind: Kind, name: str, value: Any, known: Mapping[str, Any], rank: int) -> Iterator[tuple[str, Any]]:
    """The parameters that one argument says, with their values."""
    if name in {"in_channels", "in_features", "inputs", "input_shape", "inplace"}:
        return
    if name == "ceil_mode" and "rounding" in kind.parameters:
        yield "rounding", CEIL if value is True else FLOOR
        return
    parameter = parameter_of(kind, name) if name else _place_of(kind, value, known)
    if not parameter and isinstance(value, tuple) and not name:
        yield from _filters_and_kernel(kind, value, known, rank)
        return
    if not name and parameter in {"", "eps"} and "eps" in kind.parameters and type(value) is int and value > 0:
        return  # the channels, which follow from what arrives
    if not parameter or parameter in known:
        raise Misfit
    yield parameter, fitting(kind.parameters[parameter].type.due, parameter, value)


def _place_of(kind: Kind, value: Any, known: Mapping[str, Any]) -> str:
    """The parameter that a value without a name is, by what it looks like and what is known already."""
    due = {name: entry.type.due for name, entry in kind.parameters.items()}
    if isinstance(value, (Name, Called)):
        word = value.word if isinstance(value, Called) else value
        if word.lower() in PADDING_WORDS and "padding" in due:
            return "padding"
        return next((name for name in due if due[name] == "act" and activation_part(value)), "")
    wanted = {"size", "volume"} if isinstance(value, tuple) else {"number", "size", "volume", "padding"}
    ordered = [name for name, entry in kind.parameters.items() if entry.required or name in WITHOUT_NAME]
    places = [name for name in (kind.first, *ordered) if name and due[name] in wanted and name not in known]
    if isinstance(value, tuple) and "filters" in due and "filters" not in known and len(value) > 2:
        return ""
    if isinstance(value, tuple) and len(value) > 3 and due.get(places[0] if places else kind.first) != "volume":
        return ""
    return places[0] if places else ""


def _filters_and_kernel(
    kind: Kind, factors: tuple[int, ...], known: Mapping[str, Any], rank: int
) -> Iterator[tuple[str, Any]]:
    """`16x3x3` and `3x3x16`: a kernel, and how many of it; the one that differs from the others counts."""
    if "filters" not in kind.parameters or known or (rank and len(factors) != rank + 1):
        raise Misfit
    if not all(type(factor) is int for factor in factors):
        raise Misfit
    if len(set(factors[1:])) == 1:
        yield from (("filters", factors[0]), ("kernel", factors[1:]))
    elif len(set(factors[:-1])) == 1:
        yield from (("filters", factors[-1]), ("kernel", factors[:-1]))
    else:
        raise Misfit


def fitting(due: str, parameter: str, value: Any) -> Any:
    """The value as the parameter takes it; None where it says nothing."""
    if isinstance(value, Formula):
        return value
    if due == "act":
        return _activation(value)
    if due in {"number", "real"} and isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    if due in {"padding", "size"} and isinstance(value, tuple) and len(value) > MOST_AXES:
        raise Misfit
    if isinstance(value, str) and (due == "word" or (due == "padding" and value.lower() in PADDING_WORDS)):
        return None if value.lower() == "valid" else value.lower()
    if due == "word" or not fits(due, value) or value == ():
        raise Misfit
    return 1 if value == 0 and parameter in {"stride", "dilation"} else value


def _activation(value: Any) -> Any:
    part = activation_part(value)
    if part is None and value is not None and str(value).lower() not in NO_ACTIVATION:
        raise Misfit
    if part is None or part.kind not in FUNCTIONS:
        return part
    return {part.kind: dict(part.values)} if part.values else part.kind
