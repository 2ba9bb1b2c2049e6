"""1x1 convolution: the channels of every place times the filters, from where they lie.

Source: Lin, Chen and Yan 2014, "Network In Network"; the product is the definition.
"""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.algorithm import CACHE_VALUES, Phases, Site, in_turn
from cnncalc.executor.fast.algorithms.convolving import BySlabs, Task, with_bias
from cnncalc.executor.fast.blocks import places_of
from cnncalc.executor.fast.kinds import Arrays, Values
from cnncalc.executor.fast.products import Product
from cnncalc.executor.fast.threads import Job

MANY_PLACES = 256
"""Places of a block whose weights are fetched anew each time: fetching them is little beside using them so often."""


class Pointwise(BySlabs):
    """Blocks of places; bias, residual and activation follow while the sums are in cache.

    Error: as `Columns`, with as many products as there are channels.
    """

    name = "pointwise"

    def __init__(self, task: Task) -> None:
        product = Product.of(task.inner, task.filters)
        fitting = CACHE_VALUES // (task.inner + task.filters)
        if task.weights_stay:
            most, shares = task.places_at_once(fitting), [slice(0, task.filters)]
        else:
            most, shares = max(MANY_PLACES, fitting), task.filter_shares(product.width)
        super().__init__(task, product, task.boxes(most), shares)
        self.scratch_values = self.boxes.most_places * self.widest + self.partial_values(self.boxes.most_places)
        self.cost = (
            costs.products(task.macs, task.item)
            + task.places * task.filters * 3 * costs.PASS
            + costs.weights_fetched(task.weights, 1, task.item)  # block after block uses the same filters
            + self.blocks * 4 * costs.CALL
            + costs.made_ready(task.weights * costs.REORDER, task.images, task.runs)
        )

    @classmethod
    def fits(cls, task: Task) -> bool:
        """One tap, one group, no stride, no padding, and all channels seen."""
        return task.grid.is_pointwise and task.groups == 1 and task.connections is None

    def pack(self, arrays: Arrays) -> Arrays:
        """(filters, channels, 1...) as (channels, filters) in slabs; the bias stays with the tail."""
        _, parts, _, depth, width = self.product.packed_shape
        packed = np.empty(self.product.packed_shape, arrays["weight"].dtype)
        for slab, (_, apart) in enumerate(self.slabs(arrays)):
            packed[0, :, slab] = apart.T.reshape(parts, depth, width)
        return with_bias(packed, arrays)

    def bind(self, site: Site) -> Phases:
        line = site.own.take(self.boxes.most_places * self.widest)
        jobs = []
        for filters in self.shares:
            product, slabs = self.product.some_filters(filters)
            weight = site.packed["weight"][:, :, slabs]
            partials = site.own.peek(product.partial_values(self.boxes.most_places))
            tail, target = site.tail.for_filters(filters), site.target[..., filters]
            for box in self.boxes:
                sums = line[: places_of(box) * product.filters].reshape(target[box].shape)
                calls: list[Job] = []
                for rows, given in _lines(site.sources[0].values[box], sums):
                    calls += product.bind(rows[np.newaxis], weight, given[np.newaxis], partials)
                jobs.append(in_turn(calls + tail.bind(sums, target[box], box)))
        return [jobs]


def _lines(values: Values, sums: Values) -> list[tuple[Values, Values]]:
    """The places of a block as (lines, places, channels), with the sums of the same places.

    One line where all places follow each other evenly, a line for each row of the map where there is a border between
    rows, and such an array for each image or plane where borders lie between those too.
    """
    channels, filters = values.shape[-1], sums.shape[-1]
    if _is_even(values):
        places = prod(values.shape[:-1])
        rows = as_strided(values, (1, places, channels), (0, *values.strides[-2:]), writeable=False)
        return [(rows, sums.reshape(1, places, filters))]
    if values.ndim == 3:
        return [(values, sums)]
    return [pair for part in zip(values, sums, strict=True) for pair in _lines(*part)]


def _is_even(values: Values) -> bool:
    """Whether the distance from each place to the next is the same throughout."""
    reach = values.strides[-2] * values.shape[-2]
    for axis in range(values.ndim - 3, -1, -1):
        if values.shape[axis] > 1 and values.strides[axis] != reach:
            return False
        reach = values.strides[axis] * values.shape[axis] if values.shape[axis] > 1 else reach
    return True
