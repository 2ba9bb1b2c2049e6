"""Convolution in the frequency domain: for kernels so large that transforms cost less than their taps.

Source: Mathieu, Henaff and LeCun 2014, "Fast Training of Convolutional Networks through FFTs".
"""

from __future__ import annotations

from functools import partial
from math import log2, prod

import numpy as np

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.algorithm import Phases, Site, in_turn
from cnncalc.executor.fast.algorithms.convolving import Convolution, Task, scaled, with_bias
from cnncalc.executor.fast.blocks import stretches
from cnncalc.executor.fast.kinds import Arrays, Values
from cnncalc.executor.fast.threads import Job

CHANNELS_AT_ONCE = 16
"""Channels of a depthwise block that are transformed together."""

CALLS_OF_A_JOB = 40
"""What Python does around the transforms of one job, in calls of NumPy."""

FACTORS = (2, 3, 5)
"""Lengths whose prime factors are these are quick to transform."""


class Fourier(Convolution):
    """Stride 1, every dilation and rank, depthwise and ordinary.

    A map with its zeros is transformed as a whole, so that a cyclic product is the convolution; the kernel is
    turned, because a convolution layer is a correlation.

    Error: with n places of the transform at most u x ((18 log2(n) + channels + 4) x |map| x |kernel| + (9 log2(n) + 2)
    x |all that the transform gives|), in Euclidean norms over all channels that are added, u being the unit roundoff:
    small values beside large ones lose what `Columns` would keep. On usual data it is as exact as `Columns`.

    NaN and infinity: a block that holds one, or overflows on the way, is computed tap by tap, so that they reach
    exactly what they reach by definition.
    """

    name = "fourier"

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.is_depthwise = task.groups == task.grid.channels > 1
        self.lengths = tuple(map(_quick_length, task.grid.reach))
        self._axes = tuple(range(len(self.lengths)))
        # The filters that a job computes; those of an ordinary convolution share the transforms of its channels.
        self.shares = stretches(task.filters, CHANNELS_AT_ONCE if self.is_depthwise else task.filters)
        self.packing = str(self.lengths)
        self.blocks = task.images * len(self.shares)
        self.block = "x".join(map(str, self.lengths)) + " transform"
        size, pairs = prod(self.lengths), task.weights // task.grid.taps
        frequencies = prod(self.lengths[:-1]) * (self.lengths[-1] // 2 + 1)  # complex values of one transformed map
        self.packed_values = 2 * frequencies * pairs
        # What NumPy's transforms allocate: complex values of maps and sums, in float64 by the older of them.
        maps = CHANNELS_AT_ONCE * 3 if self.is_depthwise else task.grid.channels + 2 * task.filters
        self.scratch_values = 6 * maps * size
        transform = size * log2(max(2, size)) * costs.FOURIER
        self.cost = (
            task.images * (task.grid.channels + task.filters) * transform
            + self.blocks * CALLS_OF_A_JOB * costs.CALL
            + task.images * pairs * frequencies * costs.COMPLEX_PRODUCT
            + costs.made_ready(pairs * (transform + 6 * size * costs.FRESH), task.images, task.runs)
        )

    @classmethod
    def fits(cls, task: Task) -> bool:
        """Stride 1; one group, or as many as channels with one filter each."""
        groups = task.groups == 1 or task.groups == task.grid.channels == task.filters
        return set(task.grid.stride) == {1} and groups and task.connections is None

    def pack(self, arrays: Arrays) -> Arrays:
        """The kernels' transforms, (filters, channels of a group, *frequencies), and the kernels as they are."""
        weight = scaled(arrays)
        spread = np.zeros((*weight.shape[:2], *self.lengths), weight.dtype)
        taps = (slice(None, None, dilation) for dilation in self.task.grid.dilation)
        ends = ((kernel - 1) * d + 1 for kernel, d in zip(self.task.grid.kernel, self.task.grid.dilation, strict=True))
        inside = spread[:, :, *(slice(end) for end in ends)]
        inside[:, :, *taps] = weight
        axes = tuple(axis + 2 for axis in self._axes)
        transformed = np.conj(np.fft.rfftn(spread, axes=axes))
        frequencies = np.ascontiguousarray(transformed.astype(np.result_type(weight.dtype, np.complex64)))
        return {"frequencies": frequencies, **with_bias(weight, arrays)}

    def bind(self, site: Site) -> Phases:
        (source,), grid = site.sources, self.task.grid
        seen, windows = grid.seen(source)[:, *map(slice, grid.reach)], grid.windows(source)
        jobs: list[Job] = []
        for image in range(self.task.images):
            box = (slice(image, image + 1), *map(slice, grid.places))
            for filters in self.shares:
                target = site.target[..., filters][box]
                read = filters if self.is_depthwise else slice(None)
                frequencies, weight = (site.packed[name][filters] for name in ("frequencies", "weight"))
                job = partial(
                    self._compute, seen[image, ..., read], frequencies, windows[image, ..., read], weight, target[0]
                )
                jobs.append(in_turn([job, *site.tail.for_filters(filters).bind(target, target, box)]))
        return [jobs]

    def _compute(self, seen: Values, frequencies: Values, windows: Values, weight: Values, target: Values) -> None:
        """The sums of one image and some filters."""
        target[...] = self.sums(seen, frequencies)
        if not np.isfinite(target).all():  # or a transform's own sums were too large
            target[...] = self.by_taps(windows, weight)

    def sums(self, seen: Values, frequencies: Values) -> Values:
        """(*reach, channels) correlated with the kernels: (*places, filters)."""
        maps = np.moveaxis(seen, -1, 0)
        axes = tuple(axis + 1 for axis in self._axes)
        transformed = np.fft.rfftn(maps, self.lengths, axes=axes).astype(frequencies.dtype, copy=False)
        if self.is_depthwise:
            products = transformed * frequencies[:, 0]
        else:
            products = np.einsum("c...,fc...->f...", transformed, frequencies)
        back = np.fft.irfftn(products, self.lengths, axes=axes)
        inside = back[:, *(slice(count) for count in self.task.grid.places)]
        return np.asarray(np.moveaxis(inside, 0, -1))

    def by_taps(self, windows: Values, weight: Values) -> Values:
        """The same by the definition, from (*places, *kernel, channels)."""
        rank = len(self._axes)
        places, taps = "xyz"[:rank], "ijk"[:rank]
        if self.is_depthwise:
            return np.asarray(np.einsum(f"{places}{taps}c,c{taps}->{places}c", windows, weight[:, 0]))
        return np.asarray(np.einsum(f"{places}{taps}c,fc{taps}->{places}f", windows, weight))


def _quick_length(size: int) -> int:
    """The least length from `size` on that has small prime factors only.

    >>> _quick_length(86), _quick_length(97)
    (90, 100)
    """
    while True:
        rest = size
        for factor in FACTORS:
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return size
        size += 1
