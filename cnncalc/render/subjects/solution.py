"""Answers as fragments to paste into a spec, each with what it gives; text, or JSON."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from cnncalc import quantity
from cnncalc.metrics import METRICS
from cnncalc.render.document import Code, Document
from cnncalc.render.subjects import Subject
from cnncalc.render.terminal import paired
from cnncalc.solver import Proposal, Solution

SCHEMA = "cnncalc.solution/1"


class Solved(Subject):
    """What came of a question, of whose answers a terminal shows so many."""

    solution: Solution
    most: int

    def document(self, _: str) -> Document:
        """The question, the answers below each other, and what is left to say."""
        solution, answers = self.solution, self.solution.answers
        shown = paired([(_quoted(answer.fragment), _gives(answer)) for answer in answers[: self.most]]) or ["no answer"]
        lines = [f"  {line}" for line in shown]
        if len(answers) > self.most:
            lines.append(f"  and {len(answers) - self.most:,} more: --most {len(answers)} shows all")
        if not answers and solution.nearest:
            nearest = solution.nearest
            lines.append(f"  the nearest that exists: {_quoted(nearest.fragment)} {_gives(nearest)}")
        lines += [f"  {remark}" for remark in solution.remarks]
        return [[Code([solution.question, f"  tried: {solution.tried}"])], [Code(lines)]]

    def facts(self) -> dict[str, Any]:
        """All answers, however many."""
        solution = self.solution
        return {"schema": SCHEMA, **{name: _plain(getattr(solution, name)) for name in solution.fields}}


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


def _plain(value: Any) -> Any:
    """An answer or a value as JSON holds it."""
    if isinstance(value, Proposal):
        gives = {name: _plain(given) for name, given in value.gives.items()}
        changes = {"vars": _by_name(value.vars), "input": _by_name(value.input)}
        return {"fragment": value.fragment, **gives, **changes, "gives": gives}
    if isinstance(value, (tuple, list)):
        return list(map(_plain, value))
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    return value


def _by_name(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items()}
