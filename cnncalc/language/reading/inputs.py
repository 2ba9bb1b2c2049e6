"""Reads what enters the network: a volume, and how a picture becomes it."""

from __future__ import annotations

import re
from collections.abc import Callable

from cnncalc import codes
from cnncalc.language.reading.declarations import InputDeclaration
from cnncalc.language.reading.written import Lookup, Written, gathered, read
from cnncalc.language.values.axes import Misread, misread, without_channels
from cnncalc.language.values.sizes import LARGEST, MOST_FACTORS
from cnncalc.language.values.suggest import did_you_mean
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar
from cnncalc.layers.schema import shown
from cnncalc.network import Input
from cnncalc.problem import Problem, every
from cnncalc.source import Edit, Help, Span, write
from cnncalc.volume import AXES, Volume, checked
from cnncalc.wording import plural

FITS = ("crop", "pad", "stretch")
SETTINGS = ("fit", "scale", "mean", "std")
_FORMS = tuple((*axes, "channels") for axes in AXES.values())
_AXES = frozenset(axis for form in _FORMS for axis in form)
_TUPLE = r"\(\s*[0-9]+(?:\s*,\s*[0-9]+)*\s*,?\s*\)"
_LONGEST_TUPLE = 60


def read_input(name: str, node: Node, span: Span | None = None) -> InputDeclaration:
    """One input, in its short, list or long form."""
    if isinstance(node, Scalar) and node.text[:1] == "(" and len(node.text) < _LONGEST_TUPLE:
        problem = _in_parentheses(node)
        if problem is not None:
            raise problem
    if not isinstance(node, Mapping):
        return InputDeclaration(name, span or node.span, read(node, "volume"))
    axes: dict[str, tuple[Scalar, Written]] = {}
    settings: dict[str, Written] = {}

    def entry(entry: tuple[Scalar, Node]) -> None:
        key, value = entry
        if key.text in _AXES:
            axes[key.text] = key, read(value, "number")
        elif key.text in SETTINGS:
            settings[key.text] = read(value, "word" if key.text == "fit" else "real")
        else:
            helps = did_you_mean(key.text, (*_AXES, *SETTINGS), f"an input has {', '.join((*_FORMS[2], *SETTINGS))}")
            raise Problem(codes.UNKNOWN_KEY, f"unknown key `{key.text}` in an input", key.span, helps=helps)

    every(entry, node.entries)
    form = next((form for form in _FORMS if set(form) == set(axes)), None)
    if form is None:
        message = f"an input has {', '.join(axes) or 'no axes'}, which is not a volume"
        forms = ("an image has height, width and channels", "a sequence has length and channels")
        raise Problem(codes.BAD_INPUT, message, node.span, helps=forms)
    volume = gathered(node.span, [axes[axis] for axis in form])
    return InputDeclaration(name, span or node.span, volume, settings)


def make_input(declaration: InputDeclaration, lookup: Lookup) -> Input:
    """The input with its values in force; raises `Problem`."""
    value = declaration.volume.at(lookup)
    volume = input_volume(value, declaration.volume.place)
    wrong = misread(volume) if declaration.volume.text else None  # a list and a map mean what they say
    if wrong is not None:
        problem = misread_input(volume, wrong, span := declaration.volume.span)
        raise problem.but(helps=(*problem.proposals, _as_written(volume, span)))
    return Input(volume, **_settings(declaration, volume, lookup))  # type: ignore[arg-type]  # each entry fits its field


def misread_input(volume: Volume, wrong: Misread, span: Span) -> Problem:
    """The fault of an input whose axes are hardly meant as they are written, with what was probably meant."""
    message = f"{volume} would be {wrong.says}: {wrong.because}"
    return Problem(codes.MISREAD_AXES, message, span, helps=_any_of(wrong.meant, span))


def _as_written(volume: Volume, span: Span) -> Help:
    text = f"[{', '.join(map(str, volume))}]"
    return Help(f"or the list `{text}`, which is taken as written", Edit(text, span))


def _any_of(volumes: tuple[Volume, ...], span: Span) -> tuple[Help, ...]:
    """The helps that each write one of some volumes."""
    first, *others = map(str, volumes)
    return write(first, span), *(Help(f"or write `{other}`", Edit(other, span)) for other in others)


def _in_parentheses(node: Scalar) -> Problem | None:
    """The fault of a size that is written as Python writes a tuple, with what was probably meant."""
    found = re.fullmatch(_TUPLE, node.text)
    factors = [int(factor) for factor in re.findall("[0-9]+", node.text)] if found else []
    if not 1 <= len(factors) <= MOST_FACTORS or min(factors) < 1 or max(factors) > LARGEST:
        return None
    volume = Volume(factors)
    wrong = without_channels(volume) if volume.rank == 1 else misread(volume)
    message = f"`{node.text}` is not a size: its factors are joined by an x, without parentheses"
    if wrong:
        message += f"; and {wrong.because}"
    helps = _any_of(wrong.meant if wrong else (volume,), node.span)
    return Problem(codes.NOT_A_SIZE, message, node.span, helps=helps)


def input_volume(value: object, place: Callable[[tuple[int, ...]], Span]) -> Volume:
    """A volume of one to four whole positive factors; `place` says where each of them stands."""
    factors = tuple(value.values()) if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
    if not 1 <= len(factors) <= 4:
        raise Problem(codes.BAD_INPUT, f"a volume has 1 to 4 factors, not {len(factors)}", place(()))

    def factor(numbered: tuple[int, object]) -> None:
        number, size = numbered
        if type(size) is not int or size < 1:
            message = f"each size of an input is a whole number above 0, not {shown(size)}"
            raise Problem(codes.BAD_INPUT, message, place((number,)))

    every(factor, enumerate(factors))
    try:
        return checked(factors)
    except Problem as problem:
        raise problem.at(place(())) from None


def _settings(declaration: InputDeclaration, volume: Volume, lookup: Lookup) -> dict[str, object]:
    """How a picture becomes the volume; every setting that is wrong is told."""

    def setting(entry: tuple[str, Written]) -> tuple[str, object]:
        name, written = entry
        value = written.at(lookup)
        return name, _fit(value, written) if name == "fit" else _numbers(name, value, written, volume)

    return dict(every(setting, declaration.settings.items()))


def _fit(value: object, written: Written) -> object:
    if value not in FITS:
        message = f"fit must be {', '.join(FITS)}, not {shown(value)}"
        raise Problem(codes.NOT_A_CHOICE, message, written.span, helps=did_you_mean(str(value), FITS))
    return value


def _numbers(name: str, value: object, written: Written, volume: Volume) -> float | tuple[float, ...]:
    """One number, or for mean and std one for each channel."""
    numbers = value if isinstance(value, tuple) else (value,)
    if any(isinstance(number, (bool, str)) for number in numbers) or (name == "scale" and len(numbers) > 1):
        raise Problem(codes.WRONG_TYPE, f"{name} must be a number", written.span)
    if name in {"mean", "std"} and len(numbers) not in {1, volume.channels}:
        message = f"{name} has {plural(len(numbers), 'number')}, but the input has {plural(volume.channels, 'channel')}"
        raise Problem(codes.OUT_OF_RANGE, message, written.span)
    wrong = next((number for number, entry in enumerate(numbers) if name in {"scale", "std"} and entry <= 0), None)
    if wrong is not None:
        raise Problem(codes.OUT_OF_RANGE, f"{name} must be above 0", written.place((wrong,)))
    floats = tuple(float(number) for number in numbers)
    return floats if name != "scale" else floats[0]
