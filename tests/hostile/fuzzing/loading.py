"""Loads a weight file of any bytes for a small network, and holds what comes of it to what is promised."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

import cnncalc
from cnncalc.executor import WeightsError
from cnncalc.network import Network
from tests.hostile.fuzzing.promises import desk, in_short, require
from tests.hostile.fuzzing.seeds import WEIGHED, weights

LONGEST = 20_000
"""Characters that the lines of a refusal may have together: a file of a kilobyte is not told at length."""


@cache
def _network() -> Network:
    return cnncalc.loads(WEIGHED)


def loaded(name: str, data: bytes) -> str:
    """What came of it: `loaded`, or the beginning of the refusal."""
    with desk({name: data}):
        try:
            arrays = cnncalc.load_weights(Path(name), _network())
        except WeightsError as error:
            require(error.lines and all(error.lines), "a refusal without a reason")
            require(len(str(error)) < LONGEST + len(data), "a refusal without an end")
            return in_short(error.lines[0], words=10) or "refused"
    due = weights()
    require(set(arrays) == set(due), "arrays with other names")
    for key, array in arrays.items():
        require(array.shape == due[key].shape, "an array of another shape")
        require(array.dtype == np.float32, "an array of another type")
    return "loaded"
