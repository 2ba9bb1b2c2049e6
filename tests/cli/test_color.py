"""Colour where it is wanted: on a terminal, or by FORCE_COLOR; nowhere with NO_COLOR, nor in what programs read."""

import io
import sys

import pytest

from cnncalc.cli.terminal import wants_bar, wants_color
from tests.cli.terminal import call, spec

ESCAPE = "\x1b["
COMMANDS = (
    "summarize lenet5", "summarize broken.yaml", "check broken.yaml", "diff lenet5 alexnet", "explain lenet5 conv_1",
    "solve broken.yaml --input 20..30 --exact", "specs", "fmt --check broken.yaml", "run edges chelsea --top 1",
    "run --plan edges",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A current folder with a spec that is wrong."""
    monkeypatch.chdir(tmp_path)
    spec(tmp_path, "input: 4x4x1\nlayers: [conv 3]\n", "broken.yaml")
    for name in ("FORCE_COLOR", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_is_coloured_where_that_is_forced_and_plain_otherwise(words, folder, monkeypatch):
    plain = call(*words.split())
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = call(*words.split())
    assert ESCAPE not in plain.output
    assert ESCAPE in coloured.output
    assert plain.code == coloured.code
    monkeypatch.setenv("NO_COLOR", "1")
    assert call(*words.split()) == plain


@pytest.mark.parametrize("words", ["summarize lenet5 --format json", "summarize lenet5 --format markdown",
                                   "check broken.yaml --format concise", "summarize lenet5 -o out.txt"])  # fmt: skip
def test_what_programs_and_files_get_is_never_coloured(words, folder, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    called = call(*words.split())
    written = folder / "out.txt"
    assert ESCAPE not in called.out + (written.read_text("utf-8") if written.exists() else "")


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("terminal", "environment", "color", "bar"),
    [
        (True, {}, True, True),
        (True, {"NO_COLOR": "1"}, False, False),
        (True, {"NO_COLOR": ""}, True, True),
        (True, {"TERM": "dumb"}, False, False),
        (False, {}, False, False),
        (False, {"FORCE_COLOR": "1"}, True, False),
        (False, {"FORCE_COLOR": "0"}, True, False),
        (False, {"FORCE_COLOR": ""}, False, False),
        (True, {"FORCE_COLOR": "1", "TERM": "dumb"}, True, False),
        (True, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
    ],
)
@pytest.mark.parametrize("error", [True, False])
def test_no_color_beats_force_color_which_beats_the_terminal(
    terminal, environment, color, bar, error, folder, monkeypatch
):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stderr" if error else "stdout", Terminal() if terminal else io.StringIO())
    assert wants_color(error=error) is color
    if error:
        assert wants_bar() is bar
