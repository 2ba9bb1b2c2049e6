"""Processes that are ended or run out of something: no file and no process is left, and there is one message."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cnncalc.cli import ENDING
from tests.cli.terminal import call, spec

ROOT = Path(__file__).parent.parent.parent
COMMAND = [sys.executable, "-m", "cnncalc"]
NET = "input: 8x8x3\nlayers:\n  - conv: 4 3x3\n"
LONG = "input: 8x8x3\nlayers:\n  - sequence:\n    - conv: 3 1x1\n    repeat: {count}\n"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and limits as POSIX has them")
full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    spec(tmp_path, NET)
    return tmp_path


def begun(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(*words: str, **more) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, text=True, check=False, timeout=60, **{"stderr": subprocess.PIPE, **more})


def children(process: int) -> list[int]:
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = (map(int, line.split()) for line in listing.splitlines())
    return [child for child, parent in pairs if parent == process]


def lives(process: int) -> bool:
    """Whether a process is there and no zombie."""
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False).stdout
    return bool(told.strip()) and not told.startswith("Z")


def eventually(true, seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130)] + [(getattr(signal, name), 128 + getattr(signal, name)) for name in ENDING],
)
def test_a_signal_ends_a_run_in_silence_and_leaves_no_file(folder, number, code):
    """The maps are being saved when the signal comes."""
    spec(folder, "input: 700x700x3\nlayers:\n  - sequence:\n    - conv: 8 3x3 pad 1\n    repeat: 100\n")
    process = begun("run", "net.yaml", "coffee", "--save", "all", "--memory", "200MiB")
    out = folder / "activations"
    assert eventually(lambda: out.is_dir() and any(name.name.startswith(".") for name in out.iterdir()))
    process.send_signal(number)
    assert (process.wait(60), process.communicate()) == (code, ("", ""))
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []


def test_nohup_is_respected(folder):
    spec(folder, LONG.format(count=20_000))
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # which a child inherits
    process = begun("summarize", "net.yaml", "--format", "csv")
    signal.signal(signal.SIGHUP, before)
    time.sleep(0.5)
    process.send_signal(signal.SIGHUP)
    assert (process.communicate()[1], process.returncode) == ("", 0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_their_parent_however_it_ends(folder, number):
    for name in range(40):
        spec(folder, LONG.format(count=40_000), f"{name}.yaml")
    process = begun("check", ".", "--jobs", "2")
    assert eventually(lambda: len(children(process.pid)) >= 3)  # two workers and who clears up after them
    workers = children(process.pid)
    time.sleep(1)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == {signal.SIGTERM: 143, signal.SIGKILL: -9, signal.SIGINT: 130}[number]
    assert eventually(lambda: not any(map(lives, workers)), 10)


@full
@pytest.mark.parametrize(
    "line",
    [
        "--help", "--version", "run --help", "schema", "specs lenet5", "summarize net.yaml",
        "check net.yaml --format json", "diff net.yaml net.yaml", "explain conv", "explain CNN401", "fmt - < net.yaml",
    ],
)  # fmt: skip
def test_a_full_disk_is_one_message(folder, line):
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m cnncalc {line} > /dev/full', sys.executable], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (2, "error: no space left on device\n")


@full
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_full_disk_is_one_message_for_a_script_of_completion(folder, shell, monkeypatch):
    monkeypatch.setenv("_CNNCALC_COMPLETE", f"{shell}_source")
    program = "import sys; sys.argv = ['cnncalc']; from cnncalc.cli import process; process()"
    with Path("/dev/full").open("w") as disk:
        done = subprocess.run(
            [sys.executable, "-c", program], stdout=disk, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (2, "error: no space left on device\n")


@full
@pytest.mark.parametrize("line", ["summarize nowhere.yaml", "--nonsense", "check nowhere.yaml"])
def test_where_no_message_can_be_written_the_exit_code_says_it(folder, line):
    assert (
        subprocess.run(["sh", "-c", f'"$0" -m cnncalc {line} 2> /dev/full', sys.executable], check=False).returncode
        == 2
    )


def broken(monkeypatch, error):
    from cnncalc.analysis import analyze

    def failing(network, **options):
        if network.name == "second":
            raise error
        return analyze(network, **options)

    monkeypatch.setattr("cnncalc.judging.judge.analyze", failing)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyError("weight"), "KeyError: 'weight'; this is a bug in cnncalc, please report it"),
        (MemoryError(), "there is not enough memory for this"),
        (RuntimeError("can't start new thread"), "no more threads can be started here"),
        (ImportError("libblas.so: failed to map segment from shared object"), "there is not enough memory for this"),
    ],
)
def test_a_file_that_fails_takes_no_verdict_along(folder, monkeypatch, error, said):
    spec(folder, f"name: second\n{NET}", "b.yaml")
    spec(folder, f"{NET}expect: {{params: 1}}\n", "c.yaml")
    broken(monkeypatch, error)
    called = call("check", ".")
    assert (called.code, called.crash) == (2, None)
    assert "c.yaml:4" in called.err
    assert f"error: b.yaml: {said}" in called.err
    assert "checked 3 specs: 2 networks, 1 error, 1 not readable" in called.err


def test_a_fault_of_ours_is_told_in_one_line_and_shown_where_it_is_wanted(folder, monkeypatch):
    def fail(*_, **__):
        raise KeyError("weight")

    monkeypatch.setattr("cnncalc.analysis.analyze", fail)
    called = call("summarize", "net.yaml")
    assert (called.code, called.out, called.crash) == (2, "", None)
    assert called.err.startswith("error: KeyError: 'weight'; this is a bug in cnncalc, please report it")
    monkeypatch.setenv("CNNCALC_TRACEBACK", "1")
    assert isinstance(call("summarize", "net.yaml").crash, KeyError)


FILES = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({0}, {0}))"


def limited(limit: str, *words: str) -> subprocess.CompletedProcess[str]:
    """The command under a limit that is set when Python and the entry stand; all else is imported under it."""
    program = f"from cnncalc.cli import process; import sys; sys.argv = {['cnncalc', *words]!r}; {limit}; process()"
    return ended(sys.executable, "-c", program, stdout=subprocess.PIPE)


@pytest.mark.parametrize(
    "words", [("summarize", "net.yaml"), ("run", "net.yaml", "coffee"), ("check", "--verify", "net.yaml"), ("--help",)]
)
def test_a_process_that_may_open_no_file_says_so(folder, words):
    for most in (3, 4, 5):
        done = limited(FILES.format(most), *words)
        assert done.returncode in (0, 2), done.stderr
        assert done.stderr.count("error: ") == (done.returncode == 2), done.stderr
        assert "Traceback" not in done.stderr
        assert most > 3 or done.returncode == 2


ADDRESSES = "import resource; resource.setrlimit(resource.RLIMIT_AS, ({0} * 2**20, {0} * 2**20))"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no limit of addresses holds")
@pytest.mark.parametrize("words", [("run", "net.yaml", "coffee"), ("check", "--verify", "net.yaml", "second.yaml")])
def test_a_process_without_memory_says_so_and_blas_says_nothing(folder, words):
    spec(folder, NET, "second.yaml")
    for most in (30, 45, 60, 80, 100, 120, 140, 160):
        done = limited(ADDRESSES.format(most), *words)
        assert done.returncode == 2, (most, done.stderr)
        assert "there is not enough memory for this" in done.stderr
        assert not {"Traceback", "OpenBLAS"} & set(done.stderr.split())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no limit of addresses holds")
def test_nor_does_a_worker_without_memory(folder):
    spec(folder, NET, "second.yaml")
    done = limited(ADDRESSES.format(150), "check", "--verify", "--jobs", "2", "net.yaml", "second.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "error: net.yaml: there is not enough memory for this",
        "error: second.yaml: there is not enough memory for this",
        "checked 2 specs: 0 networks, no errors, 2 not readable",
    ]
