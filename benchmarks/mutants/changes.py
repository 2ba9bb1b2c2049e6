"""Breaks the program in small ways, one at a time, and lists what the tests of the room do not notice.

At the top of the checkout, some ten seconds a mutant: python -m benchmarks.mutants layers --count 20 --seed 1
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

TOP = Path(__file__).resolve().parents[1]
COPIED = ("cnncalc", "tests", "specs", "docs", "benchmarks", "documentation", "pyproject.toml", "README.md")
SECONDS = 600
"""A mutant that takes longer is noticed: it does not end."""

ROOMS = {
    "window": (["window.py"], ["layers", "agreement/test_windows.py", "agreement/test_report.py"]),
    "layers": (["layers"], ["layers", "executor/reference", "language/reading", "agreement/test_report.py",
                            "agreement/test_fast.py", "frameworks", "derivation", "gate",
                            "executor/fast/test_reading.py", "executor/fast/strips"]),
    "analysis": (["analysis"], ["analysis", "agreement/test_report.py", "gate", "conventions", "derivation",
                                "interface"]),
    "gate": (["gate"], ["gate", "language/test_lessons.py", "cli/test_check.py", "judging"]),
    "language": (["language"], ["language", "interface", "gate"]),
}  # fmt: skip
"""By room: its files in the package, and the tests that can reach them, the quickest first."""

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
}  # fmt: skip
CALLED = {"any": "all", "all": "any", "min": "max", "max": "min", "least": "most", "most": "least", "sorted": "list"}


class Mutant(NamedTuple):
    """One change: a node of a file's tree, by its number in the order of a walk, and what stands there instead."""

    file: Path
    node: int
    line: int
    before: str
    after: str


def changed(node: ast.AST) -> ast.AST | None:
    """A copy of a node that means something else; None where nothing is known to break it."""
    other: Any = copy.deepcopy(node)
    match node:
        case ast.Compare(ops=[op]) if type(op) in COMPARED:
            other.ops = [COMPARED[type(op)]()]
        case ast.BinOp(op=op) if type(op) in COMPUTED:
            other.op = COMPUTED[type(op)]()
        case ast.BoolOp(op=op):
            other.op = ast.And() if isinstance(op, ast.Or) else ast.Or()
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return operand
        case ast.Constant(value=bool(value)):
            other.value = not value
        case ast.Constant(value=int(value) | float(value)):
            other.value = value + 1
        case ast.Call(func=ast.Name(id=name)) if name in CALLED:
            other.func.id = CALLED[name]
        case ast.IfExp():
            other.body, other.orelse = other.orelse, other.body
        case ast.If(orelse=[]):
            other.test = ast.Constant(value=False)
        case _:
            return None
    return other  # type: ignore[no-any-return]  # a deep copy has the type of its original


def mutants_of(file: Path) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of its text."""
    tree = ast.parse(file.read_text("utf-8"))
    silent = {id(below) for node in ast.walk(tree) for part in _silent(node) for below in ast.walk(part)}
    for number, node in enumerate(ast.walk(tree)):
        other = None if id(node) in silent else changed(node)
        if other is not None:
            before, after = (ast.unparse(one).splitlines()[0] for one in (node, other))
            yield Mutant(file, number, node.lineno, before, after)  # type: ignore[attr-defined]  # all have a line


def _silent(node: ast.AST) -> list[ast.AST]:
    """What no result depends on: types, and `strict`, which only guards."""
    if isinstance(node, ast.keyword):
        return [node.value] if node.arg == "strict" else []
    parts = [getattr(node, name, None) for name in ("annotation", "returns")]
    return [part for part in parts if isinstance(part, ast.AST)]


def broken(mutant: Mutant) -> str:
    """The text of the file with the change in it."""
    tree = ast.parse(mutant.file.read_text("utf-8"))
    target = list(ast.walk(tree))[mutant.node]
    other = changed(target)

    class Exchange(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST | None:
            return other if node is target else self.generic_visit(node)

    Exchange().visit(tree)
    return ast.unparse(ast.fix_missing_locations(tree))


def noticed(mutant: Mutant, tests: list[str], workplace: Path) -> bool:
    """Whether the tests of its room, or the examples in its own file, fail on a mutant."""
    place = workplace / mutant.file.relative_to(TOP)
    place.write_text(broken(mutant), "utf-8")
    try:
        return fails(workplace, [str(place.relative_to(workplace)), *tests])
    except subprocess.TimeoutExpired:
        return True
    finally:
        shutil.copy(mutant.file, place)


def fails(workplace: Path, tests: list[str]) -> bool:
    """Whether one of some tests fails in a copy of the checkout."""
    quiet = ["-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *quiet, *tests],
        cwd=workplace,
        env={**os.environ, "PYTHONPATH": str(workplace), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    return ran.returncode != 0


def main() -> None:
    """Draw mutants of a room, try each, and list those that lived."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    places, names = ROOMS[asked.room]
    tests = [f"tests/{name}" for name in names]
    roots = [TOP / "cnncalc" / place for place in places]
    files = [file for root in roots for file in ([root] if root.is_file() else sorted(root.rglob("*.py")))]
    every = [mutant for file in files for mutant in mutants_of(file)]
    chance = random.Random(asked.seed)  # noqa: S311 # nobody is to be kept from guessing
    drawn = chance.sample(every, min(asked.count, len(every)))
    lived = 0
    with tempfile.TemporaryDirectory() as folder:
        workplace = Path(folder)
        for name in COPIED:
            source = TOP / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, workplace / name)
        if fails(workplace, tests):
            raise SystemExit("the tests of the room fail before anything is broken")
        for mutant in drawn:
            if not noticed(mutant, tests, workplace):
                lived += 1
                where = f"{mutant.file.relative_to(TOP)}:{mutant.line}"
                print(f"lived: {where}: {mutant.before}  ->  {mutant.after}", flush=True)
    print(f"{len(drawn)} of {len(every)} mutants of {asked.room}: {len(drawn) - lived} noticed, {lived} lived")


if __name__ == "__main__":
    main()
