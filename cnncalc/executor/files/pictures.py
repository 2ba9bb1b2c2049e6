"""Activations as pictures: a grid of maps, each on its own scale of greys."""

from __future__ import annotations

from math import ceil, prod, sqrt
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from cnncalc.executor.files.reducing import ends, means
from cnncalc.executor.files.rows import ArrayRows, Rows

Values = npt.NDArray[Any]

MOST_MAPS = 64
"""Maps in one picture; a note below the grid counts the rest."""

SMALLEST_TILE = 48
"""Maps below this many pixels are enlarged by a whole factor."""

LARGEST_TILE = 256
"""Maps above this many pixels are reduced to it: a pixel is then the mean of those that it stands for."""

LONGEST_LINE = 2**16
"""Sequences above this many places are drawn from the ends of each part."""

TAIL = 0.5
"""The percentage of a map's values, at either end, that may be blacker than black or whiter than white."""

GAP = 2
PAPER, INK = 255, 90
NOTE_HEIGHT = 14


class Grid(NamedTuple):
    """A picture of maps, and how many more there are."""

    picture: Image.Image
    left_out: int


def grid(maps: Values | Rows, *, most: int = MOST_MAPS) -> Grid:
    """The maps of (*sizes, channels) side by side, in the order of their channels.

    Each map has its own scale: black is its least value and white its greatest, but for half a percent of the values at
    either end, so that a bright border does not darken all else; a constant map, NaN and infinities are middle grey.
    A vector becomes one strip of its values, on one scale; a sequence one line plot a channel; of a clip the middle
    frame is shown. Whatever is too large to look at is reduced first, and read in bands where it is given as rows.

    >>> grid(np.zeros((4, 4, 70))).left_out
    6
    """
    rows: Rows = ArrayRows(maps) if isinstance(maps, np.ndarray) else maps
    *sizes, channels = rows.shape
    if len(sizes) == 3:
        middle = sizes[0] // 2
        rows = ArrayRows(rows.read(middle, middle + 1)[0])
        del sizes[0]
    if not sizes or (len(sizes) == 2 and prod(sizes) == 1):
        return Grid(_bars(np.asarray(rows.read(0, rows.shape[0]), np.float64).reshape(-1)), 0)
    shown = min(channels, most)
    values = _of_a_size_to_draw(rows, shown)
    tile = _plot if len(sizes) == 1 else _tile
    tiles = [tile(_scaled(values[..., channel])) for channel in range(shown)]
    return Grid(_laid_out(tiles, channels - shown), channels - shown)


def _of_a_size_to_draw(rows: Rows, channels: int) -> Values:
    """The first channels of an image or of a sequence, reduced where that is larger than its drawing."""
    *sizes, _ = rows.shape
    if len(sizes) == 2 and max(sizes) > LARGEST_TILE:
        return means(rows, channels, LARGEST_TILE)
    if len(sizes) == 1 and sizes[0] > LONGEST_LINE:
        return ends(rows, channels, LARGEST_TILE)
    return np.asarray(rows.read(0, sizes[0])[..., :channels], np.float64)


def _scaled(values: Values) -> Values:
    """On 0..1, from least to greatest; `TAIL` percent at either end are cut off."""
    finite = np.isfinite(values)
    if not finite.any():
        return np.full(values.shape, 0.5)
    known = values[finite]
    low, high = np.percentile(known, [TAIL, 100 - TAIL]).tolist()
    if low == high:
        low, high = float(known.min()), float(known.max())
    if not 0 < high - low < np.inf:
        return np.full(values.shape, 0.5)
    return np.where(finite, np.clip((np.where(finite, values, low) - low) / (high - low), 0, 1), 0.5)


def _tile(shares: Values) -> Values:
    """A map as grey pixels, enlarged by copying pixels until it is of a size to look at."""
    pixels: Values = np.rint(shares * 255).astype(np.uint8)
    factor = max(1, ceil(SMALLEST_TILE / max(pixels.shape)))
    return pixels.repeat(factor, 0).repeat(factor, 1)


def _plot(shares: Values) -> Values:
    """A line over time, dark on light, as wide as its places but for the largest tile."""
    count = len(shares)
    width, height = max(SMALLEST_TILE, min(count, LARGEST_TILE)), SMALLEST_TILE
    edges = np.linspace(0, count, width + 1)
    pixels = np.full((height, width), 235, np.uint8)
    rows = np.rint((1 - shares) * (height - 1)).astype(int)
    before = rows[0]
    for column in range(width):
        start = min(int(edges[column]), count - 1)
        part = rows[start : max(start + 1, int(edges[column + 1]))]
        top, bottom = min(part.min(), before), max(part.max(), before)
        pixels[top : bottom + 1, column] = 20
        before = part[-1]
    return pixels


def _bars(values: Values) -> Image.Image:
    """A vector as bars on one scale that holds 0; where there are more values than columns, each column's furthest."""
    count = len(values)
    bar = max(1, min(12, 512 // count))
    columns = min(count, 512)
    edges = np.linspace(0, count, columns + 1).astype(int)
    finite = np.where(np.isfinite(values), values, 0)
    highest, lowest = max(0.0, float(finite.max())), min(0.0, float(finite.min()))
    span = highest - lowest
    height = 96
    pixels = np.full((height, columns * bar), PAPER, np.uint8)
    zero = round(highest / span * (height - 1)) if 0 < span < np.inf else height // 2
    pixels[zero] = 200
    for column in range(columns if 0 < span < np.inf else 0):
        part = finite[edges[column] : edges[column + 1]]
        value = part[np.abs(part).argmax()]
        end = round((highest - value) / span * (height - 1))
        left = column * bar
        top, bottom = sorted((zero, end))
        pixels[top : bottom + 1, left : left + max(1, bar - (bar > 2))] = INK
    return Image.fromarray(np.pad(pixels, GAP * 2, constant_values=PAPER))


def _laid_out(tiles: list[Values], left_out: int) -> Image.Image:
    """Tiles in rows, about as wide as high, with thin gaps; a note below says what is not there."""
    height, width = tiles[0].shape
    columns = min(len(tiles), max(1, ceil(sqrt(len(tiles) * height / width))))
    rows = ceil(len(tiles) / columns)
    note = NOTE_HEIGHT if left_out else 0
    sheet = np.full((rows * (height + GAP) + GAP + note, columns * (width + GAP) + GAP), PAPER, np.uint8)
    for index, tile in enumerate(tiles):
        top, left = (GAP + (index // columns) * (height + GAP), GAP + (index % columns) * (width + GAP))
        sheet[top : top + height, left : left + width] = tile
    picture = Image.fromarray(sheet)
    if left_out:
        ImageDraw.Draw(picture).text((GAP, picture.height - note), f"and {left_out:,} more maps", fill=INK)
    return picture
