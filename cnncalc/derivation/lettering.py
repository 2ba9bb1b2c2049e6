"""Which letter stands for what: the lecture's W, H, D, F, S, P, K for the axes and parameters of a layer."""

from __future__ import annotations

from collections.abc import Sequence

from cnncalc.derivation.expression import Letter, Term, product
from cnncalc.volume import Volume

AXIS_LETTERS = {0: "", 1: "L", 2: "HW", 3: "THW"}
"""The letter of each axis, by rank; T is the time of a clip, because D means channels."""


def sizes(volume: Volume, index: int) -> tuple[Letter, ...]:
    """The sizes of a volume, such as H1 and W1.

    >>> [letter.name for letter in sizes(Volume((28, 28, 6)), 2)]
    ['H2', 'W2']
    """
    return tuple(
        Letter(f"{axis}{index}", size) for axis, size in zip(AXIS_LETTERS[volume.rank], volume.sizes, strict=True)
    )


def channels(volume: Volume, index: int) -> Letter:
    """The channels of a volume: D1 of the one that arrives, D2 of the one that comes out."""
    return Letter(f"D{index}", volume.channels)


def values(volume: Volume, index: int) -> Term:
    """The number of values as a product: H1 x W1 x D1."""
    return product([*sizes(volume, index), channels(volume, index)])


def per_axis(letter: str, numbers: Sequence[int]) -> tuple[Letter, ...]:
    """One letter for all axes where they agree, else one with each axis's own.

    >>> [entry.name for entry in per_axis("F", (3, 3))], [entry.name for entry in per_axis("F", (3, 1))]
    (['F', 'F'], ['F_H', 'F_W'])
    """
    if len(set(numbers)) == 1:
        return tuple(Letter(letter, number) for number in numbers)
    axes = AXIS_LETTERS[len(numbers)]
    return tuple(Letter(f"{letter}_{axis}", number) for axis, number in zip(axes, numbers, strict=True))
