"""Layers each of whose units reads the whole volume, channel-major: fc and rbf."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from cnncalc.executor.fast.activation import finish
from cnncalc.executor.fast.columns import BLOCK_VALUES, batches
from cnncalc.executor.fast.dispatch import Arrays, Values, empty, forward, scratch_values
from cnncalc.layers.fc import Fc
from cnncalc.layers.historic import Rbf
from cnncalc.volume import Volume


def channel_major(x: Values) -> Values:
    """Each image as one line in the order C, then D, H, W; a view where that is how it lies."""
    return np.moveaxis(x, -1, 1).reshape(len(x), prod(x.shape[1:]))


@forward.register(Fc)
def connect(layer: Fc, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """The images, brought into the weights' order, times the weights where they lie: those may be 400 MB."""
    lines = channel_major(inputs[0])
    out = empty(lines, (layer.units,))
    np.matmul(lines, arrays["weight"].T, out=out)
    finish(out, arrays.get("bias"), layer.act, arrays.get("act.weight"))
    return out


@forward.register(Rbf)
def distances(layer: Rbf, inputs: Sequence[Values], arrays: Arrays) -> Values:
    """The squared distance of each image from each centre, a few centres at a time."""
    lines = channel_major(inputs[0])
    out = empty(lines, (layer.units,))
    for image, line in enumerate(lines):
        for some in batches(layer.units, _centers_at_once(lines.shape[1])):
            apart = arrays["centers"][some] - line
            out[image, some] = np.einsum("uv,uv->u", apart, apart)
    return out


def _centers_at_once(values: int) -> int:
    return max(1, BLOCK_VALUES // values)


@scratch_values.register(Fc)
def reordered_input(layer: Fc, inputs: Sequence[Volume], images: int) -> int:
    """The images in channel-major order, where that is another one."""
    (x,) = inputs
    return images * x.size if x.places > 1 else 0


@scratch_values.register(Rbf)
def differences(layer: Rbf, inputs: Sequence[Volume], images: int) -> int:
    """The images in channel-major order, and the differences from some centres."""
    (x,) = inputs
    return images * x.size + min(layer.units, _centers_at_once(x.size)) * x.size
