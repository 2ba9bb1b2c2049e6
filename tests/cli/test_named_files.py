"""The names on a command line: an empty one is none, and what is read is never written over, whatever it is called."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
import pytest

from cnncalc.cli.group import COMMANDS, cnncalc
from cnncalc.cli.named import FOLDERS, READ, WRITTEN, Command
from tests.cli.terminal import call, spec

NET = "input: 8x8x3\nlayers:\n  - conv: 4 3x3\n  - relu\nvariants:\n  other: {note: the same one}\n"

OTHERS = {
    "layer", "variant", "settings", "sizes", "columns", "dtype", "limits", "save", "memory", "ignored", "wanted",
    "kernel", "stride", "padding", "vary", "step", "under",
}  # fmt: skip
"""Texts that name no file."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nets").mkdir()
    spec(tmp_path, NET)
    spec(tmp_path / "nets", NET)
    return tmp_path


def parameters():
    for name in COMMANDS:
        command = cnncalc.get_command(click.Context(cnncalc), name)
        assert isinstance(command, Command), name
        yield from ((name, parameter) for parameter in command.params)


def test_every_text_of_every_command_is_known_to_name_a_file_or_not():
    texts = {
        parameter.name for _, parameter in parameters() if parameter.type.name in ("text", "path", "file", "directory")
    }
    assert texts == READ | WRITTEN | FOLDERS | OTHERS


WRITERS = [
    "summarize net.yaml", "summarize net.yaml --variant other", "summarize ./nets/../net.yaml --format json",
    "check net.yaml",
    "check nets net.yaml", "check net.yaml --format sarif", "explain net.yaml", "explain net.yaml conv_1",
    "explain net.yaml conv_1 --tex", "diff net.yaml nets/net.yaml", "diff nets/net.yaml net.yaml:other",
]  # fmt: skip


@pytest.mark.parametrize("words", WRITERS)
@pytest.mark.parametrize("other", ["net.yaml", "nets/../net.yaml", "absolute", "link", "hard"])
def test_what_is_read_is_not_written_over_under_any_name(folder, words, other):
    (folder / "link").symlink_to("net.yaml")
    (folder / "hard").hardlink_to("net.yaml")
    output = str(folder / "net.yaml") if other == "absolute" else other
    called = call(*words.split(), "-o", output)
    assert (called.code, called.out) == (2, "")
    assert called.err.count("which this command reads") == 1
    assert Path("net.yaml").read_text("utf-8") == NET
    assert sorted(path.name for path in folder.iterdir()) == ["hard", "link", "net.yaml", "nets"]


@pytest.mark.parametrize("other", ["nets/net.yaml", "report.xml", "link"])
def test_a_spec_below_a_folder_is_not_written_over(folder, other):
    (folder / "report.xml").hardlink_to("nets/net.yaml")
    (folder / "link").symlink_to("nets/net.yaml")
    assert "which this command reads" in call("check", "nets", "-o", other).err
    assert Path("nets/net.yaml").read_text("utf-8") == NET


def test_a_network_that_ships_is_not_written_over(folder, monkeypatch):
    from cnncalc.language import shelf

    (folder / "shelf").mkdir()
    shutil.copy(Path(shelf.shelf()) / "lenet5.yaml", folder / "shelf")
    monkeypatch.setattr(shelf, "_SHELVES", (str(folder / "shelf"),))
    assert "which this command reads" in call("summarize", "lenet5", "-o", "shelf/lenet5.yaml").err


@pytest.mark.parametrize(
    "words",
    [
        "diff HEAD:nets/net.yaml HEAD~1:nets/net.yaml",
        "diff HEAD:nets/net.yaml:other net.yaml",
        "diff HEAD:nets HEAD~1:nets",
    ],
)
@pytest.mark.parametrize("other", ["nets/net.yaml", "hard"])
def test_the_file_of_a_revision_is_not_written_over_here(folder, words, other):
    (folder / "hard").hardlink_to("nets/net.yaml")
    assert "nets/net.yaml, which this command reads" in call(*words.split(), "-o", other).err
    assert Path("nets/net.yaml").read_text("utf-8") == NET


def test_of_a_file_and_its_variant_the_file_is_read(folder):
    assert "net.yaml, which this command reads" in call("summarize", "net.yaml:other", "-o", "net.yaml").err


