"""What a word of the language means, as data."""

from __future__ import annotations

from cnncalc.record import Record

KIND, ACTIVATION = "a kind of layer", "an activation, and so a kind of layer too"
"""The roles of what an item may be."""


class Part(Record):
    """What belongs to a word: a parameter of a kind, or a key of a map.

    Attributes:
        name: as it is written; of a parameter that several kinds have, those kinds.
        text: what it means.
        values: what may be written for it, in a few words.
        default: what holds without it; `required` where it must be written.
        letter: what stands for it in formulas.
    """

    name: str
    text: str
    values: str = ""
    default: str = ""
    letter: str = ""


class Meaning(Record):
    """One of the things that a word stands for.

    Attributes:
        word: as it is written in a spec.
        role: what it is: a kind of layer, a modifier, ...
        text: what it means.
        usage: how it is written.
        parts: its parameters or keys.
        passages: what the page on the language says where it names the word.
        example: a whole spec that uses it.
        near: words that are like it.
    """

    word: str
    role: str
    text: str = ""
    usage: str = ""
    parts: tuple[Part, ...] = ()
    passages: tuple[str, ...] = ()
    example: str = ""
    near: tuple[str, ...] = ()

    @property
    def is_kind(self) -> bool:
        """Whether it is a kind of layer, which its example has."""
        return self.role in {KIND, ACTIVATION}
