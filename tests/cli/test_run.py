"""`cnncalc run`: pictures and arrays go in, answers and pictures come out."""

from __future__ import annotations

import shutil
from functools import partial

import numpy as np
import pytest
from PIL import Image

import cnncalc
from cnncalc.executor.files.rows import sample_images
from tests.cli.terminal import call, facts, spec

CLASSIFIER = "name: tiny\ninput: 8x8x3\nlayers:\n  - conv: 4 3x3\n    name: maps\n  - fc: 3\n  - softmax\n"
TWINS = (
    "name: twins\ninputs: {left: 4x4x1, right: 4x4x1}\nlayers:\n"
    "  - conv: 2 3x3\n    name: a\n    from: left\n  - conv: 2 3x3\n    name: b\n    from: right\n    share: a\n"
    "  - subtract:\n    from: [a, b]\n"
)

answers = partial(facts, "run")


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(np.arange(192, dtype=np.uint8).reshape(8, 8, 3)).save(path)
    return path


def test_the_answer_is_what_the_library_computes(tmp_path, picture):
    path = spec(tmp_path, CLASSIFIER)
    told = answers(path, picture, "--seed", 7)
    net = cnncalc.load(path)
    image = np.asarray(Image.open(picture), np.float32)[None] / 255
    wanted = np.asarray(cnncalc.run(net, image, cnncalc.init_weights(net, seed=7)).output)[0]
    top = told["images"][0]["outputs"][0]["top"]
    assert [entry["class"] for entry in top] == np.argsort(-wanted).tolist()
    assert [entry["value"] for entry in top] == pytest.approx(np.sort(wanted)[::-1], rel=1e-5)


def test_random_weights_are_said_to_be_random_and_written_ones_are_not(tmp_path, picture):
    assert "random, seed 0" in call("run", spec(tmp_path, CLASSIFIER), picture).out
    assert "written in the spec" in call("run", "edges", "chelsea").out


def test_weights_come_from_a_file_by_option_or_beside_the_spec(tmp_path, picture):
    net = cnncalc.loads(CLASSIFIER)
    cnncalc.save_weights(tmp_path / "w.npz", cnncalc.init_weights(net, seed=3))
    given = answers(spec(tmp_path, CLASSIFIER), picture, "--weights", tmp_path / "w.npz")
    drawn = answers(spec(tmp_path, CLASSIFIER), picture, "--seed", 3)
    beside = answers(spec(tmp_path, CLASSIFIER + "weights: w.npz\n", "other.yaml"), picture)
    assert given["images"] == drawn["images"] == beside["images"]


def test_labels_name_the_classes(tmp_path, picture):
    (tmp_path / "labels.txt").write_text("cat\ndog\nHündin\n", encoding="utf-8")
    called = call("run", spec(tmp_path, CLASSIFIER), picture, "--labels", tmp_path / "labels.txt", "--top", 3)
    assert all(label in called.out for label in ("cat", "dog", "Hündin"))


def test_maps_are_saved_as_pictures_and_arrays(tmp_path, picture):
    out = tmp_path / "maps"
    told = answers(spec(tmp_path, CLASSIFIER), picture, "--save", "maps", "--out", out)
    assert sorted(path.name for path in out.iterdir()) == ["index.html", "maps.npy", "maps.png"]
    assert len(told["images"][0]["saved"]) == 2
    assert np.load(out / "maps.npy").shape == (6, 6, 4)
    with Image.open(out / "maps.png") as grid:
        assert grid.size[0] > 6


def test_many_pictures_are_answered_one_by_one_whatever_the_batch(tmp_path):
    files = [str(path) for path in sample_images().values()]
    path = spec(tmp_path, CLASSIFIER)
    single, batched = answers(path, *files), answers(path, *files, "--batch", 2)
    assert [image["image"] for image in batched["images"]] == files
    for one, other in zip(single["images"], batched["images"], strict=True):
        assert [e["value"] for e in one["outputs"][0]["top"]] == pytest.approx(
            [e["value"] for e in other["outputs"][0]["top"]], rel=1e-4
        )


def test_both_executors_agree(tmp_path, picture):
    path = spec(tmp_path, CLASSIFIER)
    fast, slow = answers(path, picture), answers(path, picture, "--executor", "reference")
    values = [[e["value"] for e in told["images"][0]["outputs"][0]["top"]] for told in (fast, slow)]
    assert values[0] == pytest.approx(values[1], rel=1e-4)


