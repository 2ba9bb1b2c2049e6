"""`cnncalc solve`: every answer, pasted into the spec, gives what was asked for; what makes no sense is one line."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import cnncalc
from cnncalc.problem import SpecError
from tests.cli.terminal import call

SPEC = """\
vars: {width: 1}
input: 28x28x3
layers:
  - conv: {filters: 8*$width, kernel: 3}
  - max_pool: 2x2
  - fc: 10
"""


@pytest.fixture
def spec(tmp_path: Path) -> str:
    path = tmp_path / "net.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return str(path)


run = partial(call, "solve")


def solved(*words: str) -> dict[str, Any]:
    result = run(*words, "--format", "json")
    told: dict[str, Any] = json.loads(result.out)
    assert result.code == (0 if told["answers"] else 1)
    return told


def test_each_answer_for_a_layer_gives_the_output_when_pasted(spec: str) -> None:
    for answer in solved(spec, "conv_1", "--output", "14x14")["answers"]:
        changes = {"filters": "8", "kernel": "3x3", **_changes(answer["fragment"])}
        layer = ", ".join(f"{name}: {value}" for name, value in changes.items())
        net = cnncalc.loads(f"input: 28x28x3\nlayers:\n  - conv: {{{layer}}}\n")
        assert list(net["conv_1"].volume) == answer["output"] == [14, 14, 8]


def _changes(fragment: str) -> dict[str, str]:
    words = fragment.replace("pad ", "padding ").split()
    return dict(zip(words[::2], words[1::2], strict=True))


def test_a_layer_that_gives_it_already_is_said_first_and_the_other_ways_after(spec: str) -> None:
    result = run(spec, "conv_1", "--output", "26x26")
    assert result.code == 0
    answers = result.output.split("\n\n")[1].split("\n")
    assert answers[0].split() == ["as", "it", "is", "gives", "26x26x8"]
    assert answers[1].startswith("  `")


def test_a_list_of_words_may_be_varied(tmp_path: Path) -> None:
    path = tmp_path / "words.yaml"
    path.write_text("vars: {nl: relu}\ninput: 4x4x3\nlayers: [conv: 5 3x3 act $nl]\n", encoding="utf-8")
    told = solved(str(path), "--vary", "nl=relu,prelu", "--under", "params <= 140")
    assert [answer["fragment"] for answer in told["answers"]] == ["vars: {nl: relu}"]


def test_a_list_that_was_tried_is_said_as_a_list_and_not_as_a_range(spec: str) -> None:
    told = solved(spec, "--vary", "width=1,4,2", "--under", "params <= 1M")
    assert told["tried"] == "3 candidates: width 1, 4, 2"


def test_channels_may_be_asked_for_too(spec: str) -> None:
    fragments = [answer["fragment"] for answer in solved(spec, "conv_1", "--output", "26x26x32")["answers"]]
    assert fragments[0] == "filters 32"


def test_the_sizes_that_fit_exactly_are_those_and_no_others(spec: str) -> None:
    told = solved(spec, "--input", "20..30", "--exact")
    fits = {answer["fragment"] for answer in told["answers"]}
    by_engine = set()
    for size in range(20, 31):
        try:
            cnncalc.loads(SPEC.replace("28x28x3", f"{size}x{size}x3"))
        except SpecError:
            continue
        by_engine.add(f"input: {size}x{size}x3")
    assert fits == by_engine
    assert fits


def test_floor_hides_no_remainder_from_exact(tmp_path: Path) -> None:
    path = tmp_path / "floor.yaml"
    path.write_text("rounding: floor\n" + SPEC, encoding="utf-8")
    told = solved(str(path), "--input", "20..23", "--exact")
    assert [answer["fragment"] for answer in told["answers"]] == ["input: 20x20x3", "input: 22x22x3"]


def test_every_width_under_the_limit_is_found_and_every_other_is_over_it(spec: str) -> None:
    told = solved(spec, "--vary", "width=1..9", "--under", "params <= 30K")
    answers = {answer["fragment"]: answer["params"] for answer in told["answers"]}
    for width in range(1, 10):
        params = cnncalc.analyze(cnncalc.loads(SPEC, vars={"width": width})).totals.params
        fragment = f"vars: {{width: {width}}}"
        assert (fragment in answers) == (params <= 30_000)
        assert answers.get(fragment, params) == params
    assert next(iter(answers)) == f"vars: {{width: {len(answers)}}}"  # the nearest to the limit comes first


def test_fractions_go_in_hundredths_and_what_is_no_network_is_told(spec: str) -> None:
    result = run(spec, "--vary", "width=0.25..0.5", "--under", "params <= 1M")
    assert "width 0.25 to 0.5 in steps of 0.01" in result.output
    assert "24 are not networks, such as `vars: {width: 0.26}`: line 4" in result.output
    assert "`vars: {width: 0.5}`" in result.output


def test_a_question_without_an_answer_is_said_with_the_nearest(spec: str) -> None:
    result = run(spec, "conv_1", "--output", "40x40", "--padding", "0..3")
    assert result.code == 1
    assert "no answer" in result.output
    assert re.search(r"the nearest that exists: `pad 3 kernel 1` gives 34x34x8", result.output)


def test_the_nearest_size_beyond_the_range_is_looked_for(spec: str) -> None:
    result = run(spec, "--input", "21..21", "--exact")
    assert result.code == 1
    assert "the nearest that exists: `input: 20x20x3`" in result.output


def test_the_nearest_to_a_limit_is_told(spec: str) -> None:
    result = run(spec, "--vary", "width=4..6", "--under", "params <= 100")
    assert result.code == 1
    assert "the nearest that exists: `vars: {width: 4}`" in result.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--exact",), "what may change? --input 200..300, or --vary width=0.25..2"),
        (("--input", "20..30"), "what is wanted? --output SIZE for a layer"),
        (("--input", "30..20", "--exact"), "--input 30..20 is empty: 20 is below 30"),
        (("--input", "2*10..30", "--exact"), "--input takes numbers such as 200..300 or 0.25..2, not '2*10..30'"),
        (("--input", "..30", "--exact"), "--input takes numbers"),
        (("--input", "1.5..30", "--exact"), "--input takes whole numbers such as 1..5"),
        (("--input", "0..30", "--exact"), "--input starts at 1, not at 0"),
        (("--input", "1..400x1..400", "--exact"), "--input 1..400x1..400 holds more than 100,000 sizes"),
        (("--input", "left=20..30", "--exact"), "there is no input left: the inputs are input"),
        (("--vary", "widht=1..2", "--exact"), "there is no variable widht to vary: did you mean width?"),
        (("--vary", "width=1", "--exact"), "--vary takes a range or a list: width=A..B or width=A,B, not '1'"),
        (("--vary", "width=1..2", "--step", "0", "--exact"), "--step must be above 0, not 0"),
        (("--vary", "width=1..2", "--step", "0.000001", "--exact"), "--vary 1..2 holds 1,000,001 values"),
        (("--vary", "width=1..900", "--input", "1..900", "--exact"), "these ranges hold 810,000 candidates"),
        (("--vary", "width=1..2", "--under", "parms <= 5M"), "--under takes a metric and a limit"),
        (("--vary", "width=1..2", "--under", "params <= 5MiB"), "--under params <= 5MiB: params is a count"),
        (("--vary", "width=1..2", "--under", "params <= $x"), "--under params <= $x: "),
        (("conv_1", "--output", "14x14x3x3"), "--output 14x14x3x3 has 4 factors, and conv_1 gives 26x26x8"),
        (("conv_1", "--output", "2*7"), "--output takes a size such as 14x14"),
        (("conv_1", "--output", "0x14"), "--output 0x14: each size is at least 1"),
        (("conv_1", "--output", "14", "--kernel", "1..99999"), "these ranges have 14,399,856 combinations"),
        (("conv_1", "--output", "14", "--exact"), "--output is about one layer"),
        (("conv_9", "--output", "14"), "there is no layer conv_9: did you mean conv_1?"),
        (("fc_1", "--output", "10x3"), "--output 10x3 has 2 factors, and fc_1 gives 10"),
        (("max_pool_1", "--output", "13x13x9"), "no parameter of max_pool_1 makes it give 9 channels"),
        (("--output", "14"), "--output is what a layer should give"),
    ],
)
def test_a_question_that_makes_no_sense_is_one_line_and_exit_2(spec: str, words: tuple[str, ...], message: str) -> None:
    result = run(spec, *words)
    assert result.output.startswith(f"error: {message}")
    assert result.code == 2
    assert result.output.count("\n") == 1


@pytest.mark.parametrize("kind", ["add", "subtract", "multiply", "concat"])
@pytest.mark.parametrize("wanted", ["8x8", "8x8x3", "8x8x6"])
def test_a_join_has_no_one_input_to_be_asked_about(tmp_path, kind, wanted):
    path = tmp_path / "join.yaml"
    path.write_text(f"input: 8x8x3\nlayers:\n  - {kind}: {{a: [relu], b: [tanh]}}\n", encoding="utf-8")
    called = call("solve", str(path), f"{kind}_1", "--output", wanted)
    assert (called.code, called.crash) == (2, None)
    assert f"{kind}_1 is a{'n' if kind == 'add' else ''} {kind}: it has no kernel" in called.err
