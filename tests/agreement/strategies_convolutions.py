"""Draws small networks around one convolution that a certain algorithm can compute."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st

from cnncalc.layers import KINDS
from cnncalc.volume import Volume
from tests.agreement.strategies_text import item, plain
from tests.agreement.strategies_windows import Axis, Draw, Values, per_axis, sides

CHANNELS = (1, 2, 3, 4, 5, 8, 12, 17, 24, 40)
MOST_VALUES = 1600
"""Of the map that the convolution reads: large enough for several tiles and blocks, and quick in the reference."""

LONGEST = {1: 60, 2: 20, 3: 7}
ACTIVATIONS = ("relu", "relu6", "prelu", "{leaky_relu: 0.2}", "hard_swish", "{prelu: {shared: true}}")


class Family(NamedTuple):
    """The convolutions that an algorithm computes.

    Attributes:
        kind: how the language calls them.
        ranks: of the maps.
        kernels: taps along an axis.
        strides: distances of windows.
        dilations: distances of taps.
        padding: the most on one side.
    """

    kind: str = "conv"
    ranks: tuple[int, ...] = (1, 2, 2, 3)
    kernels: tuple[int, ...] = (1, 2, 3, 5)
    strides: tuple[int, ...] = (1, 2, 3)
    dilations: tuple[int, ...] = (1, 1, 2, 3)
    padding: int = 3


FAMILIES = {
    "columns": Family(),
    "pointwise": Family(kernels=(1,), strides=(1,), dilations=(1, 2), padding=0),
    "winograd2": Family(ranks=(2,), kernels=(3,), strides=(1,), dilations=(1,)),
    "winograd4": Family(ranks=(2,), kernels=(3,), strides=(1,), dilations=(1,)),
    "depthwise": Family(kind="depthwise"),
    "fourier": Family(kernels=(1, 3, 7, 11), strides=(1,)),
    "connected columns": Family(),
    "phases": Family(kind="conv_transpose", kernels=(1, 2, 3, 4), padding=2),
    "scattering": Family(kind="conv_transpose", kernels=(1, 2, 3, 4), strides=(1, 2, 3, 7), padding=2),
}
"""By the algorithm's name; the last two are what transposed convolutions are computed by."""


