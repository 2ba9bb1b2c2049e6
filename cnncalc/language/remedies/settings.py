"""Translates a parameter on a line of its own or in braces: `kernel_size: (3, 3)`, `strides: [2, 2]`."""

from __future__ import annotations

import re
from typing import Any

from cnncalc.language.remedies.calls import parse_arguments
from cnncalc.language.remedies.loose import Misfit, fitting
from cnncalc.language.remedies.spelling import written
from cnncalc.language.values.suggest import foreign
from cnncalc.layers import KINDS

_LIMITS = r"(?:budget|expect):\s*\{"
_THOUSANDS = r"(?<![\w.,])[1-9]\d{0,2}(?:,\d{3})+(?![\w.])"
"""A number with commas, which end an entry of a map in braces."""

_DUE = {name: entry.type.due for kind in KINDS.values() for name, entry in kind.parameters.items()}


def setting_of(text: str) -> str:
    """The same parameter in the language; empty where there is none other.

    >>> setting_of("kernel_size: (3, 3)"), setting_of("stride: 2")
    ('kernel: 3x3', '')
    """
    if re.match(_LIMITS, text):
        plain = re.sub(_THOUSANDS, lambda number: number[0].replace(",", ""), text)
        return "" if plain == text else plain
    found = re.fullmatch(r"\s*['\"]?(\w+)['\"]?\s*:\s*(.+?)[\s,]*", text)
    name = found[1] if found else ""
    ours = name if name in _DUE else foreign(name) or ""
    if found is None or ours not in _DUE:
        return ""
    arguments = parse_arguments(found[2])
    if not arguments or any(argument.name for argument in arguments):
        return ""
    value: Any = tuple(argument.value for argument in arguments)
    try:
        fitted = fitting(_DUE[ours], ours, value[0] if len(value) == 1 else value)
    except Misfit:
        return ""
    new = "" if fitted is None else f"{ours}: {written(fitted)}"
    return "" if new == f"{name}: {found[2]}" else new
