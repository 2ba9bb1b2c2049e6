"""Annotations: one line a fault, whatever it holds, and nothing in it can be taken for another command."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from cnncalc import codes
from cnncalc.problem import Diagnostic
from cnncalc.render.checks.checked import MOST_IN_A_FILE
from cnncalc.safe import one_line
from cnncalc.source import Source, Span
from tests.render.checks.faults import EVERY, GONE, MISFIT, WARNING
from tests.render.written import checked

COMMAND = re.compile(r"::(?P<level>error|warning|notice) (?P<properties>[^:]*)::(?P<message>.*)")


def github(faults, unreadable, place):
    return checked("github", faults, unreadable=unreadable, place=place)


def read(line: str) -> tuple[str, dict[str, str], str]:
    """A command as GitHub's runner reads it: level, properties, message, escapes undone."""
    found = COMMAND.fullmatch(line)
    assert found, line
    properties = dict(entry.split("=", 1) for entry in found["properties"].split(","))
    return found["level"], {name: undone(value) for name, value in properties.items()}, undone(found["message"])


def undone(text: str) -> str:
    for escape, mark in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, mark)
    return text


def test_an_annotation_names_file_line_and_columns():
    assert github([MISFIT], [], str) == (
        "::error file=nets/lecture.yaml,line=3,endLine=3,col=24,endColumn=25,title=cnncalc CNN401::"
        "stride 3 does not fit: 100 %25 of it%0A1 row left%0Ahelp: `stride 2` gives 3x3x5%0Ahelp: `pad 1` gives 3x3x5"
    )


def test_a_warning_is_a_warning():
    assert github([WARNING], [], str).startswith("::warning file=")


def test_paths_are_those_of_the_repository():
    level, properties, _ = read(github([MISFIT], [], lambda name: f"sub/{name}"))
    assert (level, properties["file"]) == ("error", "sub/nets/lecture.yaml")


def test_what_cannot_be_read_is_an_error_without_a_place():
    assert github([], [GONE], str) == "::error title=cnncalc::gone.yaml: no such file or directory"


def test_odd_names_and_texts_are_escaped():
    lines = github(EVERY, [], str).split("\n")
    assert len(lines) == len(EVERY)
    told = [read(line) for line in lines]
    assert {properties["file"] for _, properties, _ in told} == {"nets/lecture.yaml", "a,b:c%/ü 畳 .yaml"}


@given(st.text(), st.text(min_size=1))
def test_any_text_makes_one_command(message, name):
    line = github([Diagnostic(codes.UNKNOWN_KEY, message, Source(name, ""), Span(1, 1))], [], str)
    assert "\n" not in line
    assert "\r" not in line
    assert line.startswith("::error file=")
    assert read(line)[1]["file"] == one_line(name)


def test_faults_beyond_the_hundredth_are_counted():
    faults = [Diagnostic(codes.UNKNOWN_KEY, "wrong", Source("a.yaml", ""), Span(line, 1)) for line in range(1, 105)]
    lines = github(faults, [], str).split("\n")
    assert len(lines) == MOST_IN_A_FILE + 1
    assert lines[-1] == "::notice title=cnncalc::a.yaml: and 4 faults more"
