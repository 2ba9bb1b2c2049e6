"""How a layer's windows lie on the map that they slide over, as those ask who judge a design."""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

from cnncalc.layers import Layer
from cnncalc.layers.layer import named_sides
from cnncalc.network import Node
from cnncalc.problem import Problem
from cnncalc.volume import Volume
from cnncalc.window import FLOOR, Window


class Slide(NamedTuple):
    """One axis of a map with the window that slides along it; `line` is what lies side by side there, such as rows.

    `dropped` are those at the end that no window reaches though it would, had the stride come out even; `skipped` are
    those that lie between windows, because the stride is wider than the kernel.
    """

    axis: str
    line: str
    size: int
    window: Window

    @property
    def dropped(self) -> int:
        """Pixels that `floor` leaves over; padding that is left over is no loss."""
        if self.window.rounding != FLOOR or self.window.extent < self.window.stride:
            return 0
        return max(self.window.remainder(self.size) - self.window.after, 0)

    @property
    def skipped(self) -> int:
        """Pixels that no window reads, where the windows do not touch each other."""
        if self.window.extent >= self.window.stride:
            return 0
        return self.size - self.window.taps_inside(self.size)


def slides(node: Node) -> tuple[Slide, ...]:
    """Each axis with its window, for a convolution or pool that slides; none for every other kind.

    >>> from cnncalc.network import Assembly, Input
    >>> from cnncalc.layers import KINDS
    >>> assembly = Assembly({"input": Input(Volume((7, 8, 3)))})
    >>> pool = KINDS["max_pool"].build(2, {"kernel": 2, "rounding": "floor"})
    >>> [(slide.axis, slide.dropped) for slide in slides(assembly.add("pool", "max_pool", pool, ("input",)))]
    [('height', 1), ('width', 0)]
    """
    layer, x = node.layer, node.read[0]
    return () if layer.scatters else tuple(map(Slide, x.axes, x.lines, x.sizes, layer.windows(x)))


def padding_taps(node: Node) -> tuple[int, int]:
    """How many taps of all places of one map meet padding, and how many taps there are."""
    axes = [(slide.window, slide.size) for slide in slides(node)]
    every = prod(window.count(size) * window.kernel for window, size in axes)
    return every - prod(window.taps_inside(size) for window, size in axes), every


def padding_word(node: Node) -> str:
    """The word that stands for the padding, such as `half`; empty where it is numbers."""
    padding = getattr(node.layer, "padding", "")
    return padding if isinstance(padding, str) else ""


def volume_with(layer: Layer, x: Volume, **changes: Any) -> Volume | None:
    """What would come out with other values for some parameters; None where the rules refuse them."""
    try:
        return remade(layer, x.rank, **changes).output_volume(x)
    except Problem:
        return None


def remade(layer: Layer, rank: int, **changes: Any) -> Layer:
    """The same layer with other values for some of its parameters; raises `Problem` where they cannot be.

    >>> from cnncalc.layers import KINDS
    >>> remade(KINDS["conv"].build(2, {"filters": 5, "kernel": 2, "padding": "half"}), 2, kernel=3).output_volume(
    ...     Volume((7, 7, 3))
    ... )
    Volume((7, 7, 5))
    """
    values = {entry.name: _as_written(entry.name, getattr(layer, entry.name)) for entry in layer.parameters}
    return layer.__class__(rank, **{**values, **changes})


def _as_written(name: str, value: Any) -> Any:
    """A parameter's normal form as one that may be written: sides by name, tables as lists."""
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return named_sides(value) if name == "padding" else [list(row) for row in value]
    return value
