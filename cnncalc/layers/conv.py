"""Convolutions: ordinary, depthwise and transposed."""

from __future__ import annotations

from math import gcd, prod
from typing import ClassVar

from cnncalc import codes
from cnncalc.exact import share
from cnncalc.layers.activation import ACT, PASS_THROUGH, weighted_arrays
from cnncalc.layers.layer import Array, Layer, kind
from cnncalc.layers.schema import (
    HALF,
    ROUNDING,
    SAME,
    Act,
    Connections,
    Count,
    Flag,
    Inherited,
    Padding,
    Sides,
    Size,
    Table,
    parameter,
)
from cnncalc.problem import Problem
from cnncalc.volume import AXES, Volume
from cnncalc.window import (
    EXACT,
    FLOOR,
    FieldStep,
    Window,
    extent,
    same,
    same_count,
    transposed_count,
    transposed_step,
    transposed_taps_inside,
)

REMAINDER = "what a remainder means: a fault, dropped, or one more window"

FILTERS = parameter(Count(), "how many filters, and so how many maps come out (K)", letter="K")
KERNEL = parameter(Size(), "the filter's size (F)", letter="F")
STRIDE = parameter(Size(), "the step of the window (S)", 1, letter="S")
ZEROS = parameter(Padding("valid", HALF, SAME), "zeros around the image (P)", 0, letter="P", silent=0)
DILATION = parameter(Size(), "the distance of the filter's taps; 1 is ordinary", 1, letter="d", silent=1)
GROUPS = parameter(Count(), "into how many separate groups channels and filters are split", 1, letter="G", silent=1)
BIAS_A_FILTER = parameter(Flag(), "one trained number a filter, added to its map", True)
IN_PLACE = parameter(ACT, "an activation applied in place", PASS_THROUGH)


