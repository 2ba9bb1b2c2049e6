"""Draws windows that fit: kernels, strides, paddings, dilations and roundings for each axis of a map."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st

from cnncalc.layers import KINDS
from cnncalc.volume import SIDES, Volume

Draw = Any
Values = dict[str, Any]

PADDINGS = ("none", "number", "axes", "sides", "valid", "half", "same")


class Axis(NamedTuple):
    """A window along one axis."""

    kernel: int
    stride: int
    before: int
    after: int
    dilation: int

    @property
    def extent(self) -> int:
        return (self.kernel - 1) * self.dilation + 1


def sliding(draw: Draw, kind: str, x: Volume, inherited: str) -> Values:
    """Kernel, stride, padding, dilation and rounding of a convolution or a pool, such that no fault follows."""
    known = KINDS[kind].parameters
    values: Values = {}
    rounding = inherited
    if draw(st.booleans()):
        rounding = values["rounding"] = draw(st.sampled_from(known["rounding"].type.words))
    padding = draw(st.sampled_from(PADDINGS)) if "padding" in known else "none"
    is_pool = KINDS[kind].layer.family == "pool"
    axes: list[Axis] = []
    for size in x.sizes:
        axis = _axis(draw, size, rounding, padding, is_pool=is_pool, dilates="dilation" in known)
        if axes and draw(st.booleans()) and fits(axes[0], size, rounding, padding, is_pool=is_pool):
            axis = axes[0]
        axes.append(axis)
    if "stride" not in known:
        axes = [_stepping_by_itself(axis, size, rounding) for axis, size in zip(axes, x.sizes, strict=True)]
    values["kernel"] = per_axis(draw, [axis.kernel for axis in axes])
    if "stride" in known:
        strides = [axis.stride for axis in axes]
        default = [axis.kernel if is_pool else 1 for axis in axes]
        if strides != default or draw(st.booleans()):
            values["stride"] = per_axis(draw, strides)
    if any(axis.dilation > 1 for axis in axes):
        values["dilation"] = per_axis(draw, [axis.dilation for axis in axes])
    if padding in ("valid", "half", "same"):
        values["padding"] = padding
    elif padding != "none":
        values["padding"] = sides(draw, [(axis.before, axis.after) for axis in axes])
    return values


def _axis(draw: Draw, size: int, rounding: str, padding: str, *, is_pool: bool, dilates: bool) -> Axis:
    kernel = draw(st.integers(1, 4))
    dilation = draw(st.sampled_from((1, 1, 2, 3))) if dilates else 1
    if is_pool:
        dilation = min(dilation, size)  # a wider step could pass over the whole image
    before, after = _padding(draw, padding, kernel, dilation, is_pool=is_pool)
    if padding != "same" and (kernel - 1) * dilation + 1 > size + before + after:
        kernel, dilation = min(kernel, size), 1
        before, after = _padding(draw, padding, kernel, dilation, is_pool=is_pool)
        if rounding == "ceil" and padding == "none" and draw(st.booleans()):
            return Axis(size + 1, 2, 0, 0, 1)  # its only window hangs over the end
    axis = Axis(kernel, 1, before, after, dilation)
    strides = [axis._replace(stride=stride) for stride in (1, 2, 3, 4, kernel)]
    fitting = [one for one in strides if fits(one, size, rounding, padding, is_pool=is_pool)]
    chosen: Axis = draw(st.sampled_from(fitting))
    return chosen


def _padding(draw: Draw, padding: str, kernel: int, dilation: int, *, is_pool: bool) -> tuple[int, int]:
    extent = (kernel - 1) * dilation + 1
    if padding == "half":
        return extent // 2, extent // 2
    if padding in ("none", "valid", "same"):
        return 0, 0
    most = min(2, extent - 1) if is_pool else 2
    before = draw(st.integers(0, most))
    return before, draw(st.integers(0, most)) if padding == "sides" else before


def fits(axis: Axis, size: int, rounding: str, padding: str, *, is_pool: bool) -> bool:
    """Whether a window may slide along an axis of that size."""
    if is_pool and (axis.dilation > size or (padding != "half" and max(axis.before, axis.after) >= axis.extent)):
        return False
    if padding == "same":
        return True
    room = size + axis.before + axis.after - axis.extent
    return room == 0 or (room > 0 and (rounding != "exact" or room % axis.stride == 0))


def _stepping_by_itself(axis: Axis, size: int, rounding: str) -> Axis:
    kernel = min(axis.kernel, size)
    while rounding == "exact" and size % kernel:
        kernel -= 1
    return Axis(kernel, kernel, 0, 0, 1)


def transposed(draw: Draw, x: Volume, most: int) -> Values:
    """Kernel, stride, padding, output_padding and dilation of a transposed convolution: something is left of it."""
    axes: list[Axis] = []
    extra: list[int] = []
    for size in x.sizes:
        stride = draw(st.integers(1, max(1, min(3, (most - 1) // max(1, size - 1)))))
        kernel, dilation = draw(st.integers(1, 3)), draw(st.sampled_from((1, 1, 2)))
        width = (size - 1) * stride + (kernel - 1) * dilation + 1
        cut = draw(st.integers(0, min(2, (width - 1) // 2)))
        other = draw(st.integers(0, min(2, width - 1 - cut)))
        axes.append(Axis(kernel, stride, cut, draw(st.sampled_from((cut, other))), dilation))
        extra.append(draw(st.integers(0, stride - 1)))
    values: Values = {"kernel": per_axis(draw, [axis.kernel for axis in axes])}
    cuts = [(axis.before, axis.after) for axis in axes]
    values["padding"] = sides(draw, cuts) if any(map(any, cuts)) else "valid"
    for name, numbers, default in (
        ("stride", [axis.stride for axis in axes], 1),
        ("dilation", [axis.dilation for axis in axes], 1),
        ("output_padding", extra, 0),
    ):
        if set(numbers) != {default} or draw(st.booleans()):
            values[name] = per_axis(draw, numbers)
    if values["padding"] == "valid" and draw(st.booleans()):
        del values["padding"]
    return values


def per_axis(draw: Draw, numbers: list[int]) -> Any:
    """One number where all axes have the same, or one for each."""
    return numbers[0] if len(set(numbers)) == 1 and draw(st.booleans()) else tuple(numbers)


def sides(draw: Draw, pairs: list[tuple[int, int]]) -> Any:
    """Padding in one of the forms that can say it: a number, AxB, or named sides."""
    forms: list[Any] = []
    if all(before == after for before, after in pairs):
        forms.append(tuple(before for before, _ in pairs))
        if len(set(pairs)) == 1:
            forms.append(pairs[0][0])
    named = {
        name: width
        for names, widths in zip(SIDES[len(pairs)], pairs, strict=True)
        for name, width in zip(names, widths, strict=True)
        if width
    }
    if named:
        forms.append(named)
    return draw(st.sampled_from(forms))