OTHER_COMMANDS = ["schema", "explain conv", "explain CNN401", "explain Conv2d", "summarize lenet5", "check lenet5",
                  "diff lenet5 alexnet", "explain lenet5 --reaches"]  # fmt: skip
SPECS = [
    NET,
    "# a comment\n---\n'layers':\n- conv: 4 3x3\ninput: 8x8x3\n",
    "\ufefflayers: []\n",
    "{input: 8x8x3, layers: [relu]}\n",
    '{\n "input": "8x8x3",\n "layers": []\n}',
    "input: [8, \nlayers:\n  - conv: {\n",
]


@pytest.mark.parametrize("words", OTHER_COMMANDS)
def test_no_report_replaces_a_spec(folder, words):
    called = call(*words.split(), "-o", "net.yaml")
    assert (called.code, called.out) == (2, "")
    assert "net.yaml is a spec, which the report would replace: name another" in called.err
    assert Path("net.yaml").read_text("utf-8") == NET


@pytest.mark.parametrize("text", SPECS)
@pytest.mark.parametrize("name", ["other.yml", "other.YAML", "link"])
def test_a_spec_is_known_by_its_name_and_its_text_sound_or_not(folder, text, name):
    (folder / "target.yaml").write_text(text, encoding="utf-8")
    if name == "link":
        (folder / name).symlink_to("target.yaml")
    else:
        (folder / "target.yaml").rename(name)
    assert "is a spec, which the report would replace" in call("schema", "-o", name).err
    assert Path(name).read_text("utf-8") == text


@pytest.mark.parametrize("words", [*OTHER_COMMANDS, "summarize lenet5 --format json", "explain conv --format markdown"])
@pytest.mark.parametrize("name", ["out.yaml", "out.md"])
def test_a_report_is_written_over_whatever_its_name(folder, words, name):
    assert [call(*words.split(), "-o", name).code for _ in range(2)] == [0, 0]


@pytest.mark.parametrize(
    "words", ["check nets", "check net.yaml nets", "check .", "diff nets .", "diff HEAD:nets lenet5"]
)
@pytest.mark.parametrize("name", ["nets/out.yaml", "nets/deep/out.YML", "nets/../nets/out.yaml"])
def test_a_report_does_not_become_a_spec_of_the_folder_that_is_read(folder, words, name):
    (folder / "nets" / "deep").mkdir()
    called = call(*words.split(), "-o", name)
    assert (called.code, called.out) == (2, "")
    assert "is read again: name it otherwise, as .txt or .json" in called.err
    assert not Path(name).exists()


@pytest.mark.parametrize("name", ["nets/out.txt", "out.yaml", "nets-too/out.yaml"])
def test_any_other_name_is_free(folder, name):
    (folder / "nets-too").mkdir()
    assert call("check", "nets", "-o", name).code == 0
    assert Path(name).is_file()


@pytest.mark.parametrize("word", ["conv", "CNN401", "padding"])
def test_a_word_that_is_explained_is_no_file(folder, word):
    assert [call("explain", word, "-o", word).code for _ in range(2)] == [0, 0]
    spec(folder, NET, word)
    assert "which this command reads" in call("explain", f"./{word}", "-o", word).err
    assert "which this command reads" in call("explain", word, "conv_1", "-o", word).err
    assert "which this command reads" in call("explain", word, "--reaches", "-o", word).err


def test_what_is_no_word_is_a_file(folder):
    spec(folder, NET, "Conv2d")
    assert "which this command reads" in call("explain", "Conv2d", "-o", "Conv2d").err


@pytest.mark.parametrize("words", WRITERS)
def test_other_files_are_written_over_as_ever(folder, words):
    (folder / "out").write_text("old", encoding="utf-8")
    called = call(*words.split(), "-o", "out")
    assert called.code == 0, called.err
    assert Path("out").read_text("utf-8") != "old"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system has no /proc")
def test_an_open_file_is_the_file_that_it_is(folder):
    with Path("net.yaml").open("ab") as file:
        assert "which this command reads" in call("summarize", "net.yaml", "-o", f"/dev/fd/{file.fileno()}").err


@pytest.fixture
def maps(folder):
    """Maps that an earlier run has saved."""
    np.save("image.npy", np.zeros((8, 8, 3), np.float32))
    assert call("run", "net.yaml", "image.npy", "--save", "all").code == 0
    return Path("activations")


