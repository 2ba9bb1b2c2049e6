"""Translates what people write for a layer, of PyTorch, Keras or by habit, into the language, with its numbers.

Imported when there is a fault to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cnncalc.codes import ERROR, EXPANSION_TOO_LARGE
from cnncalc.frameworks import KERAS, PYTORCH, Framework
from cnncalc.frameworks.reading import Called, Part, Reading, read_call
from cnncalc.frameworks.without import no_counterpart
from cnncalc.language.remedies.calls import Name, is_listed, parse_arguments, parse_call
from cnncalc.language.remedies.loose import kinds_of, read_loosely
from cnncalc.language.remedies.places import Place, open_brackets, places_of, rank_of
from cnncalc.language.remedies.settings import setting_of
from cnncalc.language.remedies.spelling import spelled
from cnncalc.language.remedies.trying import MOST_TRIALS, Translation
from cnncalc.problem import Diagnostic
from cnncalc.source import Edit, Help, Source

STAGES = "12"
"""Faults of YAML and of the language may come from other notations; those of graphs and layers do not."""

_KEYED = r"\s*['\"]?([A-Za-z_][\w.]*(?:[ -][A-Za-z_][\w.]*)?)['\"]?\s*(?::(?:\s+|$)|\s+(?=[\d(\[@])|(?=[@(\[]))(.*)"


class Translated(NamedTuple):
    """A text of the language for a piece of a file, and what of the piece it leaves out."""

    parts: tuple[Part, ...]
    rank: int
    left_out: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()


def translated(found: list[Diagnostic]) -> list[Diagnostic]:
    """The faults, where a piece that somebody wrote in other notations has its translation as its first help."""
    asked = [fault for fault in found if _may_be_foreign(fault)][:MOST_TRIALS]
    if not asked:
        return found
    text = asked[0].source.text
    rank, opened, wanted = rank_of(text), open_brackets(text), set(map(id, asked))
    return [_with_translation(fault, rank, opened) if id(fault) in wanted else fault for fault in found]


def _may_be_foreign(fault: Diagnostic) -> bool:
    return fault.severity == ERROR and fault.code[3] in STAGES and fault.code != EXPANSION_TOO_LARGE


def _with_translation(fault: Diagnostic, rank: int, opened: list[str]) -> Diagnostic:
    for place in places_of(fault.source, fault.span, opened):
        reason = _without_counterpart(place.text) if place.is_item else ""
        if reason:
            return fault.but(helps=(reason,))
        helps = tuple(_helps(fault.source, place, rank))
        if helps:
            return fault.but(helps=(*helps, *fault.helps))
    return fault


def _helps(source: Source, place: Place, rank: int) -> Iterator[Help]:
    setting = None if place.is_item else setting_of(place.text)
    if setting:
        yield Translation(f"write `{setting}`", place.edit(source, setting))
    for found in translations(place.text, rank) if not setting else ():
        texts = [spelled(part, found.rank) for part in found.parts]
        written = place.written(texts)
        if written == place.text.strip():
            continue
        edit = place.edit(source, written)
        says = f"write {' and '.join(f'`{text}`' for text in texts)}"
        without = f", which leaves out {', '.join(found.left_out)}" if found.left_out else ""
        yield Translation(f"{says}{without}", edit)
        entry = _input(source, found.shape) if found.shape else None
        if entry:
            yield Translation(f"{says} and `input: {entry.text}`{without}", edit, entry)


def _input(source: Source, shape: tuple[int, ...]) -> Edit | None:
    """The edit that sets the input of the file to another shape."""
    line = re.search(r"^input:[ \t]*([^\s#{\[][^\n#]*?)[ \t]*(?:#.*)?$", source.text, re.MULTILINE)
    text = "x".join(map(str, shape))
    if line is None or line[1] == text or not all(type(factor) is int for factor in shape):
        return None
    return Edit(text, source.span_at(line.start(1), len(line[1])))


def _without_counterpart(text: str) -> str:
    call = parse_call(text)
    found = re.match(_KEYED, text)
    word = call.word if call else found[1] if found else text.strip().rstrip(":")
    return "" if kinds_of(word) else no_counterpart(word)


def translations(text: str, rank: int) -> list[Translated]:
    """What a piece of text may mean, the likeliest first.

    >>> [spelled(part, 2) for found in translations("nn.Conv2d(3, 6, 5)", 2) for part in found.parts]
    ['conv: 6 5x5']
    """
    if "$" in text and "(" in text:  # a formula of ours
        return []
    call = parse_call(text)
    if call is not None:
        reading = _framework_reading(call)
        if reading:
            return [_of(reading, rank)]
        return list(_loosely(call.word, text[text.index("(") :].strip(" ,;"), rank))
    keyed = re.match(_KEYED, text, re.DOTALL)
    if keyed is None:
        return []
    word, rest = keyed[1], keyed[2]
    if "(" in rest and (inner := parse_call(rest)) is not None and not kinds_of(word):
        reading = _framework_reading(inner)
        return [_of(reading, rank)] if reading else []
    reading = _keyed_reading(word, rest)
    if reading and is_listed(rest):
        return [_of(reading, rank)]
    return list(_loosely(word, rest, rank)) or ([_of(reading, rank)] if reading else [])


def _of(reading: Reading, rank: int) -> Translated:
    return Translated(reading.parts, reading.rank or rank, reading.left_out, reading.shape)


def _keyed_reading(word: str, rest: str) -> Reading | None:
    arguments = parse_arguments(rest)
    if arguments is None:
        return None
    named = {argument.name: argument.value for argument in arguments if argument.name}
    return _framework_reading(Called(word, tuple(a.value for a in arguments if not a.name), named))


def _framework_reading(call: Called) -> Reading | None:
    """What a call means in the framework that it most likely is of."""
    first = (KERAS, PYTORCH) if re.search(r"\b(?:keras|layers|tf)\.", call.name) else (PYTORCH, KERAS)
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


def _loosely(word: str, rest: str, rank: int) -> Iterator[Translated]:
    arguments = parse_arguments(rest)
    for kind in kinds_of(word) if arguments is not None else ():
        part = read_loosely(kind, arguments or [], rank)
        if part:
            yield Translated((part,), rank)
