"""What a run says about each image, as plain data: the best classes of a vector, or the range of each map."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cnncalc.executor.files.rows import bands

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
    listener = Listener(name, values.shape, top)
    listener.write(0, values)
    return listener.answer()


class Listener:
    """An output that is heard some rows at a time, and what it says when all of it has been heard.

    The answer does not depend, to the last bit, on how many rows come at a time.

    >>> listener = Listener("maps", (4, 2, 1), top=1)
    >>> for start in (0, 2):
    ...     listener.write(start, np.arange(start * 2.0, start * 2.0 + 4).reshape(2, 2, 1))
    >>> listener.answer().ranges
    ((0.0, 3.5, 7.0),)
    """

    def __init__(self, name: str, shape: Sequence[int], top: int) -> None:
        self._name = name
        self._shape = tuple(shape)
        self._top = top
        self._ranked = prod(shape) == shape[-1]
        self._classes: list[NDArray[Any]] = []
        self._smallest, self._largest = np.full(shape[-1], np.inf), np.full(shape[-1], -np.inf)
        self._sum = np.zeros(shape[-1])

    def write(self, start: int, values: NDArray[Any]) -> None:
        """Some rows, (rows, *rest, channels), in order; sums are kept in float64."""
        if self._ranked:
            self._classes.append(np.array(values).reshape(-1))
            return
        with np.errstate(all="ignore"):  # infinities of both signs have no mean, which is NaN and no surprise
            for band in bands(values):
                maps = np.ascontiguousarray(band).reshape(-1, values.shape[-1])
                np.minimum(self._smallest, maps.min(0), out=self._smallest)
                np.maximum(self._largest, maps.max(0), out=self._largest)
                # Row after row and never all at once: the same sum, however many rows come together.
                self._sum = _added(self._sum, maps.reshape(band.shape))

    def answer(self) -> Answer:
        """What the rows so far say."""
        if self._ranked:
            return Answer(self._name, self._shape, best(np.concatenate(self._classes), self._top), ())
        means = self._sum / prod(self._shape[:-1])
        ranges = zip(self._smallest.tolist(), means.tolist(), self._largest.tolist(), strict=True)
        return Answer(self._name, self._shape, (), tuple(ranges))


def _added(total: NDArray[Any], rows: NDArray[Any]) -> NDArray[Any]:
    """A sum for each channel with those of each row added to it, one row after the other."""
    if rows.ndim > 2:
        sums = np.stack([row.reshape(-1, len(total)).sum(0, dtype=np.float64) for row in rows])
    else:
        sums = rows.astype(np.float64)
    sums[0] += total
    added: NDArray[Any] = np.add.accumulate(sums, axis=0)[-1]
    return added


def best(values: NDArray[Any], top: int) -> tuple[Best, ...]:
    """The highest values with their classes, highest first; of equal ones the lower class first."""
    ranked = np.where(np.isnan(values), -np.inf, values)
    order = np.argsort(-ranked, kind="stable")[:top]
    return tuple(Best(int(index), float(values[index])) for index in order)
