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

COMPOSE = 'version: "3.8"\nservices:\n  trainer:\n    image: pytorch/pytorch\n'

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
        ("a.cnn.yaml", True),
        ("src/models/b.cnn.yml", True),
        ("nets/c/d.cnn.yaml", True),
        ("models/docker-compose.yaml", False),
        ("nets/values.yml", False),
        ("a.cnn.yaml.bak", False),
        ("acnn.yaml", False),
    ],
)
def test_the_default_pattern_takes_the_name_that_the_documentation_recommends(path, taken):
    assert [bool(re.search(hook["files"], path)) for hook in HOOKS.values()] == [taken, taken]


@pytest.fixture
def repository(tmp_path):
    """A scratch repository with three networks and a Compose file beside them, all staged."""
    (tmp_path / "nets").mkdir()
    for name, text in (("good.cnn", GOOD), ("over.cnn", OVER), ("broken.cnn", BROKEN), ("docker-compose", COMPOSE)):
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
    assert "nets/broken.cnn.yaml:3:24" in ended.stderr
    assert "docker-compose" not in ended.stderr


def test_the_check_hook_lets_a_good_commit_pass(repository):
    ended = run_hook("cnncalc-check", repository, "nets/good.cnn.yaml")
    assert (ended.returncode, ended.stderr) == (0, "checked 1 spec: 1 network, no errors\n")


def test_the_format_hook_rewrites_what_is_not_canonical(repository):
    path = repository / "nets" / "good.cnn.yaml"
    path.write_text(GOOD.replace("  - conv", "  -   conv"), encoding="utf-8")
    run_hook("cnncalc-fmt", repository, "nets/good.cnn.yaml")
    formatted = path.read_text(encoding="utf-8")
    assert "  - conv: 8 3x3" in formatted
    ended = run_hook("cnncalc-fmt", repository, "nets/good.cnn.yaml")
    assert (ended.returncode, path.read_text(encoding="utf-8")) == (0, formatted)


@pytest.mark.parametrize("id_", HOOKS)
def test_the_page_says_how_other_names_are_taken(id_):
    """What it shows is what pre-commit reads: a hook of ours with a pattern that compiles."""
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    blocks = [
        yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "- id: cnncalc" in text
    ]
    hooks = [hook for block in blocks for hook in (block["repos"][0]["hooks"] if "repos" in block else block)]
    assert {hook["id"] for hook in hooks} == set(HOOKS)
    assert any(re.search(hook["files"], "nets/a.yaml") for hook in hooks if "files" in hook)
    assert not any(re.search(HOOKS[id_]["files"], "nets/a.yaml") for hook in hooks)


def test_a_folder_that_holds_a_compose_file_too_gets_one_fault_that_says_so(repository):
    ended = subprocess.run(
        [sys.executable, "-m", "cnncalc", "check", "--format", "concise", "nets"],
        cwd=repository,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    of_the_file = [line for line in ended.stdout.splitlines() if "docker-compose" in line]
    assert ended.returncode == 1
    assert len(of_the_file) == 1
    assert "CNN260 this file is no network" in of_the_file[0]
