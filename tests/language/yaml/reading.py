"""What the tests of reading share: a text, its tree and its faults."""

from typing import Any

from cnncalc.language.yaml.nodes import Mapping, Node, Scalar
from cnncalc.language.yaml.source import source_of_text
from cnncalc.language.yaml.tree import read_tree
from cnncalc.problem import Diagnostic, Faults


def read(text: str) -> tuple[Any, list[Diagnostic]]:
    """The tree of a text, and its faults in the order of their places."""
    source = source_of_text(text)
    faults = Faults(source)
    tree = read_tree(source, faults)
    return tree, sorted(faults.found, key=lambda fault: fault.sort_key)


def tree_of(text: str) -> Any:
    """The tree of a text without faults; a test says by what it asks which node it expects."""
    tree, faults = read(text)
    assert faults == []
    assert tree is not None
    return tree


def only_fault(text: str) -> Diagnostic:
    """The one fault of a text."""
    _, faults = read(text)
    assert len(faults) == 1, faults
    return faults[0]


def codes(text: str) -> list[str]:
    """The codes of a text's faults, in the order of their places."""
    return [fault.code for fault in read(text)[1]]


def written(fault: Diagnostic) -> str:
    """What the caret of a fault underlines."""
    line, column, length = fault.span
    return fault.source.line(line)[column - 1 : column - 1 + length]


def plain(node: Node | None) -> Any:
    """The tree as lists, dictionaries and texts, to compare with."""
    if node is None or isinstance(node, Scalar):
        return node and node.text
    if isinstance(node, Mapping):
        return {key.text: plain(value) for key, value in node.entries}
    return [plain(item) for item in node.items]
