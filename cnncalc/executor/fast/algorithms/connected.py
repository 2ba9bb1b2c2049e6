"""Convolution with a table of connections: each filter's own channels gathered as columns, and no others multiplied.

Source: LeCun et al. 1998, "Gradient-Based Learning Applied to Document Recognition", table I.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.convolving import CACHE_VALUES, Phases, Room, Task, in_turn, scaled
from cnncalc.executor.fast.blocks import Blocks, places_of
from cnncalc.executor.fast.grid import Spot
from cnncalc.executor.fast.plain.dispatch import Values
from cnncalc.executor.fast.tail import Tail
from cnncalc.executor.fast.threads import Job


class Connected:
    """A filter at a time: what it does not see must not reach it, NaN least of all.

    Error: as `Columns`, with the products of the channels that the filter sees.
    """

    name = packing = "connected columns"
    shared_values = 0

    def __init__(self, task: Task) -> None:
        self.task = task
        self.halo = task.grid.halo
        self.connections = task.connections or ()
        self._column = task.grid.taps * max(map(len, self.connections), default=0)
        most = task.places_at_once(CACHE_VALUES // max(1, self._column + task.filters))
        self._boxes = Blocks((task.images, *task.grid.places), most)
        self._largest = self._boxes.most_places

    @classmethod
    def made_for(cls, task: Task) -> Connected | None:
        """Whatever has a table of connections."""
        return cls(task) if task.connections is not None else None

    @property
    def blocks(self) -> int:
        return self._boxes.count

    @property
    def block(self) -> str:
        return f"{self._largest} places"

    @property
    def packed_values(self) -> int:
        return sum(map(len, self.connections)) * self.task.grid.taps

    @property
    def scratch_values(self) -> int:
        return self._largest * (self._column + self.task.filters)

    @property
    def cost(self) -> float:
        columns = self.task.places * self.packed_values
        return columns * (costs.COPY + costs.PRODUCT) + self._boxes.count * self.task.filters * 2 * costs.CALL

    def pack(self, weight: Values, bias: Values | None, factor: Values | None) -> dict[str, Values]:
        """The taps of each filter's own channels, one filter after another on one line."""
        weight = scaled(weight, factor)
        own = [
            np.moveaxis(one[list(seen)], 0, -1).reshape(-1) for one, seen in zip(weight, self.connections, strict=True)
        ]
        packed = {"weight": np.concatenate(own)}
        return packed if bias is None else {**packed, "bias": bias}

    def bind(self, source: Spot, packed: dict[str, Values], tail: Tail, target: Values, room: Room) -> Phases:
        columns = room.own.take(self._largest * self._column)
        sums = room.own.take(self._largest, self.task.filters)
        windows = self.task.grid.windows(source)
        tail = tail._replace(bias=packed.get("bias"))
        jobs = []
        for box in self._boxes:
            out = sums[: places_of(box)]
            calls: list[Job] = []
            first = 0
            for number, seen in enumerate(self.connections):
                column = self.task.grid.taps * len(seen)
                rows = columns[: len(out) * column]
                own = packed["weight"][first : first + column]
                shape = (*windows[box].shape[:-1], len(seen))
                calls += [
                    partial(_gather, windows[box], list(seen), rows.reshape(shape)),
                    partial(np.matmul, rows.reshape(len(out), column), own, out[:, number]),
                ]
                first += column
            sums_of_box = out.reshape(target[box].shape)
            jobs.append(in_turn(calls + tail.bind(sums_of_box, target[box], box)))
        return [jobs]


def _gather(windows: Values, seen: list[int], rows: Values) -> None:
    """Some channels of the windows; a tap at a time, because NumPy would copy all of them first."""
    for position, channel in enumerate(seen):
        rows[..., position] = windows[..., channel]
