"""Pools: a number for each window of a map, or for the whole map."""

from __future__ import annotations

from cnncalc import codes
from cnncalc.layers.field_step import bins_step
from cnncalc.layers.layer import Layer, kind
from cnncalc.layers.schema import HALF, ROUNDING, SAME, Flag, Inherited, Like, Padding, Sides, Size, parameter
from cnncalc.layers.sliding import REMAINDER, ZEROS, Sliding
from cnncalc.problem import Problem
from cnncalc.source import Edit, Help
from cnncalc.volume import POINTS, Volume
from cnncalc.window import FieldStep, extent
from cnncalc.wording import plural

KERNEL = parameter(Size(), "the window's size (F)", letter="F")
STRIDE = parameter(Size(), "the step of the window (S); the kernel's size by default", Like("kernel"), letter="S")
NEVER_WINNING = parameter(
    Padding("valid", HALF, SAME), "places around the image that never win (P)", 0, letter="P", silent=0
)


class Pooling(Sliding):
    """What the sliding pools share."""

    family = "pool"
    pools = True

    kernel: tuple[int, ...] = KERNEL
    stride: tuple[int, ...] = STRIDE

    def check(self, rank: int) -> None:
        if isinstance(self.padding, str):
            return
        for kernel, dilation, sides in zip(self.kernel, self.dilations, self.padding, strict=True):
            covered = extent(kernel, dilation)
            if max(sides) >= covered:
                most = f"`pad {covered - 1}` is the most a kernel of {covered} takes"
                raise Problem(
                    codes.TOO_MUCH_PADDING,
                    f"a pool's padding must be less than its kernel, {covered}: with {max(sides)} "
                    "a window holds only padding",
                    field="padding",
                    helps=Help(most, Edit(str(covered - 1), field="padding"))
                    if covered > 1
                    else "without padding a kernel of 1 takes each place by itself",
                )

    def output_volume(self, x: Volume) -> Volume:
        sizes = self.slid(x)
        for window, size in zip(self.windows(x), x.sizes, strict=True):
            if window.misses_every_pixel(size):
                message = (
                    f"dilation {window.dilation} steps over all of {plural(size, x.point)}: a window holds only padding"
                )
                raise Problem(codes.WINDOW_WITHOUT_PIXEL, message, field="dilation")
        return x.with_sizes(sizes)


@kind("max_pool")
class MaxPool(Pooling):
    """The largest value under a sliding window, channel by channel; padding never wins.

    >>> MaxPool(kernel=3, stride=2).output_volume(Volume((55, 55, 96)))
    Volume((27, 27, 96))
    """

    pads_what_hangs_over = True

    padding: Sides | str = NEVER_WINNING
    dilation: tuple[int, ...] = parameter(
        Size(), "the distance of the window's taps; 1 is ordinary", 1, letter="d", silent=1
    )
    rounding: str = parameter(ROUNDING, REMAINDER, Inherited("pool"))


@kind("avg_pool")
class AvgPool(Pooling):
    """The mean under a sliding window, channel by channel."""

    linear = True

    padding: Sides | str = ZEROS
    rounding: str = parameter(ROUNDING, REMAINDER, Inherited("pool"))
    count_padding: bool | None = parameter(
        Flag(), "whether padding counts in the mean; required where there is any", None
    )

    def check(self, rank: int) -> None:
        super().check(rank)
        padded = isinstance(self.padding, str) or any(any(sides) for sides in self.padding)
        if padded and self.count_padding is None:
            raise Problem(
                codes.AVERAGE_OF_PADDING,
                "a padded avg_pool must say whether padding counts in the mean",
                field="padding",
                helps=(
                    Help(
                        "`count_padding true` divides by the whole window, as PyTorch does by default",
                        Edit("true", field="count_padding"),
                    ),
                    Help(
                        f"`count_padding false` divides by the {POINTS[rank]}s under the window, as Keras does",
                        Edit("false", field="count_padding"),
                    ),
                ),
            )


class GlobalPool(Layer):
    """One number a map."""

    needs_places = True
    reads_whole_map = True
    pools = True

    def output_volume(self, x: Volume) -> Volume:
        return x.with_sizes((1,) * x.rank)


@kind("global_avg_pool")
class GlobalAvgPool(GlobalPool):
    """The mean of each map.

    >>> GlobalAvgPool().output_volume(Volume((7, 7, 2048)))
    Volume((1, 1, 2048))
    """

    linear = True


@kind("global_max_pool")
class GlobalMaxPool(GlobalPool):
    """The largest value of each map."""


@kind("adaptive_avg_pool")
class AdaptiveAvgPool(Layer):
    """Means over as many bins as the output has places; bins may overlap, as PyTorch cuts them."""

    needs_places = True
    pools = True
    linear = True

    output: tuple[int, ...] = parameter(Size(), "the sizes that come out", letter="bins")

    def output_volume(self, x: Volume) -> Volume:
        return x.with_sizes(self.output)

    def field(self, x: Volume) -> tuple[FieldStep, ...]:
        return tuple(bins_step(size, bins) for size, bins in zip(x.sizes, self.output, strict=True))

    def bordered(self, x: Volume, before: int, after: int) -> None:
        """Where a bin lies depends on the whole map."""
