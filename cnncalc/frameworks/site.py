"""A layer in its place, with the questions that a framework's table asks of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from cnncalc.layers import Array, Layer
from cnncalc.layers.schema import Act, Sides
from cnncalc.volume import Volume
from cnncalc.window import CEIL, Window

ACT = "act."
"""How the names of the arrays begin that belong to the activation that a layer applies in place."""


class Names(list[str]):
    """The names of the inputs of a join: a, b, c, ...; formatted they stand side by side, with a sign between them.

    >>> f"[{Names(3)}]", f"{Names(2): + }"
    ('[a, b, c]', 'a + b')
    """

    def __init__(self, count: int) -> None:
        super().__init__(chr(ord("a") + number) if number < 23 else f"x{number + 1}" for number in range(count))

    def __format__(self, sign: str) -> str:
        return (sign or ", ").join(self)


class Site(NamedTuple):
    """A layer, what it reads and what it gives; or the activation that the layer applies in place.

    The rows of the tables name its methods: as conditions, and as values that follow from the volumes.

    Attributes:
        kind: the language's word for it.
        layer: the layer, whose parameters it has.
        reads: the volumes of its inputs.
        y: the volume that it gives.
        arriving: the volume that the next line of its spelling reads; at first the first input.
        arrays: those that it keeps, without those of an activation that it applies.
        act: the activation that it is, if it is one.
    """

    kind: str
    layer: Layer
    reads: tuple[Volume, ...]
    y: Volume
    arriving: Volume
    arrays: tuple[Array, ...]
    act: Act | None = None

    @classmethod
    def of(cls, layer: Layer, reads: tuple[Volume, ...], volume: Volume) -> Site:
        """The site of a layer that reads and gives those volumes."""
        own = tuple(array for array in layer.arrays(reads[0]) if not array.name.startswith(ACT))
        return cls(layer.kind, layer, reads, volume, reads[0], own)

    @property
    def x(self) -> Volume:
        """What it reads; of a join the first input."""
        return self.reads[0]

    @property
    def activation(self) -> Site | None:
        """The site of the activation that the layer applies, or is; None where it has none."""
        act = next((value for value in vars(self.layer).values() if isinstance(value, Act)), None)
        if self.act or act is None or act.function == "none":
            return None
        arrays = self.layer.arrays(self.x)
        slopes = tuple(array for array in arrays if array.name.startswith(ACT) or self.kind == "act")
        return Site(act.function, self.layer, (self.y,), self.y, self.y, slopes, act)

    def value(self, parameter: str) -> Any:
        """The value of a parameter of ours; None where the kind has none of that name."""
        return dict(self.act.parameters)[parameter] if self.act else getattr(self.layer, parameter, None)

    def windows(self) -> tuple[Window, ...]:
        """The window along each axis, with the padding that is in force there."""
        windows: tuple[Window, ...] = self.value("windows")(self.x)
        return windows

    def padding(self) -> Sides:
        """The padding of each side, axis after axis."""
        return tuple((window.before, window.after) for window in self.windows())

    def is_padded(self) -> bool:
        """Whether any side has padding."""
        return any(map(any, self.padding()))

    def is_uneven(self) -> bool:
        """Whether some axis has more padding on one side than on the other."""
        return any(before != after for before, after in self.padding())

    def pads_more_than_half(self) -> bool:
        """Whether some side has more padding than half of the effective kernel."""
        return any(2 * max(window.before, window.after) > window.extent for window in self.windows())

    def overhangs(self) -> bool:
        """Whether a window hangs over the end of an axis, as only `ceil` lets it."""
        axes = zip(self.windows(), self.x.sizes, strict=True)
        return self.value("rounding") == CEIL and any(window.remainder(size) < 0 for window, size in axes)

    def filled(self, text: str, **words: str) -> str:
        """A text with those words in braces, parameters of the layer, `rank`, the `inputs` of a join, or `volumes`."""
        given = dict(self.act.parameters) if self.act else vars(self.layer)
        volumes = ("vectors", "sequences", "images", "clips")[self.y.rank]
        inputs = Names(len(self.reads))
        return text.format_map({**given, **words, "rank": self.x.rank, "inputs": inputs, "volumes": volumes})

    def has_places(self) -> bool:
        """Whether what arrives is no vector."""
        return self.x.rank > 0

    def is_vector(self) -> bool:
        """Whether what arrives has no axes."""
        return self.x.rank == 0

    def is_no_image(self) -> bool:
        """Whether what arrives has another number of axes than two."""
        return self.x.rank != 2

    def channels_in(self) -> int:
        """D1, the maps that arrive."""
        return self.x.channels

    def channels_out(self) -> int:
        """D2, the maps that come out."""
        return self.y.channels

    def values_in(self) -> int:
        """All values of what arrives."""
        return self.x.size

    def flat(self) -> Volume:
        """What arrives as one vector."""
        return Volume((self.x.size,))


def grown(volume: Volume, sides: Sequence[tuple[int, int]]) -> Volume:
    """The volume with that many places more on each side."""
    return Volume((*(size + sum(pair) for size, pair in zip(volume.sizes, sides, strict=True)), volume.channels))
