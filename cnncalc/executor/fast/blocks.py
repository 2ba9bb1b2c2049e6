"""Grids of places cut into boxes, each of which one thread computes at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod

Box = tuple[slice, ...]
"""Some images and some places along each axis."""


class Blocks:
    """A grid cut into boxes of at most `most` places, each one stretch of a dense array, in order and of similar size.

    What is asked of all boxes is reckoned without listing them: a plan is drafted before anybody knows whether it fits.

    Attributes:
        count: how many boxes there are.
        largest: the sizes of the largest box, which is the first one.
        most_places: the places of that.

    >>> list(Blocks((2, 3), 6))
    [(slice(0, 2, None), slice(0, 3, None))]
    >>> cut = Blocks((1, 10, 8), 40)
    >>> [box[1] for box in cut], cut.count, cut.largest
    ([slice(0, 5, None), slice(5, 10, None)], 2, (1, 5, 8))
    """

    def __init__(self, sizes: tuple[int, ...], most: int) -> None:
        axis, inner = len(sizes) - 1, 1
        while axis > 0 and inner * sizes[axis] <= most:
            inner *= sizes[axis]
            axis -= 1
        parts = -(-sizes[axis] // max(1, most // inner))
        step = max(1, -(-sizes[axis] // max(1, parts)))
        self._sizes, self._axis, self._step = sizes, axis, step
        self.count = prod(sizes[:axis]) * -(-sizes[axis] // step)
        self.largest = (*(min(1, size) for size in sizes[:axis]), min(step, sizes[axis]), *sizes[axis + 1 :])
        self.most_places = prod(self.largest)

    def __iter__(self) -> Iterator[Box]:
        axis, sizes = self._axis, self._sizes
        whole = tuple(slice(0, size) for size in sizes[axis + 1 :])
        for outer in product(*map(range, sizes[:axis])):
            single = tuple(slice(index, index + 1) for index in outer)
            for start in range(0, sizes[axis], self._step):
                yield (*single, slice(start, min(start + self._step, sizes[axis])), *whole)


def places_of(box: Box) -> int:
    """How many places a box holds."""
    return prod(part.stop - part.start for part in box)


def stretches(count: int, most: int) -> list[slice]:
    """So many filters, channels or images cut into stretches of `most`, of which the last may be shorter."""
    return [slice(start, min(start + most, count)) for start in range(0, count, most)]