class Sketch:
    """A network that is being drawn, the lines of its layers and the volume after the last one."""

    def __init__(self, draw: Draw, algorithm: str) -> None:
        self.draw = draw
        self.algorithm = algorithm
        self.family = FAMILIES[algorithm]
        self.lines: list[str] = []
        self.volume = Volume((1,))

    def pick(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def put(self, kind: str, values: Values, modifiers: Values | None = None) -> None:
        self.lines.append(item(kind, plain(values) if values else "", modifiers))

    def text(self) -> str:
        """The whole spec."""
        rank = self.pick(*self.family.ranks)
        channels = self.channels()
        axes, sizes = self.axes(rank, channels)
        self.volume = Volume((*sizes, channels))
        read = self.volume
        if self.pick(True, False, False):  # so that the map lies among others of the run
            self.put("conv", {"filters": channels, "kernel": 1, "act": "relu"}, {"name": "x"})
        else:
            self.put("identity", {}, {"name": "x"})
        values = self.convolution(axes, channels)
        layer = KINDS[self.family.kind].build(rank, values)
        self.volume = layer.output_volume(read)
        other = self.pick(None, "first", "last") if self.volume.size <= 2 * MOST_VALUES else None
        if other is not None:
            self.put(self.family.kind, values, {"name": "other", "from": "x"})
        self.put(self.family.kind, values, {"name": "c", "from": "x"})
        self.followers(other)
        self.readers(read)
        lines = [f"input: [{', '.join(map(str, read))}]", "layers:", *(f"  - {line}" for line in self.lines)]
        return "\n".join([*lines, ""])

    def channels(self) -> int:
        """How many come in; few where each pair of channel and filter has a spectrum of its own."""
        most = 12 if self.algorithm == "fourier" else 40
        return int(self.pick(*(number for number in CHANNELS if number <= most)))

    def axes(self, rank: int, channels: int) -> tuple[list[Axis], list[int]]:
        """A window and a size for each axis such that one window fits at least; maps of one pixel are frequent."""
        axes, sizes, room = [], [], MOST_VALUES // channels
        for _ in range(rank):
            axis = Axis(
                self.pick(*self.family.kernels),
                self.pick(*self.family.strides),
                self.draw(st.integers(0, self.family.padding)),
                self.draw(st.integers(0, self.family.padding)),
                self.pick(*self.family.dilations),
            )
            if self.family.kind == "conv_transpose":
                size, axis = self._transposed(axis, rank)
            else:
                least = max(1, axis.extent - axis.before - axis.after)
                most = max(least, min(LONGEST[rank], room))
                size = self.draw(st.sampled_from((least, most)) | st.integers(least, most))
            room = max(1, room // size)
            axes.append(axis)
            sizes.append(size)
        return axes, sizes

    def _transposed(self, axis: Axis, rank: int) -> tuple[int, Axis]:
        """A size, and no more cut off than leaves a place."""
        size = self.draw(st.integers(1, max(1, LONGEST[rank] // (1 + axis.stride))))
        width = (size - 1) * axis.stride + axis.extent
        before = min(axis.before, width - 1)
        return size, axis._replace(before=before, after=min(axis.after, width - 1 - before))

    def convolution(self, axes: list[Axis], channels: int) -> Values:
        kind = self.family.kind
        values: Values = {} if kind == "depthwise" else {"filters": self.filters(channels)}
        values["kernel"] = per_axis(self.draw, [axis.kernel for axis in axes])
        values["stride"] = per_axis(self.draw, [axis.stride for axis in axes])
        values["dilation"] = per_axis(self.draw, [axis.dilation for axis in axes])
        if any(axis.before or axis.after for axis in axes):
            values["padding"] = sides(self.draw, [(axis.before, axis.after) for axis in axes])
        if kind != "conv_transpose":
            values["rounding"] = self.pick("floor", "ceil")
        elif self.pick(True, False):
            values["output_padding"] = tuple(self.draw(st.integers(0, axis.stride - 1)) for axis in axes)
        values["bias"] = self.draw(st.booleans())
        if self.algorithm in ("columns", "phases", "scattering"):
            values["groups"] = self.pick(*(n for n in (1, 2, 3, 4) if channels % n == 0 == values["filters"] % n))
        elif self.algorithm == "depthwise":
            values["multiplier"] = self.pick(1, 1, 2, 3)
        elif self.algorithm == "connected columns":
            seen = st.lists(st.integers(0, channels - 1), unique=True, max_size=channels)
            values["connections"] = [[0], *(self.draw(seen) for _ in range(values["filters"] - 1))]
        return values

    def filters(self, channels: int) -> int:
        """Few where each pair of channel and filter has a spectrum, or each filter a call, of its own."""
        most = {"connected columns": 6, "fourier": 24}.get(self.algorithm, 40)
        return int(self.pick(*(number for number in CHANNELS if number <= most), min(most, 2 * channels)))

    def followers(self, other: str | None) -> None:
        """What may be computed together with the convolution, in any order: norms, the residual, activations."""
        kinds = self.draw(st.lists(st.sampled_from(["batch_norm", "scale", "act"]), max_size=3))
        kinds.insert(self.draw(st.integers(0, len(kinds))), "add")
        for kind in kinds:
            if kind == "batch_norm":
                self.put("batch_norm", {"affine": self.draw(st.booleans())})
            elif kind == "scale":
                self.put("scale", {"bias": self.draw(st.booleans())})
            elif kind == "act":
                self.lines.append(self.pick(*ACTIVATIONS))
            elif other is not None:
                self.put("add", {}, {"from": ["other", "previous"] if other == "first" else ["previous", "other"]})

    def readers(self, read: Volume) -> None:
        """Windows of different widths on what came out, their results in one concat; or nothing more."""
        if self.pick(True, False) or self.volume.size > MOST_VALUES:
            return
        rank, channels = self.volume.rank, self.volume.channels
        self.put("identity", {}, {"name": "t"})
        names = ["t"]
        for number in range(self.pick(1, 2)):
            kind = self.pick("conv", "depthwise", "max_pool")
            kernel = tuple(self.pick(1, 3, 5) for _ in range(rank))
            values: Values = {"filters": self.pick(1, 3)} if kind == "conv" else {}
            self.put(
                kind, {**values, "kernel": kernel, "stride": 1, "padding": "same"}, {"name": f"r{number}", "from": "t"}
            )
            names.append(f"r{number}")
        if read.sizes == self.volume.sizes and self.pick(True, False):
            names.append("x")  # an input, or what was made long before
        self.put("concat", {}, {"from": self.draw(st.permutations(names)), "name": "j"})
        if self.pick(True, False):
            filters = {"filters": channels, "kernel": self.pick(1, 3), "padding": "half"}
            self.put("conv", filters)
            again = ["t"] if self.pick(True, False) else []  # a part of two concats
            self.put("concat", {}, {"from": self.draw(st.permutations(["j", "previous", *again]))})


@st.composite
def convolutions(draw: Draw, algorithm: str) -> str:
    """The text of a network around a convolution that the algorithm can compute."""
    return Sketch(draw, algorithm).text()
