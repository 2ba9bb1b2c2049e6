"""Upsampling: copies of the nearest pixel, or means of the two neighbours along each axis."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from cnncalc.executor.reference.arithmetic import Elementwise, Values
from cnncalc.executor.reference.forward import Arrays, Inputs, forward
from cnncalc.layers.reshape import Upsample


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
    """Where in the old pixels each of the `scale` times as many new ones has its centre, kept inside the image.

    Half-pixel centres: (i + 1/2)/scale - 1/2; aligned corners: i (size - 1)/(new size - 1).

    >>> [str(position) for position in positions(2, 2, align_corners=False)]
    ['0', '1/4', '3/4', '1']
    """
    new = range(size * scale)
    if align_corners:
        return [Fraction(index * (size - 1), max(1, new[-1])) for index in new]
    centres = [Fraction(2 * index + 1, 2 * scale) - Fraction(1, 2) for index in new]
    return [min(max(centre, Fraction(0)), Fraction(size - 1)) for centre in centres]


def stretched(x: Values, axis: int, at: list[Fraction], arithmetic: Elementwise) -> Values:
    """The values at those positions of an axis; a position on a pixel's centre takes that pixel and no other."""
    pixels = np.moveaxis(x, axis, 0)
    return np.moveaxis(np.stack([between(pixels, position, arithmetic) for position in at]), 0, axis)


def between(pixels: Values, position: Fraction, arithmetic: Elementwise) -> Values:
    """The mean of the two pixels on either side, each weighed by how near it is."""
    first = int(position)
    share = position - first
    if not share:
        return pixels[first]
    nearer, further = arithmetic.constant(float(1 - share)), arithmetic.constant(float(share))
    return pixels[first] * nearer + pixels[first + 1] * further
