"""`cnncalc diff` of two folders: network by network, renamed files found."""

from __future__ import annotations

import json
from functools import partial

import pytest

from tests.cli.terminal import told
from tests.cli.test_diff_revisions import NET, git, repository

__all__ = ["repository"]

OTHER = "input: 64x64x3\nrounding: floor\nlayers:\n  - conv: 8 3x3 stride 2 pad 1\n  - relu\n  - fc: 5\n"


@pytest.fixture
def diff(repository):
    """The command in a folder with `nets`, of which each file met with something since the last commit."""
    nets = repository / "nets"
    for name in ("same.yaml", "changed.yml", "gone.yaml", "old.yaml"):
        (nets / name).write_text(OTHER if name in ("gone.yaml", "changed.yml") else NET, encoding="utf-8")
    (nets / "deep.yaml").unlink()
    git("add", "nets")
    git("commit", "--quiet", "--message=nets")
    (nets / "changed.yml").write_text(OTHER.replace("stride 2", "stride 1"), encoding="utf-8")
    (nets / "gone.yaml").unlink()
    (nets / "below").mkdir()
    (nets / "old.yaml").rename(nets / "below" / "renamed.yaml")
    (nets / "new.yaml").write_text("input: 5x7x2\nlayers:\n  - tanh\n", encoding="utf-8")
    return partial(told, "diff")


CHANGES = {
    "below/renamed.yaml": "renamed",
    "changed.yml": "changed",
    "gone.yaml": "removed",
    "new.yaml": "added",
    "same.yaml": "same",
}


@pytest.mark.parametrize(
    ("sides", "here"), [(("HEAD:nets", "nets"), "."), (("HEAD:.", "."), "nets"), (("HEAD:nets/", "nets/"), ".")]
)
def test_a_folder_is_told_network_by_network(sides, here, diff, repository, monkeypatch):
    monkeypatch.chdir(repository / here)
    code, out, err = diff(*sides, "--format", "json")
    files = {file["path"]: file for file in json.loads(out)["files"]}
    assert (code, err) == (0, "")
    assert {path: file["change"] for path, file in files.items()} == CHANGES
    assert files["below/renamed.yaml"]["before"] == "old.yaml"
    assert files["same.yaml"]["diff"] is None
    (cause,) = files["changed.yml"]["diff"]["causes"]
    assert cause["changes"] == [{"field": "stride", "before": [2, 2], "after": [1, 1]}]


@pytest.mark.parametrize("format_", ["table", "markdown"])
def test_each_format_tells_what_became_of_each_file(format_, diff):
    code, out, _ = diff("HEAD:nets", "nets", "--format", format_)
    assert code == 0
    assert "renamed from old.yaml" in out
    assert "stride 2 → 1" in out
    assert "networks: 1 added, 1 removed, 1 changed, 1 renamed, 1 the same" in out


def test_one_folder_twice_is_the_same(diff):
    assert "all 4 networks are the same" in diff("nets", "nets")[1]


def test_a_limit_is_judged_of_each_network(diff):
    code, _, err = diff("HEAD:nets", "nets", "--fail-on", "macs:0")
    assert code == 1
    assert err.startswith("error: changed.yml: macs grew by")


def test_the_faults_of_all_files_are_told_in_one_run(diff, repository):
    for name in ("changed.yml", "same.yaml"):
        (repository / "nets" / name).write_text(NET.replace("pad", "pod"), encoding="utf-8")
    code, out, err = diff("HEAD:nets", "nets")
    assert (code, out) == (1, "")
    assert err.count("error[") == 2


def test_a_link_in_a_folder_is_not_followed(diff, repository):
    (repository / "nets" / "link.yaml").symlink_to("../broken.yaml")
    git("add", "nets")
    git("commit", "--quiet", "--message=link")
    assert diff("HEAD:nets", "nets")[0] == 0


@pytest.mark.parametrize(
    ("sides", "message"),
    [
        (("HEAD:nets", "net.yaml"), "HEAD:nets is a folder"),
        (("nowhere:nets", "nets"), "there is no revision nowhere"),
        (("empty", "empty"), "there is no spec (*.yaml, *.yml) below empty or empty"),
        (("HEAD:nets", "missing"), "HEAD:nets is a folder"),
    ],
)
def test_what_is_no_pair_of_folders_is_told(sides, message, diff, repository):
    (repository / "empty").mkdir()
    code, out, err = diff(*sides)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("error: ") == 1
