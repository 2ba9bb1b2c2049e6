"""Layers each of whose units reads the whole volume, channel-major: fc and rbf."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from cnncalc.executor.fast.activation import finish
from cnncalc.executor.fast.columns import BLOCK_VALUES, batches
from cnncalc.executor.fast.dispatch import Arrays, Scratch, Values, forward, scratch_values
from cnncalc.layers.fc import Fc
from cnncalc.layers.historic import Rbf
from cnncalc.volume import Volume


def write_channel_major(x: Values, lines: Values) -> None:
    """Each image as one line in the order C, then D, H, W."""
    lines.reshape(len(x), x.shape[-1], *x.shape[1:-1])[...] = np.moveaxis(x, -1, 1)


def channel_major(x: Values, scratch: Scratch) -> Values:
    """The same lines, in scratch where that is not how the images lie."""
    lines = x if x.size == len(x) * x.shape[-1] else scratch.take(*x.shape)
    if lines is not x:
        write_channel_major(x, lines)
    return lines.reshape(len(x), prod(x.shape[1:]))


@forward.register(Fc)
def connect(layer: Fc, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """The images, brought into the weights' order, times the weights where they lie: those may be 400 MB."""
    np.matmul(channel_major(inputs[0], scratch), arrays["weight"].T, out=out)
    finish(out, arrays.get("bias"), layer.act, arrays.get("act.weight"))


@forward.register(Rbf)
def distances(layer: Rbf, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """The squared distance of each image from each centre, a few centres at a time."""
    lines = channel_major(inputs[0], scratch)
    most = min(layer.units, _centers_at_once(lines.shape[1]))
    room = scratch.take(most, lines.shape[1])
    for image, line in enumerate(lines):
        for some in batches(layer.units, most):
            apart = np.subtract(arrays["centers"][some], line, out=room[: some.stop - some.start])
            out[image, some] = np.einsum("uv,uv->u", apart, apart)


def _centers_at_once(values: int) -> int:
    return max(1, BLOCK_VALUES // values)


def reordered_values(x: Volume, images: int) -> int:
    """What `channel_major` takes."""
    return images * x.size if x.places > 1 else 0


@scratch_values.register(Fc)
def reordered_input(layer: Fc, inputs: Sequence[Volume], images: int) -> int:
    """The images in channel-major order, where that is another one."""
    return reordered_values(inputs[0], images)


@scratch_values.register(Rbf)
def differences(layer: Rbf, inputs: Sequence[Volume], images: int) -> int:
    """The images in channel-major order, and the differences from some centres."""
    (x,) = inputs
    return reordered_values(x, images) + min(layer.units, _centers_at_once(x.size)) * x.size
