"""What `check` does not judge: each format says which lines, of which designs and why; the last line counts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft4Validator
from junitparser import JUnitXml, Skipped

from tests.cli.checking import check, folder
from tests.cli.terminal import told

__all__ = ["check", "folder"]

SPEC = """\
name: KWS
vars: {c: 8}
variants:
  wide: {vars: {c: 16}}
  free: {vars: {c: 64}, budget: {params: none}}
input: 16x16x1
layers:
  - conv: $c 9x9 act relu
    expect: [8, 8, $c]
  - fc: 10
expect: {output: 10, shapes: {conv_1: 8x8x8}}
budget: {params: 12K}
"""
ANOTHER = "an expectation is about one design, and `--set` makes another"
LIFTED = "`budget: {params: none}` on line 5 lifts it"
SET = ("--set", "c=4", "kws.yaml")
SARIF = json.loads((Path(__file__).parents[1] / "render/data/sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _spec(folder):
    (folder / "kws.yaml").write_text(SPEC, encoding="utf-8")


def test_a_budget_holds_for_every_variant_and_whatever_is_chosen(check):
    code, out, _ = check("--format", "concise", "kws.yaml")
    assert (code, out.count("CNN502")) == (0, 0)
    code, out, _ = check("--format", "concise", "--set", "c=17", "kws.yaml")
    assert (code, out.count("kws.yaml:12:18: CNN502 params 12.28K is over the budget of 12K")) == (1, 1)
    assert check("--set", "c=17", "--variant", "free", "kws.yaml")[0] == 0
    assert check("--input", "17x17x1", "--variant", "wide", "kws.yaml")[0] == 1
    assert check("--input", "17x17x1", "--variant", "free", "kws.yaml")[0] == 0


def test_text_says_it_below_the_faults_and_the_last_line_counts(check):
    code, out, err = check(*SET)
    assert (code, out) == (0, "")
    assert err.split("\n") == [
        f"kws.yaml:9:13: not judged: expect output of the file as written, wide and free: {ANOTHER}",
        f"kws.yaml:11:18: not judged: expect output, shapes: {ANOTHER}",
        f"kws.yaml:12:18: not judged: budget params of free: {LIFTED}",
        "checked 1 spec: 3 networks, no errors, 6 not judged",
        "",
    ]


def test_below_faults_an_empty_line_parts_them(check):
    err = check("--set", "c=17", "kws.yaml")[2]
    assert "\n\nkws.yaml:9:13: not judged: " in err


def test_what_the_file_expects_is_not_judged_where_one_variant_is(check):
    code, out, err = check("--variant", "wide", "--format", "concise", "kws.yaml")
    assert code == 0
    why = "it is about the file as written, and not about a variant"
    assert out == f"kws.yaml:11:18: not judged: expect output, shapes of wide: {why}\n"
    assert err == "checked 1 spec: 1 network, no errors, 2 not judged\n"
    assert "not judged: expect" not in check("kws.yaml")[2]


def test_json_has_an_object_for_each_line_and_design(check):
    entries = json.loads(check("--format", "json", *SET)[1])["not_judged"]
    assert entries == [
        *(
            {"file": "kws.yaml", "line": 9, "variant": variant, "metric": "output", "why": ANOTHER}
            for variant in (None, "wide", "free")
        ),
        {"file": "kws.yaml", "line": 11, "variant": None, "metric": "output", "why": ANOTHER},
        {
            "file": "kws.yaml",
            "line": 11,
            "variant": None,
            "metric": "shapes",
            "subject": "conv_1",
            "why": ANOTHER,
        },
        {"file": "kws.yaml", "line": 12, "variant": "free", "metric": "params", "why": LIFTED},
    ]
    assert json.loads(check("--format", "json", "nets/good.yaml")[1])["not_judged"] == []


def test_sarif_has_a_note_of_the_run_at_the_line(check):
    log = json.loads(check("--format", "sarif", *SET)[1])
    Draft4Validator(SARIF).validate(log)
    (run,) = log["runs"]
    assert run["results"] == []
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert {note["level"] for note in notes} == {"note"}
    assert notes[2]["message"]["text"] == f"not judged: budget params of free: {LIFTED}"
    assert notes[2]["locations"][0]["physicalLocation"]["region"]["startLine"] == 12


def test_junit_skips_a_case_for_each_line_and_design(check):
    text = check("--format", "junit", *SET)[1]
    assert '<testsuites name="cnncalc check" tests="9" failures="0" errors="0" skipped="6"' in text
    xml = JUnitXml.fromstring(text.encode())
    (suite,) = xml
    assert (xml.skipped, suite.skipped, suite.tests, suite.failures) == (6, 6, 9, 0)
    skipped = {case.name: case.result[0] for case in suite if case.result}
    assert all(isinstance(result, Skipped) for result in skipped.values())
    assert skipped["KWS (free): budget params (line 12)"].message == f"not judged: {LIFTED}"
    assert skipped["KWS: expect shapes of conv_1 (line 11)"].message == f"not judged: {ANOTHER}"


def test_github_shows_notices_and_the_page_of_the_run_lists_them(check, folder, monkeypatch):
    page = folder / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    notices = [line for line in check("--format", "github", *SET)[1].split("\n") if line.startswith("::notice")]
    assert len(notices) == 3
    assert notices[2].startswith(
        "::notice file=kws.yaml,line=12,endLine=12,col=18,endColumn=21,title=cnncalc not judged::"
    )
    text = page.read_text(encoding="utf-8")
    below = text.partition("#### Not judged\n\n")[2].rstrip().split("\n")
    assert [line.partition(": ")[0] for line in below] == ["- kws.yaml:9", "- kws.yaml:11", "- kws.yaml:12"]
    page.unlink()
    check("--format", "github", "nets/good.yaml")
    assert "Not judged" not in page.read_text(encoding="utf-8")


def test_what_is_too_much_to_show_is_counted(check, folder):
    shapes = ", ".join(f"conv_{number}: 8x8x1" for number in range(1, 121))
    layers = "".join("  - conv: 1 1x1\n    expect: 8x8x1\n" for _ in range(120))
    (folder / "long.yaml").write_text(
        f"input: 8x8x1\nvars: {{a: 1}}\nlayers:\n{layers}expect: {{shapes: {{{shapes}}}}}\n", encoding="utf-8"
    )
    words = ("--set", "a=2", "--ignore", "CNN601", "long.yaml")
    shown = check(*words)[2].rstrip("\n").split("\n")
    assert sum("not judged: expect" in line for line in shown) == 100
    assert "long.yaml: and 21 more not judged" in shown
    assert shown[-1].endswith(", 240 not judged")
    assert len(json.loads(check("--format", "json", *words)[1])["not_judged"]) == 240
    for format_ in ("github", "sarif"):
        assert "and 21 more not judged" in check("--format", format_, *words)[1]


def test_a_spec_with_faults_says_that_nothing_of_it_was_judged(check, folder):
    (folder / "kws.yaml").write_text(SPEC.replace("9x9", "9x9 stride 2"), encoding="utf-8")
    code, out, err = check("--format", "concise", "kws.yaml")
    assert code == 1
    assert "kws.yaml:12:18: not judged: budget params of the file as written and wide: the design has faults" in out
    assert f"not judged: budget params of free: {LIFTED}" in out
    assert err.endswith("1 error, 8 not judged\n")


def test_summarize_shows_what_is_judged_and_what_is_not(folder):
    _, out, err = told("summarize", "kws.yaml", "--set", "c=17")
    out = re.sub(r"\n {9}", " ", out)  # a long line goes on below its second column
    assert err == ""
    assert "budget   FAILED: params at most 12K: it is 12.28K" in out
    assert "expect   not judged: output, shapes: an expectation is about one design, and `--set`" in out
    assert (
        "budget   not judged: params: `budget: {params: none}` on line 5 lifts it"
        in told("summarize", "kws.yaml", "--variant", "free")[1]
    )
    assert "not judged" not in told("summarize", "kws.yaml")[1]
    for command in (["explain"], ["solve", "--vary", "c=1..3", "--under", "params <= 2K"]):
        assert told(*command, "kws.yaml", "--set", "c=17")[2] == ""
