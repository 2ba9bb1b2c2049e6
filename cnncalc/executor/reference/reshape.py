"""Layers that move values about or copy them: orders, cuts, borders, blocks, and the pixels between pixels."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np

from cnncalc.executor.reference.arithmetic import Elementwise, Values
from cnncalc.executor.reference.dense import channel_major
from cnncalc.executor.reference.forward import Arrays, Inputs, forward
from cnncalc.executor.reference.places import surrounded
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
    Upsample,
)
from cnncalc.volume import SIDES


@forward.register(Identity)
@forward.register(Dropout)
def hand_on(layer: Identity | Dropout, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """The very array that came in: in inference a dropout sets nothing to zero."""
    return inputs[0]


@forward.register(Flatten)
def flatten(layer: Flatten, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    return channel_major(inputs[0])


@forward.register(Reshape)
def reshape(layer: Reshape, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    *sizes, channels = layer.output
    return np.moveaxis(channel_major(inputs[0]).reshape(channels, *sizes), 0, -1)


@forward.register(Slice)
def slice_(layer: Slice, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    return inputs[0][..., layer.start : layer.stop]


@forward.register(ChannelShuffle)
def channel_shuffle(layer: ChannelShuffle, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """Channel j x groups + i comes from place j of group i."""
    (x,) = inputs
    dealt = np.swapaxes(x.reshape(*x.shape[:-1], layer.groups, -1), -1, -2)
    return dealt.reshape(x.shape)


@forward.register(Crop)
def crop(layer: Crop, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    (x,) = inputs
    cuts = [(getattr(layer, first), getattr(layer, last)) for first, last in SIDES[x.ndim - 1]]
    return x[tuple(slice(before, size - after) for size, (before, after) in zip(x.shape[:-1], cuts, strict=True))]


@forward.register(Pad)
def pad(layer: Pad, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """Places around the map, then channels of the value before and after; all of them count as padding."""
    (x,) = inputs
    value = arithmetic.padding(layer.value)
    padded = surrounded(x, layer.padding, value) if layer.mode == "constant" else bordered(x, layer, arithmetic)
    channels = np.empty((*padded.shape[:-1], layer.channels_before + x.shape[-1] + layer.channels_after), x.dtype)
    channels[...] = value
    channels[..., layer.channels_before : layer.channels_before + x.shape[-1]] = padded
    return channels


def bordered(x: Values, layer: Pad, arithmetic: Elementwise) -> Values:
    """The map with copies of its own pixels around it."""
    source = mirrored if layer.mode == "reflect" else nearest_inside
    sources = [
        [source(place, size) for place in range(-before, size + after)]
        for size, (before, after) in zip(x.shape[:-1], layer.padding, strict=True)
    ]
    return surrounded(x, layer.padding, arithmetic.as_padding(x[np.ix_(*sources)]))


def mirrored(place: int, size: int) -> int:
    """The pixel as far inside as `place` lies outside; the border pixel is not repeated.

    >>> [mirrored(place, 4) for place in (-2, -1, 0, 3, 4, 5)]
    [2, 1, 0, 3, 2, 1]
    """
    if place < 0:
        return -place
    return place if place < size else 2 * (size - 1) - place


def nearest_inside(place: int, size: int) -> int:
    """The pixel of the edge where `place` lies outside."""
    return min(max(place, 0), size - 1)


@forward.register(DepthToSpace)
def depth_to_space(layer: DepthToSpace, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """Place (dy, dx) of the block of channel c takes channel c b^2 + dy b + dx."""
    (x,) = inputs
    corners = block_corners(layer.block, x.ndim - 1)
    parts = [x[..., number :: len(corners)] for number in range(len(corners))]
    spread = np.empty((*(size * layer.block for size in x.shape[:-1]), parts[0].shape[-1]), x.dtype)
    for corner, part in zip(corners, parts, strict=True):
        spread[tuple(slice(offset, None, layer.block) for offset in corner)] = part
    return spread


@forward.register(SpaceToDepth)
def space_to_depth(layer: SpaceToDepth, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """Channel c b^2 + dy b + dx takes place (dy, dx) of the block of channel c."""
    (x,) = inputs
    corners = block_corners(layer.block, x.ndim - 1)
    parts = [x[tuple(slice(offset, None, layer.block) for offset in corner)] for corner in corners]
    return np.stack(parts, axis=-1).reshape(*parts[0].shape[:-1], -1)


def block_corners(block: int, rank: int) -> list[tuple[int, ...]]:
    """The places of a block in reading order.

    >>> block_corners(2, 2)
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    return list(product(range(block), repeat=rank))


@forward.register(Upsample)
def upsample(layer: Upsample, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """Axis by axis: what one axis makes of the values, the next one takes."""
    (x,) = inputs
    for axis, scale in enumerate(layer.scale):
        if layer.mode == "nearest":
            x = np.repeat(x, scale, axis=axis)
        else:
            x = stretched(x, axis, positions(x.shape[axis], scale, align_corners=layer.align_corners), arithmetic)
    return x


def positions(size: int, scale: int, *, align_corners: bool) -> list[Fraction]:
    """Where in the old pixels each of the `scale` times as many new ones has its centre.

    Half-pixel centres: (i + 1/2)/scale - 1/2; aligned corners: i (size - 1)/(new size - 1).

    >>> [str(position) for position in positions(2, 2, align_corners=False)]
    ['-1/4', '1/4', '3/4', '5/4']
    """
    new = range(size * scale)
    if align_corners:
        return [Fraction(index * (size - 1), max(1, new[-1])) for index in new]
    return [Fraction(2 * index + 1, 2 * scale) - Fraction(1, 2) for index in new]


def stretched(x: Values, axis: int, at: list[Fraction], arithmetic: Elementwise) -> Values:
    """The values at those positions of an axis; a position on a pixel's centre takes that pixel and no other.

    Beyond the centres of the border's pixels there is nothing else to take.
    """
    pixels = np.moveaxis(x, axis, 0)
    return np.moveaxis(np.stack([between(pixels, position, arithmetic) for position in at]), 0, axis)


def between(pixels: Values, position: Fraction, arithmetic: Elementwise) -> Values:
    """The mean of the two pixels on either side, each weighed by how near it is."""
    if not 0 <= position <= len(pixels) - 1:
        return arithmetic.at_border(pixels[0 if position < 0 else -1])
    first = int(position)
    share = position - first
    if not share:
        return pixels[first]
    nearer, further = arithmetic.constant(float(1 - share)), arithmetic.constant(float(share))
    return pixels[first] * nearer + pixels[first + 1] * further
