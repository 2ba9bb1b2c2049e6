"""The command as a whole: help, version, unknown words, what a terminal lacks, and who watches it."""

from __future__ import annotations

import gc
import io
import os
import subprocess
import sys

import pytest

from cnncalc.cli.group import COMMANDS
from cnncalc.cli.terminal import WORTH_WATCHING, watched
from tests.cli.terminal import call, spec


def test_help_names_every_command():
    told = call("--help").out
    assert [command for command in COMMANDS if f"\n  {command} " not in told] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command):
    called = call(command, "--help")
    assert called.code == 0
    assert called.out.startswith(f"Usage: cnncalc {command}")


def test_the_version_is_that_of_the_package():
    import cnncalc

    assert call("--version").out == f"cnncalc {cnncalc.__version__}\n"


@pytest.mark.parametrize(
    ("word", "meant"), [("summarise", "cnncalc summarize"), ("net.yaml", "cnncalc summarize net.yaml")]
)
def test_an_unknown_command_is_told_with_the_nearest(word, meant):
    called = call(word)
    assert called.code == 2
    assert f"Did you mean `{meant}`?" in called.err


def test_importing_the_command_line_leaves_the_collector_alone():
    import cnncalc.cli.summarize  # noqa: F401

    assert gc.isenabled()


def test_what_the_terminal_cannot_write_is_replaced(tmp_path):
    path = spec(tmp_path, "name: 畳み込み\ninput: 4x4x1\nlayers: [relu]\n")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    words = [sys.executable, "-m", "cnncalc", "summarize", str(path)]
    done = subprocess.run(words, capture_output=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert b"????" in done.stdout


def test_a_reader_that_stops_reading_is_no_fault():
    program = f"{sys.executable} -m cnncalc summarize resnet152 --format json | head -c 10"
    done = subprocess.run(["bash", "-c", program], capture_output=True, check=False)
    assert done.stdout == b'{"schema":'
    assert b"Traceback" not in done.stderr


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_and_only_for_many_steps(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    assert list(watched(range(WORTH_WATCHING), WORTH_WATCHING, "checking")) == list(range(WORTH_WATCHING))
    assert "checking" in stream.getvalue()
    stream.seek(0)
    stream.truncate()
    assert list(watched(range(3), 3, "checking")) == [0, 1, 2]
    assert stream.getvalue() == ""


def test_progress_is_not_shown_in_a_log(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    assert len(list(watched(range(100), 100, "checking"))) == 100
    assert stream.getvalue() == ""
