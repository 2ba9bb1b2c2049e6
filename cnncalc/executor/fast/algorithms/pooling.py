"""Pools by shifted maxima or sums: each tap's pixels taken for all windows at once, one axis after the other.

Source: van Herk 1992 for taking the axes apart; the shifts are the definition. No padded copy is made: a tap that meets
padding for some windows is taken for the others only.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from math import prod

import numpy as np

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.algorithm import (
    CACHE_VALUES,
    Algorithm,
    Batch,
    Phases,
    Site,
    algorithms_of,
    fewest_blocks,
    in_turn,
)
from cnncalc.executor.fast.blocks import Blocks, Box
from cnncalc.executor.fast.grid import Grid, Meeting, meeting
from cnncalc.executor.fast.kinds import Arrays, Values
from cnncalc.executor.fast.threads import Job
from cnncalc.layers.historic import Subsample
from cnncalc.layers.pool import AvgPool, MaxPool
from cnncalc.layers.sliding import Sliding
from cnncalc.network import Node
from cnncalc.volume import Volume


class Pooling(Algorithm):
    """Max pool, average pool and the trainable subsampling of LeNet-5, of every rank.

    Error: a maximum has none. A mean adds as many values as its window has, in two or three sums, and divides once.
    """

    reduce: np.ufunc
    fill: float
    """What a window of padding alone gives."""

    def __init__(self, layer: Sliding, x: Volume, places: tuple[int, ...], images: int) -> None:
        self.layer, self._x = layer, x
        grid = self.grid = Grid.of(layer, x, places)
        self.halo = ((0, 0),) * x.rank
        values = prod(grid.places) * x.channels * images
        most = min(CACHE_VALUES // (2 * x.channels), -(-values // (x.channels * fewest_blocks(values))))
        self.cut(Blocks((images, *grid.places), max(1, most)))
        self.scratch_values = self._scratch()
        block = self.scratch_values + self.boxes.most_places * grid.channels
        taps = max(grid.kernel, default=1)
        self.cost = self.blocks * (block * taps * costs.PASS + (sum(grid.kernel) + 1) * costs.CALL)

    def _scratch(self) -> int:
        """What the largest block takes, wherever it lies: it sees as many pixels as no window leaves the image."""
        images, *parts = self.boxes.largest
        grid = self.grid
        axes = zip(parts, grid.stride, grid.kernel, grid.dilation, grid.sizes, strict=True)
        seen = [
            min(size, (part - 1) * stride + (taps - 1) * dilation + 1) for part, stride, taps, dilation, size in axes
        ]
        return sum(map(prod, _stages((images, *parts), seen, grid.channels)))

    def bind(self, site: Site) -> Phases:
        line, x = site.own.take(self.scratch_values), site.sources[0].values
        jobs: list[Job] = []
        for box in self.boxes:
            out = site.target[box]
            calls = [*self._reducing(x, out, line, box), *self._finishing(out, site.packed, box)]
            jobs.append(in_turn(calls + site.after.bind(out, out, box)))
        return [jobs]

    def _finishing(self, out: Values, packed: Arrays, box: Box) -> list[Job]:
        """The calls that make the output of a block's sums; none for a maximum."""
        return []

    def _reducing(self, x: Values, out: Values, line: Values, box: Box) -> list[Job]:
        """The calls that reduce a block along one axis after the other."""
        spans = [self._pixels(axis, part) for axis, part in enumerate(box[1:])]
        values = x[box[0], *spans]
        calls: list[Job] = []
        stages = _stages(out.shape[:-1], values.shape[1:-1], x.shape[-1])
        for axis, span in enumerate(spans):
            last = axis == len(spans) - 1
            stage = out
            if not last:
                stage, line = line[: prod(stages[axis])].reshape(stages[axis]), line[prod(stages[axis]) :]
            calls += self._reduced(values, stage, axis + 1, self._met(axis, box[axis + 1], span))
            values = stage
        return calls

    def _reduced(self, values: Values, out: Values, axis: int, met: list[Meeting]) -> list[Job]:
        """The calls that reduce along one axis, tap after tap; the taps that every place has come first."""

        def at(part: slice, array: Values) -> Values:
            return array[(*(slice(None),) * axis, part)]

        reduce = self.reduce
        whole = [meets.pixels for meets in met if meets.places == slice(0, out.shape[axis])]
        partly = [meets for meets in met if meets.places != slice(0, out.shape[axis])]
        calls: list[Job] = []
        if len(whole) > 1:
            calls.append(partial(reduce, at(whole[0], values), at(whole[1], values), out=out))
        elif whole:
            calls.append(partial(np.copyto, out, at(whole[0], values)))
        else:
            calls.append(partial(out.fill, self.fill))
        calls += [partial(reduce, out, at(pixels, values), out=out) for pixels in whole[2:]]
        for meets in partly:
            reached = at(meets.places, out)
            calls.append(partial(reduce, reached, at(meets.pixels, values), out=reached))
        return calls

    def _pixels(self, axis: int, part: slice) -> slice:
        """The pixels of an axis that some places of it see."""
        grid = self.grid
        first = part.start * grid.stride[axis] - grid.before[axis]
        end = (part.stop - 1) * grid.stride[axis] + (grid.kernel[axis] - 1) * grid.dilation[axis] + 1
        return slice(max(0, first), max(0, min(grid.sizes[axis], end - grid.before[axis])))

    def _met(self, axis: int, part: slice, span: slice) -> list[Meeting]:
        """What each tap meets of the pixels at hand."""
        grid = self.grid
        size, places = span.stop - span.start, part.stop - part.start
        stride, dilation = grid.stride[axis], grid.dilation[axis]
        before = grid.before[axis] - part.start * stride + span.start
        taps = _taps_inside(size, places, stride, dilation, before, grid.kernel[axis])
        return [meeting(size, places, stride, tap * dilation - before) for tap in taps]


