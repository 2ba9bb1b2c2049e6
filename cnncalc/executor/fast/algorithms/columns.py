"""Convolution by columns: windows laid out as rows of a matrix, a block that fits the cache at a time, times filters.

Source: Chellapilla, Puri and Simard 2006, "High Performance Convolutional Neural Networks for Document Processing".
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import prod

import numpy as np

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.algorithm import CACHE_VALUES, FEWEST_BLOCKS, Phases, Room, in_turn
from cnncalc.executor.fast.algorithms.convolving import SHARED_VALUES, BySlabs, Task
from cnncalc.executor.fast.blocks import Blocks, Box, places_of
from cnncalc.executor.fast.grid import Spot
from cnncalc.executor.fast.kinds import Arrays, Values
from cnncalc.executor.fast.products import Product
from cnncalc.executor.fast.tail import Tail
from cnncalc.executor.fast.threads import Job


class Columns(BySlabs):
    """Blocks of places; strides, dilations, groups and every rank. The bias is one more row of the weights.

    A group's columns and filters are a product of their own; all groups of a block go through BLAS in one call.

    Error: each output is one sum of n products and a bias in whatever order BLAS adds, so at most (n + 1) x u x (sum of
    the absolute products and the bias), u being the unit roundoff.
    """

    name = "columns"

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.product = _product(task)
        column = task.groups * self.product.inner
        places = (task.images, *task.grid.places)
        self.shares = [slice(0, task.filters)]
        if not task.weights_stay and task.groups == 1:
            self.shares = task.filter_shares(self.product.width)
        if len(self.shares) > 1:
            self.boxes = Blocks(places, max(1, SHARED_VALUES // column))
        else:
            self.boxes = Blocks(places, task.places_at_once(CACHE_VALUES // (column + task.filters)))
        self._largest = self.boxes.most_places

    @classmethod
    def fits(cls, task: Task) -> bool:
        """Any convolution whose filters see all channels of their group."""
        return task.connections is None

    @property
    def _column_values(self) -> int:
        return self.task.groups * self._largest * self.product.inner

    @property
    def shared_values(self) -> int:
        """The columns of a block, where each worker computes other filters of it."""
        return self._column_values if len(self.shares) > 1 else 0

    @property
    def scratch_values(self) -> int:
        product = self.product._replace(filters=self.widest // self.task.groups)
        sums = self._largest * self.widest + product.partial_values(self._largest)
        return sums if len(self.shares) > 1 else sums + self._column_values

    @property
    def _run(self) -> int:
        """Neighbouring values that gathering copies at once: a kernel's line, or one group's channels of a pixel."""
        grid = self.task.grid
        together = grid.kernel[-1] if self.task.groups == 1 and grid.dilation[-1] == 1 else 1
        return together * grid.channels // self.task.groups

    @property
    def cost(self) -> float:
        task, blocks_ = self.task, self.boxes.count * len(self.shares)
        columns = task.places * task.groups * self.product.inner
        return (
            costs.products(task.macs, task.item)
            + columns * (costs.COPY + costs.RUN / self._run)
            + self.shared_values * self.boxes.count * costs.WEIGHT  # what several read lies in the last cache
            + task.places * task.filters * 3 * costs.PASS
            + costs.weights_fetched(task.weights, self.boxes.count, task.item)
            + blocks_ * (6 * costs.CALL + task.groups * costs.SMALL_CALL)
            + costs.made_ready(task.weights * (costs.FRESH + costs.REORDER), task.images, task.runs)
        )

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

    def bind(self, sources: Sequence[Spot], packed: Arrays, tail: Tail, target: Values, room: Room) -> Phases:
        windows = self.task.grid.windows(sources[0])
        by_filters = len(self.shares) > 1
        columns = (room.shared if by_filters else room.own).take(self.task.groups, self._largest, self.product.inner)
        line = room.own.take(self._largest * self.widest)
        tail = tail._replace(bias=None)
        phases: Phases = []
        for box in self.boxes:
            left = columns[:, : places_of(box)]
            gathering = self._gathering(windows[box], left)
            sums = [self._summing(left, packed["weight"], tail, target, box, some, line, room) for some in self.shares]
            if by_filters:
                phases += [self._gathering_shared(windows[box], left), [in_turn(calls) for calls in sums]]
            else:
                phases = [[*(phases[0] if phases else []), in_turn([*gathering, *sums[0]])]]
        return phases

    def _summing(
        self,
        left: Values,
        weight: Values,
        tail: Tail,
        target: Values,
        box: Box,
        filters: slice,
        line: Values,
        room: Room,
    ) -> list[Job]:
        """The calls that multiply a block's columns by some filters and finish the sums."""
        groups, count = self.task.groups, left.shape[1]
        if groups > 1:
            product, own = self.product, weight
        else:
            product, slabs = self.product.some_filters(filters)
            own = weight[:, :, slabs]
        place = target[..., filters][box]
        sums = line[: place.size].reshape(place.shape)
        by_group = np.moveaxis(sums.reshape(1, count, groups, product.filters), 2, 0)
        partials = room.own.peek(product.partial_values(count))
        calls = product.bind(left[:, np.newaxis], own, by_group, partials)
        return calls + tail.for_filters(filters).bind(sums, place, box)

    def _gathering_shared(self, windows: Values, left: Values) -> list[Job]:
        """The same in several jobs, some rows each."""
        places = windows.shape[: len(self.task.grid.places) + 1]
        jobs: list[Job] = []
        first = 0
        for part in Blocks(places, -(-prod(places) // FEWEST_BLOCKS)):
            rows = left[:, first : first + places_of(part)]
            jobs.append(in_turn(self._gathering(windows[part], rows)))
            first += places_of(part)
        return jobs

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
