"""Layers that move values about and compute nothing, or only copies and means of neighbours."""

from __future__ import annotations

from cnncalc import codes
from cnncalc.exact import share
from cnncalc.layers.field_step import aligned_corners_step, bilinear_step, nearest_step
from cnncalc.layers.layer import Layer, kind
from cnncalc.layers.schema import Choice, Count, Flag, Padding, Real, Sides, Size, VolumeValue, parameter
from cnncalc.layers.sliding import divide_into_groups
from cnncalc.problem import Problem
from cnncalc.volume import SIDES, Volume, checked
from cnncalc.window import FieldStep, Window
from cnncalc.wording import plural


@kind("identity")
class Identity(Layer):
    """Passes its input on."""

    hands_on = True
    keeps_values = True
    linear = True


@kind("dropout")
class Dropout(Layer):
    """In training sets a random share of the values to zero; in inference passes its input on.

    Source: the lecture; Srivastava et al. 2014, in the form that scales in training.
    """

    hands_on = True
    keeps_values = True
    linear = True

    rate: float = parameter(Real(0.0, 1.0), "the share that training sets to zero")

    @property
    def drop_rate(self) -> float:  # type: ignore[override]  # it is a parameter
        return self.rate


@kind("flatten")
class Flatten(Layer):
    """The whole volume as one vector, channel-major (C, then D, H, W)."""

    keeps_values = True
    linear = True
    reads_whole_map = True

    def output_volume(self, x: Volume) -> Volume:
        return checked((x.size,))


@kind("reshape")
class Reshape(Layer):
    """The same values in another volume, read and written channel-major (C, then D, H, W)."""

    keeps_values = True
    linear = True
    reads_whole_map = True

    output: Volume = parameter(VolumeValue(), "the volume that comes out")

    def output_volume(self, x: Volume) -> Volume:
        if x.size != self.output.size:
            message = f"{x} holds {plural(x.size, 'value')}, and {self.output} would hold {self.output.size:,}"
            raise Problem(codes.RESHAPE_LOSES_VALUES, message, field="output")
        return self.output.with_channels(share(x.size, self.output.places))


@kind("slice")
class Slice(Layer):
    """Some channels: from `start`, counted from 0, up to `stop`, which is excluded."""

    linear = True

    start: int = parameter(Count(0), "the first channel")
    stop: int = parameter(Count(1), "the channel after the last")

    def check(self, rank: int) -> None:
        if self.stop <= self.start:
            message = f"stop must be above start, and {self.stop} is not above {self.start}"
            raise Problem(codes.SLICE_BEYOND_CHANNELS, message, field="stop")

    def output_volume(self, x: Volume) -> Volume:
        if self.stop > x.channels:
            message = f"stop {self.stop} is beyond what arrives: {plural(x.channels, 'channel')}"
            raise Problem(codes.SLICE_BEYOND_CHANNELS, message, field="stop")
        return x.with_channels(self.stop - self.start)


@kind("channel_shuffle")
class ChannelShuffle(Layer):
    """Deals the channels of each group out in turn: channel j x groups + i comes from place j of group i.

    Source: Zhang et al. 2017, "ShuffleNet".
    """

    linear = True

    groups: int = parameter(Count(), "how many groups are interleaved")

    def output_volume(self, x: Volume) -> Volume:
        divide_into_groups(self.groups, channels=x.channels)
        return x


def moved(before: int) -> FieldStep:
    """A map whose first place lies `before` places further out."""
    return FieldStep(0, -before, 1)


@kind("pad")
class Pad(Layer):
    """Places around the map, and channels of the value before and after (ResNet's option A)."""

    linear = True

    padding: Sides = parameter(Padding(), "how many places on each side", 0, letter="P")
    mode: str = parameter(Choice("constant", "reflect", "edge"), "the value, the mirrored map, or its edge", "constant")
    value: float = parameter(Real(), "what a constant border holds", 0.0)
    channels_before: int = parameter(Count(0), "channels of the value before the first", 0, silent=0)
    channels_after: int = parameter(Count(0), "channels of the value after the last", 0, silent=0)

    def output_volume(self, x: Volume) -> Volume:
        if self.mode == "reflect":
            for size, sides in zip(x.sizes, self.padding, strict=True):
                if max(sides) >= size:
                    message = (
                        f"a mirror of {plural(size, x.point)} is at most {size - 1} wide, and {max(sides)} is asked for"
                    )
                    raise Problem(codes.MIRROR_TOO_WIDE, message, field="padding")
        sizes = (size + before + after for size, (before, after) in zip(x.sizes, self.padding, strict=True))
        return checked((*sizes, x.channels + self.channels_before + self.channels_after))

    def field(self, x: Volume) -> tuple[FieldStep, ...]:
        return tuple(moved(before) for before, _ in self.padding)

    def bordered(self, x: Volume, before: int, after: int) -> Layer | None:
        if self.mode != "constant" and any(self.padding[0]):
            return None
        return self.changed(padding=((before, after), *self.padding[1:]))