def put(place: Path, file: str, how: str) -> None:
    """The file lies where a run would write."""
    place.unlink(missing_ok=True)
    makes: dict[str, Callable[..., object]] = {"moved": shutil.copy, "symbolic": os.symlink, "hard": os.link}
    makes[how](Path(file).resolve(), place)


SAVED = ["01-conv_1.npy", "02-relu_1.png", "index.html"]


@pytest.mark.parametrize("memory", [(), ("--memory", "1MiB")])
@pytest.mark.parametrize("how", ["moved", "symbolic", "hard"])
def test_the_image_is_not_written_over(maps, how, memory):
    put(maps / "01-conv_1.npy", "image.npy", how)
    before = Path("image.npy").read_bytes()
    image = "activations/01-conv_1.npy" if how == "moved" else "image.npy"
    called = call("run", "net.yaml", image, "--save", "all", *memory)
    assert (called.code, called.out) == (2, "")
    assert called.err.count("which this run reads") == 1
    assert Path(image).read_bytes() == before == Path("image.npy").read_bytes()
    assert call("run", "net.yaml", image, "--save", "all", "--out", "elsewhere", *memory).code == 0


@pytest.mark.parametrize("name", SAVED)
@pytest.mark.parametrize(
    ("file", "words"),
    [("net.yaml", ()), ("labels.txt", ("--labels", "labels.txt")), ("weights.npz", ("--weights", "weights.npz"))],
)
def test_nor_is_the_spec_and_what_belongs_to_it(maps, name, file, words):
    if not Path(file).exists():
        Path(file).write_text("a\nb\n", encoding="utf-8")
    put(maps / name, file, "hard")
    before = Path(file).read_bytes()
    called = call("run", "net.yaml", "image.npy", "--save", "all", *words)
    assert "which this run reads" in called.err
    assert Path(file).read_bytes() == before


def test_nor_are_the_spec_s_own_labels(maps):
    Path("labels.txt").write_text("a\n", encoding="utf-8")
    Path("net.yaml").write_text(f"{NET}labels: labels.txt\n", encoding="utf-8")
    put(maps / "index.html", "labels.txt", "hard")
    assert "which this run reads" in call("run", "net.yaml", "image.npy", "--save", "conv_1").err


def test_an_image_of_many_is_not_written_over_in_the_folder_of_one(folder):
    np.save("many.npy", np.zeros((3, 8, 8, 3), np.float32))
    assert call("run", "net.yaml", "many.npy", "--save", "conv_1").code == 0
    put(Path("activations/2/conv_1.npy"), "many.npy", "hard")
    assert "which this run reads" in call("run", "net.yaml", "many.npy", "--save", "conv_1").err
    assert call("run", "net.yaml", "many.npy", "--save", "relu_1").code == 0


EMPTY = [
    ("summarize", ""), ("check", ""), ("check", "net.yaml", ""), ("fmt", ""), ("fmt", "--check", ""), ("explain", ""),
    ("solve", "", "--exact", "--input", "8..9"), ("diff", "", "net.yaml"), ("diff", "net.yaml", ""), ("specs", ""),
    ("run", "", "coffee"), ("run", "net.yaml", ""), ("run", "net.yaml", "input="),
    ("run", "net.yaml", "coffee", "--weights", ""),
    ("run", "net.yaml", "coffee", "--labels", ""), ("run", "net.yaml", "coffee", "--save", "conv_1", "--out", ""),
    ("summarize", "net.yaml", "-o", ""), ("check", "net.yaml", "-o", ""), ("schema", "-o", ""),
]  # fmt: skip


@pytest.mark.parametrize("words", EMPTY)
def test_an_empty_name_is_a_fault_and_not_the_current_folder(folder, words):
    before = Path("net.yaml").read_text("utf-8")
    called = call(*words)
    assert (called.code, called.out) == (2, "")
    assert "an empty name is not the name of a file" in called.err
    assert Path("net.yaml").read_text("utf-8") == before
    assert sorted(path.name for path in folder.iterdir()) == ["net.yaml", "nets"]


def test_an_empty_name_among_specs_is_no_folder(folder):
    from cnncalc.lookup.folders import spec_files

    assert spec_files([""]) == ([""], [], [])
