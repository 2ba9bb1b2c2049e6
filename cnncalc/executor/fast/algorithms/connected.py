"""Convolution with a table of connections: each filter's own channels gathered as columns, and no others multiplied.

Source: LeCun et al. 1998, "Gradient-Based Learning Applied to Document Recognition", table I.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.algorithm import CACHE_VALUES, Phases, Site, in_turn
from cnncalc.executor.fast.algorithms.convolving import Convolution, Task, scaled, with_bias
from cnncalc.executor.fast.blocks import places_of
from cnncalc.executor.fast.kinds import Arrays, Values
from cnncalc.executor.fast.threads import Job


class Connected(Convolution):
    """A filter at a time: what it does not see must not reach it, NaN least of all.

    Error: as `Columns`, with the products of the channels that the filter sees.
    """

    name = "connected columns"

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.connections = task.connections or ()
        self._column = task.grid.taps * max(map(len, self.connections), default=0)
        self.cut(task.boxes(task.places_at_once(CACHE_VALUES // max(1, self._column + task.filters))))
        self.packed_values = sum(map(len, self.connections)) * task.grid.taps
        self.scratch_values = self.boxes.most_places * (self._column + task.filters)
        columns = task.places * self.packed_values
        self.cost = columns * (costs.COPY + costs.PRODUCT) + self.blocks * task.filters * 2 * costs.CALL

    @classmethod
    def fits(cls, task: Task) -> bool:
        """Whatever has a table of connections."""
        return task.connections is not None

    def pack(self, arrays: Arrays) -> Arrays:
        """The taps of each filter's own channels, one filter after another on one line."""
        filters = zip(scaled(arrays), self.connections, strict=True)
        own = [np.moveaxis(weight[list(seen)], 0, -1).reshape(-1) for weight, seen in filters]
        return with_bias(np.concatenate(own), arrays)

    def bind(self, site: Site) -> Phases:
        columns = site.own.take(self.boxes.most_places * self._column)
        sums = site.own.take(self.boxes.most_places, self.task.filters)
        windows = self.task.grid.windows(site.sources[0])
        jobs = []
        for box in self.boxes:
            out = sums[: places_of(box)]
            calls: list[Job] = []
            first = 0
            for number, seen in enumerate(self.connections):
                column = self.task.grid.taps * len(seen)
                rows = columns[: len(out) * column]
                own = site.packed["weight"][first : first + column]
                shape = (*windows[box].shape[:-1], len(seen))
                calls += [
                    partial(_gather, windows[box], list(seen), rows.reshape(shape)),
                    partial(np.matmul, rows.reshape(len(out), column), own, out[:, number]),
                ]
                first += column
            target = site.target[box]
            jobs.append(in_turn(calls + site.tail.bind(out.reshape(target.shape), target, box)))
        return [jobs]


def _gather(windows: Values, seen: list[int], rows: Values) -> None:
    """Some channels of the windows; a tap at a time, because NumPy would copy all of them first."""
    for position, channel in enumerate(seen):
        rows[..., position] = windows[..., channel]
