"""Depthwise convolution: each channel's pixels times its own taps, whole lines of the map at a time.

Source: the definition (Sifre and Mallat 2014), with the weights repeated along a line so that one long sum runs over
it.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.algorithm import Phases, Site, in_turn
from cnncalc.executor.fast.algorithms.convolving import Convolution, Task, scaled, with_bias
from cnncalc.executor.fast.blocks import places_of
from cnncalc.executor.fast.kinds import Arrays, Values
from cnncalc.executor.fast.threads import Job

LINE_VALUES = 2**11
"""Values of a line that are computed together: 8 KiB in float32, so that they stay in the first cache."""

BLOCK_VALUES = 2**15
"""Values of a block, so that what follows finds them in the second cache."""


class ByChannel(Convolution):
    """Filters that see one channel each; every kernel, stride, dilation and rank.

    Error: as `Columns`, with one product a tap.
    """

    name = "depthwise"

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.multiplier = task.filters // task.groups
        self.together = _places_together(task)
        self.packing = f"{self.together} places together"
        channels = task.grid.channels * self.multiplier
        # Whole lines, so that stretches divide them.
        self.cut(task.boxes(max(task.grid.places[-1], BLOCK_VALUES // channels)))
        self.packed_values = task.weights * self.together
        self.scratch_values = self.boxes.most_places * task.filters
        # Of one channel, pixels are no further apart than taps, and NumPy sums along the taps.
        run = self.together * task.grid.channels if task.grid.channels > 1 else task.grid.kernel[-1]
        self.cost = (
            task.macs * (costs.WEIGHED_TAP + 2 * costs.RUN / run)
            + task.places * task.filters * 2 * costs.PASS
            + self.blocks * (2 + self.multiplier) * costs.CALL
            + costs.made_ready(self.packed_values * costs.FRESH, task.images, task.runs)
        )

    @classmethod
    def fits(cls, task: Task) -> bool:
        """As many groups as channels."""
        return task.groups == task.grid.channels and task.connections is None

    def pack(self, arrays: Arrays) -> Arrays:
        """The filters of each channel in turn: (multiplier, *kernel, places of a stretch x channels)."""
        weight = scaled(arrays)
        taps = np.moveaxis(weight.reshape(-1, self.multiplier, *weight.shape[2:]), 0, -1)
        lines = np.repeat(taps[..., np.newaxis, :], self.together, axis=-2)
        return with_bias(lines.reshape(*lines.shape[:-2], -1), arrays)

    def bind(self, site: Site) -> Phases:
        line = site.own.take(self.boxes.most_places, self.task.filters)
        windows = self.task.grid.windows(site.sources[0])
        jobs = []
        for box in self.boxes:
            target = site.target[box]
            sums = line[: places_of(box)].reshape(target.shape)
            calls = [
                self._weighing(windows[box], own, sums[..., turn :: self.multiplier])
                for turn, own in enumerate(site.packed["weight"])
            ]
            jobs.append(in_turn(calls + site.tail.bind(sums, target, box)))
        return [jobs]

    def _weighing(self, windows: Values, weight: Values, sums: Values) -> Job:
        """The call that adds up a block's taps, with as many places of a line at once as the stretch has."""
        rank = len(self.task.grid.places)
        taps, axes = "ijk"[:rank], "xyz"[: rank - 1]
        values, step = sums.shape[-1], windows.strides
        # What lies among other channels, as a part of a concat, has gaps between its pixels.
        together = self.together if step[rank] == values * step[-1] else 1
        lines = windows.shape[: 1 + rank]
        kernel = windows.shape[1 + rank : -1]
        seen = as_strided(
            windows,
            (*lines[:-1], lines[-1] // together, *kernel, together * values),
            (*step[:rank], step[rank] * together, *step[1 + rank : -1], step[-1]),
            writeable=False,
        )
        out = as_strided(
            sums,
            (*lines[:-1], lines[-1] // together, together * values),
            (*sums.strides[:rank], sums.strides[rank] * together, sums.strides[-1]),
        )
        own = weight[..., : together * values]
        return partial(np.einsum, f"n{axes}s{taps}v,{taps}v->n{axes}sv", seen, own, out=out)


def _places_together(task: Task) -> int:
    """The most places of a line that fit the first cache and divide it; one where pixels do not follow each other."""
    places, channels = task.grid.places[-1], task.grid.channels
    if task.grid.stride[-1] != 1 or task.filters != task.groups:
        return 1
    most = max(1, min(places, LINE_VALUES // channels))
    return max(count for count in range(1, most + 1) if places % count == 0)
