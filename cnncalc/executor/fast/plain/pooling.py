"""What reads the whole map: pools over it or over bins of it, and the radial basis functions of LeNet-5."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

import numpy as np

from cnncalc.executor.fast.blocks import stretches
from cnncalc.executor.fast.kinds import Arrays, Scratch, Values, forward, scratch_values
from cnncalc.layers.historic import Rbf
from cnncalc.layers.pool import AdaptiveAvgPool, GlobalAvgPool, GlobalMaxPool
from cnncalc.volume import Volume

CENTER_VALUES = 2**19
"""Values of the centres that are compared at a time."""


@forward.register(GlobalMaxPool)
def largest_of_all(
    layer: GlobalMaxPool, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch
) -> None:
    """The largest value of each map."""
    (x,) = inputs
    np.max(x, axis=tuple(range(1, x.ndim - 1)), keepdims=True, out=out)


@forward.register(GlobalAvgPool)
def mean_of_all(layer: GlobalAvgPool, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """The mean of each map."""
    (x,) = inputs
    out[...] = map_means(x, scratch).reshape(out.shape)


def map_means(x: Values, scratch: Scratch) -> Values:
    """The mean of each map as (images, channels).

    The innermost axis of places is summed first, as a product with ones: a plain sum over the places of channels-last
    maps adds them one by one and loses two digits on large maps.
    """
    sums = x if x.ndim > 2 else x[:, np.newaxis]
    while sums.ndim > 2:
        ones = scratch.take(1, sums.shape[-2])
        ones[...] = 1
        lines = scratch.take(*sums.shape[:-2], 1, sums.shape[-1])
        sums = np.matmul(ones, sums, out=lines)[..., 0, :]
    return np.asarray(sums / x.dtype.type(prod(x.shape[1:-1])))


def mean_values(x: Volume, images: int) -> int:
    """The values that `map_means` takes, ones and each axis' sums, and the means that it gives."""
    sums = sum(prod(x.sizes[:axis]) for axis in range(x.rank))
    return sum(x.sizes) + 1 + images * x.channels * (sums + 3)


@forward.register(AdaptiveAvgPool)
def binned(layer: AdaptiveAvgPool, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """Means over bins, one axis after the other: every bin of an axis is as wide whatever the other axes' bin is."""
    (values,) = inputs
    for axis, bins in enumerate(layer.output, start=1):
        binned_so_far = (*out.shape[: axis + 1], *values.shape[axis + 1 :])
        target = out if binned_so_far == out.shape else scratch.take(*binned_so_far)
        for index, bounds in enumerate(_bins(values.shape[axis], bins)):
            np.mean(values[_at(axis, bounds)], axis=axis, out=target[_at(axis, index)])
        values = target


def _bins(size: int, bins: int) -> Iterator[slice]:
    """PyTorch's bins, which may share a pixel with their neighbours."""
    for index in range(bins):
        yield slice(index * size // bins, -(-(index + 1) * size // bins))


def _at(axis: int, part: slice | int) -> tuple[Any, ...]:
    return (*(slice(None),) * axis, part)


@scratch_values.register(AdaptiveAvgPool)
def half_binned(layer: AdaptiveAvgPool, inputs: Sequence[Volume], images: int) -> int:
    """The maps as each axis but the last leaves them, until they have the sizes that come out."""
    (x,) = inputs
    steps = [(*layer.output[:axis], *x.sizes[axis:]) for axis in range(1, x.rank)]
    return images * x.channels * sum(prod(sizes) for sizes in steps if sizes != layer.output)


@scratch_values.register(GlobalAvgPool)
def ones(layer: GlobalAvgPool, inputs: Sequence[Volume], images: int) -> int:
    """What `map_means` takes and gives."""
    return mean_values(inputs[0], images)


@forward.register(Rbf)
def distances(layer: Rbf, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """The squared distance of each image from each centre, a few centres at a time."""
    lines = inputs[0].reshape(len(out), -1)
    most = min(layer.units, _centers_at_once(lines.shape[1]))
    room = scratch.take(most, lines.shape[1])
    for image, line in enumerate(lines):
        for some in stretches(layer.units, most):
            apart = np.subtract(arrays["centers"][some], line, out=room[: some.stop - some.start])
            out[image, some] = np.einsum("uv,uv->u", apart, apart)


def _centers_at_once(values: int) -> int:
    return max(1, CENTER_VALUES // values)


@scratch_values.register(Rbf)
def differences(layer: Rbf, inputs: Sequence[Volume], images: int) -> int:
    """The differences from some centres."""
    (x,) = inputs
    return min(layer.units, _centers_at_once(x.size)) * x.size
