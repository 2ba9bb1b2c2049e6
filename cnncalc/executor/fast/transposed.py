"""Transposed convolutions: one matrix product a tap, added to the places that the tap reaches."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np

from cnncalc.executor.fast.activation import finish
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
from cnncalc.executor.fast.taps import Meeting, meeting
from cnncalc.layers.conv import ConvTranspose
from cnncalc.volume import Volume


@pack.register(ConvTranspose)
def taps_first(layer: ConvTranspose, arrays: Arrays) -> Arrays:
    """One matrix (in, out/groups) a tap: (k..., in, out/groups)."""
    return {**arrays, "weight": np.ascontiguousarray(np.moveaxis(arrays["weight"], (0, 1), (-2, -1)))}


@packed_values.register(ConvTranspose)
def all_weights(layer: ConvTranspose, x: Volume) -> int:
    """All weights, in another order."""
    return prod(layer.arrays(x)[0].shape)


@forward.register(ConvTranspose)
def spread(layer: ConvTranspose, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """Each place times each tap's matrix, added where it lands; what lands on the cropped border is left out."""
    (x,) = inputs
    weight = arrays["weight"]
    out[...] = 0
    channels, filters = x.shape[-1] // layer.groups, layer.filters // layer.groups
    axes = [
        [_landing(size, places, window.stride, tap * window.dilation - window.before) for tap in range(window.kernel)]
        for size, places, window in zip(x.shape[1:-1], out.shape[1:-1], layer.windows(volume_of(x)), strict=True)
    ]
    rows, products = (scratch.take(volume_of(x).places * values) for values in (channels, filters))
    for image, target in zip(x, out, strict=True):
        for tap in product(*map(range, weight.shape[:-2])):
            met = [axis[index] for axis, index in zip(axes, tap, strict=True)]
            source = image[*(meets.pixels for meets in met)]
            reached = target[*(meets.places for meets in met)]
            for group in range(layer.groups):
                own = slice(group * channels, (group + 1) * channels)
                read = rows[: source.size // layer.groups].reshape(*source.shape[:-1], channels)
                np.copyto(read, source[..., own])
                given = products[: read.size // channels * filters].reshape(*source.shape[:-1], filters)
                np.matmul(read.reshape(-1, channels), weight[tap][own], out=given.reshape(-1, filters))
                reached[..., group * filters : (group + 1) * filters] += given
        finish(target, arrays.get("bias"), layer.act, arrays.get("act.weight"))


def _landing(size: int, places: int, stride: int, offset: int) -> Meeting:
    """Which pixels land inside the output when each is set to stride x pixel + offset, and on which places."""
    inverse = meeting(places, size, stride, offset)
    return Meeting(places=inverse.pixels, pixels=inverse.places)


@scratch_values.register(ConvTranspose)
def one_tap(layer: ConvTranspose, inputs: Sequence[Volume], images: int) -> int:
    """What one tap gives for one group of one image, and what it reads, laid in one stretch."""
    (x,) = inputs
    return x.places * (layer.filters + x.channels) // layer.groups
