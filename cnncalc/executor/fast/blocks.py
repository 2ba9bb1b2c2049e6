"""Grids of places cut into boxes, each of which one thread computes at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod

Box = tuple[slice, ...]
"""Some images and some places along each axis."""


def blocks(sizes: tuple[int, ...], most: int) -> Iterator[Box]:
    """Cut a grid into boxes of at most `most` places, each one stretch of a dense array, in order and of similar size.

    >>> list(blocks((2, 3), 6))
    [(slice(0, 2, None), slice(0, 3, None))]
    >>> [box[1] for box in blocks((1, 10, 8), 40)]
    [slice(0, 5, None), slice(5, 10, None)]
    """
    axis, inner = len(sizes) - 1, 1
    while axis > 0 and inner * sizes[axis] <= most:
        inner *= sizes[axis]
        axis -= 1
    parts = -(-sizes[axis] // max(1, most // inner))
    step = max(1, -(-sizes[axis] // max(1, parts)))
    whole = tuple(slice(0, size) for size in sizes[axis + 1 :])
    for outer in product(*map(range, sizes[:axis])):
        single = tuple(slice(index, index + 1) for index in outer)
        for start in range(0, sizes[axis], step):
            yield (*single, slice(start, min(start + step, sizes[axis])), *whole)


def places_of(box: Box) -> int:
    """How many places a box holds."""
    return prod(part.stop - part.start for part in box)


def batches(images: int, most: int) -> Iterator[slice]:
    """Cut a batch into runs of at most `most` images."""
    for start in range(0, images, most):
        yield slice(start, min(start + most, images))
