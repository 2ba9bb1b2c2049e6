"""Layers that move values about: reshapes, slices, borders, channels traded for places, and upsampling."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from cnncalc.executor.fast.kinds import Arrays, Move, Scratch, Values, forward, in_one_pass, move, scratch_values
from cnncalc.layers.reshape import (
    ChannelShuffle,
    Crop,
    DepthToSpace,
    Flatten,
    Pad,
    Reshape,
    Slice,
    SpaceToDepth,
    Upsample,
)
from cnncalc.volume import Volume


def channel_major(x: Values, lines: Values) -> Move:
    """Each image as one line in the order C, then D, H, W."""
    return Move(lines.reshape(len(x), x.shape[-1], *x.shape[1:-1]), np.moveaxis(x, -1, 1))


@move.register(Flatten)
def flatten(layer: Flatten, x: Values, out: Values) -> Move:
    """Each image as one line, channel-major."""
    return channel_major(x, out)


@move.register(Slice)
def take_channels(layer: Slice, x: Values, out: Values) -> Move:
    """Some channels."""
    return Move(out, x[..., layer.start : layer.stop])


@move.register(ChannelShuffle)
def shuffle(layer: ChannelShuffle, x: Values, out: Values) -> Move:
    """Channel j x groups + i comes from place j of group i."""
    grouped = x.reshape(*x.shape[:-1], layer.groups, x.shape[-1] // layer.groups)
    turned = np.swapaxes(grouped, -1, -2)
    return Move(out.reshape(turned.shape), turned)


@move.register(Crop)
def crop(layer: Crop, x: Values, out: Values) -> Move:
    """The places inside."""
    sides = layer.sides(x.ndim - 2)
    inside = (slice(before, size - after) for (before, after), size in zip(sides, x.shape[1:-1], strict=True))
    return Move(out, x[:, *inside])


@move.register(DepthToSpace)
def depth_to_space(layer: DepthToSpace, x: Values, out: Values) -> Move:
    """Channel c b^2 + dy b + dx goes to place (dy, dx) of channel c."""
    rank = x.ndim - 2
    apart = x.reshape(*x.shape[:-1], out.shape[-1], *(layer.block,) * rank)
    in_turn = (axis for index in range(1, rank + 1) for axis in (index, index + rank))  # a size, its part of the block
    spread = np.moveaxis(apart, 1 + rank, -1).transpose(0, *in_turn, 1 + 2 * rank)
    return Move(out.reshape(spread.shape), spread)


@move.register(SpaceToDepth)
def space_to_depth(layer: SpaceToDepth, x: Values, out: Values) -> Move:
    """Place (dy, dx) of channel c goes to channel c b^2 + dy b + dx."""
    rank, block = x.ndim - 2, layer.block
    apart = x.reshape(len(x), *(part for size in out.shape[1:-1] for part in (size, block)), x.shape[-1])
    places = range(1, 2 * rank, 2)
    offsets = range(2, 2 * rank + 1, 2)
    stacked = apart.transpose(0, *places, 1 + 2 * rank, *offsets)
    return Move(out.reshape(stacked.shape), stacked)


@forward.register(Reshape)
def reshape(layer: Reshape, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """The same values in another volume, read and written channel-major."""
    (x,) = inputs
    line = scratch.take(1, *x.shape[1:])
    for image, target in zip(x, out, strict=True):
        np.copyto(*channel_major(image[np.newaxis], line))
        target[...] = np.moveaxis(line.reshape(layer.output.channels, *layer.output.sizes), 0, -1)


@scratch_values.register(Reshape)
def channel_major_copy(layer: Reshape, inputs: Sequence[Volume], images: int) -> int:
    """One image in channel-major order, between the two volumes."""
    return inputs[0].size


@forward.register(Pad)
def pad(layer: Pad, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """Places around the map, and channels of the value before and after."""
    (x,) = inputs
    maps = out[..., layer.channels_before : layer.channels_before + x.shape[-1]]
    out[...] = layer.value
    inside = (slice(before, before + size) for (before, _), size in zip(layer.padding, x.shape[1:-1], strict=True))
    maps[:, *inside] = x
    if layer.mode != "constant":
        mode: Any = layer.mode  # NumPy's word too
        for axis, (size, (before, after)) in enumerate(zip(x.shape[1:-1], layer.padding, strict=True), start=1):
            _continue(maps, axis, np.pad(np.arange(before, before + size), (before, after), mode))


def _continue(maps: Values, axis: int, sources: Values) -> None:
    """Fill each line of an axis from the line it repeats; borders of earlier axes are filled by then."""
    lines = np.moveaxis(maps, axis, 0)
    for line, source in enumerate(sources):
        if line != source:
            lines[line] = lines[source]


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
    shapes = _stages(Volume(x.shape[1:]), layer)
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


in_one_pass(Flatten, Slice, ChannelShuffle, Crop, DepthToSpace, SpaceToDepth, Reshape, Pad, Upsample)
