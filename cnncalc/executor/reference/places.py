"""Where the windows of the definition lie, found by trying every start; no quotient and no shape rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from cnncalc.executor.reference.arithmetic import Values
from cnncalc.layers.schema import HALF, SAME
from cnncalc.layers.sliding import Sliding


class WindowError(ValueError):
    """The windows do not lie as the layer's rounding demands; a checked network never gets here."""


class Places(NamedTuple):
    """The windows along one axis.

    Attributes:
        size: pixels of the image.
        before: padding in front of them.
        after: padding behind them.
        taps: where a window looks, counted from its start.
        starts: where the windows start, counted from the first padding place.
    """

    size: int
    before: int
    after: int
    taps: range
    starts: Sequence[int]

    @property
    def extent(self) -> int:
        """From a window's first tap to its last."""
        return self.taps[-1] + 1

    @property
    def padded(self) -> int:
        """Pixels and padding."""
        return self.before + self.size + self.after

    @property
    def overhang(self) -> int:
        """How far the last window reaches beyond the padding, which only `ceil` allows."""
        return max(0, self.starts[-1] + self.extent - self.padded)


def places(size: int, taps: range, stride: int, padding: tuple[int, int] | str, rounding: str) -> Places:
    """The windows along one axis, by the definition of its padding and rounding.

    `floor`: every start whose window fits the padded data; `exact`: the same, and nothing may be left over; `ceil`:
    the same, and a further one that hangs over the end, where the one before it leaves something over and it starts in
    the leading padding or on the image. `same`: one window for each of range(0, size, stride), the missing pixels
    split, the odd one last.

    >>> places(5, range(2), 2, (1, 1), "ceil").starts, places(4, range(2), 2, (1, 2), "ceil").starts
    ([0, 2, 4], [0, 2, 4])
    >>> places(1, range(1), 1, (1, 1), "ceil").starts
    [0, 1, 2]
    >>> places(7, range(3), 3, (0, 0), "exact")
    Traceback (most recent call last):
        ...
    cnncalc.executor.reference.places.WindowError: windows of 3 at stride 3 leave 1 of 7 places over
    """
    extent = taps[-1] + 1
    if padding == SAME:
        starts = list(range(0, size, stride))
        missing = max(0, starts[-1] + extent - size)
        return Places(size, missing // 2, missing - missing // 2, taps, starts)
    before, after = sides(padding, extent)
    end = before + size + after
    starts = [start for start in range(0, end, stride) if start + extent <= end]
    if rounding == "ceil":
        starts += [start for start in range(0, before + size, stride) if start - stride + extent < end < start + extent]
    if not starts:
        raise WindowError(f"no window of {extent} fits into {end} places")
    left_over = end - (starts[-1] + extent)
    if rounding == "exact" and left_over:
        raise WindowError(f"windows of {extent} at stride {stride} leave {left_over} of {end} places over")
    return Places(size, before, after, taps, starts)


def sides(padding: tuple[int, int] | str, extent: int) -> tuple[int, int]:
    """Padding before and after that does not depend on the image; `half` is half the extent, rounded down."""
    if isinstance(padding, str):
        if padding != HALF:
            raise WindowError(f"padding {padding} is not defined")
        return extent // 2, extent // 2
    return padding


def places_of(layer: Sliding, sizes: tuple[int, ...]) -> list[Places]:
    """The windows of a layer along each axis of a map of those sizes."""
    ones = (1,) * len(sizes)
    dilations: tuple[int, ...] = getattr(layer, "dilation", ones)
    paddings: Sequence[tuple[int, int] | str] = layer.padding
    if isinstance(layer.padding, str):
        paddings = (layer.padding,) * len(sizes)
    return [
        places(size, range(0, kernel * dilation, dilation), stride, padding, layer.rounding)
        for size, kernel, stride, dilation, padding in zip(
            sizes, layer.kernel, layer.stride, dilations, paddings, strict=True
        )
    ]


def extended(x: Values, axes: Sequence[Places], fill: Values, overhang: Values) -> Values:
    """The map with its padding, and with whatever the last window reaches beyond it."""
    padded = surrounded(x, [(axis.before, axis.after) for axis in axes], fill)
    return surrounded(padded, [(0, axis.overhang) for axis in axes], overhang)


def surrounded(x: Values, sides: Sequence[tuple[int, int]], fill: Values) -> Values:
    """The map in the middle of a larger one that holds `fill`, one value or a map of that size; the channels stay."""
    sizes = [before + size + after for size, (before, after) in zip(x.shape[:-1], sides, strict=True)]
    canvas = np.empty((*sizes, x.shape[-1]), x.dtype)
    canvas[...] = fill
    canvas[tuple(slice(before, before + size) for size, (before, _) in zip(x.shape[:-1], sides, strict=True))] = x
    return canvas


def windows(canvas: Values, axes: Sequence[Places]) -> Iterator[Values]:
    """What each window sees, place by place in reading order; its shape is the kernel's, then the channels."""
    for corner in product(*(axis.starts for axis in axes)):
        yield canvas[tuple(slice(s, s + axis.extent, axis.taps.step) for s, axis in zip(corner, axes, strict=True))]


def as_map(results: Sequence[Values], axes: Sequence[Places]) -> Values:
    """One result of every window, in reading order, as a map."""
    return np.stack(results).reshape(*(len(axis.starts) for axis in axes), -1)
