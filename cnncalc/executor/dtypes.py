"""The dtypes that executors compute in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

DTYPES = ("float32", "float64")


def computed_in(dtype: DTypeLike | None) -> str:
    """The name of a dtype that executors compute in.

    >>> computed_in("float32"), computed_in(np.float64)
    ('float32', 'float64')
    """
    try:
        name = np.dtype(dtype).name
    except TypeError:
        name = ""
    if dtype is None or name not in DTYPES:
        raise ValueError(f"there is no dtype {dtype!r} to compute in; the dtypes are {' and '.join(DTYPES)}")
    return name
