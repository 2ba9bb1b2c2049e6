"""Ordinary convolutions as blocked matrix products, and depthwise ones as weighted sums of windows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import NamedTuple

import numpy as np

from cnncalc.executor.fast.activation import finish
from cnncalc.executor.fast.columns import Grid, batches, blocks, places_at_once
from cnncalc.executor.fast.dispatch import (
    Arrays,
    Scratch,
    Values,
    forward,
    pack,
    packed_values,
    scratch_values,
    volume_of,
)
from cnncalc.layers.conv import Conv, Convolving, Depthwise
from cnncalc.volume import Volume


class Part(NamedTuple):
    """Filters that see the same channels, with their weights as (filters, taps and channels)."""

    channels: slice | list[int]
    filters: slice
    weight: Values


def sees_one_channel(layer: Conv, x: Volume) -> bool:
    """Whether each filter sees one channel of several, which is a depthwise convolution by another name."""
    return layer.groups == x.channels > 1


@pack.register(Conv)
def channels_last(layer: Conv, arrays: Arrays) -> Arrays:
    """Filters in the order of the windows: (out, k..., in/groups); a view where the kernel has one tap."""
    weight = arrays["weight"]
    if weight.shape[1] == 1 < layer.groups:
        return filters_apart(layer, arrays)
    return {**arrays, "weight": np.ascontiguousarray(np.moveaxis(weight, 1, -1))}


@pack.register(Depthwise)
def filters_apart(layer: Depthwise | Conv, arrays: Arrays) -> Arrays:
    """The filters of each channel in turn, in the order of the windows: (multiplier, k..., channels)."""
    weight = arrays["weight"]
    multiplier = layer.multiplier if isinstance(layer, Depthwise) else layer.filters // layer.groups
    apart = weight.reshape(len(weight) // multiplier, multiplier, *weight.shape[2:])
    return {**arrays, "weight": np.ascontiguousarray(np.moveaxis(apart, 0, -1))}


@packed_values.register(Convolving)
def reordered(layer: Convolving, x: Volume) -> int:
    """All weights, unless the kernel has one tap, where moving the axis moves nothing."""
    ordered = isinstance(layer, Conv) and prod(layer.kernel) == 1 and not sees_one_channel(layer, x)
    return 0 if ordered else prod(layer.arrays(x)[0].shape)


def parts(layer: Conv, weight: Values, channels: int) -> Iterator[Part]:
    """The groups, or with `connections` each filter by itself: what it does not see it must not multiply."""
    taps = prod(layer.kernel)
    if layer.connections is not None:
        for number, row in enumerate(layer.connections):
            seen = list(row)
            yield Part(seen, slice(number, number + 1), weight[number][..., seen].reshape(1, taps * len(seen)))
        return
    inside, filters = channels // layer.groups, layer.filters // layer.groups
    for group in range(layer.groups):
        own = slice(group * filters, (group + 1) * filters)
        yield Part(slice(group * inside, (group + 1) * inside), own, weight[own].reshape(filters, taps * inside))


@forward.register(Conv)
def convolve(layer: Conv, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """Windows laid side by side as columns, a block that fits the cache at a time, times the filters."""
    (x,) = inputs
    if sees_one_channel(layer, volume_of(x)):
        weigh(layer, inputs, arrays, out, scratch)
        return
    grid = Grid.of(layer, volume_of(x))
    column = prod(arrays["weight"].shape[1:])  # taps times the channels of a group
    most = places_at_once(column, layer.filters)
    in_order = prod(grid.kernel) == prod(grid.stride) == layer.groups == 1 and layer.connections is None
    room = grid.room(len(x), scratch)
    buffer = None if in_order else scratch.take(min(most, len(x) * prod(grid.places)) * column)
    own = list(parts(layer, arrays["weight"], x.shape[-1]))
    for run in batches(len(x), grid.images_at_once):
        windows, target = grid.windows(x[run], room), out[run]
        for box in blocks(target.shape[:-1], most):
            rows = target[box].reshape(-1, layer.filters)
            for part in own:
                columns = _columns(windows[box][..., part.channels], len(rows), buffer)
                np.matmul(columns, part.weight.T, out=rows[:, part.filters])
            finish(rows, arrays.get("bias"), layer.act, arrays.get("act.weight"))


def _columns(windows: Values, places: int, buffer: Values | None) -> Values:
    """The windows as rows of a matrix, in the buffer; without a buffer they lie so already."""
    column = windows.size // places
    if buffer is None:
        return windows.reshape(places, column)
    columns = buffer[: windows.size]
    np.copyto(columns.reshape(windows.shape), windows)
    return columns.reshape(places, column)


@scratch_values.register(Conv)
def columns_and_padding(layer: Conv, inputs: Sequence[Volume], images: int) -> int:
    """The padded copies of a run of images, and one block of columns."""
    (x,) = inputs
    grid = Grid.of(layer, x)
    padded = min(images, grid.images_at_once) * grid.padded_values
    if sees_one_channel(layer, x):
        return padded
    column = layer.kernel_channels(x) * prod(layer.kernel)
    places = min(places_at_once(column, layer.filters), images * prod(grid.places))
    return padded + places * column


@forward.register(Depthwise)
def weigh(layer: Depthwise | Conv, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """The sum over taps of windows times weights; filter c x multiplier + j sees channel c."""
    (x,) = inputs
    grid = Grid.of(layer, volume_of(x))
    filters = arrays["weight"]
    places, taps = "xyz"[: len(grid.places)], "ijk"[: len(grid.places)]
    room = grid.room(len(x), scratch)
    for run in batches(len(x), grid.images_at_once):
        windows, target = grid.windows(x[run], room), out[run]
        for turn, own in enumerate(filters):
            np.einsum(f"n{places}{taps}c,{taps}c->n{places}c", windows, own, out=target[..., turn :: len(filters)])
        finish(target, arrays.get("bias"), layer.act, arrays.get("act.weight"))


@scratch_values.register(Depthwise)
def padding_alone(layer: Depthwise, inputs: Sequence[Volume], images: int) -> int:
    """The padded copies of a run of images."""
    grid = Grid.of(layer, inputs[0])
    return min(images, grid.images_at_once) * grid.padded_values
