"""The dtype: one for all values, or one for weights and one for activations; of the spec, of a variant, or chosen."""

from __future__ import annotations

import json
import re

import pytest

import cnncalc
from cnncalc.analysis import analyze
from cnncalc.cli.options import completed_dtype
from cnncalc.derivation.expression import letters
from cnncalc.derivation.totals import explain_network
from cnncalc.dtype import Dtype, dtype_of
from cnncalc.gate.judge import tensor_bytes
from tests.cli.terminal import told

HEAD = "input: 8x8x1\nvars: {c: 4}\nlayers: [conv: $c 3x3, batch_norm, fc: 3]\n"
BOTH = "{weights: int8, activations: int16}"
MIXED = Dtype("int8", "int16")


@pytest.fixture
def spec(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = f"{HEAD}dtype: {BOTH}\nvariants: {{half: {{dtype: float16}}, same: {{vars: {{c: 4}}}}}}\n"
    (tmp_path / "net.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "plain.yaml").write_text(HEAD, encoding="utf-8")
    return tmp_path


def test_weights_and_activations_are_counted_by_themselves():
    network = cnncalc.loads(HEAD)
    wide, mixed = analyze(network), analyze(network, dtype=MIXED)
    assert mixed.totals.weight_bytes * 4 == wide.totals.weight_bytes
    assert mixed.totals.peak_activation_bytes * 2 == wide.totals.peak_activation_bytes
    assert [(row.activation_bytes * 2, row.live_bytes * 2) for row in mixed.layers] == [
        (row.activation_bytes, row.live_bytes) for row in wide.layers
    ]
    assert (mixed.totals.params, mixed.totals.macs) == (wide.totals.params, wide.totals.macs)


@pytest.mark.parametrize(
    ("written", "dtype"),
    [
        ("int8", Dtype("int8", "int8")),
        ("weights=int8,activations=int16", MIXED),
        ("activations = int16, weights = int8", MIXED),
        ({"weights": "int8", "activations": "int16"}, MIXED),
        ({"activations": "bfloat16"}, Dtype("float32", "bfloat16")),
        ("weights=int16", Dtype("int16", "float32")),
    ],
)
def test_it_is_written_as_a_name_or_by_its_parts(written, dtype):
    assert dtype_of(written) == dtype
    assert analyze(cnncalc.loads(HEAD), dtype=written).dtype == dtype


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("float64", "dtype must be one of float32, float16, bfloat16, int16, int8, not 'float64'"),
        ("weights=int4", "not 'int4'"),
        ("weights=int8,int16", "dtype is of weights and activations, not of 'int16'"),
        ("bias=int8", "not of 'bias'"),
        ("weights=int8,weights=int16", "names a part twice"),
        ("", "not ''"),
    ],
)
def test_what_is_none_is_refused(written, message, spec):
    with pytest.raises(ValueError, match=message):
        dtype_of(written)
    for command in (["summarize"], ["check"], ["explain"], ["diff", "net.yaml"]):
        code, _, err = told(*command, "net.yaml", "--dtype", written)
        assert code == 2
        assert message in err


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (8, TypeError, "dtype must be a name such as 'int8', or one for weights and one for activations, not 8"),
        ({"weights": ["int8"]}, ValueError, "not ['int8']"),
        ({3: "int8"}, ValueError, "not of 3"),
    ],
)
def test_python_refuses_what_is_none(given, error, message):
    with pytest.raises(error, match=re.escape(message)):
        cnncalc.analyze("lenet5", dtype=given)


@pytest.mark.parametrize("width", [1, 4])
def test_the_tensors_alive_at_the_peak_add_up_to_it(width):
    network = cnncalc.loads(HEAD, vars={"c": width})
    report = analyze(network, batch=3, dtype=MIXED)
    alive = sum(tensor_bytes(tensor, report) for tensor in report.totals.peak_live)
    assert alive == report.totals.peak_activation_bytes
    overview = explain_network(network, report)
    (weights,) = (step for step in overview.steps if step.quantity == "weight bytes")
    assert {letter.name: letter.value for letter in letters(weights.formula)}["b"] == 1
    (peak,) = (addition for addition in overview.additions if addition.quantity == "peak bytes")
    assert sum(value for _, value in peak.terms) == peak.value


