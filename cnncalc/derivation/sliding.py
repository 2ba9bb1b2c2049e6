"""Derives the places of a window: effective kernel, padding of each side, and how many places fit along each axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cnncalc.derivation.expression import Letter, Term, ceil_of, floor_of, least, most
from cnncalc.derivation.lettering import AXIS_LETTERS, per_axis, sizes
from cnncalc.derivation.step import Remark, Step
from cnncalc.layers.conv import ConvTranspose, Sliding
from cnncalc.layers.schema import HALF, SAME
from cnncalc.volume import AXES, SIDES, Volume
from cnncalc.window import CEIL, FLOOR, Window


class Slide(NamedTuple):
    """The letters of a window along one axis; `padding` is what both sides add up to, None where there is none."""

    axis: str
    window: Window
    kernel: Letter
    stride: Letter
    dilation: Letter
    extent: Letter
    before: Letter
    after: Letter
    padding: Term | None


def slides(layer: Sliding | ConvTranspose, x: Volume) -> tuple[Slide, ...]:
    """The letters of a layer's window along each axis of what it reads."""
    windows = layer.windows(x)
    kernels = per_axis("F", [window.kernel for window in windows])
    dilated = any(window.dilation > 1 for window in windows)
    by_name_of_side = layer.padding == SAME
    return tuple(
        Slide(*entry, *padding)
        for *entry, padding in zip(
            AXES[x.rank],
            windows,
            kernels,
            per_axis("S", [window.stride for window in windows]),
            per_axis("d", [window.dilation for window in windows]),
            per_axis("F'", [window.extent for window in windows]) if dilated else kernels,
            _named_sides(windows, x.rank) if by_name_of_side else _paddings(windows, x.rank),
            strict=True,
        )
    )


Paddings = list[tuple[Letter, Letter, Term | None]]


def _paddings(windows: Sequence[Window], rank: int) -> Paddings:
    """One P where all sides agree, one an axis where both of its sides do, else one for each side."""
    if not any(window.before or window.after for window in windows):
        return [(Letter("P", 0), Letter("P", 0), None) for _ in windows]
    if any(window.before != window.after for window in windows):
        return _named_sides(windows, rank)
    paddings = per_axis("P", [window.before for window in windows])
    return [(padding, padding, 2 * padding) for padding in paddings]


def _named_sides(windows: Sequence[Window], rank: int) -> Paddings:
    found: Paddings = []
    for window, (first, last) in zip(windows, SIDES[rank], strict=True):
        before, after = Letter(f"P_{first}", window.before), Letter(f"P_{last}", window.after)
        found.append((before, after, before + after))
    return found


def effective_kernels(slid: Sequence[Slide]) -> Iterator[Step]:
    """F' = (F - 1) x d + 1, where the taps stand apart."""
    told = set()
    for slide in slid:
        if slide.extent is not slide.kernel and slide.extent.name not in told:
            told.add(slide.extent.name)
            formula = (slide.kernel - 1) * slide.dilation + 1
            yield Step("effective kernel", slide.extent.name, formula, slide.window.extent)


def places(layer: Sliding, x: Volume, volume: Volume) -> Iterator[Step]:
    """The output's size along each axis, with what leads to it.

    Source: the lecture's W2 = (W1 - F + 2P)/S + 1, with dilation, a padding for each side and a rounding.
    """
    slid = slides(layer, x)
    yield from effective_kernels(slid)
    if layer.padding == HALF:
        yield from _half(slid)
    for axis, (slide, size, places_) in enumerate(zip(slid, sizes(x, 1), sizes(volume, 2), strict=True)):
        if layer.padding == SAME:
            yield Step(slide.axis, places_.name, ceil_of(size / slide.stride), places_.value)
            yield from _same(slide, size, places_, AXIS_LETTERS[x.rank][axis])
        else:
            yield Step(slide.axis, places_.name, _count(slide, size), places_.value)


def _count(slide: Slide, size: Letter) -> Term:
    room = size - slide.extent
    steps = (room if slide.padding is None else room + slide.padding) / slide.stride
    if slide.window.rounding == CEIL:
        # A window that starts beyond the image and its leading padding would see only padding.
        leading = size if slide.padding is None else size + slide.before
        return least(ceil_of(steps), floor_of((leading - 1) / slide.stride)) + 1
    return (floor_of(steps) if slide.window.rounding == FLOOR else steps) + 1


def _half(slid: Sequence[Slide]) -> Iterator[Step]:
    told = set()
    for slide in slid:
        if slide.before.name not in told:
            told.add(slide.before.name)
            yield Step("padding", slide.before.name, floor_of(slide.extent / 2), slide.window.before)


def _same(slide: Slide, size: Letter, places_: Letter, axis: str) -> Iterator[Step]:
    """TensorFlow's: what is missing for that many places, the odd pixel last."""
    missing = Letter(f"M_{axis}", slide.window.before + slide.window.after)
    lacking = most((places_ - 1) * slide.stride + slide.extent - size, 0)
    yield Step("missing pixels", missing.name, lacking, missing.value)
    yield Step("padding", slide.before.name, floor_of(missing / 2), slide.window.before)
    yield Step("padding", slide.after.name, missing - slide.before, slide.window.after)


def remarks(layer: Sliding, x: Volume) -> Iterator[Remark]:
    """What is left over at the end of an axis, or hangs over it."""
    for slide, size in zip(slides(layer, x), x.sizes, strict=True):
        rest = slide.window.remainder(size)
        if rest and layer.padding != SAME:
            topic = "left over" if rest > 0 else "hangs over"
            yield Remark(topic, {"axis": slide.axis, "places": abs(rest), "rounding": slide.window.rounding})
    if layer.padding == SAME and any(slide.before.value != slide.after.value for slide in slides(layer, x)):
        yield Remark("uneven padding")
