"""What is saved of a picture: short numbered files in the order of execution, and a page that explains them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.executor.files.earlier import PAGE
from cnncalc.executor.files.saving import numbered_name
from tests.cli.terminal import call, spec

DEEP = """\
name: deep & <wide>
input: 16x16x1
blocks:
  Pair:
    params: {filters}
    layers:
      - conv: $filters 3x3 pad 1
        repeat: 2
      - relu
layers:
  - Pair: 4
    name: first
  - max_pool: 2x2
  - Pair: 8
    repeat: 2
  - fc: 10
"""
NAMES = ["01-first.conv_1-1", "02-first.conv_1-2", "03-first.relu_1", "04-max_pool_1", "05-Pair_2-1.conv_1-1",
         "06-Pair_2-1.conv_1-2", "07-Pair_2-1.relu_1", "08-Pair_2-2.conv_1-1", "09-Pair_2-2.conv_1-2",
         "10-Pair_2-2.relu_1", "11-fc_1"]  # fmt: skip


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "image.npy"
    np.save(path, np.random.default_rng(0).random((16, 16, 1)).astype(np.float32))
    return path


@pytest.mark.parametrize("more", [[], ["--memory", "2MiB"], ["--executor", "reference"]])
def test_all_layers_are_numbered_in_the_order_of_execution(tmp_path: Path, image: Path, more: list[str]) -> None:
    out = tmp_path / "maps"
    called = call("run", spec(tmp_path, DEEP), image, "--save", "all", "--out", out, "--format", "json", *more)
    (told,) = json.loads(called.out)["images"]
    files = [f"{name}.{suffix}" for name in NAMES for suffix in ("png", "npy")]
    assert [Path(file).name for file in told["saved"]] == files
    assert told["page"] == str(out / PAGE)
    assert sorted(path.name for path in out.iterdir()) == sorted([*files, PAGE])
    assert np.load(out / "11-fc_1.npy").shape == (10,)


def test_one_line_says_what_was_saved(tmp_path: Path, image: Path) -> None:
    out = tmp_path / "maps"
    plain = "run", spec(tmp_path, DEEP), image
    words = *plain, "--out", out
    lines = call(*words, "--save", "all").out.splitlines()
    assert [line for line in lines if "saved" in line] == [f"saved 11 layers as .png and .npy: {out / PAGE} shows them"]
    assert f"saved 1 layer as .png and .npy: {out / PAGE} shows it" in call(*words, "--save", "max_pool_1").out
    assert "saved" not in call(*plain).out


def test_layers_that_are_named_keep_their_names(tmp_path: Path, image: Path) -> None:
    out = tmp_path / "maps"
    call("run", spec(tmp_path, DEEP), image, "--save", "max_pool_1", "--save", "fc_1", "--out", out)
    assert sorted(path.stem for path in out.glob("*.png")) == ["fc_1", "max_pool_1"]


def test_the_page_shows_every_picture_in_order_and_says_what_the_greys_mean(tmp_path: Path, image: Path) -> None:
    out = tmp_path / "maps"
    call("run", spec(tmp_path, DEEP), image, "--save", "all", "--out", out)
    page = (out / PAGE).read_text("utf-8")
    assert re.findall(r'<img src="([^"]+)\.png"', page) == NAMES
    assert [name for name in NAMES if f'<a href="{name}.npy">' not in page] == []
    assert re.findall(r"<h2>(\d+)\. ([^<]+)</h2>", page)[4] == ("5", "Pair_2[1]/conv_1[1]")
    for words in ("the grey in the middle is 0", "black is the least", "All tiles of a picture have one scale",
                  "random, seed 0", 'numpy.load("01-first.conv_1-1.npy")'):  # fmt: skip
        assert words in " ".join(page.split())
    assert "<title>deep &amp; &lt;wide&gt; · " in page
    assert "conv, 16x16x4; black is" in page
    assert re.search(r"(src|href)=\"(https?:)?//", page) is None


def test_every_picture_has_a_page_of_its_own(tmp_path: Path, image: Path) -> None:
    other = tmp_path / "other.npy"
    other.write_bytes(image.read_bytes())
    out = tmp_path / "maps"
    call("run", spec(tmp_path, DEEP), image, other, "--save", "fc_1", "--out", out)
    assert sorted(str(path.relative_to(out)) for path in out.rglob(PAGE)) == ["image/index.html", "other/index.html"]


@given(st.text(st.sampled_from("aB1_-./[]é日*:\\"), min_size=1, max_size=200), st.integers(1, 999))
def test_a_numbered_name_is_short_plain_and_begins_with_its_number(path: str, number: int) -> None:
    name = numbered_name(path, number, 999)
    assert name.startswith(f"{number:03}-")
    assert re.fullmatch(r"[A-Za-z0-9_.-]{4,44}", name)
    assert not name.endswith(".")


def test_the_order_of_names_is_that_of_execution_in_every_network() -> None:
    network = cnncalc.load("resnet152")
    rows = [node.path for node in network.inference]
    names = [numbered_name(path, number, len(rows)) for number, path in enumerate(rows, 1)]
    assert names == sorted(names)
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 44
