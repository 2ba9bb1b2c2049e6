"""Layers that move values about: reshapes, slices, borders, and channels traded for places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnncalc.executor.fast.kinds import Arrays, Move, Scratch, Values, forward, in_one_pass, move, scratch_values
from cnncalc.layers.reshape import ChannelShuffle, Crop, DepthToSpace, Flatten, Pad, Reshape, Slice, SpaceToDepth
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


def _in_turn(rank: int) -> list[int]:
    """The axes of (images, *sizes, *block) with each size beside its part of the block."""
    return [0, *(axis for index in range(1, rank + 1) for axis in (index, index + rank))]


@move.register(DepthToSpace)
def depth_to_space(layer: DepthToSpace, x: Values, out: Values) -> Move:
    """Channel c b^2 + dy b + dx goes to place (dy, dx) of channel c."""
    rank = x.ndim - 2
    apart = x.reshape(*x.shape[:-1], out.shape[-1], *(layer.block,) * rank)
    spread = np.moveaxis(apart, 1 + rank, -1).transpose(*_in_turn(rank), 1 + 2 * rank)
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
        for axis, (size, sides) in enumerate(zip(x.shape[1:-1], layer.padding, strict=True), start=1):
            _continue(
                maps,
                axis,
                np.pad(
                    np.arange(sides[0], sides[0] + size), sides, mode="reflect" if layer.mode == "reflect" else "edge"
                ),
            )


def _continue(maps: Values, axis: int, sources: Values) -> None:
    """Fill each line of an axis from the line it repeats; borders of earlier axes are filled by then."""
    lines = np.moveaxis(maps, axis, 0)
    for line, source in enumerate(sources):
        if line != source:
            lines[line] = lines[source]


in_one_pass(Flatten, Slice, ChannelShuffle, Crop, DepthToSpace, SpaceToDepth, Reshape, Pad)
