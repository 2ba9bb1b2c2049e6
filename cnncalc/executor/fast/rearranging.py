"""Layers that move values about: reshapes, slices, borders, and channels traded for places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnncalc.executor.fast.dispatch import Arrays, Values, empty, forward, scratch_values, volume_of
from cnncalc.executor.fast.fully_connected import channel_major
from cnncalc.layers.reshape import (
    ChannelShuffle,
    Crop,
    DepthToSpace,
    Dropout,
    Flatten,
    Identity,
    Pad,
    Reshape,
    Slice,
    SpaceToDepth,
)
from cnncalc.volume import Volume


@forward.register(Identity)
@forward.register(Dropout)
def hand_on(layer: Identity | Dropout, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """What arrives; dropout drops only in training."""
    return inputs[0]


@forward.register(Flatten)
def flatten(layer: Flatten, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """Each image as one line, channel-major."""
    return channel_major(inputs[0])


@forward.register(Reshape)
def reshape(layer: Reshape, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """The same values in another volume, read and written channel-major."""
    (x,) = inputs
    channels_first = channel_major(x).reshape(len(x), layer.output.channels, *layer.output.sizes)
    return np.ascontiguousarray(np.moveaxis(channels_first, 1, -1))


@scratch_values.register(Reshape)
def channel_major_copy(layer: Reshape, inputs: Sequence[Volume], images: int) -> int:
    """The values in channel-major order, between the two volumes."""
    return images * inputs[0].size


@forward.register(Slice)
def take_channels(layer: Slice, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """Some channels, copied, so that the rest can be let go."""
    return inputs[0][..., layer.start : layer.stop].copy(order="C")


@forward.register(ChannelShuffle)
def shuffle(layer: ChannelShuffle, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """Channel j x groups + i comes from place j of group i."""
    (x,) = inputs
    grouped = x.reshape(*x.shape[:-1], layer.groups, x.shape[-1] // layer.groups)
    return np.swapaxes(grouped, -1, -2).reshape(x.shape)


@forward.register(Pad)
def pad(layer: Pad, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """Places around the map, and channels of the value before and after."""
    (x,) = inputs
    channels = slice(layer.channels_before, layer.channels_before + x.shape[-1])
    out = empty(x, layer.output_volume(volume_of(x)))
    out[...] = layer.value
    if layer.mode == "constant":
        inside = (slice(before, before + size) for (before, _), size in zip(layer.padding, x.shape[1:-1], strict=True))
        out[:, *inside, channels] = x
    else:
        out[..., channels] = np.pad(x, ((0, 0), *layer.padding, (0, 0)), mode=layer.mode)  # type: ignore[call-overload]
    return out


@scratch_values.register(Pad)
def bordered(layer: Pad, inputs: Sequence[Volume], images: int) -> int:
    """The mirrored or continued map, before it is put between the channels."""
    return 0 if layer.mode == "constant" else images * layer.output_volume(*inputs).size


@forward.register(Crop)
def crop(layer: Crop, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """The places inside, copied, so that the rest can be let go."""
    (x,) = inputs
    sides = layer.sides(x.ndim - 2)
    inside = (slice(before, size - after) for (before, after), size in zip(sides, x.shape[1:-1], strict=True))
    return x[:, *inside].copy(order="C")


def _in_turn(rank: int) -> list[int]:
    """The axes of (images, *sizes, *block) with each size beside its part of the block."""
    return [0, *(axis for index in range(1, rank + 1) for axis in (index, index + rank))]


@forward.register(DepthToSpace)
def depth_to_space(layer: DepthToSpace, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """Channel c b^2 + dy b + dx goes to place (dy, dx) of channel c."""
    (x,) = inputs
    rank = x.ndim - 2
    volume = layer.output_volume(volume_of(x))
    apart = x.reshape(*x.shape[:-1], volume.channels, *(layer.block,) * rank)
    blocks_first = np.moveaxis(apart, 1 + rank, -1)
    return blocks_first.transpose(*_in_turn(rank), 1 + 2 * rank).reshape(len(x), *volume)


@forward.register(SpaceToDepth)
def space_to_depth(layer: SpaceToDepth, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """Place (dy, dx) of channel c goes to channel c b^2 + dy b + dx."""
    (x,) = inputs
    rank, block = x.ndim - 2, layer.block
    volume = layer.output_volume(volume_of(x))
    apart = x.reshape(len(x), *(part for size in volume.sizes for part in (size, block)), x.shape[-1])
    places = range(1, 2 * rank, 2)
    offsets = range(2, 2 * rank + 1, 2)
    return apart.transpose(0, *places, 1 + 2 * rank, *offsets).reshape(len(x), *volume)