def _stages(places: tuple[int, ...], seen: Sequence[int], channels: int) -> list[tuple[int, ...]]:
    """The shapes of a block of (images, *places) after each axis but the last, of so many pixels on the others."""
    images, *parts = places
    return [(images, *parts[: axis + 1], *seen[axis + 1 :], channels) for axis in range(len(parts) - 1)]


def _taps_inside(size: int, places: int, stride: int, dilation: int, before: int, kernel: int) -> range:
    """The taps that can meet a pixel at all: of a kernel that is mostly on the padding they are few.

    >>> _taps_inside(32, places=32, stride=1, dilation=1, before=10**9, kernel=2 * 10**9 + 1)
    range(999999969, 1000000032)
    """
    first = -(((places - 1) * stride - before) // dilation)
    last = (size - 1 + before) // dilation
    return range(max(0, first), min(kernel - 1, last) + 1)


def _along(axis: int, ndim: int, values: Values) -> Values:
    """A line of values as an array that stretches over all other axes."""
    return values.reshape(*(-1 if index == axis else 1 for index in range(ndim)))


class Maxima(Pooling):
    """Max pool."""

    name = "shifted maxima"
    reduce = np.maximum
    fill = -np.inf


class Means(Pooling):
    """Average pool, and with a weight and a bias a channel the subsampling of LeNet-5."""

    name = "shifted sums"
    reduce = np.add
    fill = 0.0

    def _finishing(self, out: Values, packed: Arrays, box: Box) -> list[Job]:
        calls: list[Job] = []
        for axis, counts in enumerate(self._counted, start=1):
            some = np.array(counts[box[axis]], out.dtype)
            if some.size and (some != 1).any():
                by = some[:1] if (some == some[0]).all() else some
                calls.append(partial(np.divide, out, _along(axis, out.ndim, by), out=out))
        for function, name in ((np.multiply, "weight"), (np.add, "bias")):
            if name in packed:
                calls.append(partial(function, out, packed[name], out=out))
        return calls

    @cached_property
    def _counted(self) -> list[tuple[int, ...]]:
        """By how many positions a mean divides, for each place along each axis.

        Of the pixels, or with `count_padding` of the padding's zeros too; what lies beyond the padding never counts.
        """
        padding_counts = getattr(self.layer, "count_padding", False)
        counted = []
        for window, size in zip(self.layer.windows(self._x), self._x.sizes, strict=True):
            first, end = (-window.before, size + window.after) if padding_counts else (0, size)
            starts = range(-window.before, window.count(size) * window.stride - window.before, window.stride)
            counted.append(tuple(min(start + window.kernel, end) - max(start, first) for start in starts))
        return counted


@algorithms_of.register(MaxPool)
@algorithms_of.register(AvgPool)
@algorithms_of.register(Subsample)
def shifted(layer: MaxPool | AvgPool | Subsample, node: Node, batch: Batch) -> list[Pooling]:
    """The largest value or the mean under each window."""
    algorithm = Maxima if isinstance(layer, MaxPool) else Means
    return [algorithm(layer, node.read[0], node.volume.sizes, batch.images)]
