"""What the tests of `check` share: a folder of specs, and the command with its exit code and both streams."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.cli.terminal import told

GOOD = """\
name: good
input: 32x32x3
layers:
  - conv: 8 3x3
  - relu
expect: {output: 30x30x8}
budget: {params: 1K}
"""
OVER = """\
name: over
input: 32x32x3
layers:
  - conv: 8 3x3
variants:
  wider: {vars: {}}
budget: {params: 200}
"""
LINTED = """\
name: linted
input: 32x32x3
layers:
  - conv: 8 3x3
  - batch_norm
"""
BROKEN = "input: 32x32x3\nlayers:\n  - conv: 8 3x3 stride 3\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A current folder with four specs below `nets`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    (tmp_path / "nets").mkdir()
    for name, text in (("good", GOOD), ("over", OVER), ("linted", LINTED), ("broken", BROKEN)):
        (tmp_path / "nets" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def check(folder) -> Callable[..., tuple[int, str, str]]:
    """The command in that folder: exit code, standard output, standard error."""
    return partial(told, "check")
