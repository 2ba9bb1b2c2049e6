"""Each code of reading has a lesson, and each lesson provokes its code."""

import re
from pathlib import Path

import pytest

import cnncalc
from cnncalc.problem import SpecError
from tests.language.yaml.reading import codes

LESSONS = sorted((Path(cnncalc.__file__).parent / "lessons").glob("CNN1*.md"))


def blocks(lesson, kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", lesson.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def codes_of_any(text):
    try:
        return codes(text)
    except SpecError as error:
        return [fault.code for fault in error.diagnostics]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_a_lesson_provokes_its_code_alone_and_its_mended_form_none(lesson):
    wrong, mended = blocks(lesson, "yaml"), blocks(lesson, "yaml fixed")
    if (
        not wrong
    ):  # a file of 2 MB and bytes that are no text do not fit into Markdown; other tests beside this make them
        assert lesson.stem in ("CNN100", "CNN101", "CNN130")
        assert blocks(lesson, "sh")
    for text in wrong:
        assert set(codes_of_any(text)) == {lesson.stem}
    for text in mended:
        assert codes(text) == []
