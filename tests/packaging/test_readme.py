"""The README tells the truth: what it shows runs, and .ci/run runs what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
LINKS = sorted({target for target in re.findall(r"\]\(([^)#]+)", README) if "://" not in target})


@pytest.mark.parametrize("mark", ["install", "test"])
def test_a_command_that_the_gate_runs_is_one_line_under_its_mark(mark: str) -> None:
    assert re.findall(rf"^<!-- ci: {mark} -->\n```sh\n[^\n]+\n```$", README, re.MULTILINE) != []
    assert f"readme_line {mark}" in (ROOT / ".ci" / "run").read_text("utf-8")


@pytest.mark.parametrize("target", LINKS)
def test_a_link_to_a_file_leads_to_one(target: str) -> None:
    assert (ROOT / target).exists()


def test_the_table_names_every_command_of_the_program() -> None:
    from cnncalc.cli.group import COMMANDS

    named = set(re.findall(r"^\| `cnncalc (\w+)", README, re.MULTILINE))
    assert named == set(COMMANDS)


def test_the_first_network_that_a_reader_meets_is_a_right_one() -> None:
    import cnncalc

    text = re.search(r"```yaml[^\n]*\n(.*?)```", README, re.DOTALL)
    assert text is not None
    assert cnncalc.analyze(cnncalc.loads(text[1])).totals.params == 61706