@pytest.mark.parametrize("executor", ["fast", "reference"])
def test_both_executors_compute_in_the_dtype_that_is_asked_for(tmp_path, picture, executor):
    path = spec(tmp_path, CLASSIFIER)
    maps = {}
    for dtype in ("float32", "float64"):
        out = tmp_path / dtype
        told = answers(path, picture, "--executor", executor, "--dtype", dtype, "--save", "maps", "--out", out)
        maps[dtype] = np.load(out / "maps.npy")
        assert told["dtype"] == maps[dtype].dtype == dtype
    assert 0 < np.abs(maps["float32"] - maps["float64"]).max() < 1e-5
    assert "computed in float64" in call("run", path, picture, "--executor", executor, "--dtype", "float64").out


def test_threads_change_no_bit(tmp_path, picture):
    path = spec(tmp_path, CLASSIFIER)
    one, several = answers(path, picture, "--threads", 1), answers(path, picture, "--threads", 7)
    assert one == several


def test_several_inputs_take_files_by_name(tmp_path):
    for name in ("l", "r"):
        np.save(tmp_path / f"{name}.npy", np.full((4, 4, 1), 0.5, np.float32))
    path = spec(tmp_path, TWINS)
    told = answers(path, f"left={tmp_path}/l.npy", f"right={tmp_path}/r.npy")
    assert told["images"][0]["outputs"][0]["maps"] == [{"smallest": 0.0, "mean": 0.0, "largest": 0.0}] * 2
    called = call("run", path, tmp_path / "l.npy")
    assert called.code == 2
    assert "twins has several inputs: write left=a.png right=a.png" in called.err


def test_a_file_that_is_no_picture_is_told_and_the_others_are_answered(tmp_path, picture):
    broken = spec(tmp_path, "no picture", "broken.png")
    called = call("run", spec(tmp_path, CLASSIFIER), broken, picture)
    assert called.code == 2
    assert "photo.png: softmax_1 3" in called.out
    assert "broken.png" in called.err
    assert called.crash is None


def test_a_file_wins_over_a_picture_that_ships(tmp_path, monkeypatch, picture):
    shutil.copy(picture, tmp_path / "chelsea")
    monkeypatch.chdir(tmp_path)
    path = spec(tmp_path, CLASSIFIER)
    assert answers(path, "chelsea")["images"][0]["outputs"] == answers(path, picture)["images"][0]["outputs"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--save", "conv_9"], "there is no 'conv_9' in this network"),
        (["--weights", "nowhere.npz"], "nowhere.npz"),
        (["--weights", "w.pickle"], "weights are kept in .npz or .safetensors files"),
        (["--labels", "nowhere.txt"], "nowhere.txt: there is no such file"),
        (["--seed", "-1"], "-1 is not in the range"),
        (["--threads", "0"], "0 is not in the range 1<=x<=256"),
        (["--threads", "257"], "257 is not in the range 1<=x<=256"),
        (["--dtype", "float16"], "'float16' is not one of 'float32', 'float64'"),
    ],
)
def test_what_cannot_begin_is_told_before_anything_runs(tmp_path, picture, words, message):
    called = call("run", spec(tmp_path, CLASSIFIER), picture, *words)
    assert called.crash is None
    assert called.code == 2
    assert message in called.err
    assert called.out == ""


def test_a_run_that_needs_more_than_there_is_is_refused_with_its_size(tmp_path, picture):
    called = call("run", spec(tmp_path, "input: 40000x40000x64\nlayers: [conv: 64 3x3 pad 1]\n"), picture)
    assert called.code == 2
    assert "GiB" in called.err
    assert "bytes" in called.err


def test_weights_and_labels_that_are_links_out_of_the_folder_are_refused(tmp_path, picture):
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.txt").write_text("secret\n")
    (inside / "labels.txt").symlink_to(tmp_path / "secret.txt")
    called = call("run", spec(inside, CLASSIFIER + "labels: labels.txt\n"), picture)
    assert called.code == 2
    assert "outside the folder of the spec" in called.err


@pytest.mark.parametrize("words", [("chelsea",), ("--plan",)])
def test_a_folder_without_anything_to_save_is_refused(tmp_path, words):
    called = call("run", "edges", *words, "--out", tmp_path / "maps")
    assert (called.code, called.out) == (2, "")
    assert "--out is the folder that --save writes to: add --save all, or --save PATH" in called.err
    assert not (tmp_path / "maps").exists()
