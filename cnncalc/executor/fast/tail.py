"""What happens to a block of sums before it leaves the cache: bias, residual, activation, and the way to its place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from cnncalc.executor.fast.kinds import Values
from cnncalc.executor.fast.plain.activation import activate
from cnncalc.executor.fast.threads import Job
from cnncalc.layers.activation import PASS_THROUGH
from cnncalc.layers.schema import Act

Line = tuple[float, tuple[int, ...], str]
"""A number, or the address of some channels' values; the places and channels; the type."""

LIMITS = {"relu": (0.0,), "relu6": (0.0, 6.0)}
"""Activations that are maxima and minima with constants: the lower limit, then the upper one."""

DIRECT = {"abs": np.abs, "tanh": np.tanh}
"""Activations that NumPy computes in one pass, without values in between."""


class Tail(NamedTuple):
    """What is done to every value of a step's output, in this order.

    Attributes:
        bias: (channels,), added; None where there is none or the sums have it already.
        residual: (images, *sizes, channels), added; None where there is none.
        act: the activation.
        slopes: the trained slopes of a prelu.
        lines: lines of repeated values that all blocks of a step use, made when the first one asks.
    """

    bias: Values | None = None
    residual: Values | None = None
    act: Act = PASS_THROUGH
    slopes: Values | None = None
    lines: dict[Line, Values] | None = None

    def at(self, *places: slice) -> Tail:
        """What is done to some of the images, or of the places along each axis."""
        return self._replace(residual=None if self.residual is None else self.residual[places])

    def for_filters(self, filters: slice) -> Tail:
        """What is done to some of the channels."""
        return self._replace(
            bias=None if self.bias is None else self.bias[filters],
            residual=None if self.residual is None else self.residual[..., filters],
            slopes=self.slopes if self.slopes is None or self.slopes.size == 1 else self.slopes[filters],
        )

    @property
    def works_in_pieces(self) -> bool:
        """Whether the activation has values in between, for which it takes memory."""
        return self.act.function not in {"none", *LIMITS, *DIRECT}

    def bind(self, sums: Values, target: Values, box: tuple[slice, ...]) -> list[Job]:
        """The calls that finish `sums` into `target`, which is the box of the output; both may be the same memory.

        The last of them writes to the target, so that leaving the block costs no pass of its own.
        """
        passes = self._passes(sums, box)
        calls: list[Job] = [partial(one, out=sums) for one in passes[:-1]]
        if passes:
            calls.append(partial(passes[-1], out=target))
        elif not _same(sums, target):
            calls.append(partial(np.copyto, target, sums))
        return calls

    def _passes(self, sums: Values, box: tuple[slice, ...]) -> list[Callable[..., object]]:
        """Calls that lack only where to write: each reads the sums and whatever it adds."""
        line = sums.shape[-2:] if sums.ndim > 2 else sums.shape
        passes: list[Callable[..., object]] = []
        if self.bias is not None:
            passes.append(partial(np.add, sums, self._line(self.bias, line, sums)))
        if self.residual is not None:
            passes.append(partial(np.add, sums, self.residual[box]))
        function = self.act.function
        if function in LIMITS:
            for limit, choose in zip(LIMITS[function], (np.maximum, np.minimum), strict=False):
                passes.append(partial(choose, sums, self._line(limit, line, sums)))
        elif function in DIRECT:
            passes.append(partial(DIRECT[function], sums))
        elif function != "none":
            passes.append(partial(activate, self.act, self.slopes, sums))
        return passes

    def _line(self, values: Values | float, shape: tuple[int, ...], like: Values) -> Values:
        """A number, or a value of each channel, repeated along a line of places.

        Adding whole lines costs half of adding channels to each place, and a maximum with an array a quarter
        of one with a number.
        """
        known = {} if self.lines is None else self.lines
        where = values if isinstance(values, float) else values.__array_interface__["data"][0]
        key: Line = (where, shape, like.dtype.name)
        if key not in known:
            known[key] = np.ascontiguousarray(np.broadcast_to(np.asarray(values, like.dtype), shape))
        return known[key]


def _same(one: Values, other: Values) -> bool:
    return one.ctypes.data == other.ctypes.data and one.strides == other.strides
