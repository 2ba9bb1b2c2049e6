"""The plan as a table: nothing but layers gives way, no number is cut, and the JSON has it all."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import cnncalc
from cnncalc.executor.planned import Planned as Plan
from cnncalc.executor.planned import PlannedStep, planned
from cnncalc.render.formats import HTML, JSON, MARKDOWN, SCREEN, Screen, write
from cnncalc.render.subjects.plan import Planned
from cnncalc.render.terminal import width

STEPS = (
    PlannedStep(
        path="relu_1",
        rows=("stem/conv_1", "stem/batch_norm_1", "relu_1"),
        kind="conv",
        reads=("input",),
        residual=None,
        act="relu",
        folded=("stem/batch_norm_1",),
        output=(32, 32, 16),
        algorithm="winograd4",
        block="64 tiles x 16 filters",
        output_bytes=65536,
        packed_bytes=18432,
        scratch_bytes=300_000,
        shared_bytes=0,
        nanoseconds=1_500_000,
    ),
    PlannedStep(
        path="fc_1",
        rows=("fc_1",),
        kind="fc",
        reads=("fc_1 reads",),
        residual=None,
        act="tanh",
        folded=(),
        output=(10,),
        algorithm="dense",
        block="10 units",
        output_bytes=40,
        packed_bytes=0,
        scratch_bytes=0,
        shared_bytes=0,
        nanoseconds=400,
    ),
)
PLAN = Plan(1, 3, "float32", 2, STEPS, 61706 * 4, 18432, 70000, 300_000, 1024, "relu_1", 1_500_400)
SMALL = Planned("small", "wide", {"input": (32, 32, 3)}, PLAN)

AT_118 = """\
small (wide) · input 32x32x3 · for 3 images

layer                                algorithm  block                    memory    packed    scratch      ms       %
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
stem/conv_1 + batch_norm_1 + relu_1  winograd4  64 tiles x 16 filters  64.0 KiB  18.0 KiB  293.0 KiB   1.500  100.0%
fc_1 act tanh                        dense      10 units                   40 B         -          -  <0.001   <0.1%

118 columns are too few for output: a wider terminal has room

weights  241.0 KiB as they are, 18.0 KiB packed
memory   68.4 KiB of activations, 293.0 KiB of scratch a thread (2 threads), 1.0 KiB shared by all; most in relu_1
time     1.500 ms expected on one thread"""


def table(planned: Planned, *, columns: int = 100, color: bool = False, glyphs: str = "unicode") -> str:
    return write(planned, SCREEN, Screen(columns, color, glyphs))


def json_text(planned: Planned) -> str:
    return write(planned, JSON)


def again(planned: Planned, **changed: Any) -> Planned:
    """The same but for what changed."""
    return Planned(**{**planned.__dict__, **changed})


def test_the_table_reads_as_it_should_where_there_is_room():
    assert table(SMALL, columns=118) == AT_118


def test_a_narrow_terminal_without_unicode_still_has_the_five_that_matter():
    lines = table(SMALL, columns=80, glyphs="ascii").split("\n")
    assert lines[0] == "small (wide) - input 32x32x3 - for 3 images"
    assert lines[2].split() == ["layer", "algorithm", "block", "memory", "ms"]
    assert set(lines[3]) == {"-"}
    assert lines[4].startswith("stem/conv_1 ")
    assert [line.split()[0] for line in lines[5:7]] == ["+", "fc_1"]
    assert "\n".join(lines).isascii()


def test_several_inputs_a_batch_and_a_dtype_stand_in_the_title():
    plan = PLAN._replace(images=4, dtype="float64", runs=None)
    title = table(Planned("twins", None, {"left": (8, 8, 1), "right": (8, 8, 1)}, plan)).split("\n")[0]
    assert title == "twins · input left 8x8x1 · input right 8x8x1 · batch 4 · float64 · for many images"


@pytest.mark.parametrize("columns", [60, 80, 100, 120, 200])
@pytest.mark.parametrize("name", ["lenet5", "resnet50", "googlenet", "densenet121"])
def test_no_width_cuts_a_number_or_hides_a_fused_row(columns, name):
    network = cnncalc.load(name)
    plan = planned(network)
    text = table(Planned(network.name, None, {}, plan), columns=columns)
    body = text.split("\n\n")[1].split("\n")[2:]
    told = [
        float(found[1].replace(",", "")) for line in body if (found := re.search(r" ([\d,]+\.\d{3})(?:  |$)", line))
    ]
    assert len(told) + text.count("<0.001") == len(plan.steps)
    assert sum(told) == pytest.approx(plan.nanoseconds / 1e6, abs=0.001 * len(plan.steps))
    fused = sum(len(step.rows) - 1 for step in plan.steps)
    assert sum(line.count("+ ") for line in body) == fused


@pytest.mark.parametrize("columns", [80, 100, 120])
@pytest.mark.parametrize("name", ["lenet5", "resnet50", "googlenet", "densenet121", "siamese"])
def test_the_table_stays_within_the_width(columns, name):
    network = cnncalc.load(name)
    text = table(Planned(network.name, None, {}, planned(network)), columns=columns)
    assert max(map(width, text.split("\n"))) <= columns


def test_colour_changes_nothing_but_colour():
    plain, painted = table(SMALL), table(SMALL, color=True)
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == plain


def test_a_name_that_would_steer_the_terminal_is_made_visible():
    step = STEPS[1]._replace(rows=("fc\x1b[2J",))
    assert "\x1b" not in table(again(SMALL, plan=PLAN._replace(steps=(step,), scratch_at="a\x1b")))


def test_the_json_has_every_step_on_a_line_and_its_totals():
    told = json.loads(json_text(SMALL))
    assert told["schema"] == "cnncalc.plan/1"
    assert (told["name"], told["variant"], told["inputs"]) == ("small", "wide", {"input": [32, 32, 3]})
    assert (told["batch"], told["images"], told["dtype"], told["threads"]) == (1, 3, "float32", 2)
    assert told["steps"][0] == {
        "path": "relu_1",
        "rows": ["stem/conv_1", "stem/batch_norm_1", "relu_1"],
        "kind": "conv",
        "reads": ["input"],
        "residual": None,
        "act": "relu",
        "folded": ["stem/batch_norm_1"],
        "output": [32, 32, 16],
        "algorithm": "winograd4",
        "block": "64 tiles x 16 filters",
        "output_bytes": 65536,
        "packed_bytes": 18432,
        "scratch_bytes": 300_000,
        "shared_bytes": 0,
        "expected_ns": 1_500_000,
    }
    assert told["totals"] == {
        "weight_bytes": 246824,
        "packed_bytes": 18432,
        "activation_bytes": 70000,
        "scratch_bytes": 300_000,
        "shared_bytes": 1024,
        "scratch_at": "relu_1",
        "expected_ns": 1_500_400,
    }
    assert sum(line.startswith('  {"path"') for line in json_text(SMALL).split("\n")) == 2


def test_a_name_in_another_script_is_ascii_in_json():
    assert json_text(again(SMALL, name="畳み込み")).isascii()


@pytest.mark.parametrize("writer", [MARKDOWN, HTML])
def test_a_page_has_the_plan_in_words_and_no_bars(writer):
    text = write(SMALL, writer)
    assert "stem/conv" in text
    assert "relu" in text
    assert "Bar(" not in text
    assert "Chain(" not in text
