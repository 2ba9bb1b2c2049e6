"""An explanation as a subject: the layer as it is written, then section after section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from cnncalc import quantity
from cnncalc.derivation.expression import Letter, Term, letters
from cnncalc.derivation.step import Addition, Explanation, Overview, Remark, Step, Way
from cnncalc.record import Record
from cnncalc.render.document import Code, Document, Heading
from cnncalc.render.formula import LETTERS, NUMBERS, calculation, equation, formula, number
from cnncalc.render.subjects import Subject
from cnncalc.render.subjects.explanation_words import QUANTITIES, SECTIONS, axes_of, meaning, remark_words
from cnncalc.render.subjects.report_words import setting
from cnncalc.render.terminal import paired

INDENT = "  "
SCHEMA = "cnncalc.explanation/1"
WORDS = {"ways": "receptive_field", "windows": "receptive_field_windows", "size": "bytes", "why": "why_not"}
"""What JSON calls a field of a record, where it has another name there."""
PAIRS = {"reads": ("tensor", "volume"), "terms": ("path", "value")}
KEYS = {"sections": "name", "ways": "source", "windows": "source", "frameworks": "framework", "additions": "quantity"}
"""By which of their fields the records of a field are found."""
OR_NULL = ("path", "until", "why")
"""What is null rather than empty."""


class Explained(Subject):
    """How the numbers of a layer, or the totals of layers together, came about."""

    explanation: Explanation | Overview

    def document(self, _: str) -> Document:
        """Formulas, which Markdown would mangle, stand in blocks of code."""
        subject = self.explanation
        blocks = _overview(subject) if isinstance(subject, Overview) else _blocks(subject)
        return [
            [Heading([title], 3 if place else 2), Code(lines, flow=True)] for place, (title, lines) in enumerate(blocks)
        ]

    def facts(self) -> dict[str, Any]:
        """Steps with letters, numbers and results: formulas as texts, and so a result that no decimal ends."""
        return {"schema": SCHEMA, **_facts(self.explanation)}


def _facts(record: Record) -> dict[str, Any]:
    """The fields of a record as JSON holds them."""
    if isinstance(record, Step):
        return {
            "quantity": record.quantity,
            "letter": record.letter,
            "formula": formula(record.formula, LETTERS),
            "numbers": formula(record.formula, NUMBERS),
            "value": _result(record.value),
        }
    return {WORDS.get(name, name): _field(name, getattr(record, name)) for name in record.fields}


def _field(name: str, value: Any) -> Any:
    if name in KEYS:
        return {entry.pop(KEYS[name]): entry for entry in map(_facts, value)}
    if name in PAIRS:
        return [dict(zip(PAIRS[name], pair, strict=True)) for pair in value]
    return value or None if name in OR_NULL else _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Remark):
        return remark_words(value)
    if isinstance(value, Record):
        return _facts(value)
    return list(map(_plain, value)) if isinstance(value, tuple) else value


def _result(value: Term) -> int | float | str:
    text = number(value)
    return text if "/" in text else value if isinstance(value, int) else float(text.replace(",", ""))


Block = tuple[str, list[str]]


def _blocks(explanation: Explanation) -> Iterator[Block]:
    yield f"{explanation.path}, a layer of {_network(explanation)}", _head(explanation)
    given = _given(explanation)
    if given:
        yield "letters", _indented(paired(given))
    for section in explanation.sections:
        alive = _alive(explanation) if section.name == "alive" else ()
        lines = [*alive, *map(equation, section.steps), *_remarks(section.remarks)]
        yield SECTIONS[section.name], _indented(lines)
    several = len(explanation.ways) > 1
    for name, ways in (("receptive field", explanation.ways), ("windows", explanation.windows)):
        for way in ways:
            of = f" of {way.source}" if several or way.source != "input" else ""
            yield SECTIONS[name] + of, _indented(_way(way))
    yield SECTIONS["frameworks"], _indented(_frameworks(explanation))


def derived_lines(explanation: Explanation) -> list[str]:
    """Its letters, its output, what it keeps and computes, and how frameworks write it: all on one stretch of lines."""
    lines = [f"reads {', '.join(quantity.size(volume) for _, volume in explanation.reads)}"]
    given = _given(explanation)
    used = {letter.name for name in SHORT for step in _steps_of(explanation, name) for letter in letters(step.formula)}
    lines += paired([pair for pair in given if pair[0].partition(" ")[0] in used])
    lines += [equation(step) for name in SHORT for step in _steps_of(explanation, name)]
    return _indented([*lines, *_frameworks(explanation)])


SHORT = ("output", "params", "macs")
"""The sections that a short derivation has."""


def _steps_of(explanation: Explanation, section: str) -> tuple[Step, ...]:
    """The steps of a section, without those that say that there is nothing."""
    steps = next(entry.steps for entry in explanation.sections if entry.name == section)
    return tuple(step for step in steps if step.value != 0)


def _indented(lines: Iterable[str]) -> list[str]:
    return [INDENT + line for line in lines]


def _network(subject: Explanation | Overview) -> str:
    return subject.network or "a network without a name"


def _head(explanation: Explanation) -> list[str]:
    written = [f"{explanation.line:>4} | {explanation.text}", ""] if explanation.text else []
    reads = ", ".join(f"{tensor} {quantity.size(volume)}" for tensor, volume in explanation.reads)
    settings = "; ".join(
        f"{name} {setting(value)}" for name, value in explanation.parameters.items() if value is not None
    )
    kind = f"{explanation.kind}{f': {settings}' if settings else ''}"
    moves = f"reads {reads}; gives {quantity.size(explanation.gives)}"
    return [*written, *_indented([kind, moves, *_remarks(explanation.remarks)])]


def _given(explanation: Explanation) -> list[tuple[str, str]]:
    """The letters that no step derives: with their values, and what they mean."""
    derived: set[str] = set()
    given: dict[str, Letter] = {}
    for step in explanation.steps:
        for letter in letters(step.formula):
            if letter.name not in derived:
                given.setdefault(letter.name, letter)
        derived.add(step.letter)
    scatters = any(remark.topic == "scatters" for remark in explanation.remarks)
    return [
        (f"{letter.name} = {number(letter.value)}", meaning(letter.name, explanation.parameters, scatters=scatters))
        for letter in given.values()
    ]


def _remarks(remarks: Iterable[Remark]) -> list[str]:
    return [f"note: {remark_words(remark)}" for remark in remarks]


def _alive(explanation: Explanation) -> list[str]:
    """Each tensor with its bytes, and how long it is needed."""
    pairs = []
    for entry in explanation.alive:
        end = f"until {entry.until}" if entry.until else "to the end, as an output"
        pairs.append((entry.tensor, f"{calculation(entry.size)}  {end}"))
    return paired(pairs)


def _way(way: Way) -> list[str]:
    """A line for each stop: size, start and jump along the axes that fare alike."""
    if not any(step.quantity.startswith("size") for step in way.arrives):
        return ["all that there is: the input has no places to look at", *_remarks(way.remarks)]
    rule = "size += (F' - 1) x jump, start += ((F' - 1)/2 - P) x jump, jump = jump x S; from size 1, start 0, jump 1"
    lines = [rule] if way.stops else ["each value sees one place: size 1, start 0, jump 1"]
    stops = []
    for stop in way.stops:
        moves = "; ".join(f"{step.letter} {calculation(step)}" for step in stop.steps)
        stops.append((stop.path + axes_of(stop, way), moves))
    return [*lines, *paired(stops), *_arrives(way.arrives), *_remarks(way.remarks)]


def _arrives(steps: Sequence[Step]) -> list[str]:
    """What the way ends as, axes that fare alike in one line."""
    by_axis: dict[str, list[str]] = {}
    for step in steps:
        by_axis.setdefault(step.quantity.partition(" ")[2], []).append(f"{step.letter} = {calculation(step)}")
    alike: dict[str, list[str]] = {}
    for axis, texts in by_axis.items():
        alike.setdefault("; ".join(texts), []).append(axis)
    return paired([(" and ".join(axes), text) for text, axes in alike.items()])


def _frameworks(explanation: Explanation) -> Iterator[str]:
    for written in explanation.frameworks:
        yield f"{written.framework}: {written.why}".rstrip()
        yield from _indented(written.lines)


def _overview(overview: Overview) -> Iterator[Block]:
    what = f"{overview.path}, " if overview.path else ""
    rows = quantity.plural(overview.rows, "row")
    yield f"{what}{rows} of {_network(overview)}", _indented(_remarks(overview.remarks))
    for addition in overview.additions:
        yield QUANTITIES.get(addition.quantity, addition.quantity), _indented(_addition(addition))
    if overview.steps:
        yield "from these", _indented(_steps(overview.steps))
    if overview.last:
        yield from _blocks(overview.last)


def _steps(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        yield f"{step.quantity}: {equation(step)}" if step.quantity != step.letter else equation(step)


def _addition(addition: Addition) -> list[str]:
    """The largest terms with their shares, then the sum in one line."""
    terms = [*addition.terms, *([(f"{addition.others:,} others", addition.rest)] if addition.others else [])]
    numbers = [f"{value:,}" for _, value in terms]
    widest = max(map(len, numbers), default=0)
    rows = [(path, f"{value:>{widest},}  {quantity.percent(value, addition.value)}") for path, value in terms]
    sides = dict.fromkeys((" + ".join(numbers), f"{addition.value:,}"))
    return [*paired(rows), " = ".join((addition.quantity, *sides))]
