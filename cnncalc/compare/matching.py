"""Finds which layer of one report is which of another: by what they are first, by what they are called last."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from operator import attrgetter
from typing import NamedTuple

from cnncalc.analysis import Report, Row
from cnncalc.compare.alignment import Pair, Stretch, aligned, gaps

# What the language numbers by itself, and so what shifts when a layer is inserted: conv_3, Bottleneck_2[4].
_AUTOMATIC = re.compile(r"_[0-9]+(?=[/\[]|$)|\[[0-9]+\]")


class RowSignature(NamedTuple):
    """What a layer is and does, whatever it is called and wherever it stands, by the report's words.

    `parameters` are a text to compare by; `inputs` are the volumes that arrive.
    """

    kind: str
    parameters: str
    inputs: tuple[tuple[int, ...], ...]
    output: tuple[int, ...]
    weights: int
    biases: int
    fixed_params: int
    macs: int
    training_only: bool


_OF_ROW = attrgetter(*RowSignature._fields[3:])


class RowMark(NamedTuple):
    """What a row is recognised by: itself, its path without what the language numbers, and what it is and does."""

    row: Row
    name: str
    own: RowSignature


STEPS: Sequence[Callable[[RowMark], Hashable]] = (
    lambda mark: (mark.name, mark.own),
    lambda mark: mark.own,
    lambda mark: (mark.name, mark.own.kind, mark.own.parameters),
    lambda mark: (mark.own.kind, mark.own.parameters),
    lambda mark: mark.row.path,
    lambda mark: (mark.row.kind, mark.row.output),
    lambda mark: mark.row.kind,
)
"""From the strictest to the loosest: equal layers under one name; equal layers; equal settings, whose volumes differ,
under one name and under any; equal paths; one kind with equal outputs; one kind."""


def marks(report: Report) -> list[RowMark]:
    """The mark of each row."""
    volumes = dict(report.inputs)
    texts: dict[int, str] = {}  # the turns of a repeat hold the same parameters
    found = []
    for row in report.layers:
        text = texts.get(id(row.parameters))
        if text is None:
            text = texts[id(row.parameters)] = repr(row.parameters)
        inputs = tuple([volumes[tensor] for tensor in row.inputs])
        volumes[row.path] = row.output
        found.append(RowMark(row, _AUTOMATIC.sub("", row.path), RowSignature(row.kind, text, inputs, *_OF_ROW(row))))
    return found


def matched(first: Sequence[RowMark], second: Sequence[RowMark]) -> list[Pair]:
    """The rows of both reports that are the same layer, by index, in the order of the second.

    Each step looks only into the gaps that the steps before it have left. What remains is a layer that moved and kept
    the name that its author gave it.
    """
    pairs: list[Pair] = []
    for key in STEPS:
        pairs = _refined(pairs, [*map(key, first)], [*map(key, second)])
    return sorted([*pairs, *_moved(pairs, first, second)], key=lambda pair: pair[1])


def _refined(pairs: list[Pair], first: Sequence[Hashable], second: Sequence[Hashable]) -> list[Pair]:
    """The pairs with those that the keys give in their gaps."""
    found = list(pairs)
    for low_a, high_a, low_b, high_b in gaps(pairs, Stretch(0, len(first), 0, len(second))):
        inside = aligned(first[low_a:high_a], second[low_b:high_b])
        found += [(low_a + x, low_b + y) for x, y in inside]
    return sorted(found)


def _moved(pairs: Sequence[Pair], first: Sequence[RowMark], second: Sequence[RowMark]) -> list[Pair]:
    """The rows that are left and have the same path, in which nothing is numbered by the language."""
    taken_a, taken_b = {x for x, _ in pairs}, {y for _, y in pairs}
    there = {
        mark.name: index for index, mark in enumerate(second) if index not in taken_b and mark.name == mark.row.path
    }
    return [
        (index, there[mark.name])
        for index, mark in enumerate(first)
        if index not in taken_a and mark.name == mark.row.path and mark.name in there
    ]
