"""`summarize --counting` prints a tool's figures, ours, and what makes the difference."""

from __future__ import annotations

import json
import re

import pytest

from cnncalc.cli.summarize import COUNTINGS
from cnncalc.conventions import TOOLS
from tests.cli.terminal import call
from tests.conventions.recorded import SPECS, counting


def test_the_command_line_offers_every_convention():
    assert tuple(TOOLS) == COUNTINGS


@pytest.mark.parametrize("tool", COUNTINGS)
def test_the_table_shows_both_figures_and_amounts_that_add_up(tool):
    called = call("summarize", SPECS["transposed"], "--counting", tool)
    assert called.code == 0, called.err
    found = counting(tool, "transposed")
    assert f"{found.params:,}" in called.out
    assert f"{found.amount:,}" in called.out
    amounts = [int(text.replace(",", "")) for text in re.findall(r"^ *([+-][\d,]+)  ", called.out, re.MULTILINE)]
    assert sum(amounts) == found.amount - found.own_amount + found.params - found.own_params


def test_a_mistake_is_called_wrong_and_a_choice_is_not():
    assert "wrong: in fact each place that goes in" in call("summarize", "unet_small", "--counting", "thop").out
    assert "wrong" not in call("summarize", "unet_small", "--counting", "fvcore").out


def test_json_has_one_object_more_and_the_rest_is_as_it_was():
    plain = json.loads(call("summarize", "lenet5", "--format", "json").out)
    told = json.loads(call("summarize", "lenet5", "--format", "json", "--counting", "torchinfo").out)
    assert "counting" not in plain
    assert told.pop("counting") == {
        "tool": "torchinfo",
        "version": "1.8.0",
        "params": 61706,
        "macs": 423038,
        "reasons": [
            {
                "of": "macs",
                "what": "biases: one for each value that comes out of a convolution or fc",
                "amount": 6518,
                "layers": 5,
            }
        ],
    }
    assert told == plain


@pytest.mark.parametrize(("tool", "key"), [("torch", "flops"), ("thop", "macs"), ("keras", None)])
def test_json_names_the_unit_that_the_tool_counts_in(tool, key):
    told = json.loads(call("summarize", "unet_small", "--format", "json", "--counting", tool).out)["counting"]
    assert {"macs", "flops"} & set(told) == ({key} if key else set())
    assert all(reason["amount"] for reason in told["reasons"])


def test_json_says_why_a_mistake_is_one():
    told = json.loads(call("summarize", "unet_small", "--format", "json", "--counting", "thop").out)["counting"]
    assert [reason["wrong"] for reason in told["reasons"]] == ["in fact each place that goes in meets every weight"]


def test_markdown_has_the_figures_as_a_table_and_the_reasons_as_a_list():
    lines = call("summarize", "lenet5", "--format", "markdown", "--counting", "torchinfo").out.splitlines()
    assert "| mult-adds | 423,038 | 416,520 | +6,518 |" in lines
    assert any(line.startswith("- **mult-adds +6,518**: biases") for line in lines)


@pytest.mark.parametrize("words", [["--format", "csv"], ["--depth", "1"], ["--columns", "layer"]])
def test_what_shows_layers_has_no_place_beside_totals(words):
    called = call("summarize", "lenet5", "--counting", "torch", *words)
    assert called.code == 2
    assert "--counting prints only totals" in called.err


def test_an_unknown_tool_is_told_with_those_there_are():
    called = call("summarize", "lenet5", "--counting", "deepspeed")
    assert called.code == 2
    assert "'torch', 'fvcore', 'ptflops'" in called.err


def test_our_own_convention_says_what_it_counts():
    out = call("summarize", "lenet5", "--counting", "cnncalc").out
    assert re.search(r"FLOPs +833,040", out)
    assert "no biases, norms, pools or" in out


def test_a_narrow_terminal_breaks_lines_at_blanks(monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    assert max(map(len, call("summarize", "unet_small", "--counting", "torchinfo").out.splitlines())) <= 54
