"""`REV:PATH` in a stranger's repository: nothing runs that its configuration, its hooks or its attributes name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cnncalc.lookup import git as asking
from tests.cli.terminal import told

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the planted programs are shell scripts")

NET = "input: 32x32x3\nlayers:\n  - conv: 16 3x3 pad 1\n  - fc: 10\n"
SIDES = ("HEAD:net.yaml", "HEAD~1:net.yaml", "v1:net.yaml", ":net.yaml", ":0:net.yaml", "HEAD^{tree}:net.yaml",
         "HEAD@{0}:net.yaml", "@:net.yaml", ":/second:net.yaml", "HEAD:nets/net.yaml", "HEAD:nets", "HEAD:nowhere.yaml",
         "nowhere:net.yaml", "origin/main:net.yaml", "HEAD:net.yaml:wide")  # fmt: skip
"""Every form of a side, those among them that name nothing."""

CONFIGURED = {
    "core.fsmonitor": ("status",),
    "core.editor": ("commit", "--amend"),
    "core.pager": (),
    "core.askPass": (),
    "core.alternateRefsCommand": (),
    "core.gitProxy": (),
    "pager.ls-tree": (),
    "pager.cat-file": (),
    "diff.external": ("diff",),
    "diff.spy.textconv": ("show", "--textconv", "HEAD:net.yaml"),
    "filter.spy.smudge": ("checkout", "HEAD~1", "--", "net.yaml"),
    "filter.spy.clean": ("add", "net.yaml"),
    "merge.spy.driver": (),
    "credential.helper": ("credential", "fill"),
    "alias.spy": ("spy",),
    "alias.ls-tree": (),
    "alias.cat-file": (),
    "gpg.program": ("commit", "--allow-empty", "--message=signed", "--gpg-sign"),
    "uploadpack.packObjectsHook": (),
    "sequence.editor": (),
    "trailer.spy.command": (),
}
"""What a repository may configure, with a plain command of git that runs it where one does without a terminal."""
COMMANDS = ("alias.", "credential.helper")
"""Their values begin with a `!` where they are programs."""
HOOKS = ("post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman", "pre-auto-gc", "pre-push")
REMOTE = {
    "core.sshCommand": ("core.sshCommand", "ssh://example.invalid/net"),
    "uploadpack": ("remote.origin.uploadpack", None),
    "ext": (None, "ext::{script}"),
}
"""What a partial clone runs to fetch an object that it lacks: a setting, and the address of its remote."""


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    """No setting comes from outside the repository."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "tester")


def git(*arguments: str, input_: str = "", check: bool = False) -> None:
    subprocess.run(["git", *arguments], input=input_, text=True, capture_output=True, check=check, timeout=60)


