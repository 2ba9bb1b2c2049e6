"""Writes a drawn layer as a person could: short form or map, numbers or variables, modifiers beside the kind."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from cnncalc.layers import KINDS
from tests.agreement.strategies_layers import Drawn
from tests.agreement.strategies_windows import Draw

Modifiers = dict[str, Any]


def plain(value: Any) -> str:
    """A value in YAML's flow style, as the language writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    if isinstance(value, list):
        return f"[{', '.join(map(plain, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {plain(entry)}" for name, entry in value.items()) + "}"
    return str(value)


class Pen:
    """Writes layers, and remembers the variables that it used.

    Attributes:
        variables: the file's variables and their values.
    """

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.variables: dict[str, int] = {}

    def value_of(self, drawn: Drawn, arriving: int | None) -> str:
        """What stands behind the kind; empty where nothing does.

        Args:
            drawn: the layer.
            arriving: the channels of `$previous`, where they may be asked for.
        """
        if drawn.kind == "act":
            return plain(drawn.values["function"])
        words = {name: self._word(name, value, arriving) for name, value in drawn.values.items()}
        if words and all(_is_one_word(value) for value in drawn.values.values()) and self.draw(st.booleans()):
            return self._short(drawn.kind, drawn.values, words)
        return "{" + ", ".join(f"{name}: {word}" for name, word in words.items()) + "}" if words else ""

    def _short(self, kind: str, values: dict[str, Any], words: dict[str, str]) -> str:
        """`[first parameter] [AxB] {name value}...`."""
        first = KINDS[kind].first
        parts = []
        for name, word in words.items():
            is_size = name == "kernel" and isinstance(values[name], tuple) and len(values[name]) > 1 and "$" not in word
            if name == first or (is_size and (first == "kernel" or first in words)):
                parts.append(word)
            else:
                parts.append(f"{'pad' if name == 'padding' else name} {word}")
        return " ".join(parts)

    def _word(self, name: str, value: Any, arriving: int | None) -> str:
        """A value as it is, or as a formula that gives it."""
        if type(value) is not int or name not in ("filters", "units", "kernel", "stride"):
            return plain(value)
        ways = ["number"] * 4 + ["variable", "sum"] + (["previous"] if arriving == value else [])
        way = self.draw(st.sampled_from(ways))
        if way == "variable":
            variable = f"v{value}"
            self.variables[variable] = value
            return f"${variable}"
        if way == "sum":
            return f"{value - 1}+1"
        return "$previous.channels" if way == "previous" else str(value)


def _is_one_word(value: Any) -> bool:
    return not isinstance(value, (dict, list))


def item(kind: str, value: str, modifiers: Modifiers | None = None) -> str:
    """An item of `layers` in flow style."""
    if not modifiers:
        return f"{{{kind}: {value}}}" if value else kind
    rest = ", ".join(f"{name}: {plain(entry)}" for name, entry in modifiers.items())
    return f"{{{kind}: {value or ''}, {rest}}}"
