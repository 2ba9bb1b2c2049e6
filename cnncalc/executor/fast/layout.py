"""Where each activation of a run lies in one stretch of memory, settled before the run from sizes alone."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from cnncalc.executor.trace import lifetimes
from cnncalc.network import Network

ALIGNMENT = 16
"""Values, so that every tensor begins at a cache line."""


class Layout(NamedTuple):
    """The memory of a run.

    Attributes:
        homes: for each tensor the one in whose storage it lies: itself, unless its layer hands on its input.
        offsets: where the tensors begin that share the stretch, in values.
        apart: the tensors that outlive the run, which get memory of their own.
        size: the length of the stretch, in values.
        fullest: the first row that reaches its end; empty where nothing lies there.
    """

    homes: dict[str, str]
    offsets: dict[str, int]
    apart: frozenset[str]
    size: int
    fullest: str


def lay_out(network: Network, images: int, kept: frozenset[str]) -> Layout:
    """Give each tensor the first gap that holds it from its step to its last reader.

    >>> from cnncalc.layers import KINDS
    >>> from cnncalc.network import Assembly, Input
    >>> from cnncalc.volume import Volume
    >>> assembly, above = Assembly({"input": Input(Volume((4, 4, 1)))}), "input"
    >>> for path in "abcd":
    ...     above = assembly.add(path, "relu", KINDS["relu"].build(2, {}), (above,)).path
    >>> lay_out(assembly.network("chain", outputs=("d",)), 1, frozenset("d")).offsets
    {'a': 0, 'b': 16, 'c': 0}
    """
    homes = _homes(network)
    apart = frozenset(homes[row] for row in kept) - network.inputs.keys()
    gaps = _Gaps()
    fullest = ""
    users: dict[str, int] = {}
    for node, ending in zip(network.inference, lifetimes(network, frozenset()), strict=True):
        home = homes[node.path]
        users[home] = users.get(home, 0) + 1
        if home == node.path and home not in apart and gaps.take(home, node.volume.size * images):
            fullest = home
        for tensor in ending:
            home = homes[tensor]
            users[home] = users.get(home, 0) - 1
            if not users[home]:
                gaps.give_back(home)
    return Layout(homes, gaps.offsets, apart, gaps.size, fullest)


def _homes(network: Network) -> dict[str, str]:
    homes = {name: name for name in network.inputs}
    for node in network.inference:
        homes[node.path] = homes[node.inputs[0]] if node.layer.hands_on else node.path
    return homes


class _Gaps:
    """A stretch of memory that grows as it must."""

    def __init__(self) -> None:
        self.offsets: dict[str, int] = {}
        self.size = 0
        self._taken: list[tuple[int, int]] = []
        self._used = 0

    def take(self, tensor: str, count: int) -> bool:
        """Put a tensor into the first gap that holds it; whether the stretch grew."""
        count = -(-count // ALIGNMENT) * ALIGNMENT
        place, start = self._gap(count)
        self._taken.insert(place, (start, start + count))
        self._used += count
        self.offsets[tensor] = start
        grew = start + count > self.size
        self.size = max(self.size, start + count)
        return grew

    def _gap(self, count: int) -> tuple[int, int]:
        """Before which of the taken spans there is room, and where it begins."""
        end = self._taken[-1][1] if self._taken else 0
        start = 0
        if end - self._used >= count:  # all gaps together would hold it, so one of them may
            for place, (begin, after) in enumerate(self._taken):
                if begin - start >= count:
                    return place, start
                start = after
        return len(self._taken), end

    def give_back(self, tensor: str) -> None:
        """Make a gap where a tensor lay, if it lay here."""
        if tensor in self.offsets:
            place = bisect_left(self._taken, (self.offsets[tensor],))
            begin, end = self._taken.pop(place)
            self._used -= end - begin
