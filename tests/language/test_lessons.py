"""Each code of the language and of the layers has a lesson, and each lesson provokes its code and no other."""

import re
from pathlib import Path

import pytest

import cnncalc
from cnncalc import codes
from cnncalc.language.load import declared, expanded
from cnncalc.language.yaml.source import source_of_text
from cnncalc.problem import SpecError

HOME = Path(cnncalc.__file__).parent
LESSONS = sorted(HOME.glob("lessons/CNN*.md"))
JUDGED = [lesson for lesson in LESSONS if "CNN200" <= lesson.stem < "CNN500" or "CNN600" < lesson.stem < "CNN610"]
"""The codes of this room and of the layers; those of reading and of the gate are judged beside them."""


def blocks(lesson, kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", lesson.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def codes_of(text):
    try:
        spec, faults = declared(source_of_text(text))
        found = expanded(spec, faults).warnings
    except SpecError as error:
        found = error.diagnostics
    return [fault.code for fault in found]


def test_every_code_of_the_catalogue_has_a_lesson_and_every_lesson_a_code():
    assert set(codes.CODES) == {lesson.stem for lesson in LESSONS}


def test_every_code_of_the_catalogue_is_raised_by_its_name_and_none_by_its_number():
    sources = [file.read_text("utf-8") for file in HOME.rglob("*.py") if file.name != "codes.py"]
    named = {name for text in sources for name in re.findall(r"\bcodes\.([A-Z_0-9]+)\b", text)}
    assert {getattr(codes, name) for name in named} >= set(codes.CODES.values())
    assert not [number for text in sources for number in re.findall(r"[\"']CNN\d\d\d[\"']\s*[^:\]]", text)]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_a_lesson_begins_with_its_code_and_a_title(lesson):
    first = lesson.read_text(encoding="utf-8").partition("\n")[0]
    assert re.fullmatch(rf"# {lesson.stem}: \S.*[^.\s]", first)


@pytest.mark.parametrize("lesson", JUDGED, ids=lambda lesson: lesson.stem)
def test_a_lesson_provokes_its_code_alone(lesson):
    wrong = blocks(lesson, "yaml")
    assert wrong
    for text in wrong:
        assert set(codes_of(text)) == {lesson.stem}


@pytest.mark.parametrize("lesson", JUDGED, ids=lambda lesson: lesson.stem)
def test_the_mended_form_of_a_lesson_is_clean(lesson):
    for text in blocks(lesson, "yaml fixed"):
        assert codes_of(text) == []
