"""The lessons of the gate: each spec provokes its code and no other, and its mended form none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cnncalc
from cnncalc.analysis import analyze
from cnncalc.gate import diagnostics, judge
from cnncalc.problem import Source

LESSONS = Path(cnncalc.__file__).parent / "lessons"


def codes(text: str) -> list[str]:
    network = cnncalc.loads(text)
    return [fault.code for fault in diagnostics(judge(analyze(network), network), Source("lesson.yaml", text))]


@pytest.mark.parametrize("code", ["CNN501", "CNN502", "CNN503", "CNN504"])
def test_a_lesson_provokes_its_code_and_its_mended_form_none(code):
    lesson = (LESSONS / f"{code}.md").read_text("utf-8")
    assert lesson.startswith(f"# {code}: ")
    blocks = dict(re.findall(r"```yaml( fixed)?\n(.*?)```", lesson, re.DOTALL))
    assert codes(blocks[""]) == [code]
    assert codes(blocks[" fixed"]) == []
