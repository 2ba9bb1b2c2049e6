"""Finds where a volume came from: the input, or the item that gave it its sizes or channels; a fault labels it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter

from cnncalc.codes import CHANNELS, SIZES, VOLUME
from cnncalc.network import Assembly, Node
from cnncalc.problem import Label, Span
from cnncalc.volume import Volume

LETTERS = {0: (), 1: ("W",), 2: ("H", "W"), 3: ("depth", "H", "W")}
"""The lecture's letters for the sizes of a volume, by rank."""

_OF: Mapping[str, Callable[[Volume], object]] = {
    SIZES: attrgetter("sizes"),
    CHANNELS: attrgetter("channels"),
    VOLUME: tuple,
}
"""What of a volume a fault complains of, by the subject of its code."""


class Origins:
    """Where each tensor is written: inputs from the beginning, rows as they are made."""

    def __init__(self, assembly: Assembly, inputs: Mapping[str, Span]) -> None:
        self.assembly = assembly
        self.spans: dict[str, Span] = dict(inputs)
        self._rows: dict[str, Node] = {}

    def row(self, tensor: str) -> Node | None:
        """The row of a tensor; None for an input."""
        for node in self.assembly.nodes[len(self._rows) :]:
            self._rows[node.path] = node
        return self._rows.get(tensor)

    def label(self, subject: str, tensor: str) -> tuple[Label, ...]:
        """Where what a fault complains of came from, by the subject of its code; nothing where it is no volume."""
        of = _OF.get(subject)
        source = self._maker(tensor, of) if of else ""
        span = self.spans.get(source)
        if span is None:
            return ()
        volume = self.assembly.volumes[source]
        if self.row(source) is not None:
            return (Label(span, f"gives {volume}"),)
        if subject == CHANNELS:
            return (Label(span, f"{volume.channels} channels"),)
        return (Label(span, sizes_text(volume) if subject == SIZES else f"what arrives is {volume}"),)

    def _maker(self, tensor: str, of: Callable[[Volume], object]) -> str:
        """The tensor that first had this property, going up as long as single layers hand it on unchanged."""
        while True:
            row = self.row(tensor)
            if row is None or len(row.inputs) != 1 or of(row.read[0]) != of(row.volume):
                return tensor
            tensor = row.inputs[0]


def sizes_text(volume: Volume) -> str:
    """The sizes of a volume in the lecture's letters.

    >>> sizes_text(Volume((7, 7, 3))), sizes_text(Volume((7, 9, 3)))
    ('W = H = 7', 'H = 7, W = 9')
    """
    letters = LETTERS[volume.rank]
    if not letters:
        return f"a vector of {volume.channels}"
    if len(set(volume.sizes)) == 1:
        return f"{' = '.join(reversed(letters))} = {volume[0]}"
    return ", ".join(f"{letter} = {size}" for letter, size in zip(letters, volume.sizes, strict=True))
