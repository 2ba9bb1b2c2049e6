"""Lints of windows that slide: places that none of them reads, maps that shift, pools that read padding."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from cnncalc import codes, quantity
from cnncalc.analysis import Node
from cnncalc.analysis.sliding import Slide, padding_taps, padding_word, slides, volume_with
from cnncalc.gate.finding import Finding
from cnncalc.source import Edit, Help


def windows_of(node: Node) -> Iterator[Finding]:
    """What is to be said of the windows of one row; it depends on the layer and on what it reads alone."""
    axes = slides(node)
    if not axes:
        return
    yield from _dropped(node, axes)
    yield from _skipped(node, axes)
    yield from _shifted(node, axes)
    if node.layer.pools:
        yield from _padded(node, axes)


def _dropped(node: Node, axes: tuple[Slide, ...]) -> Iterator[Finding]:
    """Rows and columns at the end that `floor` leaves over."""
    lost = [slide for slide in axes if slide.dropped]
    if not lost:
        return
    places = prod(slide.size for slide in axes)
    kept = prod(slide.size - slide.dropped for slide in axes)
    share = quantity.percent(places - kept, places)
    counts = " and ".join(quantity.plural(slide.dropped, slide.line) for slide in lost)
    message = (
        f"floor drops the last {counts} of {quantity.size([slide.size for slide in axes])}: "
        f"{places - kept:,} of {places:,} places ({share}) are never read"
    )
    wider = volume_with(node.layer, node.read[0], rounding="ceil")
    ceil = Help(f"`rounding: ceil` reads them and gives {wider}", Edit("ceil", field="rounding"))
    helps = (ceil,) if wider else ()
    yield Finding(codes.DROPPED_PIXELS, node.path, message, lost[0].window.formula(lost[0].size), helps)


def _skipped(node: Node, axes: tuple[Slide, ...]) -> Iterator[Finding]:
    """Pixels between windows that do not touch each other."""
    lost = [slide for slide in axes if slide.skipped]
    if not lost:
        return
    counts = " and ".join(f"{slide.skipped:,} of {quantity.plural(slide.size, slide.line)}" for slide in lost)
    window = lost[0].window
    message = f"a kernel of {window.extent} with stride {window.stride} skips {counts}"
    wider = next(_reading_all(node, axes), None)
    helps = (_kernel(wider[0], f"reads every place and gives {wider[1]}"),) if wider else ()
    yield Finding(codes.KERNEL_BELOW_STRIDE, node.path, message, "the windows do not touch each other", helps)


def _kernel(size: tuple[int, ...], then: str) -> Help:
    """The help that sets another kernel."""
    text = quantity.size(size)
    return Help(f"`kernel: {text}` {then}", Edit(text, field="kernel"))


def _reading_all(node: Node, axes: tuple[Slide, ...]) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Kernels that leave nothing between their windows, smallest first, with what they give where that is allowed."""
    for extra in (0, 1):
        kernel = tuple(slide.window.stride + extra if slide.skipped else slide.window.kernel for slide in axes)
        centred = all(factor % 2 for factor in kernel)
        given = volume_with(node.layer, node.read[0], kernel=kernel) if centred or not padding_word(node) else None
        if given:
            yield kernel, given


def _shifted(node: Node, axes: tuple[Slide, ...]) -> Iterator[Finding]:
    """An even kernel has no middle: `half` and `same` put its window half a pixel beside its place.

    With an even stride a place stands for an even number of pixels, whose middle lies between two of them as well.
    """
    word = padding_word(node)
    even = [
        slide
        for slide in axes
        if slide.window.extent % 2 == 0
        and (word == "half" or (slide.window.before != slide.window.after and slide.window.stride % 2))
    ]
    if not word or not even:
        return
    point = node.read[0].point
    window = even[0].window
    towards = "before" if word == "half" else "after"
    message = (
        f"`{word}` with an even kernel of {window.extent} pads {window.before} before and {window.after} after: "
        f"each window is centred half a {point} {towards} its place"
    )
    odd = tuple(slide.window.kernel + (slide in even) for slide in axes)
    given = volume_with(node.layer, node.read[0], kernel=odd)
    helps = (_kernel(odd, f"has a middle and gives {given}"),) if given else ()
    yield Finding(codes.EVEN_KERNEL, node.path, message, f"gives {node.volume} from {node.read[0]}", helps)


def _padded(node: Node, axes: tuple[Slide, ...]) -> Iterator[Finding]:
    """A pool with padding, which a maximum passes over and which thins a mean; an overhang is none.

    A window hangs over the end under `ceil`, and under `same` where nothing is padded before.
    """
    padding, every = padding_taps(node)
    same = padding_word(node) == "same"
    if not padding or not any(slide.window.before or (slide.window.after and not same) for slide in axes):
        return
    message = (
        f"padded pooling is not recommended: {padding:,} of the {every:,} taps on each map "
        f"({quantity.percent(padding, every)}) meet padding"
    )
    bare = volume_with(node.layer, node.read[0], padding=0)
    helps = (Help(f"`padding: 0` gives {bare}", Edit("0", field="padding")),) if bare else ()
    yield Finding(codes.PADDED_POOLING, node.path, message, f"gives {node.volume} from {node.read[0]}", helps)
