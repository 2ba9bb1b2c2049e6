"""The matrices of Winograd's minimal filtering F(m, r), made from the points at which polynomials are evaluated.

Source: Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks"; Blahut 2010, "Fast Algorithms for
Signal Processing", chapter 5, for the Toom-Cook construction; Barabasz et al. 2020, "Error Analysis and Improving the
Accuracy of Winograd Convolution for Deep Neural Networks", for why the points decide the error.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from math import prod
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from cnncalc.executor.fast.kinds import Values

POINTS: dict[int, tuple[Fraction | int, ...]] = {
    2: (0, 1, -1),
    4: (0, Fraction(3, 4), Fraction(-3, 4), Fraction(3, 2), Fraction(-3, 2)),
}
"""Where the polynomials are evaluated, by outputs of a tile along each axis; infinity comes last.

0, +-3/4, +-3/2 instead of the usual 0, +-1, +-2 costs nothing and makes the error five times smaller.
"""

TAPS = 3
"""Taps of the filters, along each axis."""

Matrix = list[list[Fraction]]
Some = TypeVar("Some")


class Transforms(NamedTuple, Generic[Some]):
    """F(m, r): m outputs of a filter of r taps from m + r - 1 inputs, as `output @ ((kernel @ g) * (input @ d))`.

    Attributes:
        input: (m + r - 1, m + r - 1).
        kernel: (m + r - 1, r).
        output: (m, m + r - 1).
    """

    input: Some
    kernel: Some
    output: Some


def transforms(outputs: int, taps: int, points: Sequence[Fraction | int]) -> Transforms[Matrix]:
    """The matrices for some points, which are one fewer than the inputs: the last one is infinity.

    Exact: with them the filter's outputs are what the definition gives.

    >>> data, kernel, output = transforms(2, 3, (0, 1, -1))
    >>> [[int(x) for x in row] for row in data]
    [[-1, 0, 1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, -1, 0, 1]]
    >>> [str(x) for x in kernel[1]], [int(x) for x in output[1]]
    (['1/2', '1/2', '1/2'], [0, 1, -1, 1])
    """
    at = [Fraction(point) for point in points]
    if len(at) != outputs + taps - 2:
        raise ValueError(f"F({outputs}, {taps}) needs {outputs + taps - 2} points, not {len(at)}")
    infinity = [[Fraction(int(power == last)) for power in range(last + 1)] for last in (taps - 1, outputs - 1)]
    kernel = [[point**power / _spread(point, at) for power in range(taps)] for point in at]
    evaluated = [[point**power for power in range(outputs)] for point in at]
    data = [_vanishing_at([other for other in at if other != point]) for point in at]
    size = outputs + taps - 1
    return Transforms(
        [row + [Fraction(0)] * (size - len(row)) for row in [*data, _vanishing_at(at)]],
        [*kernel, infinity[0]],
        [list(column) for column in zip(*evaluated, infinity[1], strict=True)],
    )


def _spread(point: Fraction, points: Sequence[Fraction]) -> Fraction:
    """The product of a point's distances from all others."""
    return prod((point - other for other in points if other != point), start=Fraction(1))


def _vanishing_at(points: Sequence[Fraction]) -> list[Fraction]:
    """The coefficients of the polynomial with these zeros, lowest power first."""
    coefficients = [Fraction(1)]
    for point in points:
        shifted = [Fraction(0), *coefficients]
        coefficients = [higher - point * own for higher, own in zip(shifted, [*coefficients, Fraction(0)], strict=True)]
    return coefficients


@cache
def matrices(outputs: int, dtype: str) -> Transforms[Values]:
    """The transforms for tiles of so many outputs as arrays, rounded once from the exact ones."""
    exact = transforms(outputs, TAPS, POINTS[outputs])
    return Transforms(*(np.array([[float(x) for x in row] for row in matrix], dtype) for matrix in exact))
