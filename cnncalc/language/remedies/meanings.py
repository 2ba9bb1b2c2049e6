"""What a piece of text may mean in the notations of PyTorch and Keras, or of habit: layers of the language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cnncalc.frameworks import FRAMEWORKS, KERAS, PYTORCH, Framework
from cnncalc.frameworks.reading import Called, Part, Reading, argument_names, read_call
from cnncalc.frameworks.tensors import read_method
from cnncalc.frameworks.without import no_counterpart, unlike_ours
from cnncalc.language.reading.scalars import is_name
from cnncalc.language.remedies.calls import Argument, Name, is_listed, parse_arguments, parse_call
from cnncalc.language.remedies.loose import by_names, kinds_of, read_loosely
from cnncalc.layers import KINDS
from cnncalc.layers.schema import Like
from cnncalc.window import FLOOR

_KEYED = r"\s*['\"]?([A-Za-z_][\w.]*(?:[ -][A-Za-z_][\w.]*)?)['\"]?\s*(?::(?:\s+|$)|\s+(?=[\d(\[@])|(?=[@(\[]))(.*)"

_TYPED = r"\{?\s*['\"]?(?:type|kind|layer|op|class|class_name)['\"]?\s*:\s*['\"]?([\w.]+)['\"]?\s*,?\s*([^{}]*)\}?"
"""A map that names the kind by a key."""


class Translated(NamedTuple):
    """A text of the language for a piece of a file, and what of the piece it leaves out."""

    parts: tuple[Part, ...]
    rank: int
    left_out: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    name: str = ""
    framework: bool = False

    def floored(self) -> tuple[Part, ...]:
        """The layers with what PyTorch and Keras imply of a stride."""
        return tuple(map(_floored, self.parts)) if self.framework else self.parts


def _floored(part: Part) -> Part:
    """The layer with `rounding floor` where its windows move by more than one place and nothing is said yet."""
    parameters = KINDS[part.kind].parameters
    if "rounding" not in parameters or "rounding" in part.values or part.values.get("padding") == "same":
        return part
    stride = part.values.get(
        "stride", part.values.get("kernel") if isinstance(parameters["stride"].default, Like) else 1
    )
    factors = stride if isinstance(stride, tuple) else (stride,)
    return part if set(factors) == {1} else part._replace(values={**part.values, "rounding": FLOOR})


def translations(text: str, rank: int) -> list[Translated]:
    """What a piece of text may mean, the likeliest first.

    >>> from cnncalc.language.remedies.spelling import spelled
    >>> [spelled(part, 2) for found in translations("nn.Conv2d(3, 6, 5)", 2) for part in found.parts]
    ['conv: 6 5x5']
    """
    if "$" in text and "(" in text:  # a formula of ours
        return []
    call = _call(text)
    if call is not None:
        return _of_call(call, rank)
    typed = re.fullmatch(_TYPED, text)
    if typed:
        return _typed(typed[1], typed[2], rank)
    keyed = re.match(_KEYED, text, re.DOTALL)
    if keyed is None:
        return _alone(text.strip(" '\""), rank)
    word, rest = keyed[1], re.sub(r"^(['\"])(.*)\1$", r"\2", keyed[2].strip())
    if "(" in rest and (inner := parse_call(rest)) is not None and not kinds_of(word):
        reading = _framework_reading(inner)
        return [_of(reading, rank)._replace(name=word)] if reading and is_name(word) else []
    arguments = parse_arguments(rest)
    if arguments and rest[:1] in {"(", "["} and not any(argument.name for argument in arguments):
        whole = Argument("", tuple(argument.value for argument in arguments))
        sizes = list(_loosely(word, [whole], rank)) if word in KINDS else []
        if sizes:
            return sizes
    return [] if arguments is None else _means(word, arguments, rank, listed=is_listed(rest))


def _of_call(call: Called, rank: int) -> list[Translated]:
    """What a call may mean; nothing where the language has the layer and means something else with these arguments."""
    if call.word == "Sequential":
        return _sequence(call, rank)
    if _unlike_ours(call, rank):
        return []
    reading = read_method(call) or _framework_reading(call) or _framework_reading(_of_one_list(call))
    if reading:
        return [_of(reading, rank)]
    unnamed = [Argument("", value) for value in call.positional]
    return list(_loosely(call.word, [*unnamed, *(Argument(*pair) for pair in call.named.items())], rank))


def _means(word: str, arguments: list[Argument], rank: int, *, listed: bool) -> list[Translated]:
    """What a word with arguments may mean: a framework's word has them in the framework's order, ours in ours."""
    given = arguments if listed else list(_by_names(word, arguments))
    positional = tuple(argument.value for argument in given if not argument.name)
    call = Called(word, positional, {argument.name: argument.value for argument in given if argument.name})
    if word not in KINDS and _unlike_ours(call, rank):
        return []
    reading = None if word in KINDS else _framework_reading(call) or _framework_reading(_of_one_list(call))
    return [_of(reading, rank)] if reading else list(_loosely(word, arguments, rank))


def _by_names(word: str, arguments: list[Argument]) -> Iterator[Argument]:
    """Arguments between blanks, by the names of the kind; a word for several kinds has those of a convolution."""
    theirs = (argument_names(framework, word.rpartition(".")[2]) for framework in FRAMEWORKS)
    return by_names(KINDS[(*kinds_of(word), "conv")[0]], arguments, frozenset().union(*theirs))


def _of_one_list(call: Called) -> Called:
    """A call with several numbers as one that has them in a tuple: a size, or the sides of a border."""
    whole = len(call.positional) > 1 and all(type(value) is int for value in call.positional)
    return call._replace(positional=(call.positional,)) if whole else call


def _call(text: str) -> Called | None:
    """A call; several with commas between them are the layers of a sequence."""
    several = re.match(r"[\w.]+\(.*\)\s*,\s*\w", text) is not None
    return parse_call(text) or (parse_call(f"nn.Sequential({text})") if several else None)


def _sequence(call: Called, rank: int) -> list[Translated]:
    """Layers one after another, where each of them is one of a framework."""
    first = call.positional[0] if len(call.positional) == 1 else None
    inner = first if isinstance(first, tuple) else call.positional
    readings = [_framework_reading(one) if isinstance(one, Called) else None for one in inner]
    known = [_of(reading, rank) for reading in readings if reading]
    if not known or len(known) < len(readings):
        return []
    left_out = tuple(dict.fromkeys(name for found in known for name in found.left_out))
    parts = tuple(part for found in known for part in found.parts)
    return [Translated(parts, known[0].rank, left_out, framework=True)]


def _alone(word: str, rank: int) -> list[Translated]:
    """A layer of a framework without its arguments, where it has them all by default."""
    reading = _framework_reading(Called(word)) if "." in word and word not in KINDS else None
    return [_of(reading, rank)] if reading else []


def _typed(word: str, rest: str, rank: int) -> list[Translated]:
    """A map that names the kind among its parameters."""
    arguments = parse_arguments(f"{{{rest}}}") or []
    name = next((str(argument.value) for argument in arguments if argument.name == "name"), "")
    others = [argument for argument in arguments if argument.name != "name"]
    return [found._replace(name=name) for found in _means(word, others, rank, listed=True)]


def _of(reading: Reading, rank: int) -> Translated:
    return Translated(reading.parts, reading.rank or rank, reading.left_out, reading.shape, framework=True)


def _is_keras(call: Called) -> bool:
    return re.search(r"\b(?:keras|layers|tf)\.", call.name) is not None


def _unlike_ours(call: Called, rank: int) -> str:
    given = {**({"": call.positional[0]} if call.positional else {}), **call.named}
    return unlike_ours(call.word, given, is_keras=_is_keras(call), rank=rank)


def _framework_reading(call: Called) -> Reading | None:
    """What a call means in the framework that it most likely is of."""
    first = (KERAS, PYTORCH) if _is_keras(call) else (PYTORCH, KERAS)
    for exactly in (True, False):
        readings = [found for framework in first if (found := _read(framework, call, exactly=exactly)) is not None]
        if readings:
            return min(readings, key=lambda reading: reading.surplus)
    return None


def _read(framework: Framework, call: Called, *, exactly: bool) -> Reading | None:
    reading = read_call(framework, call, exactly=exactly)
    if reading is None and not exactly and call.positional and isinstance(call.positional[0], (Name, Called)):
        # A function reads the tensor that is its first argument.
        reading = read_call(framework, call._replace(positional=call.positional[1:]), exactly=exactly)
    return reading


def _loosely(word: str, arguments: list[Argument], rank: int) -> Iterator[Translated]:
    for kind in kinds_of(word):
        parts = read_loosely(kind, arguments, rank)
        if parts:
            yield Translated(parts, rank)


def without_counterpart(text: str, rank: int) -> str:
    """Why the language has nothing like a layer that is written there; empty where it may have it."""
    call = parse_call(text)
    if call and (reason := _unlike_ours(call, rank)):
        return reason
    found = re.match(_KEYED, text)
    word = call.word if call else found[1] if found else text.strip().rstrip(":")
    return "" if word in KINDS else no_counterpart(word)
