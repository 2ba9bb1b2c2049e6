"""Convolutions: ordinary, depthwise and transposed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import prod
from typing import Any

from cnncalc import codes
from cnncalc.exact import share
from cnncalc.layers.activation import weighted_arrays
from cnncalc.layers.field_step import transposed_step
from cnncalc.layers.layer import Array, Layer, kind
from cnncalc.layers.schema import (
    ROUNDING,
    Act,
    Count,
    Inherited,
    Padding,
    ParameterType,
    Sides,
    Size,
    all_whole,
    parameter,
)
from cnncalc.layers.sliding import (
    BIAS_A_FILTER,
    DILATION,
    FILTERS,
    GROUPS,
    IN_PLACE,
    KERNEL,
    REMAINDER,
    STRIDE,
    ZEROS,
    Sliding,
    divide_into_groups,
)
from cnncalc.problem import Problem, every, together
from cnncalc.volume import Volume
from cnncalc.window import EXACT, FieldStep, Window, transposed_count, transposed_taps_inside
from cnncalc.wording import plural


class Table(tuple[tuple[int, ...], ...]):
    """For each filter the input channels that it sees."""

    __slots__ = ()

    @property
    def pairs(self) -> int:
        """How many pairs of a filter and a channel are connected."""
        return sum(map(len, self))

    @property
    def entries(self) -> Iterator[tuple[int, int, int]]:
        """Each connection: the filter, the place in its list, the channel."""
        return ((number, place, channel) for number, row in enumerate(self) for place, channel in enumerate(row))


class Connections(ParameterType):
    """For each filter the list of input channels that it sees, counted from 0 (LeNet-5's table I)."""

    due = "table"

    def normal(self, value: Any, rank: int, field: str) -> Table | None:
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
            message = f"{field} must be a list of lists, one for each filter"
            raise Problem(codes.CONNECTIONS_DO_NOT_FIT, message, field=field)
        return Table(every(partial(_row, field), enumerate(value)))


def _row(field: str, numbered: tuple[int, list[Any]]) -> tuple[int, ...]:
    """The channels that one filter sees, each of them once."""
    number, written = numbered
    try:
        row = all_whole(written, field, 0)
    except Problem as problem:
        raise together(one.but(element=(number, *one.element)) for one in problem.each) from None
    if len(set(row)) != len(row):
        again = next(place for place, channel in enumerate(row) if row.index(channel) != place)
        message = f"filter {number} of {field} names input channel {row[again]} twice"
        raise Problem(codes.CONNECTIONS_DO_NOT_FIT, message, field=field, element=(number, again))
    return row


class Convolving(Sliding):
    """What the ordinary and the depthwise convolution share."""

    counts_macs = True
    correlates = True
    linear = True
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

    def output_volume(self, x: Volume) -> Volume:
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
        Connections(), "for each filter, the input channels that it sees", None, letter="C"
    )

    def check(self, rank: int) -> None:
        if self.connections is None:
            return
        if self.groups != 1:
            message = "connections and groups cannot be combined"
            raise Problem(codes.CONNECTIONS_DO_NOT_FIT, message, field="connections")
        if len(self.connections) != self.filters:
            lists, filters = plural(len(self.connections), "list"), plural(self.filters, "filter")
            message = f"connections has {lists}, but conv has {filters}"
            raise Problem(codes.CONNECTIONS_DO_NOT_FIT, message, field="connections")

    def filter_count(self, x: Volume) -> int:
        return self.filters

    def kernel_channels(self, x: Volume) -> int:
        return share(x.channels, self.groups)

    def pairs(self, x: Volume) -> int:
        return super().pairs(x) if self.connections is None else self.connections.pairs

    def output_volume(self, x: Volume) -> Volume:
        divide_into_groups(self.groups, channels=x.channels, filters=self.filters)
        every(partial(_sees, x.channels), self.connections.entries if self.connections else ())
        return super().output_volume(x)


def _sees(channels: int, entry: tuple[int, int, int]) -> None:
    """Refuse a connection to a channel that is not there."""
    number, place, channel = entry
    if channel >= channels:
        message = f"filter {number} sees channel {channel}, but the channels are 0 to {channels - 1}"
        raise Problem(codes.CONNECTIONS_DO_NOT_FIT, message, field="connections", element=(number, place))


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
    linear = True

    filters: int = FILTERS
    kernel: tuple[int, ...] = KERNEL
    stride: tuple[int, ...] = parameter(Size(), "how far apart neighbouring places are set (S)", 1, letter="S")
    padding: Sides = parameter(Padding("valid"), "how much of the border is cropped (P)", 0, letter="P", silent=0)
    output_padding: tuple[int, ...] = parameter(
        Size(0), "places added at the end, fewer than the stride", 0, letter="O", silent=0
    )
    dilation: tuple[int, ...] = DILATION
    groups: int = GROUPS
    bias: bool = BIAS_A_FILTER
    act: Act = IN_PLACE

    def check(self, rank: int) -> None:
        for extra, stride in zip(self.output_padding, self.stride, strict=True):
            if extra >= stride:
                message = f"output_padding {extra} must be below the stride, which is {stride}"
                raise Problem(codes.OUTPUT_PADDING_TOO_LARGE, message, field="output_padding")

    def windows(self, x: Volume) -> tuple[Window, ...]:
        axes = zip(self.kernel, self.stride, self.dilation, self.padding, strict=True)
        return tuple(Window(kernel, stride, *sides, dilation, EXACT) for kernel, stride, dilation, sides in axes)

    def output_volume(self, x: Volume) -> Volume:
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