def script(folder: Path, name: str) -> Path:
    """A program that leaves a mark named like itself."""
    (folder / "marks").mkdir(exist_ok=True)
    path = folder / "planted" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\ntouch '{folder}/marks/{name}'\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def marks(folder: Path) -> set[str]:
    return {path.name for path in (folder / "marks").iterdir()}


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Two commits, of which the first is tagged v1; it is the current folder."""
    folder = tmp_path / "repository"
    (folder / "nets").mkdir(parents=True)
    monkeypatch.chdir(folder)
    git("init", "--quiet", "--initial-branch=main", check=True)
    git("config", "uploadpack.allowFilter", "true", check=True)
    for name in ("net.yaml", "nets/net.yaml"):
        (folder / name).write_text(NET, encoding="utf-8")
    git("add", ".", check=True)
    git("commit", "--quiet", "--message=first", check=True)
    git("tag", "v1", check=True)
    (folder / "net.yaml").write_text(NET.replace("16 3x3", "24 3x3"), encoding="utf-8")
    git("commit", "--quiet", "--all", "--message=second", check=True)
    return folder


@pytest.fixture
def planted(repository, tmp_path):
    """The same with every program planted that a configuration, a hook or an attribute can name."""
    (repository / ".gitattributes").write_text("*.yaml diff=spy filter=spy merge=spy\n", encoding="utf-8")
    for key in CONFIGURED:
        bang = "!" if key.startswith(COMMANDS) else ""
        git("config", "--file", "included", key, f"{bang}{script(tmp_path, key)}", check=True)
    git("config", "include.path", str(repository / "included"), check=True)
    hooks = tmp_path / "planted"
    for name in HOOKS:
        (repository / ".git" / "hooks" / name).write_text(script(tmp_path, name).read_text(encoding="utf-8"))
        (repository / ".git" / "hooks" / name).chmod(0o755)
    git("config", "core.hooksPath", str(hooks), check=True)
    (repository / "net.yaml").write_text(NET.replace("16 3x3", "32 3x3"), encoding="utf-8")
    for path in (tmp_path / "marks").iterdir():
        path.unlink()
    return repository


@pytest.fixture(params=sorted(REMOTE))
def partial_clone(request, repository, tmp_path, monkeypatch):
    """A clone without its files, whose remote is reached by a planted program."""
    folder = tmp_path / "clone"
    git("clone", "--quiet", "--no-checkout", "--filter=blob:none", repository.as_uri(), str(folder), check=True)
    monkeypatch.chdir(folder)
    planted_program = script(tmp_path, request.param)
    key, address = REMOTE[request.param]
    if key:
        git("config", key, str(planted_program), check=True)
    if address:
        git("config", "remote.origin.url", address.format(script=planted_program), check=True)
    git("config", "protocol.ext.allow", "always", check=True)
    return folder


def ask_everything() -> None:
    for side in SIDES:
        code, _, err = told("diff", "--", side, "lenet5")
        assert code in {0, 2}, err


def test_nothing_runs_that_a_repository_configures(planted, tmp_path):
    ask_everything()
    assert marks(tmp_path) == set()
    assert told("diff", "HEAD:net.yaml", "net.yaml")[0] == 0


@pytest.mark.parametrize("key", [key for key, command in CONFIGURED.items() if command])
def test_plain_git_runs_what_is_planted(key, planted, tmp_path):
    git(*CONFIGURED[key], input_="protocol=https\nhost=example.invalid\n\n")
    assert key in marks(tmp_path)


def test_plain_git_runs_the_planted_hooks(planted, tmp_path):
    git("checkout", "--force", "HEAD~1")
    assert {"post-checkout", "post-index-change", "reference-transaction"} <= marks(tmp_path)


def test_a_partial_clone_fetches_nothing(partial_clone, tmp_path):
    ask_everything()
    assert marks(tmp_path) == set()
    assert "`git show REV:PATH` does" in told("diff", "HEAD:net.yaml", "lenet5")[2]


def test_a_partial_clone_fetches_nothing_by_a_git_that_does_not_know_how_to_be_told(
    partial_clone, tmp_path, monkeypatch
):
    monkeypatch.delitem(asking.ENVIRONMENT, "GIT_NO_LAZY_FETCH")
    ask_everything()
    assert marks(tmp_path) == set()


def test_plain_git_runs_the_program_of_a_partial_clone(partial_clone, tmp_path):
    git("cat-file", "blob", "HEAD:net.yaml")
    assert marks(tmp_path) == {path.name for path in (tmp_path / "planted").iterdir()}


def test_a_folder_that_looks_like_a_bare_repository_runs_nothing(planted, tmp_path, monkeypatch):
    inner = tmp_path / "outer" / "assets"
    git("clone", "--quiet", "--bare", str(planted), str(inner), check=True)
    with (inner / "config").open("a", encoding="utf-8") as config:
        config.write(f"[include]\n\tpath = {planted / 'included'}\n")
    for path in (tmp_path / "marks").iterdir():
        path.unlink()
    monkeypatch.chdir(inner)
    ask_everything()
    assert marks(tmp_path) == set()


def test_a_replacement_does_not_stand_in_for_what_a_revision_names(repository):
    git("replace", "HEAD:net.yaml", "HEAD~1:net.yaml", check=True)
    assert "filters 16 → 24" in told("diff", "HEAD~1:net.yaml", "HEAD:net.yaml")[1]


def test_the_repository_of_a_hook_is_the_one_that_it_names(repository, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setenv("GIT_DIR", str(repository / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(repository))
    assert told("diff", "HEAD~1:net.yaml", "HEAD:net.yaml")[0] == 0


def test_a_trace_does_not_become_the_reason(repository, monkeypatch):
    monkeypatch.setenv("GIT_TRACE", "1")
    assert told("diff", "nowhere:net.yaml", "net.yaml")[2] == "error: there is no revision nowhere in this repository\n"


@pytest.mark.parametrize("entry", ["", ".", "bin"])
def test_a_git_of_the_current_folder_is_not_run(entry, repository, tmp_path, monkeypatch):
    for place in (repository / "git", repository / "bin" / "git"):
        place.parent.mkdir(exist_ok=True)
        place.write_text(script(tmp_path, "git").read_text(encoding="utf-8"), encoding="utf-8")
        place.chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join((entry, os.environ["PATH"])))
    assert told("diff", "HEAD~1:net.yaml", "HEAD:net.yaml")[0] == 0
    assert marks(tmp_path) == set()


def test_the_processes_of_a_check_import_nothing_from_the_current_folder(repository, tmp_path):
    (repository / "multiprocessing.py").write_text(f"open({str(tmp_path / 'mark')!r}, 'w').close()\n", encoding="utf-8")
    start = tmp_path / "start.py"
    start.write_text("from cnncalc.cli import process\nif __name__ == '__main__':\n    process()\n", encoding="utf-8")
    command = (sys.executable, str(start), "check", "--jobs", "2", "net.yaml", "nets/net.yaml")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)
    assert ended.returncode == 0
    assert "checked 2 specs: 2 networks, no errors" in ended.stderr
    assert not (tmp_path / "mark").exists()
