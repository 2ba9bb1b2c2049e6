"""`cnncalc run --plan`: how a network would be computed, without computing anything."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

import numpy as np
import pytest

from tests.cli.terminal import call, facts, spec

SMALL = (
    "name: small\ninput: 16x16x3\n"
    "layers:\n  - conv: 8 3x3 pad 1\n    name: stem\n  - batch_norm\n  - relu\n  - fc: 10\n"
)
TWINS = "name: twins\ninputs: {left: 4x4x1, right: 4x4x1}\nlayers:\n  - subtract:\n    from: [left, right]\n"


plan = partial(facts, "run", "--plan")


def test_a_plan_needs_no_image_and_shows_layer_algorithm_block_bytes_and_cost(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    called = call("run", "--plan", spec(tmp_path, SMALL), "--threads", 2)
    assert called.code == 0
    title, _, header, _, stem, *_ = called.out.split("\n")
    assert title == "small · input 16x16x3 · for many images"
    assert header.split() == ["layer", "output", "algorithm", "block", "memory", "packed", "scratch", "ms", "%"]
    assert stem.startswith("stem + batch_norm_1 + relu_1 ")
    assert " as they are, " in called.out
    assert "a thread (2 threads)" in called.out
    assert "ms expected on one thread" in called.out


@pytest.mark.parametrize(
    ("dtype", "words", "said"),
    [
        ("int8", (), "a run computes in float32, and so memory is counted here; the spec says int8"),
        ("int8", ("--dtype", "float64"), "computes in float64, and so memory is counted here; the spec says int8"),
        ("{weights: int8}", (), "the spec says int8 weights, float32 activations"),
        ("float32", ("--dtype", "float64"), ""),
    ],
)
def test_a_plan_says_in_what_it_counts_where_the_spec_says_another(tmp_path, dtype, words, said):
    called = call("run", "--plan", spec(tmp_path, f"{SMALL}dtype: {dtype}\n"), *words)
    assert called.code == 0
    assert said in " ".join(called.out.split())
    assert ("the spec says" in called.out) == bool(said)


def test_a_network_that_computes_nothing_has_a_plan_without_steps(tmp_path):
    called = call("run", "--plan", spec(tmp_path, "input: 4x4x1\nlayers:\n  - identity\n"))
    assert (called.code, "0 B of scratch" in called.out) == (0, True)


def test_the_json_says_the_same(tmp_path):
    told = plan(spec(tmp_path, SMALL), "--batch", 2, "--dtype", "float64", "--threads", 3)
    assert told["schema"] == "cnncalc.plan/1"
    assert (told["name"], told["batch"], told["dtype"], told["threads"], told["images"]) == (
        "small",
        2,
        "float64",
        3,
        None,
    )
    assert told["steps"][0]["rows"] == ["stem", "batch_norm_1", "relu_1"]


def test_what_is_saved_is_computed_by_itself(tmp_path):
    steps = plan(spec(tmp_path, SMALL), "--save", "stem")["steps"]
    assert [step["rows"] for step in steps][:2] == [["stem"], ["batch_norm_1", "relu_1"]]


def test_images_are_counted_and_not_run(tmp_path):
    np.save(tmp_path / "many.npy", np.zeros((7, 16, 16, 3), np.float32))
    (tmp_path / "broken.png").write_text("no picture")
    path = spec(tmp_path, SMALL)
    assert plan(path, tmp_path / "many.npy", "chelsea", tmp_path / "broken.png")["images"] == 9


def test_a_variant_and_an_input_can_be_chosen():
    assert plan("resnet101", "--input", "64x64x3")["inputs"] == {"input": [64, 64, 3]}
    assert plan("resnet101")["variant"] == "resnet101"


def test_a_network_that_no_memory_holds_can_be_planned():
    told = plan("edges", "--input", "50000x50000x1")
    assert told["totals"]["activation_bytes"] > 2**34


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--save", "conv_9"], "there is no 'conv_9' in this network"),
        (["--executor", "reference"], "only --executor fast has a plan"),
        (["--memory", "1GiB"], "--plan shows a run in one piece"),
        (["nowhere.png"], "nowhere.png: no such file or directory"),
        (["/"], "/: is not a regular file"),
        (["--threads", "0"], "0 is not in the range 1<=x<=256"),
        (["--dtype", "float16"], "'float16' is not one of"),
        (["--input", "middle=4x4x1"], "there is no input middle"),
    ],
)
def test_a_plan_that_cannot_be_is_told_and_ends_with_2(tmp_path, words, message):
    called = call("run", "--plan", spec(tmp_path, SMALL), *words)
    assert called.crash is None
    assert called.code == 2
    assert message in called.err
    assert called.out == ""


def test_an_unknown_input_is_told(tmp_path):
    called = call("run", "--plan", spec(tmp_path, TWINS), "left=a.png", "middle=b.png")
    assert (called.code, called.crash) == (2, None)
    assert "twins has several inputs: write left=a.png right=a.png, not middle=b.png" in called.err


def test_without_a_plan_an_image_is_needed(tmp_path):
    called = call("run", spec(tmp_path, SMALL))
    assert called.code == 2
    assert "Missing argument 'IMAGE...'" in called.err


def test_the_real_command_plans_in_a_terminal_without_unicode(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "cnncalc", "run", "--plan", "googlenet"],
        env={"PATH": "", "COLUMNS": "80", "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.split("\n"))) <= 80
