"""Activations as pictures: the maps of a layer as numbered tiles on one scale, a vector as bars, sequences as lines."""

from __future__ import annotations

from math import ceil, prod, sqrt
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnncalc.executor.files.reducing import ends, means
from cnncalc.executor.files.rows import ArrayRows, Rows
from cnncalc.executor.files.scale import Scale, scale_of
from cnncalc.executor.files.sheet import INK, LINE, PAPER, Sheet, bars, framed, sheet_of

Values = npt.NDArray[Any]

MOST_MAPS = 64
"""Maps in one picture; a note below the grid counts the rest."""

SMALLEST_TILE = 96
"""Maps below this many pixels are enlarged by a whole factor."""

LARGEST_TILE = 256
"""Maps above this many pixels are reduced to it: a pixel is then the mean of those that it stands for."""

WIDTH = 960
"""Maps are enlarged as long as a row of them stays within so many pixels."""

PLOT_HEIGHT = 96
NARROWEST_PLOT = 192

LONGEST_LINE = 2**16
"""Sequences above this many places are drawn from the ends of each part."""


class Grid(NamedTuple):
    """A picture of maps, how many more there are, and what it shows in words."""

    picture: Image.Image
    left_out: int
    caption: str

    def save(self, file: BinaryIO) -> None:
        """As PNG, packed in little time: the lines that are copied to enlarge a map pack well anyhow."""
        self.picture.save(file, "PNG", compress_level=1)


def grid(maps: Values | Rows, *, most: int = MOST_MAPS) -> Grid:
    """The maps of (*sizes, channels) side by side, each with the number of its channel above it.

    All of them have one scale, which is drawn below: black is the least value and white the greatest, but for half a
    percent of the values at either end, so that a bright border does not darken all else. Where values have both signs,
    black is as far below 0 as white is above, and the grey in the middle is 0. NaN and infinities are in the middle.
    A vector becomes bars, a sequence one line plot a channel; of a clip the middle frame is shown. Whatever is too
    large to look at is reduced first, and read in bands where it is given as rows.

    >>> grid(np.zeros((4, 4, 70))).left_out
    6
    """
    rows: Rows = ArrayRows(maps) if isinstance(maps, np.ndarray) else maps
    *sizes, channels = rows.shape
    frame = ""
    if len(sizes) == 3:
        middle = sizes[0] // 2
        rows = ArrayRows(rows.read(middle, middle + 1)[0])
        frame = f"frame {middle + 1} of {sizes[0]}; "
        del sizes[0]
    if prod(sizes) == 1:
        return _of_a_vector(np.asarray(rows.read(0, rows.shape[0]), np.float64).reshape(-1), frame)
    shown = min(channels, most)
    values = _of_a_size_to_draw(rows, shown)
    scale = scale_of(values)
    draw = _lines if len(sizes) == 1 else _tiles
    sheet, told = draw(values, scale)
    more = f"and {channels - shown:,} more maps" if channels > shown else ""
    picture = framed(sheet, frame + told, more, greys=len(sizes) == 2 and not scale.is_flat)
    return Grid(picture, channels - shown, frame + "; ".join(filter(None, (told, more))))


def _of_a_size_to_draw(rows: Rows, channels: int) -> Values:
    """The first channels of an image or of a sequence, reduced where that is larger than its drawing."""
    *sizes, _ = rows.shape
    if len(sizes) == 2 and max(sizes) > LARGEST_TILE:
        return means(rows, channels, LARGEST_TILE)
    if len(sizes) == 1 and sizes[0] > LONGEST_LINE:
        return ends(rows, channels, LARGEST_TILE)
    return np.asarray(rows.read(0, sizes[0])[..., :channels], np.float64)


def _tiles(values: Values, scale: Scale) -> tuple[Sheet, str]:
    """Maps as grey pixels, each enlarged by copying pixels to a size to look at."""
    height, width, channels = values.shape
    columns = _columns(channels, height, width)
    longer = max(height, width)
    factor = max(1, ceil(SMALLEST_TILE / longer), min(LARGEST_TILE // longer, WIDTH // (columns * width)))
    tiles = (_tile(scale.shares(values[..., channel]), factor) for channel in range(channels))
    return sheet_of(tiles, channels, columns, (height * factor, width * factor)), scale.words()


def _tile(shares: Values, factor: int) -> Values:
    pixels: Values = np.rint(shares * 255).astype(np.uint8)
    return pixels.repeat(factor, 0).repeat(factor, 1)


def _columns(tiles: int, height: int, width: int) -> int:
    """So many tiles in a row that all of them are about as wide as high."""
    return min(tiles, max(1, ceil(sqrt(tiles * height / width))))


def _lines(values: Values, scale: Scale) -> tuple[Sheet, str]:
    """A plot over the places of a sequence for each channel, as wide as its places but for the largest tile."""
    count, channels = values.shape
    size = PLOT_HEIGHT, max(NARROWEST_PLOT, min(count, LARGEST_TILE))
    columns = _columns(channels, *size)
    zero = float(scale.shares(np.zeros(1))[0]) if scale.low <= 0 <= scale.high and not scale.is_flat else None
    tiles = (_plot(scale.shares(values[..., channel]), size, zero) for channel in range(channels))
    told = scale.words("the lower edge", "the upper edge", "the line in the middle")
    return sheet_of(tiles, channels, columns, size), told


def _plot(shares: Values, size: tuple[int, int], zero: float | None) -> Values:
    """A line over time, dark on light, and a pale one where 0 is."""
    count, (height, width) = len(shares), size
    edges = np.linspace(0, count, width + 1)
    pixels = np.full(size, PAPER - 20, np.uint8)
    if zero is not None:
        pixels[round((1 - zero) * (height - 1))] = LINE
    rows = np.rint((1 - shares) * (height - 1)).astype(int)
    before = rows[0]
    for column in range(width):
        start = min(int(edges[column]), count - 1)
        part = rows[start : max(start + 1, int(edges[column + 1]))]
        top, bottom = min(part.min(), before), max(part.max(), before)
        pixels[top : bottom + 1, column] = INK
        before = part[-1]
    return pixels


def _of_a_vector(values: Values, frame: str) -> Grid:
    picture, told = bars(values)
    return Grid(picture, 0, frame + told)
