"""`cnncalc solve` answers when the spec does not fit as it is written: that is when it is asked."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import cnncalc
from tests.cli.terminal import call

run = partial(call, "solve")
NET = """\
vars: {w: 1}
input: 7x7x3
layers:
  - conv: {filters: 8*$w, kernel: 3, padding: 1}
  - conv: 16 3x3 stride 3
  - fc: 10
"""
UNET = """\
input: 358x358x1
rounding: floor
layers:
  - conv: 4 3x3 pad 1
    name: kept
  - max_pool: 2
  - max_pool: 2
  - upsample: 4
    name: large
  - concat:
    from: [large, kept]
"""


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "net.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def solved(*words: str) -> dict[str, Any]:
    result = run(*words, "--format", "json")
    assert result.code == 0, result.output
    told: dict[str, Any] = json.loads(result.out)
    return told


def test_sizes_that_fit_are_found_though_that_of_the_file_does_not(tmp_path: Path) -> None:
    told = solved(written(tmp_path, UNET), "--input", "350..372", "--exact")
    assert [answer["input"]["input"] for answer in told["answers"]] == [[size, size, 1] for size in range(352, 373, 4)]
    for answer in told["answers"]:
        net = cnncalc.loads(UNET.replace("input: 358x358x1", answer["fragment"]))
        assert list(net.volume(net.outputs[0])) == answer["gives"]["output"] == answer["output"]


@pytest.mark.parametrize("wanted", ["3x3x16", "3x3x24", "2x2"])
def test_a_faulty_layer_is_asked_what_would_make_it_fit(tmp_path: Path, wanted: str) -> None:
    told = solved(written(tmp_path, NET), "conv_2", "--output", wanted)
    assert told["question"].startswith("conv_2: conv on 7x7x8 does not fit; wanted: ")
    for answer in told["answers"]:
        changed = answer["fragment"].replace("filters 24", "")
        filters = 24 if "filters 24" in answer["fragment"] else 16
        text = NET.replace("16 3x3 stride 3", f"{filters} {_in_place(changed)}")
        volume = cnncalc.loads(text)["conv_2"].volume
        assert "x".join(map(str, volume)).startswith(wanted)


def _in_place(changes: str) -> str:
    words = changes.split()
    values = {"kernel": "3", "stride": "3", **dict(zip(words[::2], words[1::2], strict=True))}
    kernel = values.pop("kernel")
    return " ".join([kernel if "x" in kernel else f"{kernel}x{kernel}", *(f"{k} {v}" for k, v in values.items())])


def test_a_layer_before_a_faulty_one_is_asked_as_ever(tmp_path: Path) -> None:
    told = solved(written(tmp_path, NET), "conv_1", "--output", "7x7")
    assert told["answers"][0]["fragment"] == ""
    assert told["question"].startswith("conv_1: conv on 7x7x3 gives 7x7x8")


def test_a_layer_that_nothing_known_reaches_has_the_faults_of_the_file(tmp_path: Path) -> None:
    result = run(written(tmp_path, NET), "fc_1", "--output", "10")
    assert result.code == 1
    assert "error[CNN401]" in result.output


def test_a_spec_that_is_none_has_its_faults(tmp_path: Path) -> None:
    result = run(written(tmp_path, NET.replace("conv: 16", "cnov: 16")), "--input", "5..9", "--exact")
    assert result.code == 1
    assert "error[CNN205]" in result.output


def test_blanks_in_a_condition_are_free(tmp_path: Path) -> None:
    path = written(tmp_path, NET.replace(" stride 3", ""))
    ways = ["params <= 5M", "params<=5M", " params<= 5M", "params at most 5M"]
    found = {json.dumps(solved(path, "--vary", "w=1..3", "--under", way)["answers"]) for way in ways}
    assert len(found) == 1


def test_answers_name_the_values_that_they_set(tmp_path: Path) -> None:
    path = written(tmp_path, NET.replace(" stride 3", ""))
    told = solved(path, "--vary", "w=1..2", "--step", "0.5", "--under", "params <= 5M")
    assert sorted(answer["vars"]["w"] for answer in told["answers"]) == [1, 1.5, 2]
    assert all(answer["gives"]["params"] == answer["params"] for answer in told["answers"])


def test_where_no_candidate_stands_the_faults_of_the_file_are_told(tmp_path: Path) -> None:
    result = run(written(tmp_path, UNET.replace("[large", "[upsample_1")), "--input", "350..352", "--exact")
    assert (result.code, result.out) == (1, "")
    assert "error[CNN" in result.err
    assert "help: " in result.err
