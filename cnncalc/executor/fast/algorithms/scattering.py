"""Transposed convolution as it is defined: one matrix product a tap, added to the places that the tap reaches.

Source: Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning", chapter 4.
"""

from __future__ import annotations

from functools import partial
from itertools import product
from math import prod

import numpy as np

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.algorithm import Phases, Site, in_turn
from cnncalc.executor.fast.algorithms.convolving import Convolution, Task, scaled, with_bias
from cnncalc.executor.fast.blocks import Blocks
from cnncalc.executor.fast.grid import Grid, Meeting, meeting
from cnncalc.executor.fast.kinds import Arrays, Values


class Scattering(Convolution):
    """For strides so large that there would be thousands of phases.

    Error: as `Columns`, with the products of the taps that reach a place.
    """

    name = "scattering"

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.halo = ((0, 0),) * len(task.grid.sizes)
        self.cut(Blocks((task.images,), 1), "images")
        self.packed_values = task.weights
        pixels = prod(task.grid.sizes)
        # What one tap reads and gives for one group of one image, laid in one stretch.
        self.scratch_values = pixels * (task.filters + task.grid.channels) // task.groups
        macs = task.images * pixels * self.packed_values
        self.cost = costs.products(macs, task.item) + task.images * task.grid.taps * 3 * costs.CALL

    def pack(self, arrays: Arrays) -> Arrays:
        """The weight as one matrix (channels of a group, filters) a tap."""
        weight = scaled({**arrays, "weight": by_filter(arrays["weight"], self.task)})
        return with_bias(np.ascontiguousarray(np.moveaxis(weight, (0, 1), (-1, -2))), arrays)

    def bind(self, site: Site) -> Phases:
        line, source = site.own.take(self.scratch_values), site.sources[0].values
        jobs = []
        for (image,) in self.boxes:
            box = (image, *map(slice, self.task.grid.places))
            target = site.target[box]
            scattering = partial(self._scatter, source[image][0], site.packed["weight"], target[0], line)
            jobs.append(in_turn([scattering, *site.tail.bind(target, target, box)]))
        return [jobs]

    def _scatter(self, x: Values, weight: Values, target: Values, line: Values) -> None:
        """Sum one image's products, tap by tap: bound one by one, the taps of a huge kernel would not fit."""
        target.fill(0)
        axes = _landings(self.task.grid)
        for tap in product(*map(range, weight.shape[:-2])):
            met = [axis[index] for axis, index in zip(axes, tap, strict=True)]
            source = x[*(meets.pixels for meets in met)]
            if source.size:
                self._add(source, weight[tap], target[*(meets.places for meets in met)], line)

    def _add(self, source: Values, weight: Values, reached: Values, line: Values) -> None:
        """One tap's products, group by group."""
        groups = self.task.groups
        channels, filters = source.shape[-1] // groups, reached.shape[-1] // groups
        for group in range(groups):
            own = slice(group * filters, (group + 1) * filters)
            rows = line[: source.size // groups].reshape(*source.shape[:-1], channels)
            np.copyto(rows, source[..., group * channels : (group + 1) * channels])
            given = line[rows.size :][: rows.size // channels * filters].reshape(*source.shape[:-1], filters)
            np.matmul(rows.reshape(-1, channels), weight[:, own], out=given.reshape(-1, filters))
            reached[..., own] += given


def by_filter(weight: Values, task: Task) -> Values:
    """The weight of a transposed convolution, (channels, filters of a group, *kernel), as that of an ordinary one."""
    channels, filters, *kernel = weight.shape
    apart = weight.reshape(task.groups, channels // task.groups, filters, *kernel)
    return np.swapaxes(apart, 1, 2).reshape(task.filters, channels // task.groups, *kernel)


def _landings(grid: Grid) -> list[list[Meeting]]:
    """For each axis and tap the pixels that land inside the output, and the places where they do."""
    axes = zip(grid.sizes, grid.places, grid.stride, grid.kernel, grid.dilation, grid.before, strict=True)
    return [
        [_landing(size, places, stride, tap * dilation - before) for tap in range(kernel)]
        for size, places, stride, kernel, dilation, before in axes
    ]


def _landing(size: int, places: int, stride: int, offset: int) -> Meeting:
    """Which pixels land inside the output when each is set to stride x pixel + offset, and on which places."""
    inverse = meeting(places, size, stride, offset)
    return Meeting(places=inverse.pixels, pixels=inverse.places)
