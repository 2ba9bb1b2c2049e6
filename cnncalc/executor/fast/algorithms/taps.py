"""Which places of a window have a pixel under one of its taps, along one axis."""

from __future__ import annotations

from typing import NamedTuple


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
