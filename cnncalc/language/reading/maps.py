"""Reads a map entry by entry: each fault is kept and reading goes on, an unknown key is answered with a known one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from cnncalc import codes
from cnncalc.codes import Code
from cnncalc.language.values.suggest import did_you_mean
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar
from cnncalc.problem import Problem

Entry: TypeAlias = tuple[Scalar, Node]
Report: TypeAlias = Callable[[Problem], None]


def entries_of(
    node: Node | None, message: str, remedy: Callable[[Node], str] | None = None, code: Code = codes.MISPLACED_VALUE
) -> list[Entry]:
    """The entries of a map; none where nothing is written, a fault where something else is, with a help for it."""
    if isinstance(node, Mapping):
        return node.entries
    if node is None or (isinstance(node, Scalar) and node.is_empty):
        return []
    raise Problem(code, message, node.span, helps=remedy(node) if remedy else "")


def read_each(entries: Iterable[Entry], read: Callable[[Scalar, Node], None], report: Report) -> None:
    """Read every entry; a fault leaves its own out."""
    for key, value in entries:
        try:
            read(key, value)
        except Problem as problem:
            report(problem)


def unknown_key(key: Scalar, known: Sequence[str], where: str, has: str, code: Code = codes.UNKNOWN_KEY) -> Problem:
    """The fault of a key that a map does not have."""
    otherwise = f"{has} {', '.join(known)}"
    message = f"unknown key `{key.text}` in {where}"
    return Problem(code, message, key.span, helps=lambda: did_you_mean(key.text, known, otherwise))
