"""The lessons of some codes, as the formats tell them that explain their codes themselves."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cnncalc.codes import Code
from cnncalc.render.outcome import Rule

LESSONS = Path(__file__).resolve().parent.parent / "lessons"


def rules_of(codes: Iterable[Code]) -> dict[Code, Rule]:
    """The lesson of each code; a code without one stands for itself."""
    return {code: _rule(code) for code in codes}


def _rule(code: Code) -> Rule:
    try:
        lesson = (LESSONS / f"{code}.md").read_text(encoding="utf-8")
    except OSError:
        return Rule(code, code, "", "")
    head, _, body = lesson.partition("\n")
    prose = body.partition("```")[0].strip()
    text = "\n\n".join(paragraph.replace("\n", " ") for paragraph in prose.split("\n\n"))
    return Rule(code, head.partition(":")[2].strip() or code, text, lesson)
