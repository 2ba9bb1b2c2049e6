"""Where each activation of a run lies in one stretch of memory, settled before the run from sizes alone."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from heapq import heappop, heappush
from itertools import pairwise, zip_longest
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
    offset: int = 0
    alone: bool = False

    def shape(self, images: int) -> tuple[int, ...]:
        """(images, *sizes with the border, channels)."""
        axes = zip(self.volume.sizes, self.halo, strict=True)
        return (images, *(before + size + after for size, (before, after) in axes), self.volume.channels)

    def size(self, images: int) -> int:
        """Its values for so many images."""
        return prod(self.shape(images))


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


def lay_out(
    network: Network, fused: Fused, images: int, kept: frozenset[str], halos: Iterable[tuple[str, Halo]]
) -> Layout:
    """Give each buffer the first gap that holds it from the turn of its first writer to that of its last reader.

    The parts of a concat lie where the concat wants them; `halos` says what border each reader of a tensor wants.
    """
    homes = _homes(network, fused)
    borders = _borders(homes, halos)
    spans = _spans(network, fused, homes, kept)
    volumes = {name: entry.volume for name, entry in network.inputs.items()}
    volumes |= {work.path: work.node.volume for work in fused.works}
    maps = {name: Buffer(volumes[name], borders.get(name, ((0, 0),) * volumes[name].rank)) for name in spans}
    sizes = {name: -(-buffer.size(images) // ALIGNMENT) * ALIGNMENT for name, buffer in maps.items()}
    offsets = _first_fit(spans, sizes)
    ends = {name: offset + sizes[name] for name, offset in offsets.items()}
    size = max(ends.values(), default=0)
    fullest = next((name for name, end in ends.items() if end == size), "")
    alone = _alone(offsets, ends)
    buffers = {name: buffer._replace(offset=offsets[name], alone=name in alone) for name, buffer in maps.items()}
    return Layout(homes, buffers, size, fullest)


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


def _borders(homes: dict[str, Home], halos: Iterable[tuple[str, Halo]]) -> dict[str, Halo]:
    """What the readers of all tensors of a buffer want around it, taken together."""
    borders: dict[str, Halo] = {}
    for name, halo in halos:
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
    after = max(fused.levels, default=-1) + 1  # the last turn
    for row in kept:
        buffer = homes[fused.stored[row]].buffer
        spans[buffer] = (spans[buffer][0], after)
    return spans


def _first_fit(spans: dict[str, tuple[int, int]], sizes: dict[str, int]) -> dict[str, int]:
    """Where each buffer begins, in the order in which they do: in a stretch that grows as it must."""
    offsets: dict[str, int] = {}
    taken: list[tuple[int, int]] = []  # from where to where, in order
    leaving: list[tuple[int, int]] = []  # a heap of after which turn, and from where
    used = 0
    for name in sorted(spans, key=lambda name: spans[name][0]):
        turn, last = spans[name]
        while leaving and leaving[0][0] < turn:
            begin, end = taken.pop(bisect_left(taken, (heappop(leaving)[1],)))
            used -= end - begin
        start, size = taken[-1][1] if taken else 0, sizes[name]
        if start - used >= size:  # all gaps together would hold it, so one of them may
            neighbours = pairwise([(0, 0), *taken])
            start = next((end for (_, end), (begin, _) in neighbours if begin - end >= size), start)
        insort(taken, (start, start + size))
        heappush(leaving, (last, start))
        used += size
        offsets[name] = start
    return offsets


def _alone(offsets: dict[str, int], ends: dict[str, int]) -> set[str]:
    """The buffers whose memory no other one ever has."""
    in_order = sorted(offsets, key=offsets.__getitem__)
    alone, before = set(), 0
    for name, following in zip_longest(in_order, in_order[1:]):
        if before <= offsets[name] and (following is None or ends[name] <= offsets[following]):
            alone.add(name)
        before = max(before, ends[name])
    return alone
