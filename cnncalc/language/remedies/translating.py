"""Translates what people write for a layer, of PyTorch, Keras or by habit, into the language, with its numbers.

Imported when there is a fault to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cnncalc.codes import ERROR, EXPANSION_TOO_LARGE
from cnncalc.frameworks.reading import Part
from cnncalc.language.remedies.meanings import Translated, translations, without_counterpart
from cnncalc.language.remedies.places import LINES, Place, open_brackets, places_of, rank_of, rounding_of
from cnncalc.language.remedies.settings import setting_of
from cnncalc.language.remedies.sides import borders
from cnncalc.language.remedies.spelling import spelled
from cnncalc.language.remedies.trying import MOST_TRIALS, Floored, Translation
from cnncalc.problem import Diagnostic
from cnncalc.source import Edit, Help, Source, Span
from cnncalc.window import EXACT, FLOOR

STAGES = "12"
"""Faults of YAML and of the language may come from other notations; those of graphs and layers do not."""


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
    known = fault.source.translations  # every variant of a file begins with the same faults
    key = (fault.span, rank)
    if key not in known:
        known[key] = _translation(fault.source, fault.span, rank, opened)
    helps = known[key]
    if isinstance(helps, str):
        return fault.but(helps=(helps,))
    return fault.but(helps=(*helps, *fault.helps)) if helps else fault


def _translation(source: Source, span: Span, rank: int, opened: list[str]) -> tuple[Help, ...] | str:
    """The helps that write what is meant at a place, or the reason that there is nothing like it."""
    for place in places_of(source, span, opened):
        helps = tuple(_helps(source, place, rank))
        if helps:
            return helps
        reason = without_counterpart(place.text, rank) if place.is_item else ""
        if reason:
            return reason
    return ()


def _helps(source: Source, place: Place, rank: int) -> Iterator[Help]:
    if not place.is_item:
        setting = setting_of(place.text)
        if setting:
            yield Translation(f"write `{setting}`", place.edit(source, setting))
        return
    for text, why in borders(place.text):
        yield Translation(f"write `{text}`{why}", place.edit(source, text))
    rounding = rounding_of(source.text)
    for found in _of_place(place, rank):
        twin = found.parts if rounding == FLOOR else found.floored()
        plain = _written(source, place, found, found.parts if rounding in {EXACT, FLOOR} else twin)
        if plain is None:
            continue
        yield plain
        if rounding == EXACT and twin != found.parts and (floored := _written(source, place, found, twin)):
            yield Floored(floored, *floored.edits)
        entry = _input(source, found.shape) if found.shape else None
        if entry:
            says, which, without = plain.partition(", which")
            yield Translation(f"{says} and `input: {entry.text}`{which}{without}", *plain.edits, entry)


def _written(source: Source, place: Place, found: Translated, parts: tuple[Part, ...]) -> Translation | None:
    """The help that writes layers in a place; None where they stand there already."""
    texts = [spelled(part, found.rank) for part in parts]
    written = place.written(texts, found.name)
    if written == place.text.strip():
        return None
    without = f", which leaves out {', '.join(found.left_out)}" if found.left_out else ""
    return Translation(f"write {' and '.join(f'`{text}`' for text in texts)}{without}", place.edit(source, written))


def _of_place(place: Place, rank: int) -> list[Translated]:
    """What a place may mean; several lines mean what each of them means."""
    if place.form != LINES:
        return translations(place.text, rank)
    each = [next(iter(translations(line, rank)), None) for line in place.text.splitlines()]
    known = [found for found in each if found]
    if len(known) < len(each) or not known:
        return []
    parts = tuple(part for found in known for part in found.parts)
    left_out = tuple(dict.fromkeys(name for found in known for name in found.left_out))
    shape = next((found.shape for found in known if found.shape), ())
    framework = any(found.framework for found in known)
    return [Translated(parts, known[0].rank or rank, left_out, shape, framework=framework)]


def _input(source: Source, shape: tuple[int, ...]) -> Edit | None:
    """The edit that sets the input of the file to another shape."""
    line = re.search(r"^input:[ \t]*([^\s#{\[][^\n#]*?)[ \t]*(?:#.*)?$", source.text, re.MULTILINE)
    text = "x".join(map(str, shape))
    if line is None or line[1] == text or not all(type(factor) is int for factor in shape):
        return None
    return Edit(text, source.span_at(line.start(1), len(line[1])))
