"""The rooms import each other in one direction: the contracts of pyproject.toml hold, and can be broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
ROOMS = sorted(
    path.stem
    for path in (ROOT / "cnncalc").iterdir()
    if (path.suffix == ".py" and not path.stem.startswith("__")) or (path / "__init__.py").is_file()
)
# One import that each contract refuses: where it is written, and what it asks for.
TRESPASSES = {
    "front-door": ("layers", "import cnncalc"),
    "problem": ("problem", "from cnncalc import volume"),
    "source": ("source", "from cnncalc import problem"),
    "codes": ("codes", "from cnncalc import volume"),
    "exact": ("exact", "from cnncalc import volume"),
    "wording": ("wording", "from cnncalc import volume"),
    "safe": ("safe", "from cnncalc import volume"),
    "dtype": ("dtype", "from cnncalc import volume"),
    "record": ("record", "from cnncalc import volume"),
    "arguments": ("arguments", "from cnncalc import volume"),
    "files": ("render", "from cnncalc import files"),
    "quantity": ("analysis", "from cnncalc import quantity"),
    "metrics": ("analysis", "from cnncalc import metrics"),
    "oracle": ("executor.reference", "from cnncalc.window import Window"),
    "window": ("executor.fast", "from cnncalc import window"),
    "volume": ("render", "from cnncalc import volume"),
    "layers": ("gate", "from cnncalc import layers"),
    "network": ("layers", "from cnncalc import network"),
    "language": ("network", "from cnncalc import language"),
    "language-floors": ("language.reading", "from cnncalc.language import expanding"),
    "analysis": ("executor", "from cnncalc import analysis"),
    "frameworks": ("gate", "from cnncalc import frameworks"),
    "derivation": ("gate", "from cnncalc import derivation"),
    "conventions": ("analysis", "from cnncalc import conventions"),
    "fitting": ("layers", "from cnncalc import fitting"),
    "solver": ("language", "from cnncalc import solver"),
    "lookup": ("language", "from cnncalc import lookup"),
    "judging": ("gate", "from cnncalc import judging"),
    "executor": ("analysis", "from cnncalc import executor"),
    "session": ("executor.fast", "from cnncalc.executor import session"),
    "gate": ("analysis", "from cnncalc import gate"),
    "compare": ("gate", "from cnncalc import compare"),
    "subjects": ("render.subjects", "from cnncalc.render.writers import markdown"),
    "render": ("language", "from cnncalc import render"),
    "editor": ("render", "from cnncalc import editor"),
    "glossary": ("language", "from cnncalc import glossary"),
    "cli": ("render", "from cnncalc import cli"),
    "numpy": ("analysis", "import numpy as np"),
    "pil": ("executor.weights", "from PIL import Image"),
    "safetensors": ("executor.files", "import safetensors"),
    "threadpoolctl": ("executor.reference", "import threadpoolctl"),
    "yaml": ("cli", "import yaml"),
    "rich": ("language", "from rich.table import Table"),
    "click": ("render", "import click"),
}


def lint_imports(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """What `lint-imports` says of the package in a folder, which comes first on the path."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--config", str(ROOT / "pyproject.toml"), "--no-cache", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def file_of(room: str, folder: Path) -> Path:
    """The file that holds a room, whether it is a module or a package."""
    path = folder / "cnncalc" / room.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package's Python files, to break."""
    folder = tmp_path_factory.mktemp("house")
    data = shutil.ignore_patterns("__pycache__", "images", "lessons")
    shutil.copytree(ROOT / "cnncalc", folder / "cnncalc", ignore=data)
    return folder


def test_every_room_imports_only_what_its_contracts_allow() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"{len(CONTRACTS)} kept, 0 broken" in result.stdout


def test_every_room_has_a_contract_of_its_own() -> None:
    named = {contract["id"] for contract in CONTRACTS}
    assert [room for room in ROOMS if room not in named] == []


def test_every_contract_has_a_trespass_to_be_tried_with() -> None:
    assert {contract["id"] for contract in CONTRACTS} == set(TRESPASSES)


@pytest.mark.parametrize("contract", TRESPASSES)
def test_a_forbidden_import_breaks_its_contract(contract: str, copy: Path) -> None:
    room, trespass = TRESPASSES[contract]
    path = file_of(room, copy)
    before = path.read_text("utf-8")
    path.write_text(f"{before}\n\ndef trespass() -> None:\n    {trespass}\n", encoding="utf-8")
    result = lint_imports(copy, "--contract", contract)
    path.write_text(before, encoding="utf-8")
    assert result.returncode == 1
    assert "0 kept, 1 broken" in result.stdout
