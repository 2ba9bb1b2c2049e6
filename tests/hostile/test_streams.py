"""Streams that are closed, full or read by nobody; interrupts: each ends quietly, with an exit code that is true."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.terminal import call, spec

COMMAND = [sys.executable, "-m", "cnncalc"]
NET = "input: 8x8x3\nlayers:\n  - relu\n"


def shell(line, folder):
    command = " ".join(COMMAND)
    words = ["sh", "-c", line.replace("CNNCALC", command)]
    return subprocess.run(words, capture_output=True, text=True, cwd=folder, check=False)


@pytest.fixture(autouse=True)
def _package_on_the_path(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(Path.cwd()), os.environ.get("PYTHONPATH")))))


@pytest.mark.parametrize("line", ["summarize net.yaml >&-", "check net.yaml >&-", "check net.yaml 2>&-"])
def test_a_closed_stream_is_spoken_to_in_vain_and_changes_no_verdict(line, tmp_path):
    spec(tmp_path, NET)
    done = shell(f"CNNCALC {line}", tmp_path)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_formatting_a_closed_standard_input_finds_nothing_in_it(tmp_path):
    done = shell("CNNCALC fmt - <&-", tmp_path)
    assert done.returncode == 1
    assert "there is nothing in this spec" in done.stderr


def test_formatting_for_a_reader_who_left_says_nothing(tmp_path):
    spec(tmp_path, NET)
    assert shell("(sleep 0.2; cat net.yaml) | CNNCALC fmt - | true", tmp_path).stderr == ""


def test_an_interrupted_command_is_silent_leaves_nothing_and_says_130(tmp_path):
    spec(tmp_path, "input: 8x8x3\nlayers:\n  - sequence:\n    - conv: 3 1x1\n    repeat: 90000\n")
    environment = {**os.environ, "PYTHONPATH": os.environ["PYTHONPATH"]}
    process = subprocess.Popen(
        [*COMMAND, "summarize", "net.yaml", "-o", "out.txt"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment,
    )
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (130, "")
    assert [path.name for path in tmp_path.iterdir()] == ["net.yaml"]


def test_a_depth_that_no_machine_word_holds_folds_nothing(tmp_path):
    path = spec(tmp_path, NET)
    assert call("summarize", path, "--depth", "9" * 30) == call("summarize", path, "--depth", 2)


def test_a_second_document_without_dots_is_not_told_to_delete_dots(tmp_path):
    called = call("summarize", spec(tmp_path, "[][]\n"))
    assert "delete what follows" in called.err
    assert "..." not in called.err
