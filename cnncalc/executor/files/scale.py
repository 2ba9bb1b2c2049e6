"""One scale for all maps of a layer: which value is black, which white, and that 0 is in the middle of both signs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[Any]

TAIL = 0.5
"""The percentage of the values, at either end, that may be blacker than black or whiter than white."""

MOST_RANKED = 2**18
"""So many values tell where the tails begin; of more, some at equal distances are taken."""

MIDDLE = 0.5


class Scale(NamedTuple):
    """What greys mean.

    Attributes:
        low: the value that is black; equal to `high` where there is one value or none.
        high: the value that is white.
        least: the least finite value.
        greatest: the greatest finite value.
        strange: how many values are NaN or infinite.
    """

    low: float
    high: float
    least: float
    greatest: float
    strange: int

    @property
    def is_flat(self) -> bool:
        """Whether there are no two values to tell apart."""
        return not 0 < self.high - self.low < np.inf

    def shares(self, values: Values) -> Values:
        """Values on 0..1; what is not finite, or not to be told apart, is in the middle."""
        if self.is_flat:
            return np.full(values.shape, MIDDLE)
        finite = np.isfinite(values)
        shares: Values = np.where(finite, values, self.low)
        shares -= self.low
        shares /= self.high - self.low
        return np.where(finite, np.clip(shares, 0, 1, out=shares), MIDDLE)

    @property
    def both_signs(self) -> bool:
        """Whether 0 is in the middle."""
        return self.least < 0 < self.greatest

    def words(self, black: str = "black", white: str = "white", middle: str = "the grey in the middle") -> str:
        """What the ends of the scale are, for whoever sees it drawn.

        >>> Scale(-2, 2, -3, 2, 0).words()
        'black is -2 or less, the grey in the middle 0, white 2'
        """
        if self.is_flat:
            told = f"every value is {self.least:.4g}" if self.least <= self.greatest else "there is no finite value"
        else:
            below = " or less" if self.least < self.low else ""
            above = " or more" if self.greatest > self.high else ""
            zero = f", {middle} 0" if self.both_signs else ""
            told = f"{black} is {self.low:.3g}{below}{zero}, {white} {self.high:.3g}{above}"
        return f"{told}; {self.strange:,} not finite, in the middle" if self.strange else told


def scale_of(values: Values) -> Scale:
    """The scale of some values: from least to greatest but for the tails, as far below 0 as above where both signs are.

    >>> scale_of(np.array([-1.0, 0, 4.0])).words()
    'black is -4, the grey in the middle 0, white 4'
    """
    finite = np.isfinite(values)
    strange = values.size - int(finite.sum())
    least = float(values.min(where=finite, initial=np.inf))
    greatest = float(values.max(where=finite, initial=-np.inf))
    if not least < greatest:
        return Scale(least, least, least, greatest, strange)
    low, high = _without_tails(values)
    if least < 0 < greatest:
        most = max(-low, high) if low < high else max(-least, greatest)
        return Scale(-most, most, least, greatest, strange)
    if not low < high:
        low, high = least, greatest
    return Scale(low, high, least, greatest, strange)


def _without_tails(values: Values) -> tuple[float, float]:
    """Where the tails end."""
    step = (values.size // MOST_RANKED) | 1  # odd: no power of two channels is skipped
    some = values.reshape(-1)[::step]
    some = some[np.isfinite(some)]
    if not some.size:
        return 0.0, 0.0
    low = np.percentile(some, TAIL, method="lower")  # a value that there is: of a few values none is cut off
    return float(low), float(np.percentile(some, 100 - TAIL, method="higher"))
