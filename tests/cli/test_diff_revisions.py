"""`cnncalc diff REV:PATH`: specs out of git, from scratch repositories and without a network."""

from __future__ import annotations

import json
import os
import subprocess
from functools import partial

import pytest

from cnncalc.lookup import git as git_room
from cnncalc.lookup import sides
from tests.cli.terminal import told

NET = "input: 32x32x3\nlayers:\n  - conv: 16 3x3 pad 1\n  - fc: 10\n"


def git(*arguments):
    subprocess.run(["git", *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository whose first commit is tagged v1; `net.yaml` has more filters in the folder than in HEAD."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "tester")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nets").mkdir()
    for name in ("net.yaml", "nets/deep.yaml", "broken.yaml", "resnet50.yaml"):
        (tmp_path / name).write_text(NET.replace("pad", "pod") if name == "broken.yaml" else NET, encoding="utf-8")
    (tmp_path / "large.yaml").write_text("# " + "x" * (1 << 20) + "\n" + NET, encoding="utf-8")
    (tmp_path / "model.yaml").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(1 << 20))
    (tmp_path / "binary.yaml").write_bytes(b"input: \xff\xfe\n")
    (tmp_path / "link.yaml").symlink_to("net.yaml")
    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "--message=first")
    git("tag", "v1")
    git("branch", "resnet50")
    (tmp_path / "net.yaml").write_text(NET.replace("16 3x3", "24 3x3"), encoding="utf-8")
    return tmp_path


@pytest.fixture
def diff(repository):
    """The command in that folder: exit code, standard output, standard error."""
    return partial(told, "diff")


@pytest.mark.parametrize("revision", ["HEAD", "main", "v1", "HEAD~0", "v1^{commit}", "HEAD^{tree}"])
def test_a_revision_is_compared_with_the_folder(revision, diff):
    code, out, err = diff(f"{revision}:net.yaml", "net.yaml")
    assert (code, err) == (0, "")
    assert "filters 16 → 24" in out


def test_both_sides_may_be_revisions(diff):
    git("commit", "--quiet", "--all", "--message=second")
    assert "filters 24 → 16" in diff("HEAD:net.yaml", "HEAD~1:net.yaml")[1]


@pytest.mark.parametrize("revision", ["HEAD", "HEAD~0", "v1", "main", "topic/wide", "resnet50^{commit}"])
def test_a_revision_without_a_path_gets_a_hint(revision, diff):
    git("branch", "topic/wide")
    for both in ((revision, "HEAD"), (revision, "net.yaml"), ("net.yaml", revision)):
        code, out, err = diff(*both)
        assert (code, out) == (2, "")
        assert err == f"error: {revision} is a revision: name a file or a folder in it, as in {revision}:net.yaml\n"


@pytest.mark.parametrize("text", ["HAED", "topic/wide", "gone.yaml", "--end-of-options", "HEAD^{tree}"])
def test_what_is_no_revision_is_told_as_ever(text, diff):
    code, out, err = diff("net.yaml", text) if not text.startswith("-") else diff("--", "net.yaml", text)
    assert (code, out) == (2, "")
    assert "is a revision" not in err


def test_a_path_starts_from_the_current_folder(diff, repository, monkeypatch):
    monkeypatch.chdir(repository / "nets")
    assert diff("HEAD:deep.yaml", "deep.yaml")[0] == 0
    assert "filters 16 → 24" in diff("HEAD:../net.yaml", "../net.yaml")[1]
    assert "filters 16 → 24" in diff(f"HEAD:{repository}/net.yaml", "../net.yaml")[1]


def test_a_path_from_the_top_is_told_as_one_from_the_current_folder(diff, repository, monkeypatch):
    monkeypatch.chdir(repository / "nets")
    code, _, err = diff("HEAD:nets/deep.yaml", "deep.yaml")
    assert code == 2
    assert "did you mean HEAD:../nets/deep.yaml?" in err
    assert diff("HEAD:../nets/deep.yaml", "deep.yaml")[0] == 0


def test_a_variant_stands_behind_the_path(diff, repository):
    text = "vars: {width: 16}\nvariants: {wide: {vars: {width: 32}}}\n" + NET.replace("16 3x3", "$width 3x3")
    (repository / "net.yaml").write_text(text, encoding="utf-8")
    git("commit", "--quiet", "--all", "--message=variants")
    assert "filters 16 → 32" in diff("HEAD:net.yaml", "HEAD:net.yaml:wide")[1]


def test_a_branch_named_like_a_network_that_ships_is_found_by_its_path(diff):
    assert diff("resnet50:net.yaml", "v1:net.yaml")[0] == 0
    assert "resnet50:resnet101" in diff("resnet50", "resnet50:resnet101")[1]


def test_the_faults_of_a_revision_bear_its_name(diff):
    code, out, err = diff("HEAD:broken.yaml", "net.yaml")
    assert (code, out) == (1, "")
    assert "--> HEAD:broken.yaml:3:" in err


