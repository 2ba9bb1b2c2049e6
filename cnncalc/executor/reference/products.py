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
    count = 0

    class Weight(float):
        """A number that counts every product in which it is the weight: the factor on the left."""

        def __mul__(self, value: Any) -> float:
            nonlocal count
            count += 1
            return float.__mul__(self, value)

    counting = np.frompyfunc(Weight, 1, 1)
    counted = {name: np.asarray(counting(array.astype(np.float64)), object) for name, array in weights.items()}
    seen: dict[str, int] = {}
    for step in steps(network, image, counted, _Objects()):
        seen[step.moment.path] = count - sum(seen.values())
    return seen
