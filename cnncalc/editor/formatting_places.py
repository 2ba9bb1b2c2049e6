"""What each word of a spec is there for: a key, prose, a short form or any other value; and which maps are items."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cnncalc.language.reading.declarations import MODIFIERS, SEQUENCE
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence
from cnncalc.layers import KINDS

KEY, PROSE, SHORT, VALUE = "key", "prose", "short form", "value"
_TEXTS = frozenset({"cnncalc", "name", "source", "note", "labels", "weights"})


class Places(NamedTuple):
    """The place of each scalar and the maps that are items of a list of layers, both by identity."""

    scalars: dict[int, str]
    items: set[int]

    def of(self, scalar: Scalar) -> str:
        """What a scalar is there for."""
        return self.scalars[id(scalar)]


def places(tree: Mapping) -> Places:
    """The place of everything in a spec's tree."""
    found = Places({}, set())
    for key, value in tree.entries:
        found.scalars[id(key)] = KEY
        match key.text:
            case "layers":
                _items(value, found)
            case "blocks":
                _each(value, found, _block)
            case "variants":
                _each(value, found, _variant)
            case text:
                _fill(value, found, PROSE if text in _TEXTS or text.startswith("x-") else VALUE)
    return found


def _fill(node: Node, found: Places, place: str) -> None:
    if isinstance(node, Scalar):
        found.scalars[id(node)] = place
    elif isinstance(node, Sequence):
        for item in node.items:
            _fill(item, found, place)
    else:
        for key, value in node.entries:
            found.scalars[id(key)] = KEY
            _fill(value, found, place)


def _each(node: Node, found: Places, inside: Callable[[str, Node, Places], None]) -> None:
    """The maps that a map of names holds."""
    if not isinstance(node, Mapping):
        _fill(node, found, VALUE)
        return
    for name, value in node.entries:
        found.scalars[id(name)] = KEY
        if not isinstance(value, Mapping):
            _fill(value, found, VALUE)
            continue
        for key, part in value.entries:
            found.scalars[id(key)] = KEY
            inside(key.text, part, found)


def _block(key: str, part: Node, found: Places) -> None:
    if key == "layers":
        _items(part, found)
    else:
        _fill(part, found, PROSE if key == "note" else VALUE)


def _variant(key: str, part: Node, found: Places) -> None:
    _fill(part, found, PROSE if key in {"note", "name"} else VALUE)


def _items(node: Node, found: Places) -> None:
    if not isinstance(node, Sequence):
        _fill(node, found, VALUE)
        return
    for entry in node.items:
        if isinstance(entry, Mapping):
            _item(entry, found)
        else:
            _fill(entry, found, VALUE)


def _item(node: Mapping, found: Places) -> None:
    found.items.add(id(node))
    for key, value in node.entries:
        found.scalars[id(key)] = KEY
        word = key.text
        if word in MODIFIERS:
            _fill(value, found, PROSE if word == "note" else VALUE)
        elif word == SEQUENCE:
            _items(value, found)
        elif isinstance(value, Mapping) and word in KINDS and KINDS[word].layer.joins:
            for name, branch in value.entries:
                found.scalars[id(name)] = KEY
                _items(branch, found)
        else:
            _fill(value, found, SHORT if isinstance(value, Scalar) else VALUE)
