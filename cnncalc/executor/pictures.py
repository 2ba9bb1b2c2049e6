"""Activations as pictures: a grid of maps, each on its own scale of greys, and files that hold them."""

from __future__ import annotations

import hashlib
from math import ceil, sqrt
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from cnncalc.files import whole_file

Values = npt.NDArray[Any]

MOST_MAPS = 64
"""Maps in one picture; a note below the grid counts the rest."""

SMALLEST_TILE = 48
"""Maps below this many pixels are enlarged by a whole factor."""

LARGEST_TILE = 256
"""Maps above this many pixels are reduced."""

TAIL = 0.5
"""The percentage of a map's values, at either end, that may be blacker than black or whiter than white."""

GAP = 2
PAPER, INK, MIDDLE = 255, 90, 128
NOTE_HEIGHT = 14
LONGEST_NAME = 100


class Grid(NamedTuple):
    """A picture of maps, and how many more there are."""

    picture: Image.Image
    left_out: int


def grid(maps: Values, *, signed: bool = False, most: int = MOST_MAPS) -> Grid:
    """The maps of (*sizes, channels) side by side, in the order of their channels.

    Each map has its own scale: black is its least value and white its greatest, but for half a percent of the values at
    either end, so that a bright border does not darken all else; a constant map is middle grey. `signed` puts 0 at
    middle grey, and black and white equally far from it. NaN and infinities are middle grey.
    A vector becomes one strip of its values, on one scale; a sequence one line plot a channel; of a clip the middle
    frame is shown.

    >>> grid(np.zeros((4, 4, 70))).left_out
    6
    """
    values = np.asarray(maps, np.float64)
    if values.ndim == 1:
        return Grid(_bars(values), 0)
    if values.ndim == 4:
        values = values[len(values) // 2]
    if values.shape[:-1] == (1, 1):
        return Grid(_bars(values.reshape(-1)), 0)
    shown = values[..., :most]
    tile = _plot if values.ndim == 2 else _tile
    tiles = [tile(_scaled(shown[..., channel], signed=signed)) for channel in range(shown.shape[-1])]
    left_out = values.shape[-1] - len(tiles)
    return Grid(_laid_out(tiles, left_out), left_out)


def _scaled(values: Values, *, signed: bool) -> Values:
    """On 0..1: from least to greatest, or with 0 in the middle; `TAIL` percent at either end are cut off."""
    finite = np.isfinite(values)
    if not finite.any():
        return np.full(values.shape, 0.5)
    known = values[finite]
    low, high = np.percentile(known, [TAIL, 100 - TAIL]).tolist()
    if low == high:
        low, high = float(known.min()), float(known.max())
    if signed:
        high = max(abs(low), abs(high))
        low = -high
    if not 0 < high - low < np.inf:
        return np.full(values.shape, 0.5)
    return np.where(finite, np.clip((np.where(finite, values, low) - low) / (high - low), 0, 1), 0.5)


def _tile(shares: Values) -> Values:
    """A map as grey pixels, enlarged by copying pixels or reduced until it is of a size to look at."""
    pixels = np.rint(shares * 255).astype(np.uint8)
    longest = max(pixels.shape)
    if longest > LARGEST_TILE:
        height, width = (max(1, round(side * LARGEST_TILE / longest)) for side in pixels.shape)
        return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BOX))
    factor = max(1, ceil(SMALLEST_TILE / longest))
    return np.asarray(pixels.repeat(factor, 0).repeat(factor, 1))


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


def save_activation(path: str, values: Values, folder: str | Path) -> list[Path]:
    """Write an activation of (*sizes, channels) as NAME.png and NAME.npy, each whole or not at all; returns both.

    Args:
        path: of a row, block, ... in the network; `file_name` makes it the name of a file.
        values: the activation of one image.
        folder: made if it is not there.

    Raises:
        OSError: the folder cannot be written to.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    name = file_name(path)
    picture, array = folder / f"{name}.png", folder / f"{name}.npy"
    with whole_file(picture) as file:
        grid(values).picture.save(file, "PNG")
    with whole_file(array) as file:
        np.save(file, values, allow_pickle=False)
    return [picture, array]


def file_name(path: str) -> str:
    """A path as a name that every file system takes: letters, digits, `-`, `_` and inner dots, never a separator.

    Where anything had to be changed, a few hexadecimal digits of the path are added: no two paths share a name, not
    even where the file system takes upper and lower case for the same.

    >>> file_name("conv_1"), file_name("conv2/Bottleneck_2[3]/add_1")
    ('conv_1', 'conv2.Bottleneck_2-3.add_1~b708b515')
    """
    kept = path.replace("/", ".").replace("[", "-").replace("]", "")
    kept = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in kept)
    kept = kept.strip(".")[:LONGEST_NAME] or "_"
    if kept == path and path == path.lower() and path not in DEVICES and "." not in path:
        return path
    return f"{kept}~{hashlib.sha256(path.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
)
"""Names that Windows keeps for itself."""
