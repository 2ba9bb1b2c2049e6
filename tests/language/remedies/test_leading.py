"""A help leads on: with it the fault is gone, and helps applied again and again come to an end, never back."""

import re
from pathlib import Path

import pytest

import cnncalc
from tests.language.remedies.following import each_help, faults_of, followed, same_fault_after, shown_without_edit

HOME = Path(cnncalc.__file__).parent
BROKEN = [
    pytest.param(text, id=f"{lesson.stem}-{number}")
    for lesson in sorted(HOME.glob("lessons/CNN*.md"))
    for number, text in enumerate(
        re.findall(r"^```yaml\n(.*?)^```$", lesson.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    )
]


def leads_on(text):
    for step in each_help(text):
        assert not same_fault_after(step), (step.help, step.after)
    path = followed(text)
    texts = [text, *(step.after for step in path)]
    assert len(set(texts)) == len(texts), [step.help for step in path]
    for fault in faults_of(text):
        assert not shown_without_edit(fault), fault.helps


@pytest.mark.parametrize("text", BROKEN)
def test_the_helps_of_a_lesson_lead_on(text):
    leads_on(text)
