"""Weights by name, as a dict that shows itself in one line."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt


class Weights(dict[str, npt.NDArray[Any]]):
    """Arrays by name, ``"path.weight"``; printing them all would fill pages.

    >>> import numpy as np
    >>> Weights({"conv_1.weight": np.zeros((6, 1, 5, 5)), "conv_1.bias": np.zeros(6)})
    <weights: 156 values in 2 arrays, float64>
    """

    def __repr__(self) -> str:
        values = sum(array.size for array in self.values())
        types = sorted({array.dtype.name for array in self.values()})
        return f"<weights: {', '.join([f'{values} values in {len(self)} arrays', *types])}>"
