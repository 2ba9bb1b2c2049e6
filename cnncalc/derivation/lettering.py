"""Puts letters for the numbers of a layer and of what it reads: the lecture's W, H, D, F, S, P, K."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cnncalc.derivation.expression import Letter
from cnncalc.derivation.traced import term_of, traced
from cnncalc.exact import Exact
from cnncalc.layers import Layer, Parameter
from cnncalc.layers.conv import Table
from cnncalc.volume import SIDES, Volume

AXIS_LETTERS = {0: "", 1: "L", 2: "HW", 3: "THW"}
"""The letter of each axis, by rank; T is the time of a clip, because D means channels."""


def volume_letters(volume: Volume, index: str) -> tuple[Letter, ...]:
    """A letter for each size of a volume and for its channels: H1, W1, D1 of one that arrives.

    >>> [letter.name for letter in volume_letters(Volume((28, 28, 6)), "2")]
    ['H2', 'W2', 'D2']
    """
    names = f"{AXIS_LETTERS[volume.rank]}D"
    return tuple(Letter(f"{name}{index}", size) for name, size in zip(names, volume, strict=True))


def lettered_volume(volume: Volume, index: str) -> Volume:
    """The same volume in letters."""
    return Volume(map(of_letter, volume_letters(volume, index)))


def lettered(layer: Layer, rank: int) -> Layer:
    """The same layer with a letter for each number among its parameters.

    >>> from cnncalc.layers import KINDS
    >>> layer = lettered(KINDS["conv"].build(2, {"filters": 4, "kernel": 3, "padding": 1}), 2)
    >>> layer.arrays(lettered_volume(Volume((7, 7, 2)), "1"))[1].shape[0].term
    Letter(name='K', value=4)
    """
    values = {entry.name: (entry, getattr(layer, entry.name)) for entry in layer.parameters}
    return layer.changed(
        **{
            name: value if is_silent(value, entry) else _lettered(value, entry, rank)
            for name, (entry, value) in values.items()
        }
    )


def is_silent(value: Any, entry: Parameter) -> bool:
    """Whether formulas leave a parameter out."""
    if isinstance(value, tuple):
        return all(is_silent(part, entry) for part in value)
    return entry.silent is not None and value == entry.silent


def _lettered(value: Any, entry: Parameter, rank: int) -> Any:
    letter = entry.letter
    match entry.type.due:
        case "number" if isinstance(value, int):
            return traced(value, Letter(letter, value))
        case "size":
            return tuple(map(of_letter, per_axis(letter, value)))
        case "volume":
            return lettered_volume(value, "2")
        case "padding" if not isinstance(value, str):
            return tuple((of_letter(before), of_letter(after)) for before, after in side_letters(letter, value))
        case "table" if value is not None:
            return LetteredTable(value)
    return value


class LetteredTable(Table):
    """A table of connections whose pairs are a letter."""

    __slots__ = ()

    @property
    def pairs(self) -> Any:
        return of_letter(Letter("C", super().pairs))


def of_letter(letter: Letter) -> Any:
    """A number that remembers that it is this letter."""
    return traced(letter.value, letter)


def per_axis(letter: str, numbers: Sequence[Exact]) -> tuple[Letter, ...]:
    """One letter for all axes where they agree and came about alike, else one with each axis's own.

    >>> [entry.name for entry in per_axis("F", (3, 3))], [entry.name for entry in per_axis("F", (3, 1))]
    (['F', 'F'], ['F_H', 'F_W'])
    """
    if all(number == numbers[0] and term_of(number) == term_of(numbers[0]) for number in numbers):
        return tuple(Letter(letter, number) for number in numbers)
    axes = AXIS_LETTERS[len(numbers)]
    return tuple(Letter(f"{letter}_{axis}", number) for axis, number in zip(axes, numbers, strict=True))


def side_letters(letter: str, sides: Sequence[tuple[int, int]]) -> Iterator[tuple[Letter, Letter]]:
    """One letter for both sides of every axis, one an axis where both of its sides agree, else one for each side."""
    if all(before == after for before, after in sides):
        letters = per_axis(letter, [before for before, _ in sides])
        return zip(letters, letters, strict=True)
    return (
        (Letter(f"{letter}_{first}", before), Letter(f"{letter}_{last}", after))
        for (first, last), (before, after) in zip(SIDES[len(sides)], sides, strict=True)
    )
