"""3x3 convolution by Winograd's minimal filtering: tiles transformed, multiplied point by point, and transformed back.

Source: Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.algorithm import Phases, Site
from cnncalc.executor.fast.algorithms.convolving import SHARED_VALUES, BySlabs, Task, with_bias
from cnncalc.executor.fast.algorithms.toom_cook import TAPS, matrices
from cnncalc.executor.fast.blas import SMALL_PRODUCT
from cnncalc.executor.fast.blocks import Blocks, Box
from cnncalc.executor.fast.kinds import Arrays, Values
from cnncalc.executor.fast.products import Product
from cnncalc.executor.fast.threads import Job

TILE_VALUES = 2**18
"""Values of the transformed inputs and of the products of one block of tiles: 1 MiB each in float32."""


FEWEST_TILES = 24
"""A product for each point needs some rows to be worth the weights that it reads."""

FEW_TILES = 64
"""Up to so many tiles of a batch are cut by filters, each worker fetching its own weights, and not by tiles."""

FEW_TILES_AT_ONCE = 48
"""Tiles whose sums for one worker's filters stay in its cache."""


class Tiles(NamedTuple):
    """One block: some images, some rows of tiles, some tiles of each row."""

    images: int
    rows: int
    columns: int

    @classmethod
    def of(cls, box: Box) -> Tiles:
        return cls(*(part.stop - part.start for part in box))


