"""An explanation as a subject: the layer as it is written, then section after section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cnncalc import quantity
from cnncalc.derivation import Addition, Explanation, Letter, Overview, Remark, Step, Way, letters
from cnncalc.render.document import Code, Document, Heading
from cnncalc.render.formula import calculation, equation, number
from cnncalc.render.subject import Subject
from cnncalc.render.subjects.explanation_words import QUANTITIES, SECTIONS, axes_of, meaning, remark_words
from cnncalc.render.terminal import paired, printable

INDENT = "  "


class Explained(Subject):
    """How the numbers of a layer, or the totals of layers together, came about."""

    explanation: Explanation | Overview

    def document(self, _: str) -> Document:
        """Formulas, which Markdown would mangle, stand in blocks of code."""
        subject = self.explanation
        blocks = _overview(subject) if isinstance(subject, Overview) else _blocks(subject)
        return [[Heading([title], 3 if place else 2), Code(lines)] for place, (title, lines) in enumerate(blocks)]

    def facts(self) -> dict[str, Any]:
        """Steps with letters, numbers and results."""
        from cnncalc.render.subjects.explanation_facts import facts

        return facts(self.explanation)


Block = tuple[str, list[str]]


def _blocks(explanation: Explanation) -> Iterator[Block]:
    yield f"{printable(explanation.path)}, a layer of {_network(explanation)}", _head(explanation)
    given = _given(explanation)
    if given:
        yield "letters", [INDENT + line for line in paired(given)]
    for section in explanation.sections:
        lines = [equation(step) for step in section.steps]
        if section.name == "alive":
            lines = [*_alive(explanation), *lines]
        yield SECTIONS[section.name], [INDENT + line for line in (*lines, *_remarks(section.remarks))]
    for way in explanation.ways:
        yield _way_title(explanation, way), [INDENT + line for line in _way(way)]
    yield SECTIONS["frameworks"], [INDENT + line for line in _frameworks(explanation)]


def _network(subject: Explanation | Overview) -> str:
    return printable(subject.network) or "a network without a name"


def _head(explanation: Explanation) -> list[str]:
    lines = []
    if explanation.text:
        lines += [f"{explanation.line:>4} | {printable(explanation.text)}", ""]
    reads = ", ".join(f"{printable(tensor)} {quantity.size(volume)}" for tensor, volume in explanation.reads)
    settings = "; ".join(
        f"{name} {_setting(value)}" for name, value in explanation.parameters.items() if value is not None
    )
    lines.append(f"{INDENT}{explanation.kind}{f': {settings}' if settings else ''}")
    lines.append(f"{INDENT}reads {reads}; gives {quantity.size(explanation.gives)}")
    return [*lines, *(INDENT + line for line in _remarks(explanation.remarks))]


def _setting(value: Any) -> str:
    """A parameter in force, as the spec would have it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return " ".join(f"{name} {_setting(entry)}" for name, entry in value.items())
    if isinstance(value, list):
        if all(isinstance(entry, int) for entry in value):
            return quantity.size(value)
        return f"({len(value)} lists)"
    return str(value)


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
    return [f"note: {printable(remark_words(remark))}" for remark in remarks]


def _alive(explanation: Explanation) -> list[str]:
    return paired(
        [
            (
                printable(entry.tensor),
                f"{calculation(entry.size)}"
                + (f"  until {printable(entry.until)}" if entry.until else "  to the end, as an output"),
            )
            for entry in explanation.alive
        ]
    )


def _way_title(explanation: Explanation, way: Way) -> str:
    several = len(explanation.ways) > 1 or way.source != "input"
    return f"{SECTIONS['receptive field']} of {printable(way.source)}" if several else SECTIONS["receptive field"]


def _way(way: Way) -> list[str]:
    """A line for each stop: size, start and jump along the axes that fare alike."""
    if not any(step.quantity.startswith("size") for step in way.arrives):
        return ["all that there is: the input has no places to look at", *_remarks(way.remarks)]
    rule = "size += (F' - 1) x jump, start += ((F' - 1)/2 - P) x jump, jump = jump x S; from size 1, start 0, jump 1"
    lines = [rule] if way.stops else ["each value sees one pixel: size 1, start 0, jump 1"]
    rows = [
        (
            printable(stop.path) + axes_of(stop, way),
            "; ".join(f"{step.letter} {calculation(step)}" for step in stop.steps),
        )
        for stop in way.stops
    ]
    return [*lines, *paired(rows), *_arrives(way.arrives), *_remarks(way.remarks)]


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
        if written.why:
            yield f"{written.framework}: {written.why}"
        else:
            yield f"{written.framework}:"
            yield from (INDENT + line for line in written.lines)


def _overview(overview: Overview) -> Iterator[Block]:
    what = f"{printable(overview.path)}, " if overview.path else ""
    rows = quantity.plural(overview.rows, "row")
    yield f"{what}{rows} of {_network(overview)}", [INDENT + line for line in _remarks(overview.remarks)]
    for addition in overview.additions:
        yield QUANTITIES[addition.quantity], [INDENT + line for line in _addition(addition)]
    if overview.steps:
        yield "from these", [INDENT + line for line in _steps(overview.steps)]
    if overview.last:
        yield from _blocks(overview.last)


def _steps(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        yield f"{step.quantity}: {equation(step)}" if step.quantity != step.letter else equation(step)


def _addition(addition: Addition) -> list[str]:
    """The largest terms with their shares, then the sum in one line."""
    terms = [*addition.terms]
    if addition.others:
        terms.append((f"{addition.others:,} others", addition.rest))
    numbers = [f"{value:,}" for _, value in terms]
    widest = max(map(len, numbers), default=0)
    rows = [
        (printable(path), f"{text:>{widest}}  {quantity.percent(value, addition.value)}")
        for (path, value), text in zip(terms, numbers, strict=True)
    ]
    total = f"{addition.value:,}"
    sides = dict.fromkeys((" + ".join(numbers), total))
    return [*paired(rows), " = ".join((addition.quantity, *sides))]
