"""The machinery of the long runs: what ends a process is a finding, inputs become small, and all of it is kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cnncalc.cli.group import COMMANDS
from tests.hostile.fuzzing.promises import BrokenPromise, called, desk, in_short
from tests.hostile.fuzzing.reducing import reduced
from tests.hostile.fuzzing.words import harmless, parameters_of

ROOT = Path(__file__).resolve().parents[2]
ENDS = {
    "while True: pass": "it does not end",
    "os.kill(os.getpid(), 9)": "the process dies with -9",
    "held = bytearray(2**27)": "it takes much memory",
    "raise KeyError(data)": "KeyError: b'x'",
}


@pytest.mark.parametrize("done", ENDS)
def test_whatever_ends_a_process_is_a_finding(done):
    """In a program of its own, as a process with threads should not be parted in two."""
    patience = 2 if "while" in done else 60
    lines = [
        "import os",
        "from types import SimpleNamespace",
        "from tests.hostile.fuzzing import isolation",
        "isolation.MOST_BYTES = 2**26",
        f"def target(data):\n    {done}",
        f"for _, came in isolation.tried_apart(SimpleNamespace(target=target), [b'x'], {patience}): print(came)",
    ]
    words = [sys.executable, "-c", "\n".join(lines)]
    assert subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == ENDS[done]


def test_a_run_tells_how_many_inputs_it_tried_and_what_came_of_them():
    words = [sys.executable, "-m", "tests.hostile", "array", "--minutes", "0.02", "--seed", "5"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "different outcomes, 0 findings" in done.stdout


def test_an_input_is_reduced_to_what_it_needs():
    data = b"".join(b"line %d\n" % number for number in range(200))
    assert reduced(data, lambda smaller: b"77" in smaller and b"150" in smaller) in {b"77150", b"15077"}


def test_an_input_that_needs_all_of_itself_stays_whole():
    assert reduced(b"abc\ndef", lambda smaller: smaller == b"abc\ndef") == b"abc\ndef"


@pytest.mark.parametrize(
    "word",
    ["/etc/x", "--output=/x", "-o/x", "../x", "a/../../x", "..", "~/x", "a\0b", "input=/x", ":/x", "-ox/../.."],
)
def test_no_word_that_leads_out_of_the_folder_is_called(word):
    assert not harmless(["summarize", word])


@pytest.mark.parametrize("word", ["1..4", "width=0.25..2", "Body/conv_1", "out/x", "a.yaml", "-o.2", "params <= 1/3"])
def test_other_words_are_called(word):
    assert harmless(["summarize", word])


def test_the_tables_of_every_command_are_read():
    assert {command for command in COMMANDS if parameters_of(command)} == set(COMMANDS)


def test_a_call_that_says_what_no_call_says_breaks_a_promise(monkeypatch):
    monkeypatch.setattr(
        "cnncalc.cli.schema.deliver", lambda *_: sys.stderr.write("Traceback (most recent call last)\n")
    )
    with desk({}), pytest.raises(BrokenPromise, match="it says: Traceback"):
        called("schema")


def test_messages_of_one_kind_are_alike():
    assert in_short("a.npy: holds 3x3; the input is `9x7x3`") == in_short("b.npy: holds 4x1; the input is `5x5x1`")
