"""The benchmarks, as far as they can be held to something without a clock: their page, and what they import."""

from __future__ import annotations

import ast
import importlib
import importlib.util
from contextlib import suppress
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
OURS = ("benchmarks", "cnncalc")
MODULES = sorted(path for path in BENCHMARKS.rglob("*.py"))
IN_THE_PEERS_ENVIRONMENT = {"keras_models", "networks", "onnx_model", "peer", "plot", "torch_model", "torch_models"}
"""Modules that cannot be imported where the tests run, as they need the peers."""


def test_the_page_is_what_was_measured():
    page = importlib.import_module("benchmarks.__main__").page()
    assert page == (BENCHMARKS / "RESULTS.md").read_text("utf-8"), "python -m benchmarks page"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_what_a_benchmark_imports_of_the_project_is_there(path):
    for module, name in _imports(path.read_text("utf-8")):
        assert _is_there(module, name), f"{path.name}: from {module} import {name}"


def _imports(code):
    """What some Python imports of the project, with what the Python in its strings does."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in OURS:
            yield from ((node.module, name.name) for name in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "cnncalc" in node.value:
            with suppress(SyntaxError):
                yield from _imports(node.value)


def _is_there(module, name):
    if module.rpartition(".")[2] in IN_THE_PEERS_ENVIRONMENT:
        return (BENCHMARKS.parent / f"{module.replace('.', '/')}.py").is_file()
    if hasattr(importlib.import_module(module), name):
        return True
    return importlib.util.find_spec(f"{module}.{name}") is not None
