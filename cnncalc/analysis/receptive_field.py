"""What a report says of a receptive field: sizes in pixels, from place to place, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from cnncalc.analysis.field import Axis, Class, Field, Span, centres, union_at
from cnncalc.exact import Exact, decimal, ratio

UNEQUAL = "unequal"
"""Several jumps live side by side."""


class ReceptiveField(NamedTuple):
    """What a report says of a field: `size` in pixels, `jump` from place to place, `start` the first window's centre.

    The first pixel's centre is 0. Places see differently behind upsampling, and where paths of unequal strides meet:
    then `size` is the largest and `smallest` the smallest over the places, and `jump` and `start` are means. Of unequal
    strides there is no mean, and both are None. `paths` is `MISALIGNED` at the join where windows of one jump start
    apart, and `UNEQUAL` wherever several jumps live side by side.
    """

    size: tuple[int, ...]
    jump: tuple[Exact, ...] | None
    start: tuple[Exact, ...] | None
    exact: bool
    paths: str | None
    smallest: tuple[int, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it: decimals, and only the remarks that there are."""
        entry: dict[str, Any] = {
            "size": list(self.size),
            "smallest": list(self.smallest),
            "exact": self.exact,
            "jump": None if self.jump is None else [decimal(jump) for jump in self.jump],
            "start": None if self.start is None else [float(start) for start in self.start],
        }
        if self.paths is not None:
            entry["paths"] = self.paths
        return entry


def reported(field: Field, sizes: Sequence[int], remark: str | None = None) -> ReceptiveField:
    """What the report says of a tensor of those sizes."""
    axes = field.axes
    if all(len(axis) == 1 and len(axis[0]) == 1 for axis in axes):
        size = tuple([_up(axis[0][0].high - axis[0][0].low + 1) for axis in axes])
        return ReceptiveField(
            size,
            tuple([axis[0][0].jump for axis in axes]),
            tuple([ratio(axis[0][0].low + axis[0][0].high, 2) for axis in axes]),
            field.exact,
            remark,
            size,
        )
    # A vector's axes are gone, so that its places are those of one place.
    places = sizes if len(sizes) == len(axes) else (1,) * len(axes)
    spans = [extremes(axis, many) for axis, many in zip(axes, places, strict=True)]
    smallest, largest = (tuple(map(_up, column)) for column in zip(*spans, strict=True))
    means = [list(centres(axis).items()) for axis in axes]
    if all(len(mean) <= 1 for mean in means):
        jumps, starts = ([mean[0][number] if mean else 0 for mean in means] for number in (0, 1))
        return ReceptiveField(largest, tuple(jumps), tuple(starts), field.exact, remark, smallest)
    return ReceptiveField(largest, None, None, field.exact, UNEQUAL, smallest)


def extremes(axis: Axis, places: int) -> tuple[Exact, Exact]:
    """The smallest and the largest union over the places.

    >>> from cnncalc.analysis.field import Reach
    >>> extremes(((Reach(1, 0, 0),), (Reach(1, 0, 3), Reach(2, 0, 0))), 4)
    (1, 4)
    """
    sizes = [_size(window) for window in outstanding(axis, places)]
    return min(sizes), max(sizes)


def outstanding(axis: Axis, places: int) -> Iterator[Span | None]:
    """The windows among which the smallest and the largest are.

    Ends of reaches are straight lines, so that the size of a union is convex: it is largest at one of the two ends.
    """
    for residue, reaches in enumerate(axis[:places]):
        last = (places - 1 - residue) // len(axis)
        for turn in (0, last, _turning(reaches, last)) if len(reaches) > 1 else (0,):
            yield union_at(reaches, turn)


def _turning(reaches: Class, last: int) -> int:
    """The turn at which a union is smallest: from there on it grows."""
    first = 0
    while first < last:
        middle = (first + last) // 2
        if _size(union_at(reaches, middle)) <= _size(union_at(reaches, middle + 1)):
            last = middle
        else:
            first = middle + 1
    return first


def _size(window: Span | None) -> Exact:
    return window[1] - window[0] + 1 if window else 0


def _up(size: Exact) -> int:
    """A hull's ends may lie between pixels."""
    return int(-(-size // 1))
