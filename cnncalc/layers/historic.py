"""LeNet-5's own layers: trainable subsampling and radial basis functions."""

from __future__ import annotations

from cnncalc.layers.activation import slope_arrays
from cnncalc.layers.layer import FIXED, Array, Layer, kind
from cnncalc.layers.norm import scale_and_shift
from cnncalc.layers.schema import ROUNDING, Act, Count, Inherited, Sides, Size, parameter
from cnncalc.layers.sliding import IN_PLACE, REMAINDER, Sliding
from cnncalc.volume import Volume, checked


@kind("subsample")
class Subsample(Sliding):
    """The mean of each window, times one trained weight a map, plus one trained bias a map, then the activation.

    Source: LeCun et al. 1998, section II.B, layers S2 and S4. There it is the sum:
    the mean leaves the factor to the weight.

    >>> [array.counted for array in Subsample(kernel=2).arrays(Volume((28, 28, 6)))]
    [6, 6]
    """

    family = "pool"
    linear = True

    kernel: tuple[int, ...] = parameter(Size(), "the window's size, and its step", letter="F")
    act: Act = IN_PLACE
    rounding: str = parameter(ROUNDING, REMAINDER, Inherited("pool"))

    @property
    def stride(self) -> tuple[int, ...]:  # type: ignore[override]  # its windows never overlap
        return self.kernel

    @property
    def padding(self) -> Sides:  # type: ignore[override]  # it has none
        return ((0, 0),) * len(self.kernel)

    def output_volume(self, x: Volume) -> Volume:
        return x.with_sizes(self.slid(x))

    def arrays(self, x: Volume) -> tuple[Array, ...]:
        return (*scale_and_shift(x.channels), *slope_arrays(self.act, x.channels, "act.weight"))


@kind("rbf")
class Rbf(Layer):
    """The squared distance of the input from each unit's centre; centres are fixed, not trained.

    Source: LeCun et al. 1998, section II.B: y_i = sum over j of (x_j - w_ij)^2, with 84 x 10 fixed bitmap values.
    """

    flattens = True
    reads_whole_map = True

    units: int = parameter(Count(), "how many centres, and so how many numbers come out", letter="K")

    def output_volume(self, x: Volume) -> Volume:
        return checked((self.units,))

    def arrays(self, x: Volume) -> tuple[Array, ...]:
        return (Array("centers", (self.units, x.size), FIXED, x.size * self.units),)
