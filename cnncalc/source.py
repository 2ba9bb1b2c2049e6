"""The text of one file, places in it, and the changes that a help proposes to it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, Self


class Span(NamedTuple):
    """Where something is written: line and column count from 1, in characters."""

    line: int
    column: int
    length: int = 1


NOWHERE = Span(1, 1)
"""The place of what has not been written."""


class Edit(NamedTuple):
    """A change of the text that a help proposes: a piece of it gives way to another.

    Attributes:
        text: what to write instead; it may hold line ends.
        span: the piece, in characters, line ends included; of length 0 to insert. None is the place of the fault.
        field: the parameter of a layer that takes this value, for a rule that does not know how the layer is written.
    """

    text: str
    span: Span | None = None
    field: str = ""


class Help(str):
    """A proposal. One that shows text to write knows the edits that write it, so that a program can apply them.

    >>> Help("write `5x5`", Edit("5x5")).edits
    (Edit(text='5x5', span=None, field=''),)
    """

    __slots__ = ("edits",)
    edits: tuple[Edit, ...]

    def __new__(cls, text: str, *edits: Edit) -> Self:
        proposal = super().__new__(cls, text)
        proposal.edits = edits
        return proposal

    def __getnewargs__(self) -> tuple[str, *tuple[Edit, ...]]:  # type: ignore[override]  # of `str`, which has no edits
        return str(self), *self.edits


def write(text: str, span: Span | None = None) -> Help:
    """The help that shows the text to write in the place of a span, or of the fault.

    >>> write("5x5")
    'write `5x5`'
    """
    return Help(f"write `{text}`", Edit(text, span))


def edits_of(proposal: str) -> tuple[Edit, ...]:
    """The edits of a proposal; none of one that shows nothing to write."""
    return proposal.edits if isinstance(proposal, Help) else ()


class Source:
    r"""A text with the name that it was read under and the folder of its file; it finds its own lines.

    >>> Source("net.yaml", "input: 7x7x3\nlayers: []").line(2)
    'layers: []'
    """

    def __init__(self, name: str, text: str, folder: str | None = None) -> None:
        self.name = name
        self.text = text
        self.folder = folder
        self.trials = self.trial_steps = 0
        """How many helps have been tried on it, at what cost: networks that are made of one text share it."""
        self.translations: dict[tuple[Span, int], tuple[Help, ...] | str] = {}
        """What is meant at a place of an input of so many axes, or why there is nothing like it; found once for all."""

    @cached_property
    def starts(self) -> list[int]:
        """The offset of each line's first character, and of the end."""
        return [*accumulate(map(len, self.text.splitlines(keepends=True)), initial=0)]

    def line(self, number: int) -> str:
        """The line of that number, counted from 1, without its end; empty beyond the text."""
        if not 1 <= number < len(self.starts):
            return ""
        return self.text[self.starts[number - 1] : self.starts[number]].rstrip("\r\n")

    def span_at(self, offset: int, length: int = 1) -> Span:
        """The span that begins at a character offset."""
        line = max(1, min(bisect_right(self.starts, offset), len(self.starts)))
        return Span(line, offset - self.starts[line - 1] + 1, length)

    def offset(self, span: Span) -> int:
        """The character offset at which a span begins; the end of the text for what lies beyond."""
        return min(self.starts[min(span.line, len(self.starts)) - 1] + span.column - 1, len(self.text))

    def edited(self, edits: Iterable[Edit]) -> Source:
        """The same file with its text changed; edits name their spans.

        >>> Source("net.yaml", "conv: 6 (5,5)").edited([Edit("5x5", Span(1, 9, 5))]).text
        'conv: 6 5x5'
        """
        text = self.text
        for edit in sorted(edits, key=lambda edit: edit.span or NOWHERE, reverse=True):
            start = self.offset(edit.span or NOWHERE)
            text = text[:start] + edit.text + text[start + (edit.span or NOWHERE).length :]
        return Source(self.name, text, self.folder)
