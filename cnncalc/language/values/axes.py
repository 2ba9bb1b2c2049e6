"""What the size of an input probably is, where it seems to have another order of axes, a batch, or no channels."""

from __future__ import annotations

from typing import NamedTuple

from cnncalc.volume import Volume
from cnncalc.wording import plural

_MOST_FIRST = 4
"""Pictures have 1 to 4 channels: grey, with an alpha, RGB, with an alpha."""
_SMALLEST = 16
_SMALLEST_RARE = 33
"""A map of 2 or 4 rows is not rare; with that many channels or fewer it is no picture either."""
_SMALLEST_SIDE = 5
_NARROWEST = 4
_SMALLEST_SQUARE = 28


class Misread(NamedTuple):
    """What a size says and hardly means, and what was probably meant, the likeliest first."""

    says: str
    because: str
    meant: tuple[Volume, ...]


def misread(volume: Volume) -> Misread | None:
    """What is probably wrong with a size, judged by the whole of it; None for one that may well be meant.

    Small maps with many channels, long lines of few rows and sequences whose length is a power of two are usual.

    >>> misread(Volume((3, 32, 32))).meant, misread(Volume((64, 1, 28, 28))).meant[0]
    ((Volume((32, 32, 3)),), Volume((28, 28, 1)))
    >>> [misread(Volume(size)) for size in ((4, 4, 512), (1, 1, 2048), (1, 16000, 64), (128, 128))]
    [None, None, None, None]
    """
    if volume.rank == 1 and volume[0] == volume[1] >= _SMALLEST_SQUARE and not _is_power(volume[0]):
        return without_channels(volume)
    if volume.rank == 2 and _begins_with_channels(volume):
        says = f"an image of {plural(volume[0], 'row')} with {plural(volume.channels, 'channel')}"
        return Misread(says, "sizes are height x width x channels", (Volume((*volume[1:], volume[0])),))
    if volume.rank == 3 and _begins_with_channels(volume[1:]):
        image = (*volume[2:], volume[1])
        because = "a batch is no part of an input, and channels come last"
        return Misread(_clip(volume), because, (Volume(image), Volume((volume[0], *image))))
    if volume.rank == 3 and _begins_with_channels(volume):
        because = "sizes are depth x height x width x channels"
        return Misread(_clip(volume), because, (Volume((*volume[1:], volume[0])),))
    return None


def without_channels(volume: Volume) -> Misread | None:
    """What the two factors of a sequence are, if they may be the height and width of an image.

    >>> without_channels(Volume((32, 32))).meant[0], without_channels(Volume((16000, 1)))
    (Volume((32, 32, 1)), None)
    """
    if min(volume) < _SMALLEST_SIDE or max(volume) > _NARROWEST * min(volume):
        return None
    says = f"a sequence of {plural(volume[0], 'sample')} with {plural(volume.channels, 'channel')}"
    meant = tuple(Volume((*volume, channels)) for channels in (1, 3))
    return Misread(says, "an image is height x width x channels", meant)


def channels_last(volume: Volume) -> Volume | None:
    """The volume with its first size as channels; None where that is more than pictures have, or than another size.

    >>> channels_last(Volume((1, 49, 10))), channels_last(Volume((7, 7, 512)))
    (Volume((49, 10, 1)), None)
    """
    first, *sides = volume
    return Volume((*sides, first)) if sides and first <= _MOST_FIRST and first < min(sides) else None


def pictures_of(pixels: int) -> tuple[Volume, ...]:
    """The square pictures, grey or in colour, that have so many values.

    >>> pictures_of(784), pictures_of(3072), pictures_of(100)
    ((Volume((28, 28, 1)),), (Volume((32, 32, 3)),), ())
    """
    from math import isqrt

    sides = ((isqrt(pixels // channels), channels) for channels in (1, 3))
    return tuple(
        Volume((side, side, channels))
        for side, channels in sides
        if side >= _SMALLEST and side * side * channels == pixels
    )


def _begins_with_channels(size: tuple[int, ...]) -> bool:
    """Whether the first of some factors counts channels, and the others are the sides of a picture or clip."""
    first, *sides = size
    least = _SMALLEST if first in {1, 3} else _SMALLEST_RARE
    if first > _MOST_FIRST or min(sides) < _SMALLEST or sides[-1] < least or sides[-1] > _NARROWEST * sides[-2]:
        return False
    if sides[-2] > _NARROWEST * sides[-1]:
        return False
    return first == 3 or sides[-1] == sides[-2] or not _is_power(sides[-1])  # red, green, blue


def _clip(volume: Volume) -> str:
    return f"a clip of {plural(volume[0], 'frame')} with {plural(volume.channels, 'channel')}"


def _is_power(number: int) -> bool:
    """Whether a number is a power of two, as numbers of channels often are."""
    return number & (number - 1) == 0