class Winograd(BySlabs):
    """F(2x2, 3x3) or F(4x4, 3x3): 16 products instead of 36, or 36 instead of 144, for each pair of channel and filter.

    The transforms are products with matrices of 4 or 6 columns, one axis after the other: down the rows of the map as
    they lie, then along each tile's row of pixels; so no tile is ever copied out.

    Error: at most (channels + 26) x u for F(2x2), (channels + 34) x u for F(4x4), times |A^T| (sum over channels of
    |G| |g| |G^T| * |B^T| |d| |B|) |A|, u being the unit roundoff. Where all values are equally large that is 7.1 and
    84 times the sum of the absolute products. On usual data F(2x2) is as exact as `Columns`, and F(4x4) loses half a
    digit.

    NaN and infinity: what is not finite makes its whole tile NaN, so up to 1 place for F(2x2), 3 for F(4x4), beyond
    those that see it.
    """

    outputs: int
    """Places of a tile along each axis."""

    def __init__(self, task: Task) -> None:
        size = self.size = self.outputs + TAPS - 1
        channels, filters = task.grid.channels, task.filters
        tiles = tuple(-(-count // self.outputs) for count in task.grid.places)
        product = Product.of(channels, filters, size**2)
        shares = [slice(0, filters)]
        if task.images * prod(tiles) <= FEW_TILES:
            shares = task.filter_shares(product.width, points=4)
        boxes = Blocks((task.images, *tiles), self._tiles_at_once(task, tiles[1], by_filters=len(shares) > 1))
        count = boxes.most_places
        super().__init__(task, product, boxes, shares, size**2 * count * channels, "tiles")
        ends = (
            count * self.outputs + TAPS - 1 - before - size
            for count, before, size in zip(tiles, task.grid.before, task.grid.sizes, strict=True)
        )
        self.halo = tuple((max(0, before), max(0, end)) for before, end in zip(task.grid.before, ends, strict=True))
        # Two lines between which the values go to and fro, and the sums of each part of the product.
        self._lines = self._two_lines(Tiles(*boxes.largest))
        self.scratch_values = sum(self._lines) + self.partial_values(count)
        self.cost = self._cost(task.images * prod(tiles))

    @classmethod
    def fits(cls, task: Task) -> bool:
        """3x3, stride 1, no dilation, one group, and all channels seen."""
        grid = task.grid
        square = grid.kernel == (TAPS, TAPS) and set(grid.stride) == {1} == set(grid.dilation)
        return square and task.groups == 1 and task.connections is None

    def _tiles_at_once(self, task: Task, columns: int, *, by_filters: bool) -> int:
        """Tiles of a block: a row of the map may not be longer than a small product is wide."""
        channels = task.grid.channels
        longest = SMALL_PRODUCT // (self.size**2 * self.outputs * channels)
        if by_filters:
            tiles = min(FEW_TILES_AT_ONCE, SHARED_VALUES // (self.size**2 * channels))
        else:
            fitting = max(FEWEST_TILES, TILE_VALUES // (self.size**2 * max(channels, task.filters)))
            tiles = task.places_at_once(fitting * self.outputs**2) // self.outputs**2
        return max(1, tiles if columns <= longest else min(tiles, longest))

    def _two_lines(self, tiles: Tiles) -> tuple[int, int]:
        """The first holds lines of tiles, then sums, then outputs; the second points, then sums half transformed."""
        size, outputs, count = self.size, self.outputs, prod(tiles)
        down = tiles.images * tiles.rows * size * (tiles.columns * outputs + TAPS - 1) * self.task.grid.channels
        half = outputs * size * count * self.widest
        first = max(down, size**2 * count * self.widest)
        return first, half if self.shared_values else max(half, self.left_values)

    def _cost(self, tiles: int) -> float:
        task, size, outputs = self.task, self.size, self.outputs
        there = (size**2 * outputs + size**3) * tiles * task.grid.channels
        back = (size**2 * outputs + size * outputs**2) * tiles * task.filters
        weights = size**2 * task.grid.channels * task.filters
        return (
            costs.products(tiles * weights, task.item)
            + (there + back) * costs.THIN_PRODUCT * task.item / 4
            + (tiles * (size + outputs) + self.boxes.count * size**2) * costs.SMALL_CALL
            + (size**2 + 2 * outputs**2) * tiles * task.filters * costs.PASS
            + costs.weights_fetched(weights, self.boxes.count, task.item)
            + self.boxes.count * 8 * costs.CALL
            + costs.made_ready(weights * (3 * costs.FRESH + costs.REORDER), task.images, task.runs)
        )

    def pack(self, arrays: Arrays) -> Arrays:
        """Every 3x3 kernel transformed in float64, (points, channels, filters) in slabs; the tail keeps the bias."""
        kernel = matrices(self.outputs, "float64").kernel
        both = np.kron(kernel, kernel)
        _, parts, _, depth, width = self.product.packed_shape
        packed = np.empty(self.product.packed_shape, arrays["weight"].dtype)
        for slab, (_, apart) in enumerate(self.slabs(arrays, np.float64)):
            flat = np.ascontiguousarray(apart.reshape(width, parts * depth, TAPS**2).transpose(2, 1, 0))
            points = np.matmul(both, flat.reshape(TAPS**2, -1))
            packed[:, :, slab] = points.reshape(-1, parts, depth, width)
        return with_bias(packed, arrays)

    def bind(self, site: Site) -> Phases:
        pixels = self.task.grid.seen(site.sources[0])
        first, second = (site.own.take(count) for count in self._lines)
        line = site.shared.take(self.shared_values) if self.shared_values else second

        def block(box: Box) -> tuple[list[list[Job]], list[list[Job]]]:
            tiles = Tiles.of(box)
            points = line[: self.size**2 * prod(tiles) * pixels.shape[-1]].reshape(self.size**2, prod(tiles), -1)
            there = [
                self._there(pixels[self._pixels(part)], Tiles.of(part), first, own)
                for part, own in self._in_parts(box, points.reshape(self.size, self.size, *tiles, -1))
            ]
            back = [
                self._summing(points, site, some, first) + self._back(tiles, site, some, (first, second), box)
                for some in self.shares
            ]
            return there, back

        return self.in_phases(map(block, self.boxes))

    def _in_parts(self, box: Box, points: Values) -> Iterator[tuple[Box, Values]]:
        """A block and its points, as many rows of tiles as one job transforms."""
        for part in self.parts(Tiles.of(box)):
            axes = zip(box, part, strict=True)
            yield (
                tuple(slice(all_.start + some.start, all_.start + some.stop) for all_, some in axes),
                points[:, :, *part],
            )

    def _pixels(self, box: Box) -> Box:
        """The pixels under a block's first tile and beyond."""
        return (box[0], *(slice(part.start * self.outputs, None) for part in box[1:]))

    def _reached(self, box: Box) -> Box:
        """The places of the map that a block's tiles hold; the last tiles hang over its end."""
        axes = zip(box[1:], self.task.grid.places, strict=True)
        return (box[0], *(slice(p.start * self.outputs, min(p.stop * self.outputs, count)) for p, count in axes))

    def _there(self, pixels: Values, tiles: Tiles, line: Values, points: Values) -> list[Job]:
        """Pixels to points (size, size, images, rows, columns, channels): down each row of tiles, then along it."""
        size, outputs, channels = self.size, self.outputs, self.task.grid.channels
        matrix = matrices(outputs, pixels.dtype.name).input
        image, row, pixel, item = pixels.strides
        count = tiles.columns * outputs + TAPS - 1
        lines = (tiles.images, tiles.rows)
        down = line[: prod(lines) * size * count * channels].reshape(*lines, size, count * channels)
        shape: tuple[int, ...]
        strides: tuple[int, ...]
        if pixel == channels * item:
            shape, strides, reached = (size, count * channels), (row, item), down
        else:  # some channels of a wider map: one pixel at a time
            shape, strides = (count, size, channels), (pixel, row, item)
            reached = down.reshape(*lines, size, count, channels).swapaxes(2, 3)
        seen = as_strided(pixels, (*lines, *shape), (image, outputs * row, *strides), writeable=False)
        windows = as_strided(
            down,
            (*lines, size, tiles.columns, size, channels),
            (*down.strides[:3], outputs * channels * item, channels * item, item),
            writeable=False,
        )
        by_tile = points.transpose(2, 3, 0, 4, 1, 5)
        return [partial(np.matmul, matrix, seen, reached), partial(np.matmul, matrix, windows, by_tile)]

    def _summing(self, points: Values, site: Site, filters: slice, line: Values) -> list[Job]:
        """The product of each point with some filters, into the first line."""
        product, slabs = self.product.some_filters(filters)
        count = points.shape[1]
        sums = line[: self.size**2 * count * product.filters].reshape(self.size**2, 1, count, product.filters)
        partials = site.own.peek(product.partial_values(count))
        return product.bind(points[:, np.newaxis], site.packed["weight"][:, :, slabs], sums, partials)

    def _back(self, tiles: Tiles, site: Site, filters: slice, lines: tuple[Values, Values], box: Box) -> list[Job]:
        """Sums to outputs, tile beside tile, and from there through the tail to the map."""
        size, outputs, count = self.size, self.outputs, prod(tiles)
        width = filters.stop - filters.start
        matrix = matrices(outputs, site.target.dtype.name).output
        cut = (size, tiles.images * tiles.rows, tiles.columns * width)
        sums = lines[0][: size**2 * count * width].reshape(size, *cut)
        half = lines[1][: outputs * size * count * width].reshape(outputs, *cut)
        along = half.reshape(outputs, size, *tiles, width).transpose(2, 3, 0, 4, 1, 5)
        ends = lines[0][: outputs**2 * count * width]
        pixels = ends.reshape(tiles.images, tiles.rows, outputs, tiles.columns, outputs, width)
        maps = ends.reshape(tiles.images, tiles.rows * outputs, tiles.columns * outputs, width)
        reached = self._reached(box)
        inside = tuple(slice(0, part.stop - part.start) for part in reached)
        return [
            partial(np.matmul, matrix, sums.transpose(1, 2, 0, 3), half.transpose(1, 2, 0, 3)),
            partial(np.matmul, matrix, along, pixels),
            *site.tail.for_filters(filters).bind(maps[inside], site.target[..., filters][reached], reached),
        ]


class Winograd2(Winograd):
    """F(2x2, 3x3)."""

    name = "winograd2"
    outputs = 2


class Winograd4(Winograd):
    """F(4x4, 3x3)."""

    name = "winograd4"
    outputs = 4
    loses_digits = True
