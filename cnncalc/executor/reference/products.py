"""Counts the products of each row while the definitions run: MACs as a run shows them, not as a rule gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnncalc.executor.reference.arithmetic import Arithmetic
from cnncalc.executor.reference.running import steps

if TYPE_CHECKING:
    from cnncalc.network import Network


class Tally:
    """How many products there have been."""

    def __init__(self) -> None:
        self.products = 0


class CountedWeight(float):
    """A number that tells its tally of every product in which it is the weight: the factor on the left.

    >>> weight = CountedWeight(0.5)
    >>> weight.tally = Tally()
    >>> weight * 4.0, 4.0 * weight, weight.tally.products
    (2.0, 2.0, 1)
    """

    tally: Tally

    def __mul__(self, value: Any) -> float:
        self.tally.products += 1
        return float.__mul__(self, value)


class _Objects(Arithmetic):
    """Plain floats in arrays of Python objects, which keep a weight's own class."""

    dtype = object


def products(
    network: Network, image: Mapping[str, NDArray[Any]], weights: Mapping[str, NDArray[Any]]
) -> dict[str, int]:
    """For each row of inference how many products of a weight with an input value there were, for one image.

    Args:
        network: small, because every product is a call of Python.
        image: (*sizes, channels) for each input by name.
        weights: every array of `network.kept()` by name.
    """
    tally = Tally()
    counted = {name: _counted(array, tally) for name, array in weights.items()}
    seen: dict[str, int] = {}
    before = 0
    for step in steps(network, image, counted, _Objects()):
        seen[step.moment.path] = tally.products - before
        before = tally.products
    return seen


def _counted(array: NDArray[Any], tally: Tally) -> NDArray[Any]:
    def weight(number: float) -> CountedWeight:
        made = CountedWeight(number)
        made.tally = tally
        return made

    made = np.frompyfunc(weight, 1, 1)(array.astype(np.float64))
    return np.asarray(made, dtype=object)
