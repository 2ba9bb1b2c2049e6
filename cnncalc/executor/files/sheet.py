"""Tiles with their numbers on a sheet of paper, the scale below them; and a vector as numbered bars."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Values = npt.NDArray[Any]
Sheet = Image.Image

GAP = 4
PAPER, INK, LINE = 255, 40, 190
TEXT, NUMBER = 12, 17
"""The size of a text, and the height of its line."""
NARROWEST_CELL = 22
"""A number of two digits fits above a tile that is thinner."""
NARROWEST_SHEET = 520
"""The scale and what is said of it fit below."""
BAR = 120, 10
"""The width and height of the greys below the tiles."""

BARS_WIDTH, WIDEST_BAR, MOST_BARS, BARS_HEIGHT = 640, 40, 512, 160
NUMBER_WIDTH = 34
"""So much room a number below the bars needs."""


def sheet_of(tiles: Iterable[Values], count: int, columns: int, size: tuple[int, int]) -> Sheet:
    """Tiles of one size in rows, the number of its channel above each; only one tile is held at a time."""
    height, width = size
    across, down = max(width, NARROWEST_CELL) + GAP, height + NUMBER + GAP
    sheet = Image.new("L", (columns * across + GAP, ceil(count / columns) * down + GAP), PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(TEXT)
    for index, tile in enumerate(tiles):
        left, top = GAP + (index % columns) * across, GAP + (index // columns) * down
        pen.text((left, top), str(index), fill=INK, font=font)
        pen.rectangle((left - 1, top + NUMBER - 1, left + width, top + NUMBER + height), outline=LINE)
        sheet.paste(Image.fromarray(tile), (left, top + NUMBER))
    return sheet


def framed(sheet: Sheet, told: str, more: str, *, greys: bool) -> Image.Image:
    """The sheet with what it shows in words below it, and above them the greys from black to white where they count."""
    lines = [line for line in (*told.split("; "), more) if line]
    top = sheet.height + GAP + (BAR[1] + GAP if greys else 0)
    whole = Image.new("L", (max(sheet.width, NARROWEST_SHEET), top + len(lines) * NUMBER + GAP), PAPER)
    whole.paste(sheet)
    if greys:
        shades = np.tile(np.linspace(0, 255, BAR[0]).astype(np.uint8), (BAR[1], 1))
        ImageDraw.Draw(whole).rectangle((GAP - 1, sheet.height - 1, GAP + BAR[0], sheet.height + BAR[1]), outline=LINE)
        whole.paste(Image.fromarray(shades), (GAP, sheet.height))
    _write(whole, lines, top)
    return whole


def _write(whole: Image.Image, lines: Iterable[str], top: int) -> None:
    pen, font = ImageDraw.Draw(whole), ImageFont.load_default(TEXT)
    for number, line in enumerate(lines):
        pen.text((GAP, top + number * NUMBER), line, fill=INK, font=font)


def bars(values: Values) -> tuple[Image.Image, str]:
    """A vector as numbered bars on one scale that holds 0; where values are more, each bar is the furthest of some."""
    count = len(values)
    columns = min(count, MOST_BARS)
    bar = max(1, min(WIDEST_BAR, BARS_WIDTH // columns))
    edges = np.linspace(0, count, columns + 1).astype(int)
    finite = np.where(np.isfinite(values), values, 0)
    highest, lowest = max(0.0, float(finite.max())), min(0.0, float(finite.min()))
    pixels = _bars_drawn(finite, edges, bar, highest, lowest)
    told = [f"from {lowest:.3g} to {highest:.3g}", "the line is 0"]
    if count > columns:
        told.append(f"{columns} bars for {count:,} values: each is the one furthest from 0")
    if strange := count - int(np.isfinite(values).sum()):
        told.append(f"{strange:,} not finite, drawn as 0")
    width = max(pixels.shape[1] + 2 * GAP, NARROWEST_SHEET)
    whole = Image.new("L", (width, BARS_HEIGHT + 2 * GAP + NUMBER + len(told) * NUMBER), PAPER)
    whole.paste(Image.fromarray(pixels), (GAP, GAP))
    _number_bars(whole, edges, bar)
    _write(whole, told, BARS_HEIGHT + 2 * GAP + NUMBER)
    return whole, "; ".join(told)


def _bars_drawn(finite: Values, edges: Values, bar: int, highest: float, lowest: float) -> Values:
    span, columns = highest - lowest, len(edges) - 1
    known = 0 < span < np.inf
    pixels = np.full((BARS_HEIGHT, columns * bar), PAPER, np.uint8)
    zero = round(highest / span * (BARS_HEIGHT - 1)) if known else BARS_HEIGHT // 2
    pixels[zero] = LINE
    for column in range(columns if known else 0):
        part = finite[edges[column] : edges[column + 1]]
        end = round((highest - part[np.abs(part).argmax()]) / span * (BARS_HEIGHT - 1))
        top, bottom = sorted((zero, end))
        left = column * bar
        pixels[top : bottom + 1, left : left + max(1, bar - (bar > 2))] = INK + 50
    return pixels


def _number_bars(whole: Image.Image, edges: Values, bar: int) -> None:
    """The numbers of some bars, so many as have room."""
    pen, font = ImageDraw.Draw(whole), ImageFont.load_default(TEXT)
    step = _round_step(NUMBER_WIDTH / bar if bar < NUMBER_WIDTH // 2 else 1)
    for column in range(0, len(edges) - 1, step):
        pen.text((GAP + column * bar, BARS_HEIGHT + 2 * GAP), str(edges[column]), fill=INK, font=font)


def _round_step(least: float) -> int:
    """The least of 1, 2, 5, 10, 20, 50, ... that is not below.

    >>> _round_step(1), _round_step(3.4), _round_step(34)
    (1, 5, 50)
    """
    steps = accumulate([1, 2, 2.5, 2, 2, 2.5, 2, 2, 2.5, 2], lambda before, factor: before * factor)
    return int(next(step for step in steps if step >= least))
