"""The volume of a tensor: its sizes along each axis, then its channels."""

from __future__ import annotations

from math import prod

from cnncalc import codes
from cnncalc.problem import Problem

LARGEST_DIMENSION = 2**31 - 1

AXES = {
    0: (),
    1: ("length",),
    2: ("height", "width"),
    3: ("depth", "height", "width"),
}
"""The names of a volume's axes, by rank."""

SIDES = {
    0: (),
    1: (("left", "right"),),
    2: (("top", "bottom"), ("left", "right")),
    3: (("front", "back"), ("top", "bottom"), ("left", "right")),
}
"""The names of the two sides of each axis, by rank."""

LINES = {
    0: (),
    1: ("sample",),
    2: ("row", "column"),
    3: ("frame", "row", "column"),
}
"""What lies side by side along each axis, as a reader counts it."""

POINTS = {0: "value", 1: "sample", 2: "pixel", 3: "place"}
"""What one place is called, by rank: a clip's place is a pixel of one of its frames."""

RANK_NAMES = {0: "vector", 1: "sequence", 2: "image", 3: "clip"}


class Volume(tuple[int, ...]):
    """Height x width x channels, as the lecture writes it; other ranks have other axes before the channels.

    A vector has rank 0, a sequence 1, an image 2, a clip 3.

    >>> volume = Volume((32, 24, 3))
    >>> volume.sizes, volume.channels, volume.rank, volume.size
    ((32, 24), 3, 2, 2304)
    >>> print(volume, Volume((10,)))
    32x24x3 10
    """

    __slots__ = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """Places along each axis; empty for a vector."""
        return self[:-1]

    @property
    def channels(self) -> int:
        """The number of maps, the lecture's D."""
        return self[-1]

    @property
    def rank(self) -> int:
        """How many axes a window slides along."""
        return len(self) - 1

    @property
    def axes(self) -> tuple[str, ...]:
        """The names of its axes."""
        return AXES[self.rank]

    @property
    def lines(self) -> tuple[str, ...]:
        """What lies side by side along each axis: rows, columns, frames or samples."""
        return LINES[self.rank]

    @property
    def point(self) -> str:
        """What one of its places is called: a pixel, a sample, a place of a clip."""
        return POINTS[self.rank]

    @property
    def places(self) -> int:
        """Positions of one map."""
        return prod(self[:-1])

    @property
    def size(self) -> int:
        """Values in the whole volume."""
        return prod(self)

    def with_channels(self, channels: int) -> Volume:
        """The same places with another number of maps."""
        return checked((*self[:-1], channels))

    def with_sizes(self, sizes: tuple[int, ...]) -> Volume:
        """The same channels on other sizes."""
        return checked((*sizes, self[-1]))

    def text(self, layout: str = "hwc") -> str:
        """Written out, channels last (`hwc`) or first (`chw`).

        >>> Volume((28, 28, 6)).text("chw")
        '6x28x28'
        """
        order = self if layout == "hwc" else (self[-1], *self[:-1])
        return "x".join(map(str, order))

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"Volume({tuple(self)})"


def checked(dimensions: tuple[int, ...]) -> Volume:
    """The volume of those dimensions, refused where one leaves 1 to 2^31 - 1.

    >>> checked((7, 7, 2**31))
    Traceback (most recent call last):
        ...
    cnncalc.problem.Problem: a dimension of 2,147,483,648 is beyond 2,147,483,647
    """
    for dimension in dimensions:
        if dimension > LARGEST_DIMENSION:
            raise Problem(codes.DIMENSION_TOO_LARGE, f"a dimension of {dimension:,} is beyond {LARGEST_DIMENSION:,}")
        if dimension < 1:
            message = f"nothing is left: {'x'.join(map(str, dimensions))} has a dimension below 1"
            raise Problem(codes.NOTHING_LEFT, message)
    return Volume(dimensions)
