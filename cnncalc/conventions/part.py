"""Takes a row apart into what other tools see of it: the framework's own layers, with their volumes and weights.

Which layers they are is what `cnncalc explain` writes for the row: `act:` is a layer of its own there, `subsample` is a
mean pool and a factor a channel, and a factor a channel is a depthwise 1x1 convolution.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import singledispatch
from math import prod
from typing import NamedTuple

from cnncalc.layers import FIXED, WEIGHT, Array, Layer
from cnncalc.layers.activation import Activation, slope_arrays
from cnncalc.layers.conv import Convolving, ConvTranspose, Sliding
from cnncalc.layers.fc import Fc
from cnncalc.layers.historic import Rbf, Subsample
from cnncalc.layers.join import Join
from cnncalc.layers.norm import (
    BatchNorm,
    GroupNorm,
    InstanceNorm,
    LayerNorm,
    LogSoftmax,
    Lrn,
    Scale,
    Softmax,
    scale_and_shift,
)
from cnncalc.layers.pool import AdaptiveAvgPool, AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool
from cnncalc.layers.reshape import (
    ChannelShuffle,
    Crop,
    DepthToSpace,
    Dropout,
    Flatten,
    Identity,
    Pad,
    Reshape,
    Slice,
    SpaceToDepth,
    Upsample,
)
from cnncalc.layers.schema import Act
from cnncalc.network import Node
from cnncalc.volume import Volume

CHANNEL_CONV, ADAPTIVE_AVG_POOL, ADAPTIVE_MAX_POOL = "channel_conv", "adaptive_avg_pool", "adaptive_max_pool"
"""Parts that are no kinds of ours: one factor a channel, as a convolution; global pools, as PyTorch has them."""


class Part(NamedTuple):
    """One layer of the framework.

    Attributes:
        kind: our word for it; an activation's is its name.
        layer: the row's layer, whose parameters it has.
        x: the volume that it reads.
        y: the volume that it gives, before anything that the row does to it afterwards.
        weights: trained factors as the framework stores them, unconnected ones too.
        biases: trained offsets.
        fixed: constants that are kept.
        unconnected: those of the weights that `connections` leaves out; the framework stores zeros.
        used_before: whether the weights were counted with an earlier row.
    """

    kind: str
    layer: Layer
    x: Volume
    y: Volume
    weights: int = 0
    biases: int = 0
    fixed: int = 0
    unconnected: int = 0
    used_before: bool = False


def parts(node: Node) -> list[Part]:
    """The layers that a framework has for a row, in the order in which they are called.

    >>> from cnncalc.layers import KINDS
    >>> x, y = Volume((28, 28, 3)), Volume((28, 28, 8))
    >>> conv = KINDS["conv"].build(2, {"filters": 8, "kernel": 1, "act": "relu"})
    >>> node = Node("conv_1", "conv", conv, inputs=("input",), read=(x,), volume=y)
    >>> [(part.kind, part.weights) for part in parts(node)]
    [('conv', 24), ('relu', 0)]
    """
    found = list(parts_of(node.layer, node.read[0], node.volume))
    return [part._replace(used_before=True) for part in found] if node.shares else found


@singledispatch
def parts_of(layer: Layer, x: Volume, y: Volume) -> Iterator[Part]:
    """The parts of a layer that reads `x` and gives `y`."""
    raise NotImplementedError(f"no convention knows {layer.kind}")


def _part(kind: str, layer: Layer, x: Volume, y: Volume, arrays: Sequence[Array] = ()) -> Part:
    """A part that keeps those arrays."""
    weights = biases = fixed = unconnected = 0
    for array in arrays:
        stored = prod(array.shape)
        if array.role == FIXED:
            fixed += stored
        elif array.role == WEIGHT:
            weights += stored
            unconnected += stored - array.counted
        else:
            biases += stored
    return Part(kind, layer, x, y, weights, biases, fixed, unconnected)


def _activation(act: Act, layer: Layer, y: Volume) -> Iterator[Part]:
    """The activation that a layer applies in place, or that is a row of its own."""
    if act.function != "none":
        yield _part(act.function, layer, y, y, slope_arrays(act, y.channels, "weight"))


def _with_activation(layer: Convolving | ConvTranspose | Fc, x: Volume, given: Volume, y: Volume) -> Iterator[Part]:
    own = [array for array in layer.arrays(x) if not array.name.startswith("act.")]
    yield _part(layer.kind, layer, x, given, own)
    yield from _activation(layer.act, layer, y)


@parts_of.register(Convolving)
@parts_of.register(Fc)
def _(layer: Convolving | Fc, x: Volume, y: Volume) -> Iterator[Part]:
    yield from _with_activation(layer, x, y, y)


@parts_of.register
def _(layer: ConvTranspose, x: Volume, y: Volume) -> Iterator[Part]:
    """What a framework can only cut off both sides alike is cut afterwards, so that more comes out at first."""
    even = all(before == after for before, after in layer.padding)
    cuts = ((0, 0),) * y.rank if even else layer.padding
    yield from _with_activation(layer, x, _grown(y, cuts), y)


def _grown(volume: Volume, sides: Sequence[tuple[int, int]]) -> Volume:
    return Volume((*(size + sum(side) for size, side in zip(volume.sizes, sides, strict=True)), volume.channels))


@parts_of.register(MaxPool)
@parts_of.register(AvgPool)
def _(layer: MaxPool | AvgPool, x: Volume, y: Volume) -> Iterator[Part]:
    yield _part(layer.kind, layer, _padded(layer, x), y)


def _padded(layer: Sliding, x: Volume) -> Volume:
    """What the pool reads: a border that is wider on one side is laid around beforehand."""
    sides = [(window.before, window.after) for window in layer.windows(x)]
    return x if all(before == after for before, after in sides) else _grown(x, sides)


@parts_of.register
def _(layer: Subsample, x: Volume, y: Volume) -> Iterator[Part]:
    yield _part("avg_pool", layer, x, y)
    yield _part(CHANNEL_CONV, layer, y, y, scale_and_shift(y.channels))
    yield from _activation(layer.act, layer, y)


@parts_of.register
def _(layer: Scale, x: Volume, y: Volume) -> Iterator[Part]:
    yield _part(CHANNEL_CONV if x.rank else layer.kind, layer, x, y, layer.arrays(x))


@parts_of.register
def _(layer: Activation, x: Volume, y: Volume) -> Iterator[Part]:
    yield from _activation(layer.function, layer, y)


@parts_of.register(GlobalAvgPool)
@parts_of.register(AdaptiveAvgPool)
def _(layer: Layer, x: Volume, y: Volume) -> Iterator[Part]:
    yield _part(ADAPTIVE_AVG_POOL, layer, x, y)


@parts_of.register
def _(layer: GlobalMaxPool, x: Volume, y: Volume) -> Iterator[Part]:
    yield _part(ADAPTIVE_MAX_POOL, layer, x, y)


@parts_of.register(BatchNorm)
@parts_of.register(LayerNorm)
@parts_of.register(GroupNorm)
@parts_of.register(InstanceNorm)
@parts_of.register(Lrn)
@parts_of.register(Softmax)
@parts_of.register(LogSoftmax)
@parts_of.register(Rbf)
@parts_of.register(Upsample)
def _(layer: Layer, x: Volume, y: Volume) -> Iterator[Part]:
    yield _part(layer.kind, layer, x, y, layer.arrays(x))


@parts_of.register(ChannelShuffle)
@parts_of.register(Crop)
@parts_of.register(DepthToSpace)
@parts_of.register(Dropout)
@parts_of.register(Flatten)
@parts_of.register(Identity)
@parts_of.register(Join)
@parts_of.register(Pad)
@parts_of.register(Reshape)
@parts_of.register(Slice)
@parts_of.register(SpaceToDepth)
def _(layer: Layer, x: Volume, y: Volume) -> Iterator[Part]:
    """Values are moved, added or handed on, which no tool counts."""
    yield from ()
