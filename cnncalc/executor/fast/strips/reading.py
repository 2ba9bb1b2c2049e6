"""Which rows of its input a layer reads for some rows of its output, and the layer that computes just those.

Rows are the first axis of a map: lines of an image, samples of a sequence, planes of a clip.
"""

from __future__ import annotations

from copy import copy
from functools import singledispatch
from typing import Any, NamedTuple

from cnncalc.layers import KINDS, Layer
from cnncalc.layers.activation import Activation
from cnncalc.layers.conv import Convolving, ConvTranspose, Sliding
from cnncalc.layers.join import Add, Concat, Multiply, Subtract
from cnncalc.layers.norm import BatchNorm, LayerNorm, LogSoftmax, Lrn, Scale, Softmax
from cnncalc.layers.pool import MaxPool
from cnncalc.layers.reshape import ChannelShuffle, Crop, DepthToSpace, Pad, Slice, SpaceToDepth, Upsample
from cnncalc.volume import SIDES, Volume


class Rows(NamedTuple):
    """Some rows of a tensor, the end excluded."""

    first: int
    end: int

    def united(self, other: Rows) -> Rows:
        """The least rows that hold both; rows of nothing add nothing."""
        if other.first >= other.end:
            return self
        return Rows(min(self.first, other.first), max(self.end, other.end)) if self.first < self.end else other


class Reading(NamedTuple):
    """How some rows of an output are computed by themselves.

    Attributes:
        rows: of every input.
        layer: what computes them from those rows alone.
        extra: rows that it computes before and after the wanted ones.
    """

    rows: Rows
    layer: Layer
    extra: tuple[int, int] = (0, 0)


def reading(layer: Layer, read: tuple[Volume, ...], rows: Rows) -> Reading | None:
    """The reading for some rows; None where a layer reads the whole map, or a vector.

    >>> conv = KINDS["conv"].build(2, {"filters": 8, "kernel": 3, "padding": 1})
    >>> seen = reading(conv, (Volume((100, 20, 3)),), Rows(0, 10))
    >>> seen.rows, seen.layer.padding
    (Rows(first=0, end=11), ((1, 0), (1, 1)))
    """
    if not all(volume.rank for volume in read) or len({volume.sizes for volume in read}) != 1:
        return None
    if layer.hands_on:
        return Reading(rows, layer)
    return _reading(layer, read[0], rows)


@singledispatch
def _reading(layer: Layer, x: Volume, rows: Rows) -> Reading | None:
    return None


@_reading.register(Activation)
@_reading.register(Add)
@_reading.register(Subtract)
@_reading.register(Multiply)
@_reading.register(Concat)
@_reading.register(BatchNorm)
@_reading.register(Scale)
@_reading.register(LayerNorm)
@_reading.register(Lrn)
@_reading.register(Softmax)
@_reading.register(LogSoftmax)
@_reading.register(Slice)
@_reading.register(ChannelShuffle)
def _same_rows(layer: Layer, x: Volume, rows: Rows) -> Reading:
    return Reading(rows, layer)


@_reading.register(Sliding)
def _rows_under_windows(layer: Sliding, x: Volume, rows: Rows) -> Reading | None:
    """The rows under the windows; what a window has beyond the image becomes the padding of these rows."""
    windows = layer.windows(x)
    reaches = [
        (window.count(size) - 1) * window.stride + window.extent - window.before
        for window, size in zip(windows, x.sizes, strict=True)
    ]
    overhang = any(reach > size + window.after for reach, size, window in zip(reaches, x.sizes, windows, strict=True))
    if overhang and not isinstance(layer, (Convolving, MaxPool)):
        return None  # a mean counts what hangs over otherwise than what is padded
    window, size = windows[0], x.sizes[0]
    start = rows.first * window.stride - window.before
    end = (rows.end - 1) * window.stride + window.extent - window.before
    inside = Rows(max(0, min(start, size - 1)), min(size, max(end, 1)))
    if start > inside.first or end < inside.end:
        return None  # some windows see padding alone
    sides = [(inside.first - start, end - inside.end)]
    others = zip(windows[1:], reaches[1:], x.sizes[1:], strict=True)
    sides += [(other.before, max(0, reach - across)) for other, reach, across in others]
    return Reading(inside, with_values(layer, padding=tuple(sides), rounding="floor"))


@_reading.register(ConvTranspose)
def _rows_that_land(layer: ConvTranspose, x: Volume, rows: Rows) -> Reading:
    """The rows whose taps reach the wanted ones; what they reach beyond is cropped as padding is."""
    window, size = layer.windows(x)[0], x.sizes[0]
    first = max(0, -(-(rows.first + window.before - window.extent + 1) // window.stride))
    end = min(size, (rows.end - 1 + window.before) // window.stride + 1)
    first = min(first, end - 1)
    before = rows.first + window.before - first * window.stride
    reached = (end - first - 1) * window.stride + window.extent
    after = reached - before - (rows.end - rows.first)
    changed = with_values(
        layer,
        padding=((before, max(0, after)), *layer.padding[1:]),
        output_padding=(max(0, -after), *layer.output_padding[1:]),
    )
    return Reading(Rows(first, end), changed)


@_reading.register(Pad)
def _rows_inside(layer: Pad, x: Volume, rows: Rows) -> Reading | None:
    before, size = layer.padding[0][0], x.sizes[0]
    if layer.mode != "constant" and any(layer.padding[0]):
        return None
    inside = Rows(max(0, min(rows.first - before, size - 1)), max(1, min(size, rows.end - before)))
    sides = inside.first - (rows.first - before), (rows.end - before) - inside.end
    if min(sides) < 0:
        return None  # all of the rows are border
    return Reading(inside, with_values(layer, padding=(sides, *layer.padding[1:])))


@_reading.register(Crop)
def _rows_further_down(layer: Crop, x: Volume, rows: Rows) -> Reading:
    first, last = SIDES[x.rank][0]
    cut = getattr(layer, first)
    return Reading(Rows(rows.first + cut, rows.end + cut), with_values(layer, **{first: 0, last: 0}))


@_reading.register(Upsample)
def _rows_repeated(layer: Upsample, x: Volume, rows: Rows) -> Reading | None:
    return _stretched(layer, layer.scale[0], rows) if layer.mode == "nearest" else None


@_reading.register(DepthToSpace)
def _rows_of_blocks(layer: DepthToSpace, x: Volume, rows: Rows) -> Reading:
    return _stretched(layer, layer.block, rows)


def _stretched(layer: Layer, scale: int, rows: Rows) -> Reading:
    """Each row of the input makes `scale` rows of the output, of which the first and the last may be too many."""
    inside = Rows(rows.first // scale, -(-rows.end // scale))
    return Reading(inside, layer, (rows.first - inside.first * scale, inside.end * scale - rows.end))


@_reading.register(SpaceToDepth)
def _blocks_of_rows(layer: SpaceToDepth, x: Volume, rows: Rows) -> Reading:
    return Reading(Rows(rows.first * layer.block, rows.end * layer.block), layer)


def with_values(layer: Any, **changed: Any) -> Any:
    """The same layer with other parameters, past the checks that are made for what people write."""
    other = copy(layer)
    other.__dict__.update(changed)
    return other


def cropped(volume: Volume, before: int, after: int) -> Layer:
    """The layer that cuts rows off."""
    first, last = SIDES[volume.rank][0]
    return KINDS["crop"].build(volume.rank, {first: before, last: after})