@pytest.mark.parametrize(
    ("side", "code", "message"),
    [
        ("nowhere:net.yaml", 2, "there is no revision nowhere"),
        ("HEAD~99:net.yaml", 2, "there is no revision HEAD~99"),
        ("HEAD:missing.yaml", 2, "there is no missing.yaml in HEAD"),
        ("HEAD:nets/missing.yaml", 2, "there is no nets/missing.yaml in HEAD"),
        ("HEAD:*.yaml", 2, "there is no \\*.yaml in HEAD"),
        ("HEAD:nets", 2, "HEAD:nets is a folder"),
        ("HEAD:nets/", 2, "HEAD:nets/ is a folder"),
        ("HEAD:link.yaml", 2, "HEAD:link.yaml is a symbolic link"),
        ("HEAD:", 2, "names no path"),
        (":net.yaml", 2, "names no revision"),
        ("--output=stolen:net.yaml", 2, "is not REV:PATH"),
        ("-h:net.yaml", 2, "is not REV:PATH"),
        ("HEAD:../../outside.yaml", 2, "outside"),
        ("HEAD:large.yaml", 1, "is too large: 1 MiB"),
        ("HEAD:model.yaml", 1, "this is an HDF5 file"),
        ("HEAD:binary.yaml", 1, "byte 0xFF is not UTF-8"),
        ("a\nb:net.yaml", 2, "is not REV:PATH"),
        ("main..v1:net.yaml", 2, "there is no revision main..v1"),
    ],
)
def test_a_revision_or_path_that_is_none_is_told(side, code, message, diff, repository):
    found, out, err = diff("-o", "out.txt", "--", side, "net.yaml")
    assert (found, out) == (code, "")
    assert message.replace("\\", "") in err
    assert err.count("error") == 1
    assert not (repository / "out.txt").exists()
    assert not (repository / "stolen").exists()


def test_a_file_that_is_too_large_is_not_read(diff, monkeypatch):
    asked = []
    ask = git_room.git

    def overheard(*arguments):
        asked.append(arguments[0])
        return ask(*arguments)

    monkeypatch.setattr(sides, "git", overheard)
    assert diff("HEAD:large.yaml", "net.yaml")[0] == 1
    assert asked == ["ls-tree"]


def test_a_driver_that_the_repository_configures_is_not_run(diff, repository):
    (repository / ".gitattributes").write_text("*.yaml diff=spy filter=spy\n", encoding="utf-8")
    git("config", "diff.spy.textconv", "touch spied; cat")
    git("config", "filter.spy.smudge", "touch spied; cat")
    assert diff("HEAD:net.yaml", "net.yaml")[0] == 0
    assert not (repository / "spied").exists()


def test_outside_a_repository_the_fault_says_so(diff, tmp_path_factory, monkeypatch):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(elsewhere.parent))
    monkeypatch.chdir(elsewhere)
    code, out, err = diff("HEAD:net.yaml", "lenet5")
    assert (code, out) == (2, "")
    assert err == "error: REV:PATH needs a git repository, and the current folder is not in one\n"


def test_without_git_the_fault_says_so(diff, monkeypatch):
    monkeypatch.setenv("PATH", "")
    code, out, err = diff("HEAD:net.yaml", "net.yaml")
    assert (code, out) == (2, "")
    assert err == "error: REV:PATH needs git, and there is no git on the search path\n"


def test_git_that_does_not_answer_is_given_up(diff, monkeypatch):
    def hang(*_, **__):
        raise subprocess.TimeoutExpired("git", 60)

    monkeypatch.setattr(subprocess, "run", hang)
    assert diff("HEAD:net.yaml", "net.yaml")[2] == "error: git did not answer within 60 seconds\n"


def test_a_file_that_is_new_or_gone_is_told_as_a_whole(diff, repository):
    (repository / "new.yaml").write_text(NET, encoding="utf-8")
    code, out, err = diff("HEAD:new.yaml", "new.yaml", "--format", "json")
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert [(cause["what"], cause["change"]) for cause in told["causes"]] == [("network", "added")]
    assert {layer["change"] for layer in told["layers"]} == {"added"}
    assert told["totals"]["params"]["before"] == 0
    (repository / "net.yaml").unlink()
    assert "the whole network" in diff("HEAD:net.yaml", "net.yaml")[1]
    assert diff("HEAD:new.yaml", "new.yaml", "--fail-on", "params:+5%")[0] == 1


@pytest.mark.parametrize(
    "sides", [("HEAD:no.yaml", "no.yaml"), ("HEAD:new.yaml", "net.yaml"), ("new.yaml", "new.yaml")]
)
def test_only_one_path_at_two_times_may_be_new(sides, diff):
    code, out, err = diff(*sides)
    assert (code, out) == (2, "")
    assert err.count("error: ") == 1
