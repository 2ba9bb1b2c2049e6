"""A kind from outside the package is a kind like any other everywhere: whoever keeps a list of kinds fails here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from jsonschema import Draft7Validator

import cnncalc
from cnncalc.conventions.tools import TOOLS
from cnncalc.executor import fast, init_weights, reference
from tests.agreement import law, strategies_layers
from tests.agreement.effort import effort
from tests.agreement.strategies import specs
from tests.agreement.test_fast import fast_is_the_reference
from tests.cli.terminal import call, spec
from tests.derivation.held import hold
from tests.packaging.scratch_kinds import WORDS, scratch_kinds, scratch_pool, tables

NET = """\
name: scratch
input: 32x32x3
layers:
  - conv: 4 3x3 pad 1
  - scratch_clip: {low: -0.5}
  - scratch_pool: 3x3 stride 2 pad 1 rounding floor
    name: pooled
  - scratch_clip
  - fc: 5
"""
MAPS = """\
name: maps
input: 480x400x3
layers:
  - conv: 6 3x3 pad 1
  - scratch_clip
  - scratch_pool: {kernel: 3x2, stride: 2x3, padding: {top: 1, left: 1, right: 1}, rounding: ceil}
  - scratch_clip: {low: -2, high: 0.25}
"""


LIMITED = ("--memory", "2MiB")
"""Less than the maps take at once."""


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both kinds; the law learns by definition which multiplies, and the strategies whose parameters fit together."""
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(law, "MULTIPLYING", (*law.MULTIPLYING, "scratch_pool"))
    monkeypatch.setitem(strategies_layers.TOGETHER, "scratch_pool", strategies_layers.TOGETHER["avg_pool"])
    with scratch_kinds():
        yield


@pytest.fixture
def net(tmp_path: Path) -> Path:
    return spec(tmp_path, NET)


def printed(*words: object, code: int = 0) -> str:
    called = call(*words)
    assert called.code == code, called.err
    assert called.crash is None
    return called.out


def answered(net: Path, *words: str) -> dict[str, list[dict[str, float]]]:
    """What a run says of the one output for one picture."""
    (output,) = json.loads(printed("run", net, "chelsea", *words, "--format", "json"))["images"][0]["outputs"]
    return output  # type: ignore[no-any-return]


def test_a_table_has_its_row_with_params_macs_and_field(net):
    (row,) = (line.split() for line in printed("summarize", net).splitlines() if line.startswith("pooled"))
    assert row[1:5] == ["scratch_pool", "16x16x4", "5x5", "36"]
    assert "9,216" in row
    assert "not counted: scratch_clip (2)" in printed("summarize", net)


def test_json_has_its_parameters_in_force(net):
    layers = {row["path"]: row for row in json.loads(printed("summarize", net, "--format", "json"))["layers"]}
    assert layers["scratch_clip_1"]["parameters"] == {"low": -0.5, "high": 1.0}
    assert layers["pooled"]["parameters"]["padding"] == {"top": 1, "bottom": 1, "left": 1, "right": 1}
    assert (layers["pooled"]["weights"], layers["pooled"]["macs"]) == (4 * 9, 16 * 16 * 9 * 4)


@pytest.mark.parametrize("tool", TOOLS)
def test_every_convention_counts_it(net, tool):
    assert tool in printed("summarize", net, "--counting", tool)


def test_both_executors_run_it_with_initial_weights(net):
    answers = [answered(net, "--executor", executor)["top"] for executor in ("fast", "reference")]
    classes, values = ([[entry[key] for entry in top] for top in answers] for key in ("class", "value"))
    assert classes[0] == classes[1]
    np.testing.assert_allclose(values[0], values[1], rtol=1e-5)


def test_the_interface_runs_it():
    network = cnncalc.loads(NET)
    weights = init_weights(network)
    assert weights["pooled.weight"].shape == (4, 3, 3)
    image = np.random.default_rng(0).uniform(-1, 1, (1, 32, 32, 3))
    rows = [
        fast.run(network, image, weights, keep="all", dtype=np.float64),
        reference.run(network, image, weights, keep="all"),
    ]
    for path in rows[0]:
        np.testing.assert_allclose(rows[0][path], rows[1][path], rtol=1e-9, atol=1e-9)
    assert rows[0]["scratch_clip_1"].min() == -0.5


def test_a_plan_names_it(net):
    plan = printed("run", net, "--plan")
    assert all(word in plan for word in WORDS)


def test_it_is_computed_in_strips_of_rows_within_a_limit(tmp_path):
    path = spec(tmp_path, MAPS)
    assert json.loads(printed("run", path, "chelsea", *LIMITED, "--format", "json"))["memory"]["strips"] > 1
    whole, strips = ([list(map_.values()) for map_ in answered(path, *words)["maps"]] for words in ((), LIMITED))
    np.testing.assert_allclose(whole, strips, rtol=1e-5, atol=1e-6)


def test_a_run_verifies_what_is_reported_of_it(net):
    called = call("check", "--verify", net)
    assert (called.code, called.crash) == (0, None)
    assert "no errors" in called.err


