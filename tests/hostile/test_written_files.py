"""What is written: through links, to streams as they stand, whole or not at all; and nothing is left beside it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cnncalc import files
from cnncalc.files import whole_path, write_whole

ROOT = Path(__file__).parent.parent.parent
NET = "input: 8x8x3\nlayers:\n  - relu\n"

posix = pytest.mark.skipif(os.name == "nt", reason="links, pipes and signals as POSIX has them")
root = pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="only root gives files away")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def shell(line: str) -> subprocess.CompletedProcess[str]:
    line = line.replace("CNNCALC", f"{sys.executable} -m cnncalc")
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)


@posix
def test_a_link_stays_and_what_it_leads_to_is_written(folder):
    (folder / "real").mkdir()
    (folder / "real" / "a").write_bytes(b"old")
    (folder / "second").symlink_to(Path("real") / "a")
    (folder / "first").symlink_to("second")
    write_whole("first", b"new")
    assert (folder / "first").is_symlink()
    assert (folder / "second").is_symlink()
    assert (folder / "real" / "a").read_bytes() == b"new"
    assert names(folder / "real") == ["a"]


@posix
def test_a_link_that_leads_nowhere_makes_its_target(folder):
    (folder / "link").symlink_to("target")
    write_whole("link", b"new")
    assert (folder / "link").is_symlink()
    assert (folder / "target").read_bytes() == b"new"


@posix
def test_links_in_a_circle_are_one_message(folder):
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")
    done = shell("CNNCALC summarize net.yaml -o a")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: a: too many levels of symbolic links\n"
    assert names(folder) == ["a", "b", "net.yaml"]


@posix
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"])
def test_a_stream_is_written_where_it_stands(folder, name):
    """The shell's file is neither replaced nor emptied: what follows and what went before stay beside the result."""
    if name.startswith("/proc") and not Path("/proc/self/fd").exists():
        pytest.skip("this system has no /proc")
    (folder / "link").symlink_to("/dev/stdout")
    (folder / "log").write_text("before\n", encoding="utf-8")
    done = shell(f"{{ CNNCALC summarize net.yaml --format csv -o {name}; echo after; }} >> log; test -L /dev/stdout")
    assert (done.returncode, done.stderr) == (0, "")
    lines = (folder / "log").read_text("utf-8").splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("before", "after", 4)
    assert names(folder) == ["link", "log", "net.yaml"]


@posix
def test_a_pipe_is_written_to(folder):
    os.mkfifo("pipe")
    done = shell("cat pipe & CNNCALC summarize net.yaml --format csv -o pipe; wait")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("path,")
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)


@posix
def test_what_wants_a_path_reaches_a_pipe_in_the_end(folder):
    read, write = os.pipe()
    with whole_path(f"/dev/fd/{write}") as beside:
        beside.write_bytes(b"all of it")
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        assert pipe.read() == b"all of it"


@posix
def test_mode_and_other_names_stay(folder):
    Path("a").write_bytes(b"a long text that is there")
    Path("a").chmod(0o640)
    os.link("a", "b")
    for text in (b"short", b"much longer than whatever stood there before"):
        write_whole("a", text)
        assert Path("b").read_bytes() == text
    assert stat.S_IMODE(Path("a").stat().st_mode) == 0o640
    assert names(folder) == ["a", "b", "net.yaml"]


@posix
@root
def test_the_owner_stays_and_the_file_is_another(folder):
    os.chown("net.yaml", 12345, 54321)
    before = Path("net.yaml").stat()
    write_whole("net.yaml", b"new")
    after = Path("net.yaml").stat()
    assert (after.st_uid, after.st_gid) == (12345, 54321)
    assert before.st_ino != after.st_ino


def test_whose_owner_cannot_be_kept_is_written_over(folder, monkeypatch):
    monkeypatch.setattr(files, "_made_alike", lambda *_: False)
    before = Path("net.yaml").stat()
    write_whole("net.yaml", b"new")
    assert Path("net.yaml").read_bytes() == b"new"
    assert os.path.samestat(before, Path("net.yaml").stat())


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="this system has no extended attributes that Python knows")
def test_extended_attributes_stay(folder):
    try:
        os.setxattr("net.yaml", "user.note", b"mine")
    except OSError:
        pytest.skip("this file system has none")
    write_whole("net.yaml", b"new")
    assert os.getxattr("net.yaml", "user.note") == b"mine"


def test_a_read_only_file_is_left_as_it_is_even_by_who_may_write_it(folder):
    Path("kept").write_bytes(b"old")
    Path("kept").chmod(0o444)
    done = shell("CNNCALC summarize net.yaml -o kept")
    assert (done.returncode, done.stderr) == (2, "error: kept: it is read-only, so it is left as it is\n")
    assert Path("kept").read_bytes() == b"old"
    Path("kept").chmod(0o644)


@posix
def test_a_full_disk_is_met_while_the_old_text_is_whole(folder, monkeypatch):
    Path("a").write_bytes(b"old")
    os.link("a", "b")
    pour = files._pour

    def full(_, into, start):
        into.seek(start)
        into.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "_pour", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole("a", b"something longer")
    monkeypatch.setattr(files, "_pour", pour)
    assert Path("a").read_bytes() == b"old"
    assert names(folder) == ["a", "b", "net.yaml"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a file is closed by the collector
@pytest.mark.parametrize("linked", [False, True])
def test_an_interrupt_at_any_line_leaves_the_old_or_the_new_and_nothing_else(folder, linked):
    """The interrupt comes once, at each line in turn that writing a file runs through."""
    old, new = b"the old text", b"new, and longer than the old one"
    passed = 0
    for due in range(1000):
        Path("a").unlink(missing_ok=True)
        Path("b").unlink(missing_ok=True)
        Path("a").write_bytes(old)
        if linked:
            os.link("a", "b")
        if not interrupted(due, new):
            break
        assert Path("a").read_bytes() in (old, new), due
        assert names(folder) == ["a", *["b"] * linked, "net.yaml"], due
        passed += 1
    assert Path("a").read_bytes() == new
    assert passed > 20


def interrupted(due: int, data: bytes) -> bool:
    """Write `a`, interrupted at one line of the module; whether it came to that line."""
    seen = -1

    def trace(frame, event, _):
        nonlocal seen
        if frame.f_code.co_filename != files.__file__:
            return None
        if event == "line":
            seen += 1
            if seen == due:
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        write_whole("a", data)
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def test_many_who_write_one_name_leave_one_whole_file(folder):
    texts = [bytes([65 + number]) * 300_000 for number in range(12)]
    for _ in range(3):
        writers = [threading.Thread(target=write_whole, args=("shared", text)) for text in texts]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert Path("shared").read_bytes() in texts
    assert names(folder) == ["net.yaml", "shared"]
