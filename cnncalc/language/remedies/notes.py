"""Says beside the caret which numbers do not fit: the lecture's letters filled in, and what is left over."""

from __future__ import annotations

from collections.abc import Sequence

from cnncalc import codes
from cnncalc.layers import Layer
from cnncalc.layers.conv import Sliding
from cnncalc.volume import Volume
from cnncalc.window import Window

PLACES = {1: ("place",), 2: ("row", "column"), 3: ("frame", "row", "column")}


def note_of(code: str, layer: Layer, x: Volume) -> str:
    """What stands beside the caret of a window that does not fit; empty for other faults."""
    if not isinstance(layer, Sliding):
        return ""
    windows = layer.windows(x)
    if code == codes.STRIDE_DOES_NOT_FIT:
        return f"{_letters(windows, 'FDSP')} leave {_places(left_over(windows, x), x.rank)} uncovered"
    if code == codes.KERNEL_TOO_LARGE:
        lacking = [max(0, -room(window, size)) for window, size in zip(windows, x.sizes, strict=True)]
        return f"{_letters(windows, 'FDP')} lack {_places(lacking, x.rank)}"
    return ""


def room(window: Window, size: int) -> int:
    """How far the window can move along so many pixels and their padding; negative where it does not fit."""
    return size + window.before + window.after - window.extent


def left_over(windows: tuple[Window, ...], x: Volume) -> tuple[int, ...]:
    """How many places along each axis the stride leaves uncovered."""
    return tuple(
        window.uncovered(size) if room(window, size) > 0 else 0 for window, size in zip(windows, x.sizes, strict=True)
    )


def _letters(windows: tuple[Window, ...], which: str) -> str:
    values = {
        "F": [str(window.kernel) for window in windows],
        "D": [str(window.dilation) for window in windows],
        "S": [str(window.stride) for window in windows],
        "P": [
            str(window.before) if window.before == window.after else f"({window.before}+{window.after})"
            for window in windows
        ],
    }
    if set(values["D"]) == {"1"}:
        del values["D"]
    return ", ".join(f"{letter}={_once(values[letter])}" for letter in which if letter in values)


def _once(texts: list[str]) -> str:
    """One text where all axes agree, else one an axis."""
    return texts[0] if len(set(texts)) == 1 else "x".join(texts)


def _places(counts: Sequence[int], rank: int) -> str:
    told = [
        f"{count:,} {name}{'s' if count != 1 else ''}"
        for count, name in zip(counts, PLACES[rank], strict=True)
        if count
    ]
    return " and ".join([", ".join(told[:-1]), told[-1]]) if len(told) > 1 else told[0]
