"""A spec as the values that a YAML 1.2 reader, such as an editor's, gives to a schema."""

from __future__ import annotations

import re
from typing import Any

from cnncalc.language.yaml.nodes import Mapping, Node, Scalar
from tests.editor.layouts import tree_of

_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}


def instance(text: str) -> Any:
    return _value(tree_of(text))


def _value(node: Node) -> Any:
    if isinstance(node, Scalar):
        return _scalar(node)
    if isinstance(node, Mapping):
        return {key.text: _value(value) for key, value in node.entries}
    return [_value(item) for item in node.items]


def _scalar(node: Scalar) -> Any:
    if node.quoted:
        return node.text
    if node.text in _WORDS:
        return _WORDS[node.text]
    if _INTEGER.fullmatch(node.text):
        return int(node.text)
    return float(node.text) if _FLOAT.fullmatch(node.text) else node.text
