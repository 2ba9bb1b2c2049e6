"""The facts of an explanation: steps with letters, numbers and results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cnncalc.derivation import Addition, Explanation, Overview, Remark, Step, Term, Way
from cnncalc.render.subjects.explanation_words import remark_words
from cnncalc.render.subjects.formula import LETTERS, NUMBERS, formula, number

SCHEMA = "cnncalc.explanation/1"


def facts(subject: Explanation | Overview) -> dict[str, Any]:
    """Formulas are texts, results numbers (a fraction that no decimal ends is a text)."""
    return {"schema": SCHEMA, **(_overview(subject) if isinstance(subject, Overview) else _explanation(subject))}


def _explanation(explanation: Explanation) -> dict[str, Any]:
    return {
        "network": explanation.network,
        "path": explanation.path,
        "kind": explanation.kind,
        "line": explanation.line,
        "text": explanation.text,
        "reads": [{"tensor": tensor, "volume": list(volume)} for tensor, volume in explanation.reads],
        "gives": list(explanation.gives),
        "parameters": explanation.parameters,
        "sections": {
            section.name: {"steps": _steps(section.steps), "remarks": _remarks(section.remarks)}
            for section in explanation.sections
        },
        "alive": [
            {"tensor": entry.tensor, "bytes": _step(entry.size), "until": entry.until or None}
            for entry in explanation.alive
        ],
        "receptive_field": {way.source: _way(way) for way in explanation.ways},
        "frameworks": {
            written.framework: {"lines": list(written.lines), "why_not": written.why or None}
            for written in explanation.frameworks
        },
        "remarks": _remarks(explanation.remarks),
    }


def _way(way: Way) -> dict[str, Any]:
    return {
        "stops": [
            {"path": stop.path, "kind": stop.kind, "axes": list(stop.axes), "steps": _steps(stop.steps)}
            for stop in way.stops
        ],
        "arrives": _steps(way.arrives),
        "remarks": _remarks(way.remarks),
    }


def _overview(overview: Overview) -> dict[str, Any]:
    return {
        "network": overview.network,
        "path": overview.path or None,
        "rows": overview.rows,
        "additions": {addition.quantity: _addition(addition) for addition in overview.additions},
        "steps": _steps(overview.steps),
        "remarks": _remarks(overview.remarks),
        "last": _explanation(overview.last) if overview.last else None,
    }


def _addition(addition: Addition) -> dict[str, Any]:
    return {
        "terms": [{"path": path, "value": value} for path, value in addition.terms],
        "others": addition.others,
        "rest": addition.rest,
        "value": addition.value,
    }


def _steps(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return list(map(_step, steps))


def _step(step: Step) -> dict[str, Any]:
    return {
        "quantity": step.quantity,
        "letter": step.letter,
        "formula": formula(step.formula, LETTERS),
        "numbers": formula(step.formula, NUMBERS),
        "value": _value(step.value),
    }


def _value(value: Term) -> int | float | str:
    text = number(value)
    return text if "/" in text else value if isinstance(value, int) else float(text.replace(",", ""))


def _remarks(remarks: Iterable[Remark]) -> list[str]:
    return [remark_words(remark) for remark in remarks]
