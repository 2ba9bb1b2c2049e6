"""Derives the volume that comes out of each kind of layer, step by step: one rule a kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import singledispatch

from cnncalc.derivation import sliding
from cnncalc.derivation.expression import OVER, Letter, Operation, Term, most, product, total
from cnncalc.derivation.lettering import channels, per_axis, sizes, values
from cnncalc.derivation.step import Step
from cnncalc.layers.activation import Activation
from cnncalc.layers.conv import Conv, ConvTranspose, Depthwise
from cnncalc.layers.fc import Fc
from cnncalc.layers.historic import Rbf, Subsample
from cnncalc.layers.join import Add, Concat, Multiply, Subtract
from cnncalc.layers.layer import Layer
from cnncalc.layers.norm import (
    BatchNorm,
    GroupNorm,
    InstanceNorm,
    LayerNorm,
    LogSoftmax,
    Lrn,
    Scale,
    Softmax,
)
from cnncalc.layers.pool import AdaptiveAvgPool, GlobalPool, Pooling
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
from cnncalc.volume import AXES, SIDES, Volume

Reads = tuple[Volume, ...]


@singledispatch
def shape(layer: Layer, reads: Reads, volume: Volume) -> Iterator[Step]:
    """The steps that lead to each size of the output and to its channels.

    Args:
        layer: what comes out of which is derived.
        reads: the volumes of its inputs.
        volume: what comes out, as the engine has it.
    """
    raise NotImplementedError(f"nothing derives the output of {layer.kind}")


def along(volume: Volume, formulas: Sequence[Term]) -> Iterator[Step]:
    """A step for each size of the output."""
    for axis, letter, formula in zip(AXES[volume.rank], sizes(volume, 2), formulas, strict=True):
        yield Step(axis, letter.name, formula, letter.value)


def deep(volume: Volume, formula: Term) -> Step:
    """The step of the output's channels."""
    return Step("channels", "D2", formula, volume.channels)


def kept(x: Volume, volume: Volume) -> Iterator[Step]:
    """Nothing changes: H2 = H1, W2 = W1, D2 = D1."""
    yield from along(volume, sizes(x, 1))
    yield deep(volume, channels(x, 1))


@shape.register(Activation)
@shape.register(BatchNorm)
@shape.register(LayerNorm)
@shape.register(GroupNorm)
@shape.register(InstanceNorm)
@shape.register(Lrn)
@shape.register(Scale)
@shape.register(Softmax)
@shape.register(LogSoftmax)
@shape.register(Identity)
@shape.register(Dropout)
@shape.register(ChannelShuffle)
@shape.register(Add)
@shape.register(Subtract)
def _(layer: Layer, reads: Reads, volume: Volume) -> Iterator[Step]:
    return kept(reads[0], volume)


@shape.register
def _(layer: Conv, reads: Reads, volume: Volume) -> Iterator[Step]:
    yield from sliding.places(layer, reads[0], volume)
    yield deep(volume, Letter("K", layer.filters))


@shape.register
def _(layer: Depthwise, reads: Reads, volume: Volume) -> Iterator[Step]:
    yield from sliding.places(layer, reads[0], volume)
    yield deep(volume, channels(reads[0], 1) * Letter("M", layer.multiplier))


@shape.register(Pooling)
@shape.register(Subsample)
def _(layer: Pooling | Subsample, reads: Reads, volume: Volume) -> Iterator[Step]:
    yield from sliding.places(layer, reads[0], volume)
    yield deep(volume, channels(reads[0], 1))


@shape.register
def _(layer: ConvTranspose, reads: Reads, volume: Volume) -> Iterator[Step]:
    """Source: Dumoulin and Visin 2016: W2 = S (W1 - 1) + F' - 2P, and the output padding."""
    slid = sliding.slides(layer, reads[0])
    yield from sliding.effective_kernels(slid)
    extras = per_axis("O", layer.output_padding)
    formulas: list[Term] = []
    for slide, size, extra in zip(slid, sizes(reads[0], 1), extras, strict=True):
        formula: Term = slide.stride * (size - 1) + slide.extent
        if slide.padding is not None:
            both = slide.before.name != slide.after.name
            formula = formula - slide.before - slide.after if both else formula - slide.padding
        formulas.append(formula + extra if any(layer.output_padding) else formula)
    yield from along(volume, formulas)
    yield deep(volume, Letter("K", layer.filters))