def test_the_spec_says_it_a_variant_may_say_another_and_the_option_replaces_both(spec):
    def dtype(*words):
        return json.loads(told("summarize", *words, "--format", "json")[1])["dtype"]

    assert dtype("net.yaml") == {"weights": "int8", "activations": "int16"}
    assert dtype("net.yaml", "--variant", "same") == dtype("net.yaml")
    assert dtype("net.yaml", "--variant", "half") == "float16"
    assert dtype("net.yaml", "--variant", "half", "--dtype", "int8") == "int8"
    assert dtype("net.yaml", "--dtype", "weights=int8,activations=int8") == "int8"
    assert dtype("plain.yaml") == "float32"


def test_every_command_that_counts_memory_reads_it_and_says_which(spec):
    assert "input 8x8x1 · int8 weights, int16 activations" in told("summarize", "net.yaml")[1]
    assert "of weights in int8" in told("summarize", "net.yaml")[1]
    assert "bytes are those of int8 weights, int16 activations" in told("explain", "net.yaml")[1]
    assert "bytes are those of float16" in told("explain", "net.yaml", "conv_1", "--variant", "half")[1]
    layer = json.loads(told("explain", "net.yaml", "conv_1", "--format", "json")[1])
    assert layer["dtype"] == {"weights": "int8", "activations": "int16"}
    assert "bytes are those" not in told("explain", "plain.yaml")[1]


def test_a_difference_says_which_each_side_has(spec):
    assert "memory in int8 weights, int16 activations" in told("diff", "net.yaml", "net.yaml")[1]
    assert "memory in float32 before, in float16 after" in told("diff", "plain.yaml", "net.yaml:half")[1]
    assert "memory in int8" in told("diff", "plain.yaml", "net.yaml", "--dtype", "int8", "--format", "markdown")[1]
    assert "memory in" not in told("diff", "plain.yaml", "plain.yaml")[1]
    sides = json.loads(told("diff", "plain.yaml", "net.yaml", "--format", "json")[1])
    assert sides["dtype"] == {"before": "float32", "after": {"weights": "int8", "activations": "int16"}}
    assert sides["totals"]["weight_bytes"]["before"] == 4 * sides["totals"]["weight_bytes"]["after"]


@pytest.mark.parametrize(
    ("words", "widest"),
    [
        (["net.yaml"], 7),
        (["net.yaml", "--dtype", "float32"], 1),
        (["plain.yaml"], 1),
        (["net.yaml", "--variant", "half"], 3),
    ],
)
def test_the_solver_reads_it(words, widest, spec):
    wish = ["--vary", "c=1..9", "--under", "weight_memory <= 900", "--format", "json"]
    told_json = json.loads(told("solve", *words, *wish)[1])
    assert told_json["answers"][0]["fragment"] == f"vars: {{c: {widest}}}"
    assert ("in int8 weights" in told_json["question"]) is (words == ["net.yaml"])


def test_budgets_are_judged_in_it(spec):
    (spec / "net.yaml").write_text(f"{HEAD}dtype: {BOTH}\nbudget: {{weight_memory: 600}}\n", encoding="utf-8")
    assert told("check", "net.yaml")[0] == 0
    assert told("check", "net.yaml", "--verify")[0] == 0
    assert told("check", "net.yaml", "--dtype", "float32")[0] == 1
    assert told("check", "net.yaml", "--dtype", "activations=int8")[0] == 1


def test_budgets_are_judged_of_a_batch_and_verified_for_it(spec):
    peak = analyze(cnncalc.loads(HEAD)).totals.peak_activation_bytes
    (spec / "net.yaml").write_text(f"{HEAD}budget: {{peak_activation: {2 * peak}}}\n", encoding="utf-8")
    assert told("check", "net.yaml", "--verify", "--batch", "2")[0] == 0
    code, _, err = told("check", "net.yaml", "--verify", "--batch", "3")
    assert (code, err.count("error[")) == (1, 1)


def test_a_run_computes_as_it_does_without_it(spec):
    plans = (told("run", name, "--plan", "--format", "json")[1] for name in ("net.yaml", "plain.yaml"))
    assert [json.loads(plan)["dtype"] for plan in plans] == ["float32", "float32"]


def test_the_names_of_types_complete_the_option():
    assert completed_dtype("int") == ["int16", "int8"]
    assert completed_dtype("w") == ["weights="]
    assert completed_dtype("weights=int8,activations=b") == ["weights=int8,activations=bfloat16"]
