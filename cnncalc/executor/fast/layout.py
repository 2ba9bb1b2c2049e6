"""Where each activation of a run lies in one stretch of memory, settled before the run from sizes alone."""

from __future__ import annotations

from bisect import bisect_left
from math import prod
from typing import NamedTuple

from cnncalc.executor.fast.fusing import Fused
from cnncalc.executor.fast.grid import Halo, widest
from cnncalc.network import Network
from cnncalc.volume import Volume

ALIGNMENT = 16
"""Values, so that every tensor begins at a cache line."""


class Home(NamedTuple):
    """Where a tensor lies: some channels of a buffer, from `first` on."""

    buffer: str
    first: int


class Buffer(NamedTuple):
    """One piece of the stretch: a map with the zeros around it that its readers want.

    Attributes:
        volume: sizes and channels without the border.
        halo: the border.
        offset: where it begins, in values.
        alone: whether no other buffer ever lies there, so that its border stays zero.
    """

    volume: Volume
    halo: Halo
    offset: int
    alone: bool

    def size(self, images: int) -> int:
        """Its values for so many images."""
        return _values(self.volume, self.halo) * images


class Layout(NamedTuple):
    """The memory of a run.

    Attributes:
        homes: for each stored tensor the buffer and the channels in which it lies.
        buffers: the pieces of the stretch.
        size: the length of the stretch, in values.
        fullest: the first row that reaches its end; empty where nothing lies there.
    """

    homes: dict[str, Home]
    buffers: dict[str, Buffer]
    size: int
    fullest: str


def lay_out(network: Network, fused: Fused, images: int, kept: frozenset[str], halos: dict[str, Halo]) -> Layout:
    """Give each buffer the first gap that holds it from the turn of its first writer to that of its last reader.

    The parts of a concat lie where the concat wants them; `halos` says what border the readers of a tensor want.
    """
    homes = _homes(network, fused)
    borders = _borders(homes, halos)
    spans = _spans(network, fused, homes, kept)
    gaps = _Gaps()
    fullest = ""
    beginning: dict[int, list[str]] = {}
    ending: dict[int, list[str]] = {}
    for buffer, (first, last) in spans.items():
        beginning.setdefault(first, []).append(buffer)
        ending.setdefault(last, []).append(buffer)
    volumes = {name: entry.volume for name, entry in network.inputs.items()}
    volumes |= {work.path: work.node.volume for work in fused.works}
    for step in range(-1, _end(fused) + 1):
        for buffer in beginning.get(step, ()):
            volume = volumes[buffer]
            if gaps.take(buffer, _values(volume, borders.get(buffer, ((0, 0),) * volume.rank)) * images):
                fullest = buffer
        for buffer in ending.get(step, ()):
            gaps.give_back(buffer)
    buffers = {
        name: Buffer(
            volumes[name], borders.get(name, ((0, 0),) * volumes[name].rank), gaps.offsets[name], name in gaps.alone
        )
        for name in spans
    }
    return Layout(homes, buffers, gaps.size, fullest)


def _homes(network: Network, fused: Fused) -> dict[str, Home]:
    """Every stored tensor's home; the parts of a concat move into its buffer, each into one only."""
    inside: dict[str, Home] = {}
    made = {work.path for work in fused.works}
    for work in fused.works:
        if work.node.layer.stacks_channels:
            first = 0
            for name, volume in zip(work.reads, work.node.read, strict=True):
                if name in made and name not in inside:
                    inside[name] = Home(work.path, first)
                first += volume.channels
    homes = {name: Home(name, 0) for name in network.inputs}
    for work in reversed(fused.works):  # what is joined is joined before it is joined again
        outer = inside.get(work.path)
        if outer is None:
            homes[work.path] = Home(work.path, 0)
        else:
            homes[work.path] = Home(homes[outer.buffer].buffer, homes[outer.buffer].first + outer.first)
    return homes


def _borders(homes: dict[str, Home], halos: dict[str, Halo]) -> dict[str, Halo]:
    """What the readers of all tensors of a buffer want around it, taken together."""
    borders: dict[str, Halo] = {}
    for name, halo in halos.items():
        buffer = homes[name].buffer
        borders[buffer] = widest(halo, borders.get(buffer, halo))
    return borders


def _spans(network: Network, fused: Fused, homes: dict[str, Home], kept: frozenset[str]) -> dict[str, tuple[int, int]]:
    """The turns from a buffer's first writer to its last reader; -1 is before the first one."""
    spans = dict.fromkeys(network.inputs, (-1, -1))
    for step, work in zip(fused.levels, fused.works, strict=True):
        for name in (work.path, *work.every_read):
            buffer = homes[name].buffer
            spans[buffer] = (spans[buffer][0] if buffer in spans else step, step)
    for row in kept:
        buffer = homes[fused.stored[row]].buffer
        spans[buffer] = (spans[buffer][0], _end(fused))
    return spans


def _end(fused: Fused) -> int:
    """The turn after the last one."""
    return max(fused.levels, default=-1) + 1


def _values(volume: Volume, halo: Halo) -> int:
    sizes = (before + size + after for size, (before, after) in zip(volume.sizes, halo, strict=True))
    return prod(sizes) * volume.channels


class _Gaps:
    """A stretch of memory that grows as it must."""

    def __init__(self) -> None:
        self.offsets: dict[str, int] = {}
        self.alone: set[str] = set()
        self.size = 0
        self._taken: list[tuple[int, int]] = []
        self._used = 0
        self._ever: list[tuple[int, int, str]] = []

    def take(self, tensor: str, count: int) -> bool:
        """Put a tensor into the first gap that holds it; whether the stretch grew."""
        count = -(-count // ALIGNMENT) * ALIGNMENT
        place, start = self._gap(count)
        self._taken.insert(place, (start, start + count))
        self._used += count
        self.offsets[tensor] = start
        grew = start + count > self.size
        if start >= self.size:
            self.alone.add(tensor)
            self._ever.append((start, start + count, tensor))
        else:
            self._disturb(start, start + count)
        self.size = max(self.size, start + count)
        return grew

    def _disturb(self, start: int, end: int) -> None:
        """Those who had this memory for themselves have it no more."""
        place = max(0, bisect_left(self._ever, (start,)) - 1)
        for begin, after, tensor in self._ever[place:]:
            if begin >= end:
                break
            if after > start:
                self.alone.discard(tensor)

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
