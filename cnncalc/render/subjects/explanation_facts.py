"""The facts of an explanation: steps with letters, numbers and results."""

from __future__ import annotations

from typing import Any

from cnncalc.derivation import Explanation, Overview, Remark, Step, Term
from cnncalc.record import Record
from cnncalc.render.formula import LETTERS, NUMBERS, formula, number
from cnncalc.render.subjects.explanation_words import remark_words

SCHEMA = "cnncalc.explanation/1"


def facts(subject: Explanation | Overview) -> dict[str, Any]:
    """Formulas are texts, results numbers (a fraction that no decimal ends is a text)."""
    return {"schema": SCHEMA, **(_overview(subject) if isinstance(subject, Overview) else _explanation(subject))}


def _explanation(explanation: Explanation) -> dict[str, Any]:
    return {
        **_named(explanation, "network path kind line text"),
        "reads": [{"tensor": tensor, "volume": list(volume)} for tensor, volume in explanation.reads],
        **_named(explanation, "gives parameters"),
        "sections": {section.name: _named(section, "steps remarks") for section in explanation.sections},
        "alive": [
            {"tensor": entry.tensor, "bytes": _plain(entry.size), "until": entry.until or None}
            for entry in explanation.alive
        ],
        "receptive_field": {way.source: _named(way, "stops arrives remarks") for way in explanation.ways},
        "frameworks": {
            written.framework: {"lines": list(written.lines), "why_not": written.why or None}
            for written in explanation.frameworks
        },
        **_named(explanation, "remarks"),
    }


def _overview(overview: Overview) -> dict[str, Any]:
    return {
        "network": overview.network,
        "path": overview.path or None,
        "rows": overview.rows,
        "additions": {
            addition.quantity: {
                "terms": [{"path": path, "value": value} for path, value in addition.terms],
                **_named(addition, "others rest value"),
            }
            for addition in overview.additions
        },
        **_named(overview, "steps remarks"),
        "last": overview.last and _explanation(overview.last),
    }


def _named(record: Record, names: str) -> dict[str, Any]:
    """Some fields of a record, as JSON holds them."""
    return {name: _plain(getattr(record, name)) for name in names.split()}


def _plain(value: Any) -> Any:
    if isinstance(value, Step):
        return {
            **_named(value, "quantity letter"),
            "formula": formula(value.formula, LETTERS),
            "numbers": formula(value.formula, NUMBERS),
            "value": _value(value.value),
        }
    if isinstance(value, Remark):
        return remark_words(value)
    if isinstance(value, Record):
        return _named(value, " ".join(value.fields))
    return list(map(_plain, value)) if isinstance(value, tuple) else value


def _value(value: Term) -> int | float | str:
    text = number(value)
    return text if "/" in text else value if isinstance(value, int) else float(text.replace(",", ""))
