"""Faults on a terminal are broken at its width and nowhere else; in a log every message is one line."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from cnncalc.render.terminal import width
from tests.cli.terminal import call, spec

NET = """\
input: 32x32x3
layers:
  - conv: 5 3x3 stride 3
budget: {params: 250K, peak_activation: 96 KiB}
"""
BODY = ("  |", "1 |", "2 |", "3 |", " -->")
"""How lines of the source begin, which are cut and not broken."""


@pytest.fixture
def net(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    spec(tmp_path, NET)


def told(columns: int | None, monkeypatch: pytest.MonkeyPatch, command: str) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(columns or ""))
    lines = call(command, "net.yaml").err.rstrip("\n").split("\n")
    return [line for line in lines if not line.startswith(BODY)]


@pytest.mark.parametrize("command", ["check", "summarize"])
@pytest.mark.parametrize("columns", [40, 60, 80])
def test_messages_and_helps_are_as_wide_as_the_terminal_and_hang(net, monkeypatch, columns, command):
    lines = told(columns, monkeypatch, command)
    quoted = [line for line in lines if line.count("`") % 2]
    assert [line for line in lines if width(line) > columns] == []
    assert quoted == []
    assert lines[0].startswith("error[CNN401]: stride 3")
    assert lines[1].startswith(" " * len("error[CNN401]: ") + "is" if columns == 60 else " ") or columns == 80
    whole = told(None, monkeypatch, command)
    assert " ".join(lines).split() == " ".join(whole).split()
    assert len(whole) < len(lines)


def test_a_log_has_one_line_for_each_message(net, monkeypatch):
    lines = told(None, monkeypatch, "check")
    starts = ("error[CNN401]: ", "help: ", "net.yaml:4:18: not judged: ", "checked 1 spec: ")
    assert [line for line in lines if line and not line.startswith(starts)] == []
    assert max(map(width, lines)) > 80


def test_a_file_of_faults_is_not_broken(net, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    call("check", "net.yaml", "-o", "out.txt")
    with open("out.txt", encoding="utf-8") as file:  # noqa: PTH123
        assert "error[CNN401]: stride 3 does not fit: (32 - 3)/3 + 1 = 10.67 is not a whole number\n" in file


def test_an_edit_is_not_broken_even_where_it_is_wider_than_the_terminal(net, monkeypatch):
    from cnncalc.render.terminal import hanging

    edit = "`" + "a b " * 20 + "`"
    assert hanging("help: ", f"or {edit} then", 40) == ["help: or", f"      {edit}", "      then"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
@pytest.mark.parametrize("columns", [60, 132])
def test_the_terminal_of_standard_error_decides(net, columns):
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"} | {"NO_COLOR": "1"}
    words = [sys.executable, "-m", "cnncalc", "check", "net.yaml"]
    done = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=theirs, env=environment)
    os.close(theirs)
    text = b""
    try:
        while piece := os.read(ours, 4096):
            text += piece
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert done.wait() == 1
    lines = text.decode().splitlines()
    assert ("               is not a whole number" in lines) == (columns == 60)
