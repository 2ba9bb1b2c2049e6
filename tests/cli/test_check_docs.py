"""docs/ci.md: its spec is judged, its snippets can be read, its script is run, its tables are what there is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import yaml

from cnncalc.codes import CODES, LINT
from cnncalc.metrics import CLAIMED
from cnncalc.render.formats import CHECK
from tests.cli.checking import check, folder

__all__ = ["check", "folder"]

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
SNIPPETS = [textwrap.dedent(text) for text in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
SPEC, *CONFIGURATIONS = SNIPPETS


def test_the_spec_of_the_page_is_within_its_budgets(check, folder):
    (folder / "page.yaml").write_text(SPEC, encoding="utf-8")
    assert check("--strict", "page.yaml") == (0, "", "checked 1 spec: 1 network, no errors\n")


def test_every_snippet_is_yaml():
    assert len([yaml.safe_load(text) for text in CONFIGURATIONS if "failed=$?" not in text]) == 6


def test_what_the_action_is_given_it_takes():
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    workflow, upload = (yaml.safe_load(text) for text in CONFIGURATIONS[:2])
    given = [step.get("with", {}) for step in workflow["jobs"]["networks"]["steps"]] + [upload[0]["with"]]
    assert {name for inputs in given for name in inputs} <= action["inputs"].keys()


def test_what_pre_commit_is_told_to_use_there_is():
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    whole, other_names = (yaml.safe_load(text) for text in CONFIGURATIONS[-2:])
    assert {hook["id"] for hook in whole["repos"][0]["hooks"]} == hooks
    assert {hook["id"] for hook in other_names} <= hooks


def test_the_script_for_code_quality_makes_what_gitlab_reads(check, folder):
    (snippet,) = [text for text in CONFIGURATIONS if "failed=$?" in text]
    (script,) = re.findall(r"<<'PYTHON'\n(.*?)^ *PYTHON$", snippet, re.MULTILINE | re.DOTALL)
    check("--format", "json", "-o", "check.json", "nets")
    subprocess.run([sys.executable, "-"], input=textwrap.dedent(script), text=True, check=True)
    entries = json.loads((folder / "gl-code-quality-report.json").read_text(encoding="utf-8"))
    assert [(entry["check_name"], entry["severity"]) for entry in entries] == [
        ("CNN401", "major"),
        ("CNN502", "major"),
        ("CNN611", "minor"),
    ]
    assert entries[1]["location"] == {"path": "nets/over.yaml", "lines": {"begin": 7}}
    assert len({entry["fingerprint"] for entry in entries}) == 3


def test_the_tables_hold_every_format_lint_and_metric():
    first_cells = [re.findall(r"`?(\w+)`?", line.split("|")[1]) for line in PAGE.split("\n") if line.startswith("| ")]
    told = {word for words in first_cells for word in words}
    lints = [code for code in CODES.values() if code.subject == LINT]
    assert {*CHECK, *lints, *CLAIMED} <= told
