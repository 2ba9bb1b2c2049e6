"""What each word of a spec is there for, and so how it is written: when in quotes, sizes with an x, single blanks."""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias

from cnncalc.editor.formatting_tokens import Token
from cnncalc.language.reading.declarations import MODIFIERS, SEQUENCE
from cnncalc.language.reading.scalars import classify
from cnncalc.language.values.numerals import is_numeric
from cnncalc.language.values.sizes import is_size
from cnncalc.language.yaml.characters import odd_characters
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence
from cnncalc.layers import KINDS
from cnncalc.problem import Problem

KEY, PROSE, SHORT, VALUE = "key", "prose", "short form", "value"
_ITEMS, _OTHERS = "items", ""

Plan: TypeAlias = "str | dict[str, Plan]"
"""A place, a list of items, or a map: what stands at each of its keys, and at all others."""

_TOP: dict[str, Plan] = {
    **dict.fromkeys(("cnncalc", "name", "source", "note", "labels", "weights"), PROSE),
    "layers": _ITEMS,
    "blocks": {_OTHERS: {"layers": _ITEMS, "note": PROSE}},
    "variants": {_OTHERS: {"note": PROSE, "name": PROSE}},
}
_ITEM: dict[str, Plan] = {**dict.fromkeys(MODIFIERS, VALUE), "note": PROSE, SEQUENCE: _ITEMS, _OTHERS: SHORT}

# Words that one or another reader of YAML takes for something else than a text.
_RESOLVED = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"})
_PLAIN = re.compile(r"[\w$](?:[^:#]|://|(?<=\S)#)*")
_LONGEST = 500


class Places(NamedTuple):
    """The place of each scalar and the maps that are items of a list of layers, both by identity.

    `item` is what stands in an item.
    """

    scalars: dict[int, str]
    items: set[int]
    item: Plan

    def of(self, scalar: Scalar) -> str:
        """What a scalar is there for."""
        return self.scalars[id(scalar)]

    def fill(self, node: Node, plan: Plan) -> None:
        """Give everything in a node its place; what is no map or list where the plan has one is a value."""
        if isinstance(node, Mapping):
            for key, value in node.entries:
                self.scalars[id(key)] = KEY
                self.fill(value, _at(plan, key.text))
        elif isinstance(node, Sequence):
            for item in node.items:
                is_item = plan == _ITEMS and isinstance(item, Mapping)
                if is_item:
                    self.items.add(id(item))
                self.fill(item, self.item if is_item else _at(plan, _OTHERS))
        else:
            self.scalars[id(node)] = PROSE if plan == PROSE else SHORT if plan == SHORT else VALUE


def places(tree: Mapping) -> Places:
    """The place of everything in a spec's tree."""
    joins: dict[str, Plan] = {name: {_OTHERS: _ITEMS} for name, kind in KINDS.items() if kind.layer.joins}
    found = Places({}, set(), {**_ITEM, **joins})
    own = {key.text: PROSE for key, _ in tree.entries if key.text.startswith("x-")}
    found.fill(tree, {**_TOP, **own})
    return found


def _at(plan: Plan, key: str) -> Plan:
    """What stands inside: prose is prose all through."""
    if isinstance(plan, dict):
        return plan.get(key, plan.get(_OTHERS, VALUE))
    return plan if plan == PROSE else VALUE


def normal(text: str, place: str) -> str:
    """A plain text of one line as it is written in the canonical form.

    >>> normal("10  5×5 pad 2", SHORT)
    '10 5x5 pad 2'
    """
    if place == SHORT:
        return " ".join(_size(word) for word in text.split())
    return text if place in {PROSE, KEY} else _size(text)


def written(token: Token, source: str, places: Places, indent: int, *, flow: bool) -> list[str]:
    """The lines of a scalar, the further ones so deep; `flow` says whether it stands inside brackets or braces."""
    scalar, raw = token.word, token.of(source)
    if "\n" in raw:
        first, *rest = (line.strip() for line in raw.split("\n"))
        return [first, *(" " * indent + line if line else "" for line in rest)]
    text, place = scalar.text, places.of(scalar)
    if not scalar.style or may_be_plain(text, place, flow=flow):
        return [normal(text, place)]
    if scalar.style == '"' and "\\" in raw:
        return [raw]
    if '"' in text or "\\" in text:
        return ["'" + text.replace("'", "''") + "'"]
    return [f'"{text}"']


def may_be_plain(text: str, place: str, *, flow: bool) -> bool:
    """Whether a quoted text means the same without its quotes, to this language and to other readers of YAML.

    >>> [may_be_plain(text, PROSE, flow=False) for text in ("U-Net", "U-Net: small", "2015", "yes")]
    [True, False, False, False]
    """
    if not _is_plain_yaml(text) or (flow and re.search(r"[\[\]{},]", text)):
        return False
    if text.lower() in _RESOLVED or is_numeric(text):
        return False
    if place in {KEY, PROSE}:
        return True
    if place == SHORT and " " in text:
        return False  # each word of a quoted short form is in quotes
    return "$" in text or _stays_a_word(text)


def _stays_a_word(text: str) -> bool:
    try:
        return classify(text) == text
    except Problem:
        return False


def _is_plain_yaml(text: str) -> bool:
    return (
        0 < len(text) <= _LONGEST
        and text.isprintable()
        and not text.endswith(" ")
        and _PLAIN.fullmatch(text) is not None
        and not odd_characters(text)
    )


def _size(word: str) -> str:
    return word.replace("×", "x") if "×" in word and is_size(word) else word
