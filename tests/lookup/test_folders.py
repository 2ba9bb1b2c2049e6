"""Folders on the command line: whatever in them cannot be looked at is told, and the rest is looked at."""

from __future__ import annotations

import os
import shutil

import pytest

from cnncalc.lookup.folders import EMPTY, spec_files
from tests.cli.terminal import told

NET = "input: 8x8x3\nlayers:\n  - conv: 4 3x3\n"
WALKING = (("check",), ("fmt", "--check"))
"""The commands that take folders."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("nets/a.yaml", "nets/closed/b.yaml", "nets/z/c.yml", "nets/.hidden/d.yaml", "nets/UPPER.YAML"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(NET, encoding="utf-8")
    (tmp_path / "nets" / "notes.txt").write_text("no spec", encoding="utf-8")
    return tmp_path


@pytest.fixture
def refused(monkeypatch):
    """Faults of the system by the folder that has them: `refused["nets/closed"] = PermissionError(...)`."""
    faults: dict[str, OSError] = {}
    scan = os.scandir

    def scandir(path="."):
        if str(path) in faults:
            raise faults[str(path)]
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    return faults


ALL = ["nets/.hidden/d.yaml", "nets/UPPER.YAML", "nets/a.yaml", "nets/closed/b.yaml", "nets/z/c.yml"]


@pytest.mark.parametrize("argument", ["nets", "nets/", "./nets"])
def test_a_folder_means_every_spec_below_it(argument, folder):
    assert spec_files([argument]) == (ALL, [], [])


def test_the_current_folder_is_meant_by_a_dot_and_not_by_nothing(folder):
    assert spec_files(["."]).files == ALL
    assert spec_files([""]) == ([""], [], [])


@pytest.mark.parametrize("command", WALKING)
@pytest.mark.parametrize(
    "fault",
    [PermissionError(13, "Permission denied"), FileNotFoundError(2, "No such file or directory"), OSError(5, "I/O")],
)
def test_a_folder_that_cannot_be_listed_is_told_and_the_others_are_judged(command, fault, folder, refused):
    refused["nets/closed"] = fault
    code, _, err = told(*command, "nets")
    assert code == 2
    assert f"error: nets/closed: {fault.strerror.lower()}\n" in err
    assert "checked 4 specs" in err or "4 unchanged" in err


@pytest.mark.parametrize("command", WALKING)
def test_a_folder_that_cannot_be_listed_at_all_does_not_count_as_empty(command, folder, refused):
    refused["nets"] = PermissionError(13, "Permission denied")
    code, _, err = told(*command, "nets")
    assert code == 2
    assert "error: nets: permission denied\n" in err
    assert EMPTY not in err


@pytest.mark.parametrize("command", WALKING)
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_without_permission_is_told(command, folder):
    (folder / "nets" / "closed").chmod(0)
    try:
        code, _, err = told(*command, "nets")
    finally:
        (folder / "nets" / "closed").chmod(0o755)
    assert code == 2
    assert "error: nets/closed: permission denied\n" in err


@pytest.mark.parametrize("command", WALKING)
def test_a_file_that_vanishes_after_it_was_listed_is_told(command, folder, monkeypatch):
    name = command[0]
    module = __import__(f"cnncalc.cli.{name}", fromlist=[name])
    command_globals = getattr(module, name).callback
    while hasattr(command_globals, "__wrapped__"):
        command_globals = command_globals.__wrapped__

    def then_gone(arguments):
        listed = spec_files(arguments)
        shutil.rmtree(folder / "nets" / "closed")
        return listed

    monkeypatch.setitem(command_globals.__globals__, "spec_files", then_gone)
    code, _, err = told(*command, "nets")
    assert code == 2
    assert "error: nets/closed/b.yaml: no such file or directory\n" in err


@pytest.mark.parametrize("command", WALKING)
def test_links_are_named_and_not_followed(command, folder):
    (folder / "nets" / "loop").symlink_to(folder / "nets", target_is_directory=True)
    (folder / "nets" / "broken.yaml").symlink_to("nowhere.yaml")
    (folder / "nets" / "self.yml").symlink_to("self.yml")
    (folder / "nets" / "notes").symlink_to("notes.txt")
    code, _, err = told(*command, "nets")
    assert code == 0
    assert "note: links in folders are not followed: nets/broken.yaml and 2 more\n" in err


@pytest.mark.parametrize("command", WALKING)
@pytest.mark.parametrize("name", ["broken.yaml", "self.yaml"])
def test_a_link_that_leads_nowhere_is_an_error_where_it_is_named(command, name, folder):
    (folder / "broken.yaml").symlink_to("nowhere.yaml")
    (folder / "self.yaml").symlink_to("self.yaml")
    code, _, err = told(*command, name, "nets/a.yaml")
    assert code == 2
    assert f"error: {name}: " in err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
@pytest.mark.parametrize("command", WALKING)
def test_what_is_no_file_is_told(command, folder):
    os.mkfifo(folder / "nets" / "pipe.yaml")
    code, _, err = told(*command, "nets")
    assert code == 2
    assert "error: nets/pipe.yaml is not a regular file\n" in err


def test_folders_may_lie_in_each_other_deeper_than_python_calls(folder, monkeypatch):
    monkeypatch.chdir(folder / "nets" / "z")
    for _ in range(1200):
        os.mkdir("d")  # noqa: PTH102  # no path is that long
        os.chdir("d")
    try:
        monkeypatch.chdir(folder)
        assert spec_files(["nets"]).files == ALL
    finally:  # what is to clear the folder away calls itself once a level
        deepest = "/".join(["nets/z", *["d"] * 1200])
        while deepest != "nets/z":
            os.rmdir(deepest)  # noqa: PTH106
            deepest = deepest.rpartition("/")[0]
