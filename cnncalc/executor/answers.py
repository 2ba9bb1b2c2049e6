"""What a run says about each image, as plain data: the best classes of a vector, or the range of each map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Best(NamedTuple):
    """One class with the value that the network gave it; classes count from 0."""

    number: int
    value: float


class Answer(NamedTuple):
    """What one output says of one image.

    `best` holds the highest classes where the output is a vector or has a single place; else it is empty and `ranges`
    holds the smallest, mean and largest value of each map.
    """

    output: str
    shape: tuple[int, ...]
    best: tuple[Best, ...]
    ranges: tuple[tuple[float, float, float], ...]


def answer(name: str, values: NDArray[Any], top: int) -> Answer:
    """The answer of one image's output, (C,) or (*sizes, C); NaN ranks lowest.

    >>> answer("prob", np.array([0.1, 0.7, 0.2]), top=2).best
    (Best(number=1, value=0.7), Best(number=2, value=0.2))
    """
    if values.size == values.shape[-1]:
        return Answer(name, values.shape, best(values.reshape(-1), top), ())
    maps = values.reshape(-1, values.shape[-1])
    ranges = zip(maps.min(0).tolist(), maps.mean(0, dtype=np.float64).tolist(), maps.max(0).tolist(), strict=True)
    return Answer(name, values.shape, (), tuple(ranges))


def best(values: NDArray[Any], top: int) -> tuple[Best, ...]:
    """The highest values with their classes, highest first; of equal ones the lower class first."""
    ranked = np.where(np.isnan(values), -np.inf, values)
    order = np.argsort(-ranked, kind="stable")[:top]
    return tuple(Best(int(index), float(values[index])) for index in order)
