"""What slides a window over its input, and the parameters that such kinds share."""

from __future__ import annotations

from math import gcd
from typing import ClassVar

from cnncalc import codes
from cnncalc.layers.activation import ACT, PASS_THROUGH
from cnncalc.layers.layer import Layer
from cnncalc.layers.schema import HALF, SAME, Count, Flag, Padding, Sides, Size, parameter
from cnncalc.problem import Problem
from cnncalc.source import Edit, Help
from cnncalc.volume import AXES, Volume
from cnncalc.window import FLOOR, FieldStep, Window, extent, same, same_count
from cnncalc.wording import plural

REMAINDER = "what a remainder means: a fault, dropped, or one more window"

FILTERS = parameter(Count(), "how many filters, and so how many output maps (K)", letter="K")
KERNEL = parameter(Size(), "the filter's size (F)", letter="F")
STRIDE = parameter(Size(), "the step of the window (S)", 1, letter="S")
ZEROS = parameter(Padding("valid", HALF, SAME), "zeros around the image (P)", 0, letter="P", silent=0)
DILATION = parameter(Size(), "the distance of the filter's taps; 1 is ordinary", 1, letter="d", silent=1)
GROUPS = parameter(Count(), "how many separate groups the channels and filters are split into", 1, letter="G", silent=1)
BIAS_A_FILTER = parameter(Flag(), "one trained number for each filter, added to its map", True)
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
                f"{plural(count, what[:-1])} cannot be split into {groups} equal groups: "
                f"{count}/{groups} is not a whole number",
                field="groups",
                helps=Help(f"`groups {near}` splits {parts}", Edit(str(near), field="groups")),
            )