class Sliding(Layer):
    """What has a window that slides along each axis; a base of convolutions and pools."""

    needs_places = True
    pads_what_hangs_over: ClassVar[bool] = False
    """Whether what a last window has beyond the padding is as good as padding."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: Sides | str
    rounding: str

    @property
    def dilations(self) -> tuple[int, ...]:
        """The dilation along each axis; 1 where the kind has none."""
        return getattr(self, "dilation", (1,) * len(self.kernel))

    @property
    def sides(self) -> Sides:
        """The padding of each side where it does not depend on the image; `half` is F' // 2 on both."""
        if isinstance(self.padding, str):
            halves = [extent(*axis) // 2 for axis in zip(self.kernel, self.dilations, strict=True)]
            return tuple(zip(halves, halves, strict=True))
        return self.padding

    def windows(self, x: Volume) -> tuple[Window, ...]:
        axes = zip(self.kernel, self.stride, self.dilations, strict=True)
        if self.padding == SAME:
            return tuple(same(size, *axis) for size, axis in zip(x.sizes, axes, strict=True))
        return tuple(
            Window(kernel, stride, before, after, dilation, self.rounding)
            for (kernel, stride, dilation), (before, after) in zip(axes, self.sides, strict=True)
        )

    def slid(self, x: Volume) -> tuple[int, ...]:
        """How many places the windows take along each axis; a fault names the axis where they differ."""
        if self.padding == SAME:
            return tuple(same_count(*axis) for axis in zip(x.sizes, self.stride, strict=True))
        names = [f" ({name})" for name in AXES[x.rank]] if len(set(x.sizes)) > 1 else [""] * x.rank
        axes = zip(self.windows(x), x.sizes, names, strict=True)
        return tuple(window.count(size, name) for window, size, name in axes)

    def field(self, x: Volume) -> tuple[FieldStep, ...]:
        return tuple(window.field_step for window in self.windows(x))

    def bordered(self, x: Volume, before: int, after: int) -> Layer | None:
        axes = list(zip(self.windows(x), x.sizes, strict=True))
        if not self.pads_what_hangs_over and any(window.remainder(size) < 0 for window, size in axes):
            return None
        others = ((window.before, max(0, window.after - window.remainder(size))) for window, size in axes[1:])
        return self.changed(padding=((before, after), *others), rounding=FLOOR)


class Convolving(Sliding):
    """What the ordinary and the depthwise convolution share."""

    counts_macs = True
    correlates = True
    pads_what_hangs_over = True
    family = "conv"
    bias: bool
    act: Act

    def kernel_channels(self, x: Volume) -> int:
        """How many input channels one filter sees."""
        raise NotImplementedError

    def filter_count(self, x: Volume) -> int:
        """D2, how many maps come out."""
        raise NotImplementedError

    def pairs(self, x: Volume) -> int:
        """How many pairs of an input channel and a filter are connected."""
        return self.kernel_channels(x) * self.filter_count(x)

    def output_volume(self, *inputs: Volume) -> Volume:
        (x,) = inputs
        return x.with_sizes(self.slid(x)).with_channels(self.filter_count(x))

    def arrays(self, x: Volume) -> tuple[Array, ...]:
        """Source: the lecture: F x F x D1 x K weights and K biases."""
        filters = self.filter_count(x)
        shape = (filters, self.kernel_channels(x), *self.kernel)
        return weighted_arrays(shape, prod(self.kernel) * self.pairs(x), filters, self.act, bias=self.bias)

    def macs(self, x: Volume) -> int:
        """Source: each place of each map is an inner product of F x F x D1 / groups values."""
        return prod(self.slid(x)) * prod(self.kernel) * self.pairs(x)

    def macs_inside(self, x: Volume) -> int:
        taps = prod(window.taps_inside(size) for window, size in zip(self.windows(x), x.sizes, strict=True))
        return taps * self.pairs(x)


@kind("conv")
class Conv(Convolving):
    """Filters that slide over the volume; each sees all channels, or those of its group.

    Source: the lecture: W2 = (W1 - F + 2P)/S + 1, D2 = K, F x F x D1 x K weights and K biases.

    >>> layer = Conv(filters=10, kernel=5, padding=2)
    >>> layer.output_volume(Volume((32, 32, 3))), sum(array.counted for array in layer.arrays(Volume((32, 32, 3))))
    (Volume((32, 32, 10)), 760)
    """

    filters: int = FILTERS
    kernel: tuple[int, ...] = KERNEL
    stride: tuple[int, ...] = STRIDE
    padding: Sides | str = ZEROS
    dilation: tuple[int, ...] = DILATION
    groups: int = GROUPS
    bias: bool = BIAS_A_FILTER
    act: Act = IN_PLACE
    rounding: str = parameter(ROUNDING, REMAINDER, Inherited("conv"))
    connections: Table | None = parameter(
        Connections(), "for each filter the input channels that it sees", None, letter="C"
    )

    def check(self, rank: int) -> None:
        if self.connections is None:
            return
        if self.groups != 1:
            raise Problem(
                codes.CONNECTIONS_DO_NOT_FIT, "connections and groups cannot stand together", field="connections"
            )
        if len(self.connections) != self.filters:
            raise Problem(
                codes.CONNECTIONS_DO_NOT_FIT,
                f"connections has {len(self.connections)} lists, but there are {self.filters} filters",
                field="connections",
            )

    def filter_count(self, x: Volume) -> int:
        return self.filters

    def kernel_channels(self, x: Volume) -> int:
        return share(x.channels, self.groups)

    def pairs(self, x: Volume) -> int:
        return super().pairs(x) if self.connections is None else self.connections.pairs

    def output_volume(self, *inputs: Volume) -> Volume:
        (x,) = inputs
        divide_into_groups(self.groups, channels=x.channels, filters=self.filters)
        for number, row in enumerate(self.connections or ()):
            for channel in row:
                if channel >= x.channels:
                    raise Problem(
                        codes.CONNECTIONS_DO_NOT_FIT,
                        f"filter {number} sees channel {channel}, but the channels are 0 to {x.channels - 1}",
                        field="connections",
                    )
        return super().output_volume(x)


@kind("depthwise")
class Depthwise(Convolving):
    """A convolution in which each filter sees one channel; channel c x multiplier + j comes from channel c."""

    kernel: tuple[int, ...] = KERNEL
    multiplier: int = parameter(Count(), "how many filters each channel has", 1, letter="M")
    stride: tuple[int, ...] = STRIDE
    padding: Sides | str = ZEROS
    dilation: tuple[int, ...] = DILATION
    bias: bool = BIAS_A_FILTER
    act: Act = IN_PLACE
    rounding: str = parameter(ROUNDING, REMAINDER, Inherited("conv"))

    def filter_count(self, x: Volume) -> int:
        return x.channels * self.multiplier

    def kernel_channels(self, x: Volume) -> int:
        return 1


@kind("conv_transpose")
class ConvTranspose(Layer):
    """Scatters each place through the filter and crops the border by the padding: W2 = S (W1 - 1) + F' - 2P.

    Source: Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning", chapter 4.

    >>> ConvTranspose(filters=64, kernel=2, stride=2).output_volume(Volume((16, 16, 128)))
    Volume((32, 32, 64))
    """

    needs_places = True
    counts_macs = True
    scatters = True

    filters: int = FILTERS
    kernel: tuple[int, ...] = KERNEL
    stride: tuple[int, ...] = parameter(Size(), "how far apart neighbouring places are set (S)", 1, letter="S")
    padding: Sides = parameter(Padding("valid"), "how much of the border is cropped (P)", 0, letter="P", silent=0)
    output_padding: tuple[int, ...] = parameter(
        Size(0), "places added at the end, below the stride", 0, letter="O", silent=0
    )
    dilation: tuple[int, ...] = DILATION
    groups: int = GROUPS
    bias: bool = BIAS_A_FILTER
    act: Act = IN_PLACE

    def check(self, rank: int) -> None:
        for extra, stride in zip(self.output_padding, self.stride, strict=True):
            if extra >= stride:
                raise Problem(
                    codes.OUTPUT_PADDING_TOO_LARGE,
                    f"output_padding {extra} must be below the stride, which is {stride}",
                    field="output_padding",
                )

    def windows(self, x: Volume) -> tuple[Window, ...]:
        axes = zip(self.kernel, self.stride, self.dilation, self.padding, strict=True)
        return tuple(Window(kernel, stride, *sides, dilation, EXACT) for kernel, stride, dilation, sides in axes)

    def output_volume(self, *inputs: Volume) -> Volume:
        (x,) = inputs
        divide_into_groups(self.groups, channels=x.channels, filters=self.filters)
        axes = zip(self.windows(x), x.sizes, self.output_padding, strict=True)
        return x.with_sizes(tuple(transposed_count(*axis) for axis in axes)).with_channels(self.filters)

    def arrays(self, x: Volume) -> tuple[Array, ...]:
        maps = share(self.filters, self.groups)
        shape = (x.channels, maps, *self.kernel)
        return weighted_arrays(shape, prod(self.kernel) * x.channels * maps, self.filters, self.act, bias=self.bias)

    def macs(self, x: Volume) -> int:
        """Each input place meets every weight; what lands on the cropped border counts, as padding taps do."""
        return x.size * prod(self.kernel) * share(self.filters, self.groups)

    def macs_inside(self, x: Volume) -> int:
        axes = zip(self.windows(x), x.sizes, self.output_padding, strict=True)
        return prod(transposed_taps_inside(*axis) for axis in axes) * x.channels * share(self.filters, self.groups)

    def field(self, x: Volume) -> tuple[FieldStep, ...]:
        return tuple(transposed_step(window) for window in self.windows(x))

    def bordered(self, x: Volume, before: int, after: int) -> Layer:
        first = {"padding": (-before, max(0, -after)), "output_padding": max(0, after)}
        return self.changed(**{name: (value, *getattr(self, name)[1:]) for name, value in first.items()})


def divide_into_groups(groups: int, **counts: int) -> None:
    """Refuse groups that do not split each of the counts equally; the help names groups that split them all.

    >>> divide_into_groups(2, channels=96)
    >>> divide_into_groups(3, channels=3, filters=16)
    Traceback (most recent call last):
        ...
    cnncalc.problem.Problem: 16 filters cannot be split into 3 equal groups: 16/3 is not a whole number
    """
    for what, count in counts.items():
        if count % groups:
            common = gcd(*counts.values())
            most = min(groups, common)  # a few thousand are tried: any of the numbers may be of the order of 2^31
            near = next((divisor for divisor in range(most, max(0, most - 4096), -1) if common % divisor == 0), 1)
            parts = " and ".join(f"{number} {name} into {number // near} each" for name, number in counts.items())
            raise Problem(
                codes.GROUPS_DO_NOT_DIVIDE,
                f"{count} {what} cannot be split into {groups} equal groups: {count}/{groups} is not a whole number",
                field="groups",
                helps=f"`groups {near}` splits {parts}",
            )
