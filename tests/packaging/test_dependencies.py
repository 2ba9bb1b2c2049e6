"""What is declared is used, and what is used is declared."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

from tests.lowest import lowest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# Where a distribution is imported by another name than its own.
IMPORTED_AS = {"pillow": "PIL", "pyyaml": "yaml"}


def declared(requirements: list[str]) -> set[str]:
    names = [re.match(r"[A-Za-z0-9._-]+", line)[0].lower() for line in requirements]  # type: ignore[index]  # each names one
    return {IMPORTED_AS.get(name, name) for name in names}


def imported() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "cnncalc").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add((node.module or "").partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"cnncalc", "__future__"}


def test_the_package_imports_what_it_declares_and_nothing_else() -> None:
    assert imported() == declared(PROJECT["dependencies"])


def test_every_dependency_states_the_oldest_version_it_was_made_for() -> None:
    extras = [
        line for lines in PROJECT["optional-dependencies"].values() for line in lines if not line.startswith("cnncalc[")
    ]
    assert [line for line in PROJECT["dependencies"] + extras if ">=" not in line] == []


def test_the_lowest_version_of_every_dependency_is_tried() -> None:
    assert [line.partition("==")[0] for line in lowest()] == [
        line.partition(">=")[0] for line in PROJECT["dependencies"]
    ]
    assert "python -m tests.lowest" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_every_run_time_dependency_has_its_reason_in_the_decisions() -> None:
    text = (ROOT / "docs" / "decisions.md").read_text("utf-8")
    names = [line.partition(">=")[0] for line in PROJECT["dependencies"]]
    assert [name for name in names if f"**{name}**" not in text] == []
