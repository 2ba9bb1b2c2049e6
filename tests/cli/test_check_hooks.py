"""The hooks for pre-commit: a valid file whose entries do in a scratch repository what they promise."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.cli.checking import BROKEN, GOOD, OVER

ROOT = Path(__file__).parent.parent.parent
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}

# https://pre-commit.com/#creating-new-hooks
KEYS = {
    *("id", "name", "entry", "language", "files", "exclude", "types", "types_or", "exclude_types"),
    *("additional_dependencies", "args", "always_run", "fail_fast", "pass_filenames", "description"),
    *("language_version", "log_file", "minimum_pre_commit_version", "require_serial", "stages", "verbose"),
}


@pytest.mark.parametrize("id_", ["cnncalc-check", "cnncalc-fmt"])
def test_a_hook_has_what_pre_commit_asks_for_and_nothing_that_it_does_not_know(id_):
    hook = HOOKS[id_]
    assert {"id", "name", "entry", "language"} <= hook.keys() <= KEYS
    assert (hook["language"], hook["types"]) == ("python", ["yaml"])
    re.compile(hook["files"])


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("nets/a.yaml", True),
        ("src/models/b.yml", True),
        ("specs/c/d.yaml", True),
        ("a.yaml", False),
        ("mynets/a", False),
    ],
)
def test_the_default_pattern_takes_the_usual_folders(path, taken):
    assert [bool(re.search(hook["files"], path)) for hook in HOOKS.values()] == [taken, taken]


@pytest.fixture
def repository(tmp_path):
    """A scratch repository with three networks, all staged."""
    (tmp_path / "nets").mkdir()
    for name, text in (("good", GOOD), ("over", OVER), ("broken", BROKEN)):
        (tmp_path / "nets" / f"{name}.yaml").write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", "."], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    return tmp_path


def run_hook(id_: str, repository: Path, *names: str) -> subprocess.CompletedProcess[str]:
    """The entry on the staged files, as pre-commit starts it: entry, then the files' names."""
    command, *words = HOOKS[id_]["entry"].split()
    assert command == "cnncalc"
    listed = subprocess.run(["git", "ls-files", *names], cwd=repository, capture_output=True, text=True, check=True)
    files = [name for name in listed.stdout.split() if re.search(HOOKS[id_]["files"], name)]
    assert files
    return subprocess.run(
        [sys.executable, "-m", "cnncalc", *words, *files],
        cwd=repository,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_check_hook_stops_a_commit_that_breaks_a_budget(repository):
    ended = run_hook("cnncalc-check", repository)
    assert ended.returncode == 1
    assert "error[CNN502]: params 224 is over the budget of 200" in ended.stderr
    assert "nets/broken.yaml:3:24" in ended.stderr


def test_the_check_hook_lets_a_good_commit_pass(repository):
    ended = run_hook("cnncalc-check", repository, "nets/good.yaml")
    assert (ended.returncode, ended.stderr) == (0, "checked 1 spec: 1 network, no errors\n")


def test_the_format_hook_rewrites_what_is_not_canonical(repository):
    path = repository / "nets" / "good.yaml"
    path.write_text(GOOD.replace("  - conv", "  -   conv"), encoding="utf-8")
    run_hook("cnncalc-fmt", repository, "nets/good.yaml")
    formatted = path.read_text(encoding="utf-8")
    assert "  - conv: 8 3x3" in formatted
    ended = run_hook("cnncalc-fmt", repository, "nets/good.yaml")
    assert (ended.returncode, path.read_text(encoding="utf-8")) == (0, formatted)
