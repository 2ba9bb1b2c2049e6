"""`cnncalc run --memory`: what does not fit is computed in strips of rows, and says the same as a run at once."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

import numpy as np
import pytest
from PIL import Image

from tests.cli.terminal import call, facts, spec

MAPS = (
    "name: maps\n"
    "input: {height: 480, width: 400, channels: 3, mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.4]}\n"
    "layers:\n  - conv: 6 3x3 pad 1 act relu\n    name: first\n  - max_pool: 2x2\n"
    "  - conv: 4 5x5 pad 2\n    name: last\n"
)
CLASSES = MAPS + "  - global_avg_pool\n  - fc: 5\n  - softmax\n"
TWINS = (
    "name: twins\ninputs: {left: 600x400x1, right: 600x400x1}\nlayers:\n  - subtract:\n    from: [left, right]\n"
    "  - conv: 3 3x3\n    name: c\n"
)

LIMIT = "8MiB"
"""Half of what the networks above take at once, and four times what their thinnest strips take."""

answers = partial(facts, "run")


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (260, 240, 3), dtype=np.uint8)).save(path)
    return path


def ranges(told):
    return [
        [entry[key] for key in ("smallest", "mean", "largest")] for entry in told["images"][0]["outputs"][0]["maps"]
    ]


def test_the_answer_in_strips_is_the_answer_at_once(tmp_path, picture):
    path = spec(tmp_path, MAPS)
    whole, strips = answers(path, picture), answers(path, picture, "--memory", LIMIT)
    assert strips["memory"]["strips"] > 1
    assert np.allclose(ranges(whole), ranges(strips), rtol=1e-5, atol=1e-6)
    assert whole["memory"] is None


def test_the_classes_after_strips_are_the_classes_at_once(tmp_path, picture):
    path = spec(tmp_path, CLASSES)
    whole, strips = answers(path, picture), answers(path, picture, "--memory", LIMIT)
    assert strips["memory"]["strips"] > 1
    for one, other in zip(*(told["images"][0]["outputs"][0]["top"] for told in (whole, strips)), strict=True):
        assert one["class"] == other["class"]
        assert one["value"] == pytest.approx(other["value"], rel=1e-5)


def test_a_run_under_a_limit_says_the_limit_what_was_used_and_that_weights_come_on_top(tmp_path, picture):
    path = spec(tmp_path, MAPS)
    told = answers(path, picture, "--memory", "8 MiB")["memory"]
    assert told["limit_bytes"] == 8 * 2**20
    assert 0 < told["used_bytes"] <= told["limit_bytes"]
    assert told["weight_bytes"] == 4 * (6 * 27 + 6 + 4 * 150 + 4)
    last = call("run", path, picture, "--memory", LIMIT).out.rstrip().split("\n")[-1]
    assert last.startswith("memory: ")
    assert "of at most 8.0 MiB for activations and scratch, in " in last
    assert last.endswith(" strips of rows; 3.0 KiB of weights come on top")


def test_what_fits_is_computed_as_a_whole(tmp_path, picture):
    called = call("run", spec(tmp_path, MAPS), picture, "--memory", "1GiB")
    assert "for activations and scratch, as a whole; " in called.out


def test_maps_are_saved_as_they_are_at_once(tmp_path, picture):
    path = spec(tmp_path, MAPS)
    for out, more in (("whole", ()), ("strips", ("--memory", LIMIT))):
        answers(path, picture, "--save", "first", "--save", "last", "--out", tmp_path / out, *more)
    names = sorted(file.name for file in (tmp_path / "whole").iterdir())
    assert names == ["first.npy", "first.png", "index.html", "last.npy", "last.png"]
    assert sorted(file.name for file in (tmp_path / "strips").iterdir()) == names
    for name in ("first.npy", "last.npy"):
        whole, strips = np.load(tmp_path / "whole" / name), np.load(tmp_path / "strips" / name)
        assert whole.dtype == strips.dtype == np.float32
        assert np.allclose(whole, strips, rtol=1e-4, atol=1e-5)


def test_all_maps_can_be_saved_and_their_files_are_told(tmp_path, picture):
    told = answers(spec(tmp_path, CLASSES), picture, "--memory", LIMIT, "--save", "all", "--out", tmp_path / "maps")
    saved = told["images"][0]["saved"]
    assert len(saved) == 12
    files = [*saved, told["images"][0]["page"]]
    assert sorted(files) == sorted(str(path) for path in (tmp_path / "maps").iterdir())
    assert np.load(tmp_path / "maps" / "06-softmax_1.npy").sum() == pytest.approx(1)


def test_an_array_is_read_row_by_row_and_each_of_many_has_its_answer(tmp_path):
    values = np.random.default_rng(0).normal(size=(3, 480, 400, 3)).astype(np.float32)
    np.save(tmp_path / "many.npy", values)
    path = spec(tmp_path, MAPS)
    whole = answers(path, tmp_path / "many.npy")
    strips = answers(path, tmp_path / "many.npy", "--memory", LIMIT, "--save", "last", "--out", tmp_path / "maps")
    assert [image["image"] for image in strips["images"]] == [image["image"] for image in whole["images"]]
    for one, other in zip(whole["images"], strips["images"], strict=True):
        assert np.allclose(ranges({"images": [one]}), ranges({"images": [other]}), rtol=1e-5, atol=1e-6)
    assert sorted(path.name for path in (tmp_path / "maps").iterdir()) == ["0", "1", "2"]


def test_several_inputs_are_read_side_by_side(tmp_path):
    generator = np.random.default_rng(0)
    for name in "lr":
        Image.fromarray(generator.integers(0, 256, (600, 400), dtype=np.uint8)).save(tmp_path / f"{name}.png")
    words = spec(tmp_path, TWINS), f"left={tmp_path}/l.png", f"right={tmp_path}/r.png"
    strips = answers(*words, "--memory", LIMIT)
    assert strips["memory"]["strips"] > 1
    assert np.allclose(ranges(answers(*words)), ranges(strips), rtol=1e-5, atol=1e-6)


def test_float64_is_kept_under_a_limit(tmp_path, picture):
    words = spec(tmp_path, MAPS), picture, "--dtype", "float64"
    strips = answers(*words, "--memory", LIMIT, "--save", "last", "--out", tmp_path / "maps")
    assert strips["dtype"] == "float64"
    assert np.load(tmp_path / "maps" / "last.npy").dtype == np.float64
    assert np.allclose(ranges(answers(*words)), ranges(strips), rtol=1e-12, atol=1e-12)


def test_a_file_that_is_no_picture_is_told_and_the_others_are_answered(tmp_path, picture):
    (tmp_path / "broken.png").write_text("no picture")
    called = call("run", spec(tmp_path, MAPS), tmp_path / "broken.png", tmp_path, picture, "--memory", LIMIT)
    assert (called.code, called.crash) == (2, None)
    assert "photo.png: last 240x200x4" in called.out
    assert "broken.png: is not a picture that can be read" in called.err
    assert f"{tmp_path}: is not a regular file" in called.err


def test_a_huge_header_is_told_and_never_allocated(tmp_path):
    path = tmp_path / "huge.npy"
    with path.open("wb") as file:
        header = {"descr": "<f4", "fortran_order": False, "shape": (2**40, 480, 400, 3)}
        np.lib.format.write_array_header_1_0(file, header)
    called = call("run", spec(tmp_path, MAPS), path, "--memory", LIMIT)
    assert (called.code, called.crash) == (2, None)
    assert called.err.startswith(f"error: {path}: cannot be read")
    assert called.err.count("\n") == 1


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ("0", "not '0', which holds nothing"),
        ("-5", "-5 is below zero"),
        ("5 apples", "`apples` is not a unit"),
        ("5MB", "write `5MiB` for bytes"),
        ("", "a number is due here"),
        ("much", "`much` is not a number"),
        ("1e99", "1e99 is out of range"),
        ("0.1", "not '0.1', which holds nothing"),
        ("nan", "`nan` is not a number"),
    ],
)
def test_a_size_that_is_none_is_told_with_what_would_be_one(tmp_path, picture, size, message):
    called = call("run", spec(tmp_path, MAPS), picture, f"--memory={size}")
    assert (called.code, called.crash, called.out) == (2, None, "")
    assert "Invalid value for '--memory': it takes a size such as 1GiB, 256MiB or 500M" in called.err
    assert message in called.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--memory", "1K"], "--memory is too small: of 1,000 bytes 125 are reserved"),
        (["--memory", "1MiB"], "do not hold its rows even one at a time"),
        (
            ["--memory", "1GiB", "--batch", "2"],
            "--memory takes one image at a time and cannot be combined with --batch 2",
        ),
        (["--memory", "1GiB", "--executor", "reference"], "only --executor fast keeps to a --memory limit"),
        (["--memory", "1GiB", "--save", "nothing"], "there is no 'nothing' in this network"),
        (["--memory", "1GiB", "--weights", "w.npz"], "w.npz"),
    ],
)
def test_a_limit_that_cannot_be_kept_is_told_before_anything_runs(tmp_path, picture, words, message):
    called = call("run", spec(tmp_path, MAPS), picture, *words)
    assert (called.code, called.crash, called.out) == (2, None, "")
    assert message in called.err


def test_a_run_at_once_that_is_refused_is_told_of_the_option(tmp_path, picture, monkeypatch):
    monkeypatch.setattr("cnncalc.executor.session.session.free_memory", lambda: 200 * 2**20)
    words = spec(tmp_path, MAPS), picture, "--input", "3000x3000x3"
    fast, slow = call("run", *words), call("run", *words, "--executor", "reference")
    assert (fast.code, slow.code) == (2, 2)
    assert fast.err.rstrip().endswith("; `--memory 64MiB` computes it in strips of rows")
    assert "the run needs" in slow.err
    assert "--memory" not in slow.err


def test_a_full_disk_leaves_nothing_behind(tmp_path, picture, monkeypatch):
    from cnncalc.executor.files import saving

    def full(self, start, values):
        raise OSError(28, "No space left on device", str(self._path))

    monkeypatch.setattr(saving.ArrayFile, "write", full)
    called = call("run", spec(tmp_path, MAPS), picture, "--memory", LIMIT, "--save", "last", "--out", tmp_path / "maps")
    assert (called.code, called.crash) == (2, None)
    assert "No space left on device" in called.err
    assert list((tmp_path / "maps").iterdir()) == []


# Not ru_maxrss: that of a new process begins with what its parent holds.
PEAK = (
    "import re, sys\nfrom pathlib import Path\nfrom cnncalc.cli.group import cnncalc\n"
    "try: cnncalc.main(sys.argv[1:])\nexcept SystemExit as leaving: assert not leaving.code\n"
    "print(re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())[1], file=sys.stderr)"
)


def peak_of(*words):
    """The most that was resident in a process that ran the command, in bytes."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, "run", *map(str, words)], capture_output=True, text=True, check=True
    )
    return int(done.stderr.split()[-1]) * 1024


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="read from /proc")
def test_the_whole_process_stays_near_the_limit_while_all_maps_are_saved(tmp_path):
    height, width = 1800, 2000
    picture = tmp_path / "large.png"
    small = np.random.default_rng(0).integers(0, 256, (18, 20), dtype=np.uint8)
    Image.fromarray(small).resize((width, height), Image.Resampling.BILINEAR).save(picture)
    size = "--input", f"{height}x{width}x1", "--save", "all"
    limit = 48 * 2**20
    idle = peak_of("edges", "camera", "--save", "all", "--out", tmp_path / "idle")
    within = peak_of("edges", picture, *size, "--memory", limit, "--out", tmp_path / "within")
    beyond = peak_of("edges", picture, *size, "--out", tmp_path / "beyond")
    assert within < idle + limit
    assert beyond > idle + 2 * limit
    for name in ("01-edges", "02-strength", "03-pooled"):
        one, other = (np.load(tmp_path / run / f"{name}.npy", mmap_mode="r") for run in ("within", "beyond"))
        assert np.allclose(one, other, atol=1e-5)
