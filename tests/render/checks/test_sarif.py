"""SARIF: valid by the published schema, and complete: rules, places, labels, levels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

import cnncalc
from cnncalc import codes
from cnncalc.judging import Unreadable
from cnncalc.problem import Diagnostic, Label
from cnncalc.source import Source, Span
from tests.render.checks.faults import EVERY, GONE, LECTURE, LESSON, MISFIT, WARNING
from tests.render.written import checked

SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
VALID = Draft4Validator(SCHEMA, format_checker=Draft4Validator.FORMAT_CHECKER)


def run_of(faults, unreadable=(), place=str):
    """The one run of a log that the schema accepts."""
    log = json.loads(checked("sarif", faults, unreadable=list(unreadable), place=place, lesson_of=lambda _: LESSON))
    VALID.validate(log)
    (run,) = log["runs"]
    return run


@pytest.mark.parametrize("faults", [[], [MISFIT], EVERY], ids=["none", "one", "all"])
def test_a_log_is_valid_by_the_published_schema(faults):
    assert len(run_of(faults)["results"]) == len(faults)


def test_the_schema_refuses_a_log_with_a_key_too_many():
    log = json.loads(checked("sarif", [MISFIT], lesson_of=lambda _: LESSON))
    log["runs"][0]["results"][0]["line"] = 3
    assert not VALID.is_valid(log)


def test_the_driver_names_the_lessons_of_the_codes_that_occur():
    driver = run_of([MISFIT, WARNING])["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("cnncalc", cnncalc.__version__)
    assert [rule["id"] for rule in driver["rules"]] == ["CNN401", "CNN611"]
    assert driver["rules"][0]["fullDescription"]["text"] == "what it means"
    assert [rule["defaultConfiguration"]["level"] for rule in driver["rules"]] == ["error", "warning"]


def test_each_result_points_to_its_rule_and_has_its_level():
    run = run_of(EVERY)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
    assert {result["ruleId"]: result["level"] for result in run["results"]} == {
        "CNN401": "error",
        "CNN611": "warning",
        "CNN201": "error",
    }


def test_a_region_counts_characters_from_one_and_ends_behind_the_last():
    (result,) = run_of([MISFIT])["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "nets/lecture.yaml", "uriBaseId": "%SRCROOT%"}
    assert location["physicalLocation"]["region"] == {
        "startLine": 3,
        "startColumn": 24,
        "endLine": 3,
        "endColumn": 25,
        "snippet": {"text": "  - conv: 5 3x3 stride 3"},
    }
    assert run_of([MISFIT])["columnKind"] == "unicodeCodePoints"


def test_labels_are_related_locations_with_what_they_say():
    (result,) = run_of([MISFIT])["results"]
    (related,) = result["relatedLocations"]  # the second label says nothing
    assert related["message"]["text"] == "W = H = 7"
    assert related["physicalLocation"]["region"]["startLine"] == 1


def test_notes_and_helps_stand_in_the_message():
    (result,) = run_of([MISFIT])["results"]
    assert result["message"]["text"].split("\n")[1:] == [
        "1 row left",
        "help: `stride 2` gives 3x3x5",
        "help: `pad 1` gives 3x3x5",
    ]


def test_what_cannot_be_read_is_a_notification_and_no_success():
    run = run_of([], [GONE])
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == GONE.reason


def test_a_file_elsewhere_has_a_uri_of_its_own():
    (result,) = run_of([MISFIT], place=lambda name: f"/elsewhere/{name}")["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "file:///elsewhere/nets/lecture.yaml"
    }


def test_a_fault_keeps_its_fingerprint_when_lines_are_added_above():
    moved = Source(LECTURE.name, "# new\n" + LECTURE.text)
    below = Diagnostic(MISFIT.code, MISFIT.message, moved, Span(4, 24))
    other = Diagnostic(codes.KERNEL_TOO_LARGE, MISFIT.message, LECTURE, MISFIT.span)
    prints = [run_of([fault])["results"][0]["partialFingerprints"] for fault in (MISFIT, below, other)]
    assert prints[0] == prints[1] != prints[2]


@given(st.text(), st.text(), st.text(min_size=1), st.integers(1, 99), st.integers(1, 99), st.integers(0, 99))
def test_any_fault_makes_a_valid_log(message, text, name, line, column, length):
    span = Span(line, column, length)
    fault = Diagnostic(
        codes.STRIDE_DOES_NOT_FIT, message, Source(name, text), span, message, (Label(span, message),), (message,)
    )
    run_of([fault], [Unreadable(name, message)])
