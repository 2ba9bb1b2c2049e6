"""Where the windows of a layer lie: strided views of all of them in memory, and the pixels that one tap meets."""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

from numpy.lib.stride_tricks import as_strided

from cnncalc.executor.fast.kinds import Values
from cnncalc.layers.conv import ConvTranspose
from cnncalc.layers.sliding import Sliding
from cnncalc.volume import Volume

Halo = tuple[tuple[int, int], ...]
"""Places before and after a map along each axis."""


def widest(*halos: Halo) -> Halo:
    """What holds each of some halos.

    >>> widest(((1, 0), (2, 2)), ((0, 3), (1, 2)))
    ((1, 3), (2, 2))
    """
    axes = zip(*halos, strict=True)
    return tuple((max(before for before, _ in axis), max(after for _, after in axis)) for axis in axes)


class Spot(NamedTuple):
    """Where one activation lies: its values, and the same with the zeros around them."""

    values: Values
    padded: Values
    halo: Halo


class Grid(NamedTuple):
    """The windows of one layer on one volume, per axis.

    Attributes:
        sizes: pixels of the image.
        channels: how many values stand at each pixel.
        before: leading padding; negative where the first window begins inside the image.
        kernel: taps.
        dilation: distance of taps.
        stride: distance of windows.
        places: how many windows there are.
    """

    sizes: tuple[int, ...]
    channels: int
    before: tuple[int, ...]
    kernel: tuple[int, ...]
    dilation: tuple[int, ...]
    stride: tuple[int, ...]
    places: tuple[int, ...]

    @classmethod
    def of(cls, layer: Sliding | ConvTranspose, x: Volume, places: tuple[int, ...]) -> Grid:
        """The windows of a layer on a volume, which give so many places; where they lie is the layer's own rule."""
        windows = layer.windows(x)
        axes = [(window.before, window.kernel, window.dilation, window.stride) for window in windows]
        before, kernel, dilation, stride = zip(*axes, strict=True)
        return cls(x.sizes, x.channels, before, kernel, dilation, stride, places)

    @property
    def taps(self) -> int:
        """Positions of one window."""
        return prod(self.kernel)

    @property
    def reach(self) -> tuple[int, ...]:
        """Pixels from the first one of the first window to the last one of the last, padding among them."""
        axes = zip(self.places, self.stride, self.kernel, self.dilation, strict=True)
        return tuple((count - 1) * stride + (taps - 1) * dilation + 1 for count, stride, taps, dilation in axes)

    @property
    def halo(self) -> Halo:
        """How far the windows leave the image on each side."""
        axes = zip(self.before, self.reach, self.sizes, strict=True)
        return tuple((max(0, before), max(0, reach - before - size)) for before, reach, size in axes)

    @property
    def is_pointwise(self) -> bool:
        """Whether each window is one pixel of the image and each pixel one window."""
        return self.taps == 1 == prod(self.stride) and self.places == self.sizes and not any(self.before)

    def seen(self, spot: Spot) -> Values:
        """The pixels from the first one of the first window on, padding among them."""
        starts = (around[0] - before for around, before in zip(spot.halo, self.before, strict=True))
        return spot.padded[:, *(slice(start, None) for start in starts)]

    def windows(self, spot: Spot) -> Any:
        """A view of (images, *places, *kernel, channels): the values under every window."""
        first = self.seen(spot)
        image, *axes, channel = first.strides
        shape = (len(first), *self.places, *self.kernel, self.channels)
        steps = [step * stride for step, stride in zip(axes, self.stride, strict=True)]
        taps = [step * dilation for step, dilation in zip(axes, self.dilation, strict=True)]
        return as_strided(first, shape, (image, *steps, *taps, channel), writeable=False)


class Meeting(NamedTuple):
    """Places and the pixels under them, in step with each other."""

    places: slice
    pixels: slice


def meeting(size: int, places: int, stride: int, offset: int) -> Meeting:
    """Those of so many places whose pixel, stride x place + offset, lies inside an axis of `size` pixels.

    >>> meeting(5, 3, stride=2, offset=-1)
    Meeting(places=slice(1, 3, None), pixels=slice(1, 4, 2))
    """
    first = max(0, -(offset // stride))
    last = min(places - 1, (size - 1 - offset) // stride)
    if last < first:
        return Meeting(slice(0, 0), slice(0, 0))
    return Meeting(slice(first, last + 1), slice(first * stride + offset, last * stride + offset + 1, stride))
