"""Each lint and each broken claim has a lesson that provokes it alone, and its mended form is quiet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cnncalc
from cnncalc import codes as catalogue
from tests.gate.specs import broken, codes

LINTS = [code for code in catalogue.CODES.values() if code.subject == catalogue.LINT]
HOME = Path(cnncalc.__file__).parent


def blocks(code: str, kind: str) -> list[str]:
    lesson = (HOME / "lessons" / f"{code}.md").read_text(encoding="utf-8")
    assert lesson.startswith(f"# {code}: ")
    return re.findall(rf"^```{kind}\n(.*?)^```$", lesson, re.MULTILINE | re.DOTALL)


def test_the_catalogue_of_lints_is_what_the_room_finds():
    found = {
        code
        for file in (HOME / "gate").glob("lints_*.py")
        for code in re.findall(r"Finding\(\s*codes\.(\w+)", file.read_text(encoding="utf-8"))
    }
    assert {getattr(catalogue, name) for name in found} == set(LINTS)


@pytest.mark.parametrize("code", LINTS)
def test_a_lesson_provokes_its_lint_alone(code):
    (wrong,) = blocks(code, "yaml")
    assert codes(wrong) == [code]


@pytest.mark.parametrize("code", LINTS)
def test_the_mended_form_of_a_lesson_is_quiet(code):
    (mended,) = blocks(code, "yaml fixed")
    assert codes(mended) == []


@pytest.mark.parametrize("code", LINTS)
def test_a_spec_can_silence_each_lint(code):
    (wrong,) = blocks(code, "yaml")
    assert codes(wrong + f"lint: {{ignore: [{code}]}}\n") == []


@pytest.mark.parametrize("code", ["CNN501", "CNN502", "CNN503", "CNN504"])
def test_a_lesson_provokes_its_broken_claim_and_its_mended_form_none(code):
    (wrong,), (mended,) = blocks(code, "yaml"), blocks(code, "yaml fixed")
    assert [fault.code for fault in broken(wrong)] == [code]
    assert broken(mended) == []
