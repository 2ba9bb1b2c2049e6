"""From a file of the program to its mutants: a comparison, a sum, a number or a condition that means something else."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

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
    function: int
    """The line at which the function around it begins, its decorators among it; 0 where it is in none."""
    text: str
    """The line of the source in which it stands, without its indentation."""
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
    text = file.read_text("utf-8")
    tree, lines = ast.parse(text), text.splitlines()
    silent = {id(below) for node in ast.walk(tree) for part in _silent(node) for below in ast.walk(part)}
    functions = _functions(tree)
    for number, node in enumerate(ast.walk(tree)):
        other = None if id(node) in silent else changed(node)
        if other is not None:
            before, after = (ast.unparse(one).splitlines()[0] for one in (node, other))
            line: int = node.lineno  # type: ignore[attr-defined]  # whatever can be changed has a line
            yield Mutant(file, number, line, functions.get(id(node), 0), lines[line - 1].strip(), before, after)


def _functions(tree: ast.Module) -> dict[int, int]:
    """By node that runs when a function is called: the line at which the innermost such function begins."""
    begins = {}
    for node in ast.walk(tree):  # outer functions come before inner ones, which overwrite what they hold
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(part.lineno for part in node.decorator_list)])
            begins.update({id(below): first for part in node.body for below in ast.walk(part)})
    return begins


def _silent(node: ast.AST) -> list[ast.AST]:
    """What no result depends on: types with all that only they need, and `strict`, which only guards."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return [node]
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