@kind("crop")
class Crop(Layer):
    """Cuts places off the named sides."""

    needs_places = True
    linear = True
    positional = False

    top: int = parameter(Count(0), "rows cut off the top", 0)
    bottom: int = parameter(Count(0), "rows cut off the bottom", 0)
    left: int = parameter(Count(0), "columns or samples cut off the left", 0)
    right: int = parameter(Count(0), "columns or samples cut off the right", 0)
    front: int = parameter(Count(0), "frames cut off the front", 0)
    back: int = parameter(Count(0), "frames cut off the back", 0)

    def check(self, rank: int) -> None:
        if rank == 0:
            return
        known = {side for pair in SIDES[rank] for side in pair}
        for side in ("front", "back", "top", "bottom", "left", "right"):
            if side not in known and getattr(self, side):
                message = f"there is no {side} to cut here; the sides are {', '.join(sorted(known))}"
                raise Problem(codes.NO_SUCH_SIDE, message, field=side)

    def sides(self, rank: int) -> tuple[tuple[int, int], ...]:
        """What is cut before and after, along each axis."""
        return tuple((getattr(self, first), getattr(self, last)) for first, last in SIDES[rank])

    def output_volume(self, x: Volume) -> Volume:
        left = tuple(size - before - after for size, (before, after) in zip(x.sizes, self.sides(x.rank), strict=True))
        for size, names, rest in zip(x.sizes, SIDES[x.rank], left, strict=True):
            if rest < 1:
                message = f"cutting {size - rest} of {size} leaves nothing"
                raise Problem(codes.CROP_LEAVES_NOTHING, message, field=names[1])
        return x.with_sizes(left)

    def field(self, x: Volume) -> tuple[FieldStep, ...]:
        return tuple(moved(-before) for before, _ in self.sides(x.rank))

    def bordered(self, x: Volume, before: int, after: int) -> Layer:
        return self.changed(**dict(zip(SIDES[x.rank][0], (-before, -after), strict=True)))


@kind("upsample")
class Upsample(Layer):
    """Makes each axis `scale` times as long: nearest takes place floor(i/scale), bilinear has half-pixel centres."""

    needs_places = True
    linear = True

    scale: tuple[int, ...] = parameter(Size(), "how many times as long each axis becomes")
    mode: str = parameter(
        Choice("nearest", "bilinear"), "copies, or means of the two neighbours along each axis", "nearest"
    )
    align_corners: bool = parameter(
        Flag(), "bilinear: whether the centres of the first and the last place stay where they are", False
    )

    def check(self, rank: int) -> None:
        if self.align_corners and self.mode == "nearest":
            message = "align_corners is for mode bilinear; nearest has no centres to align"
            raise Problem(codes.ALIGN_CORNERS_OF_NEAREST, message, field="align_corners")

    def output_volume(self, x: Volume) -> Volume:
        return x.with_sizes(tuple(size * scale for size, scale in zip(x.sizes, self.scale, strict=True)))

    def field(self, x: Volume) -> tuple[FieldStep, ...]:
        if self.align_corners:
            axes = zip(x.sizes, self.output_volume(x).sizes, strict=True)
            return tuple(aligned_corners_step(*axis) for axis in axes)
        return tuple(map(bilinear_step if self.mode == "bilinear" else nearest_step, self.scale))


@kind("depth_to_space")
class DepthToSpace(Layer):
    """Spreads channels over block x block places; place (dy, dx) of channel c takes channel c b^2 + dy b + dx.

    Source: Shi et al. 2016, "Real-Time Single Image and Video Super-Resolution", PyTorch's pixel_shuffle.
    """

    needs_places = True
    linear = True

    block: int = parameter(Count(), "the side of the block (b)", letter="B")

    def output_volume(self, x: Volume) -> Volume:
        parts = self.block**x.rank
        if x.channels % parts:
            message = (
                f"{plural(x.channels, 'channel')} cannot fill blocks of {parts}: {x.channels}/{parts} is not whole"
            )
            raise Problem(codes.BLOCKS_DO_NOT_FILL, message, field="block")
        return x.with_sizes(tuple(size * self.block for size in x.sizes)).with_channels(share(x.channels, parts))

    def field(self, x: Volume) -> tuple[FieldStep, ...]:
        return (nearest_step(self.block),) * x.rank


@kind("space_to_depth")
class SpaceToDepth(Layer):
    """Stacks block x block places as channels: the inverse of depth_to_space."""

    needs_places = True
    linear = True

    block: int = parameter(Count(), "the side of the block (b)", letter="B")

    def output_volume(self, x: Volume) -> Volume:
        for size in x.sizes:
            if size % self.block:
                message = (
                    f"{plural(size, x.point)} cannot fill blocks of {self.block}: {size}/{self.block} is not whole"
                )
                raise Problem(codes.BLOCKS_DO_NOT_FILL, message, field="block")
        parts = self.block**x.rank
        return x.with_sizes(tuple(share(size, self.block) for size in x.sizes)).with_channels(x.channels * parts)

    def field(self, x: Volume) -> tuple[FieldStep, ...]:
        return (Window(self.block, self.block).field_step,) * x.rank
