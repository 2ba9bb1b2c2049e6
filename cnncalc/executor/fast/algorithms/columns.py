"""Convolution by columns: windows laid out as rows of a matrix, a block that fits the cache at a time, times filters.

Source: Chellapilla, Puri and Simard 2006, "High Performance Convolutional Neural Networks for Document Processing".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.algorithm import CACHE_VALUES, Phases, Site
from cnncalc.executor.fast.algorithms.convolving import SHARED_VALUES, BySlabs, Task
from cnncalc.executor.fast.blocks import Box, places_of
from cnncalc.executor.fast.kinds import Arrays, Values
from cnncalc.executor.fast.products import Product
from cnncalc.executor.fast.threads import Job


class Columns(BySlabs):
    """Blocks of places; strides, dilations, groups and every rank. The bias is one more row of the weights.

    A group's columns and filters are a product of their own; all groups of a block go through BLAS in one call.

    Error: each output is one sum of n products and a bias in whatever order BLAS adds, so at most (n + 1) x u x (sum of
    the absolute products and the bias), u being the unit roundoff.
    """

    name = "columns"

    def __init__(self, task: Task) -> None:
        product = _product(task)
        column = task.groups * product.inner
        shares = [slice(0, task.filters)]
        if not task.weights_stay and task.groups == 1:
            shares = task.filter_shares(product.width)
        if len(shares) > 1:
            boxes = task.boxes(SHARED_VALUES // column)
        else:
            boxes = task.boxes(task.places_at_once(CACHE_VALUES // (column + task.filters)))
        super().__init__(task, product, boxes, shares, left_values=column * boxes.most_places)
        sums = boxes.most_places * self.widest + self.partial_values(boxes.most_places)
        self.scratch_values = sums if self.shared_values else sums + self.left_values
        self.cost = (
            costs.products(task.macs, task.item)
            + task.places * column * (costs.COPY + costs.RUN / _run(task))
            + self.shared_values * boxes.count * costs.WEIGHT  # what several read lies in the last cache
            + task.places * task.filters * 3 * costs.PASS
            + costs.weights_fetched(task.weights, boxes.count, task.item)
            + boxes.count * len(shares) * (6 * costs.CALL + task.groups * costs.SMALL_CALL)
            + costs.made_ready(task.weights * (costs.FRESH + costs.REORDER), task.images, task.runs)
        )

    @classmethod
    def fits(cls, task: Task) -> bool:
        """Any convolution whose filters see all channels of their group."""
        return task.connections is None

    def pack(self, arrays: Arrays) -> Arrays:
        """(filters, channels, *kernel) as one matrix a group: taps and channels, then the bias, then rows of zeros."""
        weight, bias = arrays["weight"], arrays.get("bias")
        _, parts, slabs, depth, width = self.product.packed_shape
        inner = self.task.inner
        packed = np.empty(self.product.packed_shape, weight.dtype)
        matrix = np.zeros((parts * depth, width), weight.dtype)
        taps = matrix[:inner].reshape(*weight.shape[2:], weight.shape[1], width)
        for number, (filters, apart) in enumerate(self.slabs(arrays)):
            taps[...] = np.moveaxis(apart.reshape(width, *weight.shape[1:]), (0, 1), (-1, -2))
            if bias is not None:
                matrix[inner] = bias[filters]
            packed[number // slabs, :, number % slabs] = matrix.reshape(parts, depth, width)
        return {"weight": packed}

    def bind(self, site: Site) -> Phases:
        windows = self.task.grid.windows(site.sources[0])
        room = site.shared if self.shared_values else site.own
        columns = room.take(self.task.groups, self.boxes.most_places, self.product.inner)
        line = site.own.take(self.boxes.most_places * self.widest)

        def block(box: Box) -> tuple[list[list[Job]], list[list[Job]]]:
            left = columns[:, : places_of(box)]
            gathering = [self._gathering(*part) for part in self._in_parts(windows[box], left)]
            return gathering, [self._summing(left, site, box, some, line) for some in self.shares]

        return self.in_phases(map(block, self.boxes))

    def _summing(self, left: Values, site: Site, box: Box, filters: slice, line: Values) -> list[Job]:
        """The calls that multiply a block's columns by some filters and finish the sums."""
        product, weight = self.product, site.packed["weight"]
        if len(self.shares) > 1:
            product, slabs = product.some_filters(filters)
            weight = weight[:, :, slabs]
        target = site.target[..., filters][box]
        sums = line[: target.size].reshape(target.shape)
        by_group = np.moveaxis(sums.reshape(1, -1, product.times, product.filters), 2, 0)
        partials = site.own.peek(product.partial_values(left.shape[1]))
        calls = product.bind(left[:, np.newaxis], weight, by_group, partials)
        return calls + site.tail.for_filters(filters).bind(sums, target, box)

    def _in_parts(self, windows: Values, left: Values) -> Iterator[tuple[Values, Values]]:
        """A block's windows and its columns, as much of them as one job lays out."""
        first = 0
        for part in self.parts(windows.shape[: len(self.task.grid.places) + 1]):
            yield windows[part], left[:, first : first + places_of(part)]
            first += places_of(part)

    def _gathering(self, windows: Values, left: Values) -> list[Job]:
        """The calls that lay some windows out as rows, with a 1 for the bias and zeros up to the product's length."""
        groups, inner = self.product.times, self.task.inner
        *places_and_taps, channels = windows.shape
        by_group = windows.reshape(*places_and_taps, groups, channels // groups)
        rows = left[:, :, :inner].reshape(groups, *places_and_taps, channels // groups)
        calls: list[Job] = [partial(np.copyto, rows, np.moveaxis(by_group, -2, 0)), partial(left[:, :, inner].fill, 1)]
        if self.product.inner > inner + 1:
            calls.append(partial(left[:, :, inner + 1 :].fill, 0))
        return calls


def _run(task: Task) -> int:
    """Neighbouring values that gathering copies at once: a kernel's line, or one group's channels of a pixel."""
    grid = task.grid
    together = grid.kernel[-1] if task.groups == 1 and grid.dilation[-1] == 1 else 1
    return together * grid.channels // task.groups


def _product(task: Task) -> Product:
    """The product with room for the bias, its inner length a multiple of 4 and of the parts that it is cut into."""
    filters = task.filters // task.groups
    inner = -(-(task.inner + 1) // 4) * 4
    for parts in range(1, 9):
        padded = -(-inner // (4 * parts)) * 4 * parts
        product = Product.of(padded, filters, task.groups)
        if product.parts <= parts:
            return product
    return Product.of(inner, filters, task.groups)
