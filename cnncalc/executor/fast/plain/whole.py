"""The radial basis functions of LeNet-5: each unit reads the whole vector."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnncalc.executor.fast.blocks import stretches
from cnncalc.executor.fast.kinds import Arrays, Scratch, Values, forward, scratch_values
from cnncalc.layers.historic import Rbf
from cnncalc.volume import Volume

CENTER_VALUES = 2**19
"""Values of the centres that are compared at a time."""


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
