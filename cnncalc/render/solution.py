"""Answers as fragments to paste into a spec, each with what it gives; text, or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cnncalc import quantity
from cnncalc.metrics import METRICS
from cnncalc.record import Record
from cnncalc.render.terminal import padded, printable, width

SCHEMA = "cnncalc.solution/1"

_SHORT = {"padding": "pad"}
"""Words of the short form that differ from the parameter's name."""


class Line(Record):
    """One answer: what to paste, and what it gives as facts by name."""

    fragment: str
    gives: Mapping[str, Any]


class Solution(Record):
    """What came of a question: what was tried, the answers in order, and the nearest where there is none.

    `question` and `tried` are told as they are; `remarks` are sentences.
    """

    question: str
    tried: str
    candidates: int
    standing: int
    answers: Sequence[Line]
    nearest: Line | None = None
    remarks: Sequence[str] = ()


def parameters_fragment(changes: Mapping[str, Any]) -> str:
    """Changes in the short form of the language.

    >>> parameters_fragment({"stride": 2, "padding": (1, 0), "count_padding": True})
    'stride 2 pad 1x0 count_padding true'
    """
    return " ".join(f"{_SHORT.get(name, name)} {_value(value)}" for name, value in changes.items())


def variables_fragment(values: Mapping[str, Any]) -> str:
    """Values of variables as the file's `vars` has them.

    >>> from fractions import Fraction
    >>> variables_fragment({"width": Fraction(3, 4), "act": "relu"})
    'vars: {width: 0.75, act: relu}'
    """
    return f"vars: {{{', '.join(f'{name}: {_value(value)}' for name, value in values.items())}}}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return quantity.size(value)
    if isinstance(value, (int, str)):
        return str(value)
    return decimal(value)


def decimal(value: Any) -> str:
    """An exact number without parted thousands, as a spec has it; a fraction that no decimal ends as a formula."""
    text = quantity.quotient(value, 1, 12).rstrip("0").rstrip(".").replace(",", "")
    from fractions import Fraction

    return text if Fraction(text) == value else f"{value.numerator}/{value.denominator}"


def solution_text(solution: Solution, most: int) -> str:
    """The question, the answers below each other, and what is left to say."""
    lines = [solution.question, f"  tried: {solution.tried}"]
    shown = solution.answers[:most]
    if shown:
        lines += ["", *_columns(shown)]
    if len(solution.answers) > len(shown):
        lines.append(f"  and {len(solution.answers) - len(shown):,} more: --most {len(solution.answers)} shows all")
    if not solution.answers:
        lines += ["", "  no answer"]
        if solution.nearest:
            lines.append(f"  the nearest that exists: {_one(solution.nearest)}")
    return "\n".join([*lines, *(f"  {printable(remark)}" for remark in solution.remarks)])


def _columns(answers: Iterable[Line]) -> list[str]:
    told = [(_quoted(answer.fragment), _gives(answer)) for answer in answers]
    widest = max(width(fragment) for fragment, _ in told)
    return [f"  {padded(fragment, widest, 'left')}  {gives}".rstrip() for fragment, gives in told]


def _one(answer: Line) -> str:
    return f"{_quoted(answer.fragment)} {_gives(answer)}"


def _quoted(fragment: str) -> str:
    """What to paste; nothing is to be changed where there is no fragment."""
    return f"`{fragment}`" if fragment else "as it is"


def _gives(answer: Line) -> str:
    parts = [f"gives {quantity.size(answer.gives['output'])}"] if "output" in answer.gives else []
    for name, value in answer.gives.items():
        if name != "output":
            parts.append(f"{name} {_measured(name, value)}")
    return ", ".join(parts)


def _measured(name: str, value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return quantity.size(value)
    if METRICS[name].unit is quantity.BYTES:
        return f"{value:,} B ({quantity.memory(value)})" if value >= 1024 else f"{value} B"
    return quantity.exact(value)


def solution_json(solution: Solution) -> str:
    """One object with all answers, however many."""
    import json

    return json.dumps(
        {
            "schema": SCHEMA,
            "question": solution.question,
            "tried": solution.tried,
            "candidates": solution.candidates,
            "standing": solution.standing,
            "answers": [_entry(answer) for answer in solution.answers],
            "nearest": _entry(solution.nearest) if solution.nearest else None,
            "remarks": list(solution.remarks),
        },
        indent=1,
    )


def _entry(answer: Line) -> dict[str, Any]:
    return {"fragment": answer.fragment, **{name: _plain(value) for name, value in answer.gives.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [_plain(entry) for entry in value]
    return value if isinstance(value, (int, str)) else float(value)