@pytest.mark.parametrize("text", [NET, MAPS])
def test_the_arithmetic_that_explains_it_gives_the_numbers_of_the_report(text):
    network = cnncalc.loads(text)
    report = cnncalc.analyze(network)
    for row in report.layers:
        hold(network, report, row.path)


def test_it_is_explained_in_letters_of_its_own_rules(net):
    page = printed("explain", net, "pooled")
    assert "H2 = floor((H1 - F + 2 x P)/S) + 1 = floor((32 - 3 + 2 x 1)/2) + 1 = 16" in page
    assert "weights = D1 x F x F = 4 x 3 x 3 = 36" in page
    assert "MACs = H2 x W2 x F x F x D1 = 16 x 16 x 3 x 3 x 4 = 9,216" in page
    assert "Keras has no such layer; multiply an unfolded x by a weight" in page


def test_it_is_spelled_in_each_framework(net):
    page = printed("explain", net, "scratch_clip_1")
    assert "low -0.5; high 1.0" in page
    assert "nn.ScratchClip(floor_value=-0.5)" in page
    assert "x = keras.ops.clip(x, -0.5, 1.0)" in page


def test_fmt_writes_it_in_the_short_form(tmp_path):
    path = spec(tmp_path, "input: 8x8x3\nlayers:\n  - scratch_pool: {kernel:   2x2}\n  - scratch_clip:   {low:  -1}\n")
    printed("fmt", path)
    assert path.read_text("utf-8") == (
        "input: 8x8x3\nlayers:\n  - scratch_pool: {kernel: 2x2}\n  - scratch_clip: {low: -1}\n"
    )


@pytest.mark.parametrize(
    ("item", "faults"),
    [
        ({"scratch_clip": {"low": -2, "high": 2}}, False),
        ({"scratch_clip": {"low": 1}}, True),
        ({"scratch_clip": {"lower": -1}}, True),
        ({"scratch_pool": {"kernel": "3x3", "rounding": "ceil"}}, False),
        ({"scratch_pool": {"stride": 2}}, True),
    ],
)
def test_the_schema_judges_its_parameters(item, faults):
    language = json.loads(printed("schema"))
    assert {f"kind.{word}" for word in WORDS} <= language["definitions"].keys()
    found = list(Draft7Validator(language).iter_errors({"input": "8x8x3", "layers": [item]}))
    assert bool(found) is faults


def test_a_difference_names_the_parameter_that_changed(tmp_path, net):
    other = spec(tmp_path, NET.replace("-0.5", "-0.25").replace("stride 2", "stride 1"), "other.yaml")
    table = printed("diff", net, other)
    assert "low -0.5 → -0.25" in table
    assert "stride 2 → 1" in table
    assert "+27,648" in table


@pytest.mark.parametrize(
    ("written", "slip", "meant"),
    [
        ("scratch_clip: {", "scratch_cilp: {", "scratch_clip"),
        ("scratch_clip: {", "Scratchclip: {", "scratch_clip: -0.5"),  # PyTorch's word for it
        ("scratch_pool", "ScratchPool", "scratch_pool: 3x3 stride 2 pad 1 rounding floor"),
        ("{low:", "{lwo:", "low"),
        ("{low:", "{floor_value:", ": -0.5"),  # PyTorch's word for its parameter, in either form
    ],
)
def test_a_slip_is_told_what_was_meant(tmp_path, written, slip, meant):
    called = call("summarize", spec(tmp_path, NET.replace(written, slip)))
    assert called.code == 1
    assert f"{meant}`" in called.err.partition("help: ")[2]


def test_a_window_that_does_not_fit_is_told_what_would(tmp_path):
    called = call("summarize", spec(tmp_path, NET.replace(" rounding floor", "")))
    assert "error[CNN401]: stride 2 does not fit" in called.err
    assert "help: `stride 1` gives 32x32x4" in called.err
    assert "set `rounding: floor`" in called.err


def test_the_solver_finds_its_parameters(net):
    assert "stride 1" in printed("solve", net, "pooled", "--output", "32x32x4")


@pytest.mark.parametrize("word", WORDS)
def test_the_report_is_what_a_run_shows(word):
    @effort(1 / 5)
    @given(specs(word))
    def agrees(text):
        network = cnncalc.loads(text)
        assert word in {node.kind for node in network}
        law.report_is_what_runs(network)

    agrees()


@pytest.mark.parametrize("word", WORDS)
def test_fast_is_the_reference(word):
    @effort(1 / 5)
    @given(specs(word))
    def agrees(text):
        fast_is_the_reference(cnncalc.loads(text))

    agrees()


def test_nothing_of_it_stays_behind():
    def entries():
        return [dict(table) for table in tables()]

    before = entries()
    with scratch_kinds(scratch_pool):  # the word stands for another class for a while, with equal rows
        within = entries()
    changed = [table for table, known in zip(within, before, strict=True) if table != known]
    assert len(changed) == 5  # its word, a definition, and three answers to the fast executor
    assert entries() == before
