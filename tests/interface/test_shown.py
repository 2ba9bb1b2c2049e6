"""What Python shows of the things that it holds: one line of what a person wants to know."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import traceback

import numpy as np
import pytest

import cnncalc
from cnncalc.cli.group import cnncalc as program
from tests.cli.terminal import runner

LECTURE = "input: 7x7x3\nlayers:\n  - conv: 5 3x3 stride 3\n"
NETWORK = cnncalc.load("lenet5")
IMAGES = np.zeros((2, 32, 32, 1), np.float32)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (lambda: NETWORK, "<network LeNet-5, as it is drawn today: 32x32x1 to 10, 7 layers>"),
        (lambda: cnncalc.load("resnet101"), "<network ResNet-101 (resnet101): 224x224x3 to 1000, 344 layers>"),
        (
            lambda: cnncalc.loads("{inputs: {a: 4, b: 4}, layers: [{add: , from: [a, b]}]}"),
            "<network: a 4, b 4 to 4, 1 layer>",
        ),
        (
            lambda: cnncalc.analyze(NETWORK),
            "<report of LeNet-5, as it is drawn today: 7 layers, 61706 params, 416520 MACs>",
        ),
        (lambda: cnncalc.analyze(NETWORK)["conv_1"], "<conv_1: conv 28x28x6, 156 params, 117600 MACs>"),
        (
            lambda: cnncalc.analyze(NETWORK).totals,
            "<totals of 7 layers: 61706 params, 416520 MACs, activations peak at 23520 bytes>",
        ),
        (lambda: cnncalc.init_weights(NETWORK), "<weights: 61706 values in 10 arrays, float32>"),
        (
            lambda: cnncalc.compile(NETWORK, threads=2),
            "<plan of the network LeNet-5, as it is drawn today: 32x32x1 to 10, 7 layers; float32, 2 threads>",
        ),
        (lambda: cnncalc.compile(NETWORK).drafted(3), "<draft for a batch of 3: 8 steps>"),
        (lambda: cnncalc.compile(NETWORK).drafted().steps[-1], "<fc_3: dense>"),
        (
            lambda: cnncalc.run(NETWORK, IMAGES),
            "<trace of the network LeNet-5, as it is drawn today: fc_3 (2, 10), 1 of 7 layers kept>",
        ),
        (
            lambda: cnncalc.run(NETWORK, IMAGES, keep="all"),
            "<trace of the network LeNet-5, as it is drawn today: fc_3 (2, 10), 7",
        ),
    ],
)
def test_a_thing_is_shown_in_one_line(value, shown):
    assert repr(value()).startswith(shown)
    assert len(repr(value())) < 120


def test_weights_are_a_dict_all_the_same():
    weights = cnncalc.init_weights(NETWORK)
    assert isinstance(weights, dict)
    assert weights | {} == dict(weights) == copy.copy(weights)


@pytest.fixture
def lecture(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lecture.yaml").write_text(LECTURE, encoding="utf-8")
    return "lecture.yaml"


def of_the_command(spec: str) -> str:

    return runner().invoke(program, ["summarize", spec]).stderr.rstrip("\n")


def test_a_fault_prints_what_the_command_prints(lecture):
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.load(lecture)
    assert str(caught.value) == of_the_command(lecture)
    assert [fault.code for fault in caught.value.diagnostics] == ["CNN401"]
    assert repr(caught.value) == (
        "<SpecError: <lecture.yaml:3:24: CNN401 stride 3 does not fit: (7 - 3)/3 + 1 = 2.33 is not a whole number>>"
    )


@pytest.mark.parametrize("call", [cnncalc.load, cnncalc.analyze, cnncalc.compile, cnncalc.init_weights])
def test_a_traceback_ends_in_the_frame_and_shows_few_calls_of_ours(call, lecture):
    with pytest.raises(cnncalc.SpecError) as caught:
        call(lecture)
    printed = "".join(traceback.format_exception(caught.value))
    assert printed.endswith(of_the_command(lecture) + "\n")
    assert printed.count("  File ") <= 4
    assert "During handling" not in printed


def test_a_name_where_a_text_is_due_is_told_where_names_go():
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.loads("lenet5.yaml")
    note = "note: `cnncalc.load('lenet5.yaml')` reads a file, or a network that ships"
    assert "".join(traceback.format_exception(caught.value)).splitlines()[-1] == note
    assert caught.value._render_traceback_()[-1] == note


def test_a_fault_can_be_sent_to_another_process(lecture):
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.load(lecture)
    sent = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  # our own
    assert str(sent) == str(caught.value)


def test_what_is_sent_is_what_the_diagnostics_say_whoever_tries_their_helps():
    sent = pickle.loads(pickle.dumps(cnncalc.SpecError([], lambda faults: faults)))  # noqa: S301  # our own
    assert (sent.diagnostics, str(sent)) == ([], "the specification is wrong")


def test_a_notebook_shows_the_callers_line_and_the_frame(lecture):
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.load(lecture)
    first, *rest = caught.value._render_traceback_()
    assert first.startswith("SpecError in line ")
    assert first.endswith(": cnncalc.load(lecture)")
    assert "\n".join(rest) == of_the_command(lecture)


def test_ipython_shows_the_same(lecture, tmp_path):
    pytest.importorskip("IPython")
    cell = "import cnncalc\nnet = cnncalc.load('lecture.yaml')"
    command = [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", cell]
    environment = {**os.environ, "IPYTHONDIR": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.rstrip("\n") == (
        "SpecError in line 2: net = cnncalc.load('lecture.yaml')\n" + of_the_command(lecture)
    )


def test_ipython_shows_weights_in_one_line():
    formatters = pytest.importorskip("IPython.core.formatters")
    shown, _ = formatters.DisplayFormatter().format(cnncalc.init_weights(NETWORK))
    assert shown["text/plain"] == "<weights: 61706 values in 10 arrays, float32>"
