"""`cnncalc summarize` prints what its reader asked for, and nothing else."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from functools import partial

import pytest

from tests.cli.terminal import call, facts, spec

SMALL = "input: 8x8x3\nvars: {k: 4}\nlayers:\n  - conv: $k 3x3 pad 1\n  - fc: 10\nvariants: {wide: {vars: {k: 8}}}\n"


report = partial(facts, "summarize")


def test_a_bare_name_a_variant_and_a_variant_of_a_file_mean_the_same_network():
    assert report("resnet101") == report("resnet50:resnet101") == report("resnet50", "--variant", "resnet101")


def test_lenet5_is_what_the_interface_shows():
    told = report("lenet5")
    assert told["schema"] == "cnncalc.report/1"
    assert told["inputs"] == {"input": [32, 32, 1]}
    first = told["layers"][0]
    assert (first["path"], first["output"], first["weights"], first["biases"]) == ("conv_1", [28, 28, 6], 150, 6)
    assert (first["macs"], first["activation_bytes"], first["live_bytes"]) == (117600, 18816, 22912)
    seen = {"size": [5, 5], "smallest": [5, 5], "exact": True, "jump": [1, 1], "start": [2.0, 2.0]}
    assert first["receptive_field"] == seen
    totals = told["totals"]
    assert (totals["params"], totals["macs"], totals["flops"]) == (61706, 416520, 833040)
    assert (totals["peak_activation_bytes"], totals["peak_at"]) == (23520, "avg_pool_1")
    assert totals["peak_live"] == ["conv_1", "avg_pool_1"]
    assert totals["not_counted"] == {"avg_pool": 2}


def test_a_variable_and_an_input_can_be_chosen(tmp_path):
    path = spec(tmp_path, SMALL)
    assert report(path, "--set", "k=2")["layers"][0]["output"] == [8, 8, 2]
    assert report(path, "--input", "16x16x3")["layers"][0]["output"] == [16, 16, 4]
    assert report(path, "--variant", "wide")["variant"] == "wide"


def test_batch_and_dtype_change_memory_and_not_macs(tmp_path):
    path = spec(tmp_path, SMALL)
    one, four = report(path)["totals"], report(path, "--batch", 4, "--dtype", "float16")["totals"]
    assert four["peak_activation_bytes"] == 2 * one["peak_activation_bytes"]
    assert four["macs"] == one["macs"]


def test_taps_that_meet_padding_can_be_left_out(tmp_path):
    path = spec(tmp_path, SMALL)
    padded, inside = report(path)["layers"][0]["macs"], report(path, "--macs", "inside")["layers"][0]["macs"]
    assert (padded, inside) == (8 * 8 * 9 * 3 * 4, 22 * 22 * 3 * 4)


def test_csv_has_a_line_for_each_layer(tmp_path):
    rows = list(csv.DictReader(io.StringIO(call("summarize", spec(tmp_path, SMALL), "--format", "csv").out)))
    assert [(row["path"], row["output"]) for row in rows] == [("conv_1", "8x8x4"), ("fc_1", "10")]


@pytest.mark.parametrize("format_", ["table", "markdown"])
def test_layout_chw_prints_channels_first(tmp_path, format_):
    assert "4x8x8" in call("summarize", spec(tmp_path, SMALL), "--layout", "chw", "--format", format_).out


def test_the_columns_that_are_asked_for_are_shown(tmp_path):
    header = call("summarize", spec(tmp_path, SMALL), "--columns", "layer,macs").out.splitlines()[2]
    assert header.split() == ["layer", "MACs"]
    called = call("summarize", spec(tmp_path, SMALL), "--columns", "colour")
    assert called.code == 2
    assert "there is no column colour; the columns are layer, kind" in called.err


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    target = tmp_path / "report.json"
    assert call("summarize", "lenet5", "--format", "json", "-o", target).out == ""
    assert json.loads(target.read_text())["totals"]["params"] == 61706
    target.write_text("kept")
    assert call("summarize", spec(tmp_path, "input: 1x1x1\nlayers: []"), "-o", target).code == 1
    assert target.read_text() == "kept"
    nowhere = tmp_path / "nowhere" / "report.json"
    called = call("summarize", "lenet5", "-o", nowhere)
    assert (called.code, called.err) == (2, f"error: {nowhere}: no such file or directory\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.yaml", "report.json"]


def test_summarize_shows_verdicts_and_judges_nothing(tmp_path):
    called = call("summarize", spec(tmp_path, SMALL + "budget: {params: 10}\n"))
    assert called.code == 0
    assert "FAILED: params at most 10" in called.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["resnet51"], "did you mean resnet50?"),
        (["resnet50:resnet1001"], "there is no variant resnet1001"),
        (["nowhere/net.yaml"], "nowhere/net.yaml: no such file or directory"),
        (["lenet5", "--set", "width"], "--set takes var=value"),
        (["lenet5", "--set", "width=2"], "there is no variable width to set"),
        (["lenet5", "--input", "32by32"], "--input takes a size such as 224x224x3"),
        (["lenet5", "--input", "left=32x32x1"], "there is no input left"),
        (["lenet5", "--depth", "0"], "0 is not in the range"),
        (["lenet5", "--format", "xml"], "'xml' is not one of"),
        ([], "Missing argument 'SPEC'"),
    ],
)
def test_a_wrong_command_line_is_told_and_ends_with_2(words, message):
    called = call("summarize", *words)
    assert called.crash is None
    assert called.code == 2
    assert message in called.err


def test_a_wrong_spec_is_shown_with_its_line_and_ends_with_1(tmp_path):
    called = call("summarize", spec(tmp_path, "input: 7x7x3\nlayers:\n  - conv: 5 3x3 stride 3\n"))
    assert called.code == 1
    assert called.out == ""
    assert "error[CNN401]: stride 3 does not fit: (7 - 3)/3 + 1 = 2.33 is not a whole number" in called.err
    assert "net.yaml:3:24" in called.err


HEAVY = (
    "numpy",
    "PIL",
    "rich",
    "safetensors",
    "hypothesis",
    "dataclasses",
    "cnncalc.executor",
    "cnncalc.language.remedies.windows",
)


@pytest.mark.parametrize("format_", ["json", "csv", "table", "markdown"])
def test_summarize_starts_without_what_it_does_not_need(format_):
    program = (
        "import sys\nfrom cnncalc.cli.group import cnncalc\n"
        f"try: cnncalc.main(['summarize', 'resnet152', '--format', '{format_}'])\nexcept SystemExit: pass\n"
        "print(*sys.modules, sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = done.stderr.split()
    assert "cnncalc.analysis" in loaded
    assert [name for name in HEAVY if name in loaded] == []
