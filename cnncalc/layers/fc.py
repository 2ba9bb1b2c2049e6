"""Fully connected layers."""

from __future__ import annotations

from cnncalc.layers.activation import ACT, PASS_THROUGH, weighted_arrays
from cnncalc.layers.layer import Array, Layer, kind
from cnncalc.layers.schema import Act, Count, Flag, parameter
from cnncalc.volume import Volume, checked


@kind("fc")
class Fc(Layer):
    """Each unit sees the whole volume, flattened channel-major (C, D, H, W) as PyTorch, Caffe and ONNX do.

    Source: the lecture's 3072 x 10 = 30,720 weights, to which the biases come.

    >>> [array.counted for array in Fc(units=10).arrays(Volume((32, 32, 3)))]
    [30720, 10]
    """

    counts_macs = True
    linear = True
    flattens = True
    reads_whole_map = True

    units: int = parameter(Count(), "how many numbers come out", letter="K")
    bias: bool = parameter(Flag(), "one trained number for each unit, added to it", True)
    act: Act = parameter(ACT, "an activation applied in place", PASS_THROUGH)

    def output_volume(self, x: Volume) -> Volume:
        return checked((self.units,))

    def arrays(self, x: Volume) -> tuple[Array, ...]:
        return weighted_arrays((self.units, x.size), x.size * self.units, self.units, self.act, bias=self.bias)

    def macs(self, x: Volume) -> int:
        return x.size * self.units