@shape.register(Fc)
@shape.register(Rbf)
def _(layer: Fc | Rbf, reads: Reads, volume: Volume) -> Iterator[Step]:
    yield deep(volume, Letter("K", layer.units))


@shape.register
def _(layer: GlobalPool, reads: Reads, volume: Volume) -> Iterator[Step]:
    yield from along(volume, [1] * volume.rank)
    yield deep(volume, channels(reads[0], 1))


@shape.register
def _(layer: AdaptiveAvgPool, reads: Reads, volume: Volume) -> Iterator[Step]:
    yield from along(volume, per_axis("bins", layer.output))
    yield deep(volume, channels(reads[0], 1))


@shape.register
def _(layer: Flatten, reads: Reads, volume: Volume) -> Iterator[Step]:
    yield deep(volume, values(reads[0], 1))


@shape.register
def _(layer: Reshape, reads: Reads, volume: Volume) -> Iterator[Step]:
    """Sizes as they are written; the channels take what is left of the values."""
    yield from along(volume, volume.sizes)
    places = sizes(volume, 2)
    every = values(reads[0], 1)
    yield deep(volume, Operation(OVER, (every, product(places))) if places else every)


@shape.register
def _(layer: Slice, reads: Reads, volume: Volume) -> Iterator[Step]:
    yield from along(volume, sizes(reads[0], 1))
    yield deep(volume, Letter("stop", layer.stop) - Letter("start", layer.start))


@shape.register
def _(layer: Pad, reads: Reads, volume: Volume) -> Iterator[Step]:
    formulas = [
        size + Letter(f"P_{first}", before) + Letter(f"P_{last}", after)
        for size, (first, last), (before, after) in zip(
            sizes(reads[0], 1), SIDES[volume.rank], layer.padding, strict=True
        )
    ]
    yield from along(volume, formulas)
    depth: Term = channels(reads[0], 1)
    if layer.channels_before or layer.channels_after:
        depth = depth + Letter("C_before", layer.channels_before) + Letter("C_after", layer.channels_after)
    yield deep(volume, depth)


@shape.register
def _(layer: Crop, reads: Reads, volume: Volume) -> Iterator[Step]:
    formulas = [
        size - Letter(first, before) - Letter(last, after)
        for size, (first, last), (before, after) in zip(
            sizes(reads[0], 1), SIDES[volume.rank], layer.sides(volume.rank), strict=True
        )
    ]
    yield from along(volume, formulas)
    yield deep(volume, channels(reads[0], 1))


@shape.register
def _(layer: Upsample, reads: Reads, volume: Volume) -> Iterator[Step]:
    scales = per_axis("scale", layer.scale)
    yield from along(volume, [size * scale for size, scale in zip(sizes(reads[0], 1), scales, strict=True)])
    yield deep(volume, channels(reads[0], 1))


@shape.register
def _(layer: DepthToSpace, reads: Reads, volume: Volume) -> Iterator[Step]:
    block = Letter("B", layer.block)
    yield from along(volume, [size * block for size in sizes(reads[0], 1)])
    yield deep(volume, channels(reads[0], 1) / product([block] * volume.rank))


@shape.register
def _(layer: SpaceToDepth, reads: Reads, volume: Volume) -> Iterator[Step]:
    block = Letter("B", layer.block)
    yield from along(volume, [size / block for size in sizes(reads[0], 1)])
    yield deep(volume, product([channels(reads[0], 1), *[block] * volume.rank]))


@shape.register
def _(layer: Multiply, reads: Reads, volume: Volume) -> Iterator[Step]:
    """The larger of the inputs: a gate of one place stretches over the map."""
    by_axis = zip(*(sizes(x, 1) for x in reads), strict=True)
    yield from along(volume, [most(*(_of_input(letter, n) for n, letter in enumerate(axis, 1))) for axis in by_axis])
    yield deep(volume, channels(reads[0], 1))


@shape.register
def _(layer: Concat, reads: Reads, volume: Volume) -> Iterator[Step]:
    yield from along(volume, sizes(reads[0], 1))
    yield deep(volume, total(_of_input(channels(x, 1), number) for number, x in enumerate(reads, 1)))


def _of_input(letter: Letter, number: int) -> Letter:
    """The letter of one of several inputs, counted from 1: D1_2 are the channels of the second."""
    return Letter(f"{letter.name}_{number}", letter.value)
