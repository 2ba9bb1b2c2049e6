"""The tables of the frameworks are whole and right about the language, and can be extended from outside."""

from __future__ import annotations

import pytest

import cnncalc
from cnncalc.frameworks import FRAMEWORKS, KERAS, PYTORCH, Call, Framework, Site
from cnncalc.frameworks.spelling import Module, Ours, module
from cnncalc.layers import KINDS
from tests.agreement.examples import EXAMPLES

by_framework = pytest.mark.parametrize("framework", FRAMEWORKS, ids=[framework.name for framework in FRAMEWORKS])


def site(layer: str, size: str = "16x16x3") -> Site:
    node = cnncalc.loads(f"{{input: {size}, layers: [{layer}]}}").nodes[0]
    return Site.of(node.layer, node.read, node.volume)


@by_framework
def test_every_kind_has_a_row_and_every_row_a_kind(framework: Framework) -> None:
    assert [kind for kind in KINDS if kind not in framework.rows] == []
    assert [kind for kind in framework.rows if kind not in KINDS] == []


@by_framework
@pytest.mark.parametrize("kind", KINDS)
def test_a_row_names_parameters_that_its_kind_has(framework: Framework, kind: str) -> None:
    modules = [step for step in framework.rows[kind] if isinstance(step, Module)]
    named = {given.parameter for step in modules for given in step.arguments.values() if isinstance(given, Ours)}
    assert named - {""} <= set(KINDS[kind].parameters)


@by_framework
@pytest.mark.parametrize("example", EXAMPLES)
def test_each_line_reads_what_the_line_before_gave(framework: Framework, example: str) -> None:
    for node in cnncalc.loads(EXAMPLES[example]).nodes:
        arriving = node.read[0]
        for line in framework.lines(Site.of(node.layer, node.read, node.volume)):
            assert line.x == arriving
            arriving = line.y
        assert arriving == node.volume


@by_framework
@pytest.mark.parametrize("example", EXAMPLES)
def test_each_array_of_a_layer_is_held_by_one_module(framework: Framework, example: str) -> None:
    for node in cnncalc.loads(EXAMPLES[example]).nodes:
        lines = framework.lines(Site.of(node.layer, node.read, node.volume))
        assert [array for line in lines if isinstance(line, Call) for array in line.arrays] == list(node.arrays)


def test_a_layer_that_cannot_be_said_has_the_lines_that_come_closest() -> None:
    masked = site("conv: {filters: 3, kernel: 1, connections: [[0], [1], [2]]}")
    assert "no table of connections" in PYTORCH.refusal(masked)
    assert list(map(str, PYTORCH.lines(masked))) == ["nn.Conv2d(3, 3, kernel_size=1)"]


def test_a_kind_from_outside_adds_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PYTORCH.rows, "relu", (module("nn.Hardtanh", min_val=0, max_val=1),))
    monkeypatch.setitem(KERAS.rows, "relu", (module("keras.layers.ReLU", max_value=1),))
    lines = [framework.lines(site("conv: 4 3x3 act relu")) for framework in FRAMEWORKS]
    assert [str(found[-1]) for found in lines] == [
        "nn.Hardtanh(min_val=0, max_val=1)",
        "keras.layers.ReLU(max_value=1)",
    ]


@by_framework
def test_a_kind_without_a_row_is_a_module_of_the_users_own(
    framework: Framework, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(framework.rows, "batch_norm")
    norm = site("batch_norm")
    assert framework.refusal(norm) == f"cnncalc does not know what {framework.name} calls batch_norm"
    (line,) = framework.lines(norm)
    assert isinstance(line, Call)
    assert (line.module, len(line.arrays)) == (framework.own_module, 4)
