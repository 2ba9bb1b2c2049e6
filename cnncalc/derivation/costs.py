"""Derives what each kind of layer keeps and computes: weights, biases, fixed params, MACs. One rule a kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import singledispatch
from typing import NamedTuple

from cnncalc.derivation.expression import Letter, Term, product, total
from cnncalc.derivation.lettering import channels, per_axis, sizes, values
from cnncalc.derivation.step import Step
from cnncalc.layers.activation import Activation
from cnncalc.layers.conv import Conv, Convolving, ConvTranspose, Depthwise
from cnncalc.layers.fc import Fc
from cnncalc.layers.historic import Rbf, Subsample
from cnncalc.layers.layer import BIAS, FIXED, WEIGHT, Layer
from cnncalc.layers.norm import BatchNorm, GroupNorm, InstanceNorm, LayerNorm, Scale
from cnncalc.layers.schema import Act
from cnncalc.volume import Volume

MANY_LETTER = "C"
"""The letter of the connected pairs of an input channel and a filter."""


class Kept(NamedTuple):
    """An array that a layer keeps: what it counts as, and its number of values as a formula."""

    role: str
    formula: Term


@singledispatch
def kept(layer: Layer, x: Volume) -> Iterator[Kept]:
    """The arrays of a layer that reads `x`; by default none."""
    return iter(())


@singledispatch
def products(layer: Layer, x: Volume, volume: Volume) -> Term | None:
    """The MACs of one image as a formula; None for kinds that have none by definition."""
    return None


def connected(layer: Layer) -> Iterator[Step]:
    """How many pairs of an input channel and a filter a table of connections has, filters of one width together."""
    if isinstance(layer, Conv) and layer.connections is not None:
        widths = Counter(map(len, layer.connections))
        formula = total(product([filters, width]) for width, filters in sorted(widths.items()))
        if len(widths) == 1:
            ((width, filters),) = widths.items()
            formula = Letter("K", filters) * width
        yield Step("connected pairs", MANY_LETTER, formula, sum(map(len, layer.connections)))


def _kernel(layer: Convolving | ConvTranspose) -> tuple[Letter, ...]:
    return per_axis("F", layer.kernel)


def _grouped(letter: Letter, groups: int) -> Term:
    return letter / Letter("G", groups) if groups > 1 else letter


@singledispatch
def _filter_weights(layer: Convolving, x: Volume) -> Term:
    raise NotImplementedError(f"nothing derives the weights of {layer.kind}")


@_filter_weights.register
def _(layer: Conv, x: Volume) -> Term:
    if layer.connections is not None:
        return product([*_kernel(layer), Letter(MANY_LETTER, layer.pairs(x))])
    return product([*_kernel(layer), _grouped(channels(x, 1), layer.groups), Letter("K", layer.filters)])


@_filter_weights.register
def _(layer: Depthwise, x: Volume) -> Term:
    return product([*_kernel(layer), channels(x, 1), Letter("M", layer.multiplier)])


def _slopes(act: Act, maps: Term) -> Iterator[Kept]:
    """The trained slopes of a prelu: one a map, or one for all."""
    if act.function == "prelu":
        yield Kept(WEIGHT, 1 if dict(act.parameters)["shared"] else maps)


@kept.register
def _(layer: Convolving, x: Volume) -> Iterator[Kept]:
    """Source: the lecture: F x F x D1 x K weights and K biases."""
    maps: Term = Letter("K", layer.filters) if isinstance(layer, Conv) else Letter("D2", layer.filter_count(x))
    yield Kept(WEIGHT, _filter_weights(layer, x))
    if layer.bias:
        yield Kept(BIAS, maps)
    yield from _slopes(layer.act, maps)


@kept.register
def _(layer: ConvTranspose, x: Volume) -> Iterator[Kept]:
    filters = Letter("K", layer.filters)
    yield Kept(WEIGHT, product([*_kernel(layer), channels(x, 1), _grouped(filters, layer.groups)]))
    if layer.bias:
        yield Kept(BIAS, filters)
    yield from _slopes(layer.act, filters)


@kept.register
def _(layer: Fc, x: Volume) -> Iterator[Kept]:
    units = Letter("K", layer.units)
    yield Kept(WEIGHT, values(x, 1) * units)
    if layer.bias:
        yield Kept(BIAS, units)
    yield from _slopes(layer.act, units)


@kept.register
def _(layer: Rbf, x: Volume) -> Iterator[Kept]:
    yield Kept(FIXED, values(x, 1) * Letter("K", layer.units))


@kept.register
def _(layer: Subsample, x: Volume) -> Iterator[Kept]:
    yield Kept(WEIGHT, channels(x, 1))
    yield Kept(BIAS, channels(x, 1))
    yield from _slopes(layer.act, channels(x, 1))


@kept.register
def _(layer: BatchNorm, x: Volume) -> Iterator[Kept]:
    if layer.affine:
        yield Kept(WEIGHT, channels(x, 1))
        yield Kept(BIAS, channels(x, 1))
    yield Kept(FIXED, 2 * channels(x, 1))


@kept.register(LayerNorm)
@kept.register(GroupNorm)
def _(layer: LayerNorm | GroupNorm, x: Volume) -> Iterator[Kept]:
    yield Kept(WEIGHT, channels(x, 1))
    yield Kept(BIAS, channels(x, 1))


@kept.register
def _(layer: InstanceNorm, x: Volume) -> Iterator[Kept]:
    if layer.affine:
        yield Kept(WEIGHT, channels(x, 1))
        yield Kept(BIAS, channels(x, 1))


@kept.register
def _(layer: Scale, x: Volume) -> Iterator[Kept]:
    yield Kept(WEIGHT, channels(x, 1))
    if layer.bias:
        yield Kept(BIAS, channels(x, 1))


@kept.register
def _(layer: Activation, x: Volume) -> Iterator[Kept]:
    yield from _slopes(layer.function, channels(x, 1))


@products.register
def _(layer: Convolving, x: Volume, volume: Volume) -> Term:
    """Each place of each map is an inner product of F x F x D1/G values."""
    return product([*sizes(volume, 2), _filter_weights(layer, x)])


@products.register
def _(layer: ConvTranspose, x: Volume, volume: Volume) -> Term:
    """Each value that arrives meets every weight of its group."""
    filters = _grouped(Letter("K", layer.filters), layer.groups)
    return product([*sizes(x, 1), channels(x, 1), *_kernel(layer), filters])


@products.register
def _(layer: Fc, x: Volume, volume: Volume) -> Term:
    return values(x, 1) * Letter("K", layer.units)
