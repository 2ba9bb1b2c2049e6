"""Finds which layer of one report is which of another: by what they are first, by what they are called last."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from cnncalc.analysis import Report, Row
from cnncalc.compare.alignment import Pair, Stretch, aligned, gaps

# What the language numbers by itself, and so what shifts when a layer is inserted: conv_3, Bottleneck_2[4].
_AUTOMATIC = re.compile(r"_[0-9]+(?=[/\[]|$)|\[[0-9]+\]")


class Signature(NamedTuple):
    """What a layer is and does, whatever it is called and wherever it stands.

    `settings` are its parameters as a text to compare by; `reads` are the volumes that arrive.
    """

    kind: str
    settings: str
    reads: tuple[tuple[int, ...], ...]
    output: tuple[int, ...]
    weights: int
    biases: int
    fixed_params: int
    macs: int
    training_only: bool


def signatures(report: Report) -> list[Signature]:
    """The signature of each row."""
    volumes = dict(report.inputs)
    texts: dict[int, str] = {}  # the turns of a repeat hold the same parameters
    found = []
    for row in report.layers:
        text = texts.get(id(row.parameters))
        if text is None:
            text = texts[id(row.parameters)] = repr(row.parameters)
        reads = tuple([volumes[tensor] for tensor in row.inputs])
        volumes[row.path] = row.output
        found.append(
            Signature(
                row.kind,
                text,
                reads,
                row.output,
                row.weights,
                row.biases,
                row.fixed_params,
                row.macs,
                row.training_only,
            )
        )
    return found


class Marks:
    """What the rows of one report are recognised by, from the strictest to the loosest."""

    def __init__(self, report: Report) -> None:
        self.rows: Sequence[Row] = report.layers
        self.signatures = signatures(report)
        self.names = [_AUTOMATIC.sub("", row.path) for row in report.layers]

    def named_equals(self) -> Sequence[Hashable]:
        return list(zip(self.names, self.signatures, strict=True))

    def equals(self) -> Sequence[Hashable]:
        return self.signatures

    def named_settings(self) -> Sequence[Hashable]:
        return [(name, entry.kind, entry.settings) for name, entry in zip(self.names, self.signatures, strict=True)]

    def settings(self) -> Sequence[Hashable]:
        return [(entry.kind, entry.settings) for entry in self.signatures]

    def paths(self) -> Sequence[Hashable]:
        return [row.path for row in self.rows]

    def outputs(self) -> Sequence[Hashable]:
        return [(row.kind, row.output) for row in self.rows]

    def kinds(self) -> Sequence[Hashable]:
        return [row.kind for row in self.rows]

    def given_names(self) -> dict[str, int]:
        """The paths in which nothing is numbered by itself."""
        return {name: index for index, name in enumerate(self.names) if name == self.rows[index].path}


def matched(first: Marks, second: Marks) -> list[Pair]:
    """The rows of both reports that are the same layer, by index, in the order of the second.

    Each step looks only into the gaps that the steps before it have left: equal layers under one name; equal layers;
    equal settings, whose volumes differ; equal paths; one kind with equal outputs; one kind. What remains is a layer
    that moved and kept the name that its author gave it.
    """
    pairs: list[Pair] = []
    for step in (
        Marks.named_equals,
        Marks.equals,
        Marks.named_settings,
        Marks.settings,
        Marks.paths,
        Marks.outputs,
        Marks.kinds,
    ):
        pairs = _refined(pairs, step(first), step(second))
    return sorted([*pairs, *_moved(pairs, first, second)], key=lambda pair: pair[1])


def _refined(pairs: list[Pair], first: Sequence[Hashable], second: Sequence[Hashable]) -> list[Pair]:
    """The pairs with those that the keys give in their gaps."""
    found = list(pairs)
    for low_a, high_a, low_b, high_b in gaps(pairs, Stretch(0, len(first), 0, len(second))):
        inside = aligned(first[low_a:high_a], second[low_b:high_b])
        found += [(low_a + x, low_b + y) for x, y in inside]
    return sorted(found)


def _moved(pairs: Sequence[Pair], first: Marks, second: Marks) -> list[Pair]:
    taken_a, taken_b = {x for x, _ in pairs}, {y for _, y in pairs}
    there = second.given_names()
    return [
        (index, there[name])
        for name, index in first.given_names().items()
        if index not in taken_a and name in there and there[name] not in taken_b
    ]
