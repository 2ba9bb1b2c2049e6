"""Completion: what is offered where, in real shells where they are installed, and in the form in which shells ask."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cnncalc.cli.completion.shells import Bash, Fish, Zsh
from cnncalc.cli.completion.words import WORDS
from cnncalc.cli.group import COMMANDS
from cnncalc.cli.group import cnncalc as program
from cnncalc.language.shelf import shipped
from tests.cli.shells import BEGIN, SET_UP, Shell
from tests.docs.blocks import ROOT, blocks_of

NET = """\
vars: {width: 8, act: relu}
variants: {wide: {vars: {width: 16}}, narrow: {vars: {width: 4}}}
input: 8x8x3
blocks: {Body: {layers: [conv: $width 3x3, relu]}}
layers: [Body, fc: 10]
"""
TWO = "inputs: {left: 8x8x3, right: 8x8x3}\nlayers:\n  - add:\n    from: [left, right]\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    (folder / "nets").mkdir()
    files = {
        "net.cnn.yaml": NET, "two.yaml": TWO, "my net.yaml": NET, "nets/inner.yml": NET, "notes.txt": "", "w.npz": "",
        "photo.png": "", "broken.yaml": "input: [\nlayers", "wrong.yaml": "layers: [conv: 3]\n", ".hidden.yaml": NET,
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def offered(line: str, folder) -> list[str]:
    """What bash is told for a line, as words and not as their last parts."""
    environment = {**os.environ, "COMP_WORDS": line, "COMP_BREAKS": "", "_CNNCALC_COMPLETE": "bash_complete"}
    done = subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv = ['cnncalc']; from cnncalc.cli import main; main()"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return [entry.removeprefix("plain\t") for entry in done.stdout.splitlines() if entry]


@pytest.mark.parametrize(
    ("line", "some"),
    [
        ("cnncalc ", list(COMMANDS)),
        ("cnncalc --v", ["--version"]),
        ("cnncalc summarize ", [*shipped(), "nets/", "net.cnn.yaml", "two.yaml", r"my\ net.yaml"]),
        ("cnncalc summarize lenet5 --", ["--format", "--depth", "--columns", "--batch", "--set"]),
        ("cnncalc summarize lenet5 --format ", ["table", "json", "markdown", "csv"]),
        ("cnncalc summarize lenet5 --format=", ["--format=table", "--format=json"]),
        ("cnncalc summarize resnet50:", ["resnet50:resnet101", "resnet50:resnet152"]),
        ("cnncalc summarize resnet10", ["resnet101"]),
        ("cnncalc summarize nets/", ["nets/inner.yml"]),
        ("cnncalc summarize .", [".hidden.yaml"]),
        ("cnncalc summarize net.cnn.yaml --variant ", ["wide", "narrow"]),
        ("cnncalc summarize --variant ", []),
        ("cnncalc summarize net.cnn.yaml --set ", ["width=", "act="]),
        ("cnncalc summarize two.yaml --input ", ["left=", "right="]),
        ("cnncalc summarize net.cnn.yaml --input ", []),
        ("cnncalc summarize lenet5 --columns ", ["help", "kind", "macs"]),
        ("cnncalc summarize lenet5 --columns kind,ma", ["kind,macs"]),
        ("cnncalc explain net.cnn.yaml ", ["Body_1/", "Body_1", "fc_1"]),
        ("cnncalc explain net.cnn.yaml Body_1/", ["Body_1/conv_1", "Body_1/relu_1"]),
        ("cnncalc explain CNN40", ["CNN401", "CNN402"]),
        ("cnncalc explain rep", ["repeat"]),
        ("cnncalc explain max_", ["max_pool"]),
        ("cnncalc explain cnn401", ["cnn401"]),
        ("cnncalc explain bud", ["budget"]),
        ("cnncalc explain conv", ["conv", "conv_transpose"]),
        ("cnncalc solve lenet5 c", ["conv_1", "conv_2"]),
        ("cnncalc solve net.cnn.yaml --vary ", ["width=", "act="]),
        ("cnncalc diff net.cnn.yaml net.cnn.yaml:", ["net.cnn.yaml:wide", "net.cnn.yaml:narrow"]),
        ("cnncalc diff lenet5 vgg16 --fail-on p", ["params:", "peak_activation:"]),
        ("cnncalc check net.cnn.yaml two", ["two.yaml"]),
        ("cnncalc check --ignore CNN61", ["CNN610", "CNN611"]),
        ("cnncalc run edges ", ["camera", "chelsea", "coffee", "photo.png", "nets/"]),
        ("cnncalc run two.yaml ", ["left=", "right="]),
        ("cnncalc run two.yaml left=", ["left=chelsea", "left=photo.png"]),
        ("cnncalc run lenet5 --weights ", ["w.npz", "nets/"]),
        ("cnncalc run lenet5 --save ", ["all", "conv_1"]),
        ("cnncalc specs len", ["lenet5"]),
        ("cnncalc fmt t", ["two.yaml"]),
        ("cnncalc schema -o ", ["file\t"]),
        ("cnncalc summarize 'my", ["my net.yaml"]),
        ("/usr/local/bin/cnncalc spec", ["specs"]),
    ],
)
def test_what_may_stand_at_the_cursor_is_offered(line, some, folder):
    words = offered(line, folder)
    assert [word for word in some if word not in words] == []
    if not some:
        assert words == []


@pytest.mark.parametrize(
    ("line", "never"),
    [
        ("cnncalc summarize ", ".hidden.yaml"),
        ("cnncalc summarize ", "notes.txt"),
        ("cnncalc explain ", "CNN401"),
        ("cnncalc explain ", "conv"),
        ("cnncalc check --ignore ", "CNN401"),
        ("cnncalc summarize lenet5 --columns kind,", "kind,kind"),
        ("cnncalc fmt ", "lenet5"),
    ],
)
def test_what_may_not_stand_there_is_not(line, never, folder):
    assert never not in offered(line, folder)


@pytest.mark.parametrize("name", ["broken.yaml", "wrong.yaml", "missing.yaml", "nets", "lenet", "w.npz", "a:b:c", "'"])
@pytest.mark.parametrize("rest", ["", "--variant ", "--set ", "--input ", "conv"])
@pytest.mark.parametrize("command", ["explain", "run", "solve"])
def test_a_spec_that_cannot_be_read_is_met_with_silence(command, rest, name, folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COMP_WORDS", f"cnncalc {command} {name} {rest}")
    said = Bash(program, {}, "cnncalc", "_CNNCALC_COMPLETE").complete()
    assert all(line.startswith(("plain\t", "file\t")) for line in said.splitlines())


def test_what_a_broken_spec_declares_is_offered_all_the_same(folder):
    (folder / "half.yaml").write_text(NET.replace("3x3", "3x3x3x3"), encoding="utf-8")
    assert offered("cnncalc summarize half.yaml --variant w", folder) == ["wide"]


def test_a_tab_imports_neither_numpy_nor_what_prints(folder):
    code = (
        "import sys, atexit; sys.argv = ['cnncalc']; from cnncalc.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = 'numpy rich PIL cnncalc.analysis cnncalc.executor cnncalc.gate cnncalc.derivation'.split()\n"
        "print('|', *[name for name in sys.modules if name.startswith(tuple(heavy))])"
    )
    for line in (
        "cnncalc ",
        "cnncalc explain lenet5 c",
        "cnncalc explain resnet50:",
        "cnncalc explain net.cnn.yaml --set ",
    ):
        environment = {**os.environ, "COMP_WORDS": line, "_CNNCALC_COMPLETE": "bash_complete"}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-1] == "|", line


def test_the_names_of_commands_are_offered_without_importing_any(folder):
    code = (
        "import sys; sys.argv = ['cnncalc']; from cnncalc.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('|', 'cnncalc.cli.summarize' in sys.modules, 'cnncalc.language' in sys.modules)"
    )
    environment = {**os.environ, "COMP_WORDS": "cnncalc s", "_CNNCALC_COMPLETE": "bash_complete"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "plain\tsummarize",
        "plain\tsolve",
        "plain\tspecs",
        "plain\tschema",
        "| False True",
    ]


def test_every_parameter_that_names_something_is_completed():
    """click knows files, choices and numbers; every other parameter has words of ours, unless there are none."""
    free = {
        "solve": {"wanted", "kernel", "stride", "padding", "step", "under"}, "run": {"memory"},
    }  # fmt: skip
    context = click.Context(program)
    for name in COMMANDS:
        command = program.get_command(context, name)
        assert command is not None
        without = {
            parameter.name
            for parameter in command.params
            if parameter._custom_shell_complete is None and isinstance(parameter.type, click.types.StringParamType)
        }
        assert without == free.get(name, set()), name


def test_every_name_of_words_is_one_of_the_table():
    assert [name for name, words in WORDS.items() if not words.__doc__] == []


def test_zsh_and_fish_are_told_whole_words(folder, monkeypatch):
    monkeypatch.chdir(folder)
    for shell, words, word in (
        (Zsh, "cnncalc summarize resnet50:resnet101", "2"),
        (Fish, "cnncalc summarize resnet50:resnet101", "resnet50:resnet101"),
    ):
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", word)
        said = shell(program, {}, "cnncalc", "_CNNCALC_COMPLETE").complete()
        assert said == "plain\tresnet50:resnet101\nplain\tresnet50:resnet101_paper"


def test_the_page_shows_what_each_shell_is_set_up_with_here():
    shown = [block.text.rstrip("\n") for block in blocks_of(ROOT / "docs" / "completion.md")]
    assert shown == list(SET_UP.values())


@pytest.fixture(scope="module", params=BEGIN)
def shell(request, folder):
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    if shutil.which("cnncalc", path=str(Path(sys.executable).parent)) is None:
        pytest.skip("the command is not installed beside this Python")
    shell = Shell(request.param, folder)
    yield shell
    shell.close()


@pytest.mark.parametrize(
    ("begun", "words"),
    [
        ("cnncalc summ", ["cnncalc", "summarize", ""]),
        ("cnncalc summarize siam", ["cnncalc", "summarize", "siamese", ""]),
        ("cnncalc summarize resnet50:resnet152_", ["cnncalc", "summarize", "resnet50:resnet152_paper", ""]),
        ("cnncalc summarize ne", ["cnncalc", "summarize", "net"]),
        ("cnncalc summarize nets/", ["cnncalc", "summarize", "nets/inner.yml", ""]),
        ("cnncalc summarize my", ["cnncalc", "summarize", "my net.yaml", ""]),
        ("cnncalc summarize net.cnn.yaml --set wi", ["cnncalc", "summarize", "net.cnn.yaml", "--set", "width="]),
        ("cnncalc summarize net.cnn.yaml --variant=wi", ["cnncalc", "summarize", "net.cnn.yaml", "--variant=wide", ""]),
        ("cnncalc summarize lenet5 --form", ["cnncalc", "summarize", "lenet5", "--format", ""]),
        ("cnncalc summarize lenet5 --format j", ["cnncalc", "summarize", "lenet5", "--format", "json", ""]),
        ("cnncalc explain net.cnn.yaml Body_1/c", ["cnncalc", "explain", "net.cnn.yaml", "Body_1/conv_1", ""]),
        ("cnncalc explain lenet5 fc_", ["cnncalc", "explain", "lenet5", "fc_"]),
        ("cnncalc explain CNN401", ["cnncalc", "explain", "CNN401", ""]),
        ("cnncalc run two.yaml left=ph", ["cnncalc", "run", "two.yaml", "left=photo.png", ""]),
        ("cnncalc schema -o note", ["cnncalc", "schema", "-o", "notes.txt", ""]),
        ("cnncalc explain broken.yaml x", ["cnncalc", "explain", "broken.yaml", "x"]),
    ],
)
def test_a_tab_in_a_real_shell_completes_the_word(shell, begun, words):
    assert shell.words(begun) == words
    assert b"Traceback" not in shell.shown
