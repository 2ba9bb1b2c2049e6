"""A report as a tree of parts: its blocks, joins, branches and turns, down to the rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator
from functools import cached_property

from cnncalc.analysis import Report

_NUMBER = re.compile(r"_[0-9]+$")
SEQUENCE = "sequence"


class Part:
    """A row, or what stands under one segment of the paths; the turns of a repeat are parts of what is repeated.

    Attributes:
        label: its segment of the path; empty for the row of a join among the branches of that join.
        path: the whole path.
        above: the part that it is a part of; None for the whole network.
        row: the index of its row; None for what holds other parts.
        key: equal for parts that are made of equal layers in equal groups, whatever they are called.
        size: how many rows it has.
    """

    def __init__(self, label: str, path: str, above: Part | None) -> None:
        self.label, self.path, self.above = label, path, above
        self.kind, self.key = "", -1
        self.row: int | None = None
        self.parts: list[Part] = []
        self.size = 1
        # What the language numbers by itself shifts when a layer is inserted: conv_3, Bottleneck_2[4].
        self.name = "" if label.startswith("[") else _NUMBER.sub("", label)

    @property
    def is_automatic(self) -> bool:
        """Whether nobody gave it a name: the language called it after its kind."""
        if not self.name:
            return True
        own = (
            self.kind if self.row is not None else next((part.kind for part in self.parts if not part.label), SEQUENCE)
        )
        return self.name == own != self.label

    @cached_property
    def contents(self) -> Counter[tuple[str, int]]:
        """How often each layer is in it, as kind and key."""
        return Counter((part.kind, part.key) for part in self.leaves())

    @cached_property
    def kinds(self) -> Counter[str]:
        """How many layers of each kind are in it."""
        return Counter(part.kind for part in self.leaves())

    def leaves(self) -> Iterator[Part]:
        """Its rows, in order; itself where it is one."""
        return (part for part in self.walk() if part.row is not None)

    def walk(self) -> Iterator[Part]:
        """Itself and all parts below it, each before what it holds."""
        work = [self]
        while work:
            part = work.pop()
            yield part
            work += reversed(part.parts)


def parted(report: Report, keys: dict[Hashable, int]) -> Part:
    """The tree of a report; `keys` gathers the keys of both reports that are compared."""
    root = Part("", "", None)
    made = {"": root}
    found: list[Part] = [root]
    by_identity: dict[tuple[str, int], int] = {}  # quicker to ask than what a layer is equal to
    for index, (row, design) in enumerate(zip(report.layers, report.designs, strict=True)):
        key = by_identity.get((row.kind, id(design.layer)))
        if key is None:
            key = keys.setdefault((row.kind, design.layer), len(keys))
            by_identity[row.kind, id(design.layer)] = key
        parent = made[""]
        for path, label in _steps(row.path):
            part = made.get(path)
            if part is None:
                part = made[path] = Part(label, path, parent)
                parent.parts.append(part)
                found.append(part)
            parent = part
        if parent.parts:  # the row of a join, behind its branches
            above, parent = parent, Part("", row.path, parent)
            above.parts.append(parent)
        parent.kind, parent.row, parent.key = row.kind, index, key
    for part in reversed(found):
        if part.row is None:
            part.key = keys.setdefault(tuple([inner.key for inner in part.parts]), len(keys))
            part.size = sum([inner.size for inner in part.parts])
    return root


def _steps(path: str) -> Iterator[tuple[str, str]]:
    """The way down to a path: each part's path with its label; a turn is a step of its own."""
    end = 0
    for segment in path.split("/"):
        name, bracket, turn = segment.partition("[")
        end += len(name)
        yield path[:end], name
        if bracket:
            end += len(turn) + 1
            yield path[:end], bracket + turn
        end += 1
