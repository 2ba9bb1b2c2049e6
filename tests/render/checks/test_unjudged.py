"""Lines that are not judged, whatever their file, their variants and their subjects are called."""

from __future__ import annotations

import json

from junitparser import JUnitXml

from cnncalc.judging import NotJudged
from cnncalc.render.checks.unjudged import lines_of, remarks
from cnncalc.source import Span
from tests.render.checks.faults import HOSTILE_SOURCE, ODD
from tests.render.checks.test_sarif import VALID
from tests.render.written import checked

FILE, WHY = HOSTILE_SOURCE.name, "it is \x1b[2J <odd> ]]> \ud800"


def line(variant: str | None = None, metric: str = "params", subject: str = "", number: int = 1) -> NotJudged:
    return NotJudged(FILE, Span(number, 1), variant, "expect", metric, subject, WHY)


HOSTILE = ODD._replace(not_judged=(line(), line("a|b\n`c`"), line(metric="shapes", subject="\x1b]0;x\x07 <&")))


def test_no_format_falls_for_odd_names():
    written = {form: checked(form, [], [HOSTILE]) for form in ("text", "concise", "json", "github", "sarif", "junit")}
    assert all("\x1b" not in text for text in written.values())
    assert JUnitXml.fromstring(written["junit"].encode()).skipped == 3
    VALID.validate(json.loads(written["sarif"]))
    assert len(json.loads(written["json"])["not_judged"]) == 3
    assert all(text.startswith("::") for text in written["github"].split("\n"))


def test_designs_that_fare_alike_share_a_sentence_and_many_are_counted():
    names = [None, *(f"v{number}" for number in range(8))]
    (said,) = remarks(line(name) for name in names)
    assert said.text.startswith("expect params of the file as written, v0, v1 and 6 more: it is")
    (alone,) = remarks([line("v1")])
    assert alone.text.startswith("expect params of v1: it is")


def test_lines_of_one_place_that_differ_in_their_designs_stay_apart():
    found = [line(), line(metric="macs"), line("wide", "macs"), line(number=2)]
    assert [text.partition(": not judged: ")[2].partition(":")[0] for text in lines_of(found)] == [
        "expect params",
        "expect macs of the file as written and wide",
        "expect params",
    ]
