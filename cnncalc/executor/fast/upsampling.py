"""Upsampling: copies, or means of the two neighbours along each axis."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from cnncalc.executor.fast.dispatch import Arrays, Values, empty, forward, scratch_values, volume_of
from cnncalc.layers.reshape import Upsample
from cnncalc.volume import Volume


@forward.register(Upsample)
def upsample(layer: Upsample, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """Place i takes place floor(i/scale), or lies between its two neighbours."""
    (x,) = inputs
    out = empty(x, layer.output_volume(volume_of(x)))
    if layer.mode == "nearest":
        sizes = x.shape[1:-1]
        parts = [part for size, scale in zip(sizes, layer.scale, strict=True) for part in (size, scale)]
        copies = [part for size in sizes for part in (size, 1)]
        out.reshape(len(x), *parts, x.shape[-1])[...] = x.reshape(len(x), *copies, x.shape[-1])
        return out
    for image, target in zip(x, out, strict=True):
        target[...] = between(image, layer.scale, align_corners=layer.align_corners)
    return out


def between(image: Values, scales: tuple[int, ...], *, align_corners: bool) -> Values:
    """One image, interpolated along one axis after the other."""
    for axis, scale in enumerate(scales):
        if scale == 1:
            continue
        position = positions(image.shape[axis], scale, align_corners=align_corners)
        lower = np.floor(position).astype(np.intp)
        upper = np.minimum(lower + 1, image.shape[axis] - 1)
        share = (position - lower).astype(image.dtype).reshape(-1, *(1,) * (image.ndim - axis - 1))
        below, above = image.take(lower, axis), image.take(upper, axis)
        below *= 1 - share
        above *= share
        below += above
        image = below
    return image


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
def neighbours(layer: Upsample, inputs: Sequence[Volume], images: int) -> int:
    """For one image the two neighbours of every place, and the image as the axis before left it."""
    if layer.mode == "nearest":
        return 0
    lines = 4 * sum(size * scale for size, scale in zip(inputs[0].sizes, layer.scale, strict=True))
    return 3 * prod(layer.output_volume(*inputs)) + 2 * lines
