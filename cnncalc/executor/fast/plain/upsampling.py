"""Upsampling: copies, or means of the two neighbours along each axis."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from cnncalc.executor.fast.kinds import (
    Arrays,
    Move,
    Scratch,
    Values,
    forward,
    in_one_pass,
    move,
    scratch_values,
    volume_of,
)
from cnncalc.layers.reshape import Upsample
from cnncalc.volume import Volume


@move.register(Upsample)
def repeat(layer: Upsample, x: Values, out: Values) -> Move | None:
    """Nearest: place i takes place floor(i/scale)."""
    if layer.mode != "nearest":
        return None
    sizes = x.shape[1:-1]
    parts = [part for size, scale in zip(sizes, layer.scale, strict=True) for part in (size, scale)]
    copies = [part for size in sizes for part in (size, 1)]
    to = out.reshape(len(x), *parts, x.shape[-1])
    return Move(to, np.broadcast_to(x.reshape(len(x), *copies, x.shape[-1]), to.shape))


@forward.register(Upsample)
def upsample(layer: Upsample, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """Bilinear: each place lies between its two neighbours."""
    (x,) = inputs
    shapes = _stages(volume_of(x), layer)
    rooms = [scratch.take(*shape) for shape in shapes[:-1]]
    line = scratch.take(_longest_line(shapes))
    for image, target in zip(x, out, strict=True):
        values = image
        for axis, (scale, stage) in enumerate(zip(layer.scale, (*rooms, target), strict=True)):
            at = positions(values.shape[axis], scale, align_corners=layer.align_corners)
            blend(values, stage, axis, at, line)
            values = stage


def _stages(x: Volume, layer: Upsample) -> list[tuple[int, ...]]:
    """One image's shape after each axis."""
    long = [size * scale for size, scale in zip(x.sizes, layer.scale, strict=True)]
    return [(*long[: axis + 1], *x[axis + 1 :]) for axis in range(x.rank)]


def _longest_line(shapes: list[tuple[int, ...]]) -> int:
    return max(prod(shape) // shape[axis] for axis, shape in enumerate(shapes))


def blend(values: Values, out: Values, axis: int, at: Values, room: Values) -> None:
    """Write each line of an axis as the mean of its two neighbours, weighted by how near they are."""
    sources, lines = np.moveaxis(values, axis, 0), np.moveaxis(out, axis, 0)
    for line, position in zip(lines, at.tolist(), strict=True):
        lower = int(position)
        share = position - lower
        if not share:  # on a pixel's centre: its neighbour stays out, for 0 times infinity would be NaN
            line[...] = sources[lower]
            continue
        upper = np.multiply(sources[min(lower + 1, len(sources) - 1)], share, out=room[: line.size].reshape(line.shape))
        np.multiply(sources[lower], 1 - share, out=line)
        np.add(line, upper, out=line)


def positions(size: int, scale: int, *, align_corners: bool) -> Values:
    """Where the places of an upsampled axis lie among the old ones, kept between the first and the last.

    Half-pixel centres: (i + 1/2)/scale - 1/2; with aligned corners the outermost centres stay where they are.

    >>> positions(2, 2, align_corners=False).tolist(), positions(2, 2, align_corners=True).tolist()
    ([0.0, 0.25, 0.75, 1.0], [0.0, 0.3333333333333333, 0.6666666666666666, 1.0])
    """
    places = np.arange(size * scale)
    if align_corners:
        return np.asarray(places * (size - 1) / max(1, size * scale - 1))
    return np.clip((places + 0.5) / scale - 0.5, 0, size - 1)


@scratch_values.register(Upsample)
def stages(layer: Upsample, inputs: Sequence[Volume], images: int) -> int:
    """For bilinear means one image as each axis but the last leaves it, and the longest line."""
    if layer.mode == "nearest":
        return 0
    shapes = _stages(inputs[0], layer)
    return sum(map(prod, shapes[:-1])) + _longest_line(shapes)


in_one_pass(Upsample)
