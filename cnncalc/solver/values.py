"""The values of a range: from one number to another in equal steps, exactly, counted before they are made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cnncalc.exact import Exact
from cnncalc.record import Record

if TYPE_CHECKING:
    from fractions import Fraction


class Values(Record):
    """The numbers first, first + step, ... up to last.

    >>> from fractions import Fraction
    >>> values = Values(Fraction(1, 4), 1, Fraction(1, 4))
    >>> len(values), [str(value) for value in values]
    (4, ['1/4', '1/2', '3/4', '1'])
    """

    first: Exact
    last: Exact
    step: Exact

    def __len__(self) -> int:
        steps = (self.last - self.first) / _fraction(self.step)
        return max(0, steps.numerator // steps.denominator + 1)

    def __iter__(self) -> Iterator[Exact]:
        for number in range(len(self)):
            yield whole(self.first + number * self.step)


def default_step(first: Exact, last: Exact) -> Exact:
    """Ones between whole numbers, hundredths otherwise.

    >>> from fractions import Fraction
    >>> default_step(200, 300), default_step(Fraction(1, 4), 2)
    (1, Fraction(1, 100))
    """
    from fractions import Fraction

    return 1 if first.denominator == last.denominator == 1 else Fraction(1, 100)


def whole(value: Exact) -> Exact:
    """A plain int where the value is whole."""
    return value.numerator if value.denominator == 1 else value


def runs(flags: Sequence[bool]) -> list[tuple[int, int]]:
    """The stretches of neighbours that are true, each by its first and last place.

    >>> runs([True, True, False, True])
    [(0, 1), (3, 3)]
    """
    found: list[tuple[int, int]] = []
    for place, flag in enumerate(flags):
        if flag and found and found[-1][1] == place - 1:
            found[-1] = (found[-1][0], place)
        elif flag:
            found.append((place, place))
    return found


def _fraction(value: Exact) -> Fraction:
    from fractions import Fraction

    return Fraction(value)
