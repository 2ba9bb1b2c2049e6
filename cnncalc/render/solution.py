"""Answers as fragments to paste into a spec, each with what it gives; text, or JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cnncalc import quantity
from cnncalc.metrics import METRICS
from cnncalc.render.terminal import padded, printable, width
from cnncalc.solver.solution import Proposal, Solution

SCHEMA = "cnncalc.solution/1"


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


def _columns(answers: Iterable[Proposal]) -> list[str]:
    lines = [(_quoted(answer.fragment), _gives(answer)) for answer in answers]
    widest = max(width(fragment) for fragment, _ in lines)
    return [f"  {padded(fragment, widest, 'left')}  {gives}".rstrip() for fragment, gives in lines]


def _one(answer: Proposal) -> str:
    return f"{_quoted(answer.fragment)} {_gives(answer)}"


def _quoted(fragment: str) -> str:
    """What to paste; nothing is to be changed where there is no fragment."""
    return f"`{fragment}`" if fragment else "as it is"


def _gives(answer: Proposal) -> str:
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


def _entry(answer: Proposal) -> dict[str, Any]:
    return {"fragment": answer.fragment, **{name: _plain(value) for name, value in answer.gives.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [_plain(entry) for entry in value]
    return value if isinstance(value, (int, str)) else float(value)
