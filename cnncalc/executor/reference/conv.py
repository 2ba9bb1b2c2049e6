"""Convolutions as their definitions say: at each place every weight meets the value under it.

None of them flips its kernel: like every framework, and like the lecture's worked examples, they compute what
mathematics calls cross-correlation.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from cnncalc.executor.reference.activation import act_in_place
from cnncalc.executor.reference.arithmetic import Elementwise, Values
from cnncalc.executor.reference.forward import Arrays, Inputs, forward
from cnncalc.executor.reference.places import as_map, extended, places_of, windows
from cnncalc.layers.conv import Conv, Convolving, ConvTranspose, Depthwise


@forward.register(Conv)
def conv(layer: Conv, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    if layer.connections is not None:
        return connected_conv(layer, layer.connections, inputs, arrays, arithmetic)
    return grouped_conv(layer, layer.groups, inputs, arrays, arithmetic)


@forward.register(Depthwise)
def depthwise(layer: Depthwise, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """A group for each channel: the filters c x multiplier + j follow one another as their channels do."""
    return grouped_conv(layer, inputs[0].shape[-1], inputs, arrays, arithmetic)


def grouped_conv(layer: Convolving, groups: int, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    (x,) = inputs
    axes = places_of(layer, x.shape[:-1])
    zero = arithmetic.padding(0.0)
    weight = by_group(arrays["weight"], groups)
    taps = tuple(range(len(axes)))
    maps = []
    for window in windows(extended(x, axes, zero, zero), axes):
        seen = window.reshape(*window.shape[:-1], groups, 1, -1)
        maps.append((weight * seen).sum(axis=(*taps, -1)).reshape(-1))
    return act_in_place(layer.act, with_bias(layer, as_map(maps, axes), arrays), arrays, arithmetic)


def by_group(weight: Values, groups: int) -> Values:
    """(out, in/groups, kernel...) as (kernel..., groups, out/groups, in/groups)."""
    by_tap = np.moveaxis(weight, (0, 1), (-2, -1))
    return by_tap.reshape(*by_tap.shape[:-2], groups, -1, by_tap.shape[-1])


def connected_conv(
    layer: Conv, connections: tuple[tuple[int, ...], ...], inputs: Inputs, arrays: Arrays, arithmetic: Elementwise
) -> Values:
    """Each filter sees the channels of its list; weights of the others are not even multiplied."""
    (x,) = inputs
    axes = places_of(layer, x.shape[:-1])
    zero = arithmetic.padding(0.0)
    filters = [filter_[list(channels)] for filter_, channels in zip(arrays["weight"], connections, strict=True)]
    maps = []
    for window in windows(extended(x, axes, zero, zero), axes):
        channels_first = np.moveaxis(window, -1, 0)
        results = np.empty(len(filters), x.dtype)
        for number, (weight, channels) in enumerate(zip(filters, connections, strict=True)):
            products = weight * channels_first[list(channels)]
            results[number] = products.sum() if channels else arithmetic.constant(0.0)[()]
        maps.append(results)
    return act_in_place(layer.act, with_bias(layer, as_map(maps, axes), arrays), arrays, arithmetic)


@forward.register(ConvTranspose)
def conv_transpose(layer: ConvTranspose, inputs: Inputs, arrays: Arrays, arithmetic: Elementwise) -> Values:
    """Every input place adds its products to a canvas, `stride` apart from its neighbour's; then the border is cut.

    What `output_padding` adds lies at the end of the canvas, before the cut.
    """
    (x,) = inputs
    groups = layer.groups
    per_group, *kernel = arrays["weight"].shape[1:]
    weight = arrays["weight"].reshape(groups, -1, per_group, *kernel)
    ones = (1,) * (1 + len(kernel))
    extents = [
        range(0, taps * dilation, dilation)[-1] + 1 for taps, dilation in zip(layer.kernel, layer.dilation, strict=True)
    ]
    ends = [
        range(0, size * stride, stride)[-1] + extent + extra
        for size, stride, extent, extra in zip(x.shape[:-1], layer.stride, extents, layer.output_padding, strict=True)
    ]
    canvas = np.empty((*ends, groups * per_group), x.dtype)
    canvas[...] = arithmetic.constant(0.0)
    for place in product(*map(range, x.shape[:-1])):
        products = weight * x[place].reshape(groups, -1, *ones)
        stamp = np.moveaxis(products.sum(axis=1).reshape(-1, *kernel), 0, -1)
        corner = [index * stride for index, stride in zip(place, layer.stride, strict=True)]
        canvas[
            tuple(
                slice(start, start + extent, dilation)
                for start, extent, dilation in zip(corner, extents, layer.dilation, strict=True)
            )
        ] += stamp
    cut = canvas[tuple(slice(b, end - a) for end, (b, a) in zip(ends, layer.padding, strict=True))]
    return act_in_place(layer.act, with_bias(layer, cut, arrays), arrays, arithmetic)


def with_bias(layer: Convolving | ConvTranspose, maps: Values, arrays: Arrays) -> Values:
    """The maps, each with its filter's bias added."""
    return maps + arrays["bias"] if layer.bias else maps
