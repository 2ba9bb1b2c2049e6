"""Writes a layer in the language: in the short form where it can be, else in braces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncalc.frameworks.reading import Part
from cnncalc.language.remedies.editing import SHORT
from cnncalc.layers import KINDS
from cnncalc.volume import SIDES


def spelled(part: Part, rank: int) -> str:
    """A layer as one text; `rank` is the number of axes, 0 where that is not known.

    >>> spelled(Part("conv", {"filters": 6, "kernel": 5, "padding": 2}), 2)
    'conv: 6 5x5 pad 2'
    >>> spelled(Part("conv", {"filters": 6, "kernel": 5, "act": {"leaky_relu": {"slope": 0.1}}}), 2)
    'conv: {filters: 6, kernel: 5, act: {leaky_relu: {slope: 0.1}}}'
    >>> spelled(Part("conv", {"filters": 2, "kernel": 5, "connections": ((0, 2, 6), (1,))}), 2)
    'conv: {filters: 2, kernel: 5, connections: [[0, 2, 6], [1]]}'
    """
    kind = KINDS[part.kind]
    values = {name: part.values[name] for name in kind.parameters if name in part.values}
    values |= {
        name: _plain(value, rank) for name, value in values.items() if kind.parameters[name].type.due == "padding"
    }
    if not values:
        return part.kind
    if any(isinstance(value, dict) or _has_rows(value) for value in values.values()):
        return f"{part.kind}: {written(values)}"
    words = []
    # A size at the beginning is taken for a kernel, unless the first parameter is a size itself.
    bare = not isinstance(values.get(kind.first), tuple) or kind.parameters[kind.first].type.due in {"size", "volume"}
    if kind.first in values and bare:
        words.append(written(values.pop(kind.first)))
        if "kernel" in values and (size := _size(values["kernel"], rank)):
            words.append(size)
            del values["kernel"]
    words += [f"{SHORT.get(name, name)} {written(value)}" for name, value in values.items()]
    return f"{part.kind}: {' '.join(words)}"


def written(value: Any) -> str:
    """A value as the language has it.

    >>> written((3, 3)), written(True), written({"top": 1})
    ('3x3', 'true', '{top: 1}')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if _has_rows(value):
        return str([[*row] if isinstance(row, (tuple, list)) else row for row in value])
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {written(entry)}' for key, entry in value.items())}}}" if value else ""
    return str(value)


def _has_rows(value: Any) -> bool:
    return isinstance(value, tuple) and any(isinstance(row, tuple) for row in value)


def _size(value: Any, rank: int) -> str:
    """A kernel that is known by its form; empty where it needs its name."""
    if isinstance(value, tuple):
        return written(value) if len(value) > 1 else ""
    return "x".join([str(value)] * rank) if type(value) is int and rank > 1 else ""


def _plain(value: Any, rank: int) -> Any:
    """Sides as one number, one for each axis, or a map of those that are not 0."""
    if not isinstance(value, tuple) or not all(isinstance(pair, tuple) for pair in value):
        return value
    pairs = value * rank if len(value) == 1 and rank else value
    if all(before == after for before, after in pairs):
        sizes = tuple(before for before, _ in pairs)
        return sizes[0] if len(set(sizes)) == 1 else sizes
    names = [name for axis in SIDES[len(pairs)] for name in axis]
    return {name: width for name, width in zip(names, sum(pairs, ()), strict=True) if width}
