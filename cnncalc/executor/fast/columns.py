"""Where the windows of a layer lie in memory: padded copies, strided views of all windows, blocks of places."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import NamedTuple

from numpy.lib.stride_tricks import as_strided

from cnncalc.executor.fast.dispatch import Scratch, Values
from cnncalc.layers.conv import Sliding
from cnncalc.volume import Volume

BLOCK_VALUES = 2**19
"""Values of one block of columns and what comes of it: 2 MiB in float32, so that it stays in a core's cache."""

FEWEST_PLACES = 512
"""A matrix product of fewer rows spends its time rearranging the weights."""


class Grid(NamedTuple):
    """The windows of one layer on one volume, per axis.

    Attributes:
        sizes: pixels of the image.
        channels: how many values stand at each pixel.
        before: leading padding.
        reach: pixels from the first one of the first window to the last one of the last, padding among them.
        kernel: taps.
        dilation: distance of taps.
        stride: distance of windows.
        places: how many windows there are.
    """

    sizes: tuple[int, ...]
    channels: int
    before: tuple[int, ...]
    reach: tuple[int, ...]
    kernel: tuple[int, ...]
    dilation: tuple[int, ...]
    stride: tuple[int, ...]
    places: tuple[int, ...]

    @classmethod
    def of(cls, layer: Sliding, x: Volume) -> Grid:
        """The windows of a layer on a volume; where they lie is the layer's own rule."""
        windows = layer.windows(x)
        places = tuple(window.count(size) for window, size in zip(windows, x.sizes, strict=True))
        return cls(
            x.sizes,
            x.channels,
            tuple(window.before for window in windows),
            tuple((count - 1) * window.stride + window.extent for window, count in zip(windows, places, strict=True)),
            tuple(window.kernel for window in windows),
            tuple(window.dilation for window in windows),
            tuple(window.stride for window in windows),
            places,
        )

    @property
    def leaves_the_image(self) -> bool:
        """Whether some window meets padding or hangs over the end, so that a padded copy is due."""
        return any(self.before) or any(reach > size for reach, size in zip(self.reach, self.sizes, strict=True))

    @property
    def padded_values(self) -> int:
        """Values of one image's padded copy; 0 where none is due."""
        return prod(self.reach) * self.channels if self.leaves_the_image else 0

    @property
    def images_at_once(self) -> int:
        """How many images are padded together: small ones in numbers, so that Python's share stays small."""
        return max(1, BLOCK_VALUES // self.padded_values) if self.leaves_the_image else 2**31

    def room(self, images: int, scratch: Scratch) -> Values:
        """Scratch for the padded copies of one run of a batch of so many images; empty where none are due."""
        return scratch.take(
            min(images, self.images_at_once), *self.reach, self.channels if self.leaves_the_image else 0
        )

    def windows(self, images: Values, room: Values) -> Values:
        """A view of (images, *places, *kernel, channels): every window's values, copied only for the padding."""
        inside = self._padded(images, room[: len(images)]) if self.leaves_the_image else images
        image, *axes, channel = inside.strides
        shape = (len(images), *self.places, *self.kernel, self.channels)
        steps = [step * stride for step, stride in zip(axes, self.stride, strict=True)]
        taps = [step * dilation for step, dilation in zip(axes, self.dilation, strict=True)]
        return as_strided(inside, shape, (image, *steps, *taps, channel), writeable=False)

    def _padded(self, images: Values, padded: Values) -> Values:
        """Copies with zeros around them, cut where the last window ends."""
        padded[...] = 0
        kept = [max(0, min(size, reach - before)) for size, reach, before in zip(*self._axes, strict=True)]
        inside = tuple(slice(before, before + count) for before, count in zip(self.before, kept, strict=True))
        padded[:, *inside] = images[:, *(slice(count) for count in kept)]
        return padded

    @property
    def _axes(self) -> tuple[tuple[int, ...], ...]:
        return self.sizes, self.reach, self.before


def places_at_once(column: int, filters: int) -> int:
    """How many places one block holds when each has a column of so many values and gives one a filter."""
    return max(FEWEST_PLACES, BLOCK_VALUES // (column + filters))


def blocks(sizes: tuple[int, ...], most: int) -> Iterator[tuple[slice, ...]]:
    """Cut a grid into boxes of at most `most` places, each one stretch of memory, in order and of similar size.

    >>> list(blocks((2, 3), 6))
    [(slice(0, 2, None),)]
    >>> [box[1] for box in blocks((1, 10, 8), 40)]
    [slice(0, 5, None), slice(5, 10, None)]
    """
    axis, inner = len(sizes) - 1, 1
    while axis > 0 and inner * sizes[axis] <= most:
        inner *= sizes[axis]
        axis -= 1
    parts = -(-sizes[axis] // max(1, most // inner))
    step = -(-sizes[axis] // max(1, parts))
    for outer in product(*map(range, sizes[:axis])):
        for start in range(0, sizes[axis], step):
            yield (*(slice(index, index + 1) for index in outer), slice(start, min(start + step, sizes[axis])))


def batches(images: int, most: int) -> Iterator[slice]:
    """Cut a batch into runs of at most `most` images."""
    for start in range(0, images, most):
        yield slice(start, min(start + most, images))
