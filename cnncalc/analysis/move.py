"""What a layer does to receptive fields along one axis: its steps as moves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cnncalc.exact import Exact, ratio
from cnncalc.window import FieldStep, Taps


class Move(NamedTuple):
    """What a layer does along one axis: which places each residue of its own reads, and how far the next period is."""

    taps: tuple[Taps, ...]
    pace: Exact
    exact: bool


ONE_PLACE = Move((Taps(0, 0),), 1, exact=True)
"""Every place reads its own."""


def moves(steps: Iterable[FieldStep]) -> tuple[Move, ...]:
    """The steps of a layer as moves; empty where nothing moves (a 1x1 convolution).

    >>> moves([FieldStep(grow=2, shift=0, pace=2)])
    (Move(taps=(Taps(first=-1, last=1, step=1),), pace=2, exact=True),)
    """
    found = tuple(map(_move, steps))
    return () if all(move == ONE_PLACE for move in found) else found


def _move(step: FieldStep) -> Move:
    if step.phases:
        return Move(step.phases, ratio(step.pace * len(step.phases), 1), step.exact)
    first, last = ratio(2 * step.shift - step.grow, 2), ratio(2 * step.shift + step.grow, 2)
    return Move((Taps(first, last, step.spacing if step.grow else 1),), step.pace, step.exact)  # type: ignore[arg-type]
