"""Transposed convolution as it is defined: one matrix product a tap, added to the places that the tap reaches.

Source: Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning", chapter 4.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.convolving import Phases, Room, Task, scaled
from cnncalc.executor.fast.algorithms.taps import Meeting, meeting
from cnncalc.executor.fast.grid import Halo, Spot
from cnncalc.executor.fast.plain.dispatch import Values
from cnncalc.executor.fast.tail import Tail
from cnncalc.executor.fast.threads import Job
from cnncalc.layers.conv import ConvTranspose
from cnncalc.volume import Volume


class Scattering:
    """For strides so large that there would be thousands of phases.

    Error: as `Columns`, with the products of the taps that reach a place.
    """

    name = packing = "scattering"
    shared_values = 0

    def __init__(self, layer: ConvTranspose, x: Volume, task: Task) -> None:
        self.layer, self.x, self.task = layer, x, task
        self.halo: Halo = tuple((0, 0) for _ in x.sizes)

    @property
    def blocks(self) -> int:
        return self.task.images

    @property
    def block(self) -> str:
        return "1 images"

    @property
    def packed_values(self) -> int:
        return self.task.filters * self.x.channels // self.layer.groups * self._taps

    @property
    def _taps(self) -> int:
        return int(np.prod(self.layer.kernel, dtype=object))

    @property
    def scratch_values(self) -> int:
        """What one tap reads and gives for one group of one image, laid in one stretch."""
        return self.x.places * (self.task.filters + self.x.channels) // self.layer.groups

    @property
    def cost(self) -> float:
        macs = self.task.images * self.x.places * self.packed_values
        return costs.products(macs, self.task.item) + self.task.images * self._taps * 3 * costs.CALL

    def pack(self, weight: Values, bias: Values | None, factor: Values | None) -> dict[str, Values]:
        """(filters, channels of a group, *kernel) as one matrix (channels of a group, filters) a tap."""
        weight = scaled(weight, factor)
        packed = {"weight": np.ascontiguousarray(np.moveaxis(weight, (0, 1), (-1, -2)))}
        return packed if bias is None else {**packed, "bias": bias}

    def bind(self, source: Spot, packed: dict[str, Values], tail: Tail, target: Values, room: Room) -> Phases:
        line = room.own.take(self.scratch_values)
        tail = tail._replace(bias=packed.get("bias"))
        jobs: list[Job] = []
        for image in range(self.task.images):
            box = (slice(image, image + 1), *(slice(0, size) for size in target.shape[1:-1]))
            jobs.append(
                _Image(
                    self,
                    source.values[image],
                    packed["weight"],
                    target[image],
                    line,
                    tail.bind(target[box], target[box], box),
                )
            )
        return [jobs]

    def landings(self, sizes: tuple[int, ...], places: tuple[int, ...]) -> list[list[Meeting]]:
        """For each axis and tap the pixels that land inside the output, and the places where they do."""
        return [
            [
                _landing(size, count, window.stride, tap * window.dilation - window.before)
                for tap in range(window.kernel)
            ]
            for size, count, window in zip(sizes, places, self.layer.windows(self.x), strict=True)
        ]


class _Image:
    """The job of one image."""

    def __init__(
        self, algorithm: Scattering, x: Values, weight: Values, target: Values, line: Values, tail: list[Job]
    ) -> None:
        self.algorithm, self.x, self.weight, self.target = algorithm, x, weight, target
        self.line, self.tail = line, tail

    def __call__(self) -> None:
        self.target.fill(0)
        axes = self.algorithm.landings(self.x.shape[:-1], self.target.shape[:-1])
        for tap in product(*map(range, self.weight.shape[:-2])):
            met = [axis[index] for axis, index in zip(axes, tap, strict=True)]
            source = self.x[*(meets.pixels for meets in met)]
            if source.size:
                self._add(source, self.weight[tap], self.target[*(meets.places for meets in met)])
        for call in self.tail:
            call()

    def _add(self, source: Values, weight: Values, reached: Values) -> None:
        """One tap's products, group by group."""
        groups = self.algorithm.layer.groups
        channels, filters = source.shape[-1] // groups, reached.shape[-1] // groups
        for group in range(groups):
            own = slice(group * filters, (group + 1) * filters)
            rows: Any = self.line[: source.size // groups].reshape(*source.shape[:-1], channels)
            np.copyto(rows, source[..., group * channels : (group + 1) * channels])
            given = self.line[rows.size :][: rows.size // channels * filters].reshape(*source.shape[:-1], filters)
            np.matmul(rows.reshape(-1, channels), weight[:, own], out=given.reshape(-1, filters))
            reached[..., own] += given


def _landing(size: int, places: int, stride: int, offset: int) -> Meeting:
    """Which pixels land inside the output when each is set to stride x pixel + offset, and on which places."""
    inverse = meeting(places, size, stride, offset)
    return Meeting(places=inverse.pixels, pixels=inverse.places)
