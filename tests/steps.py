"""Counts the lines of Python that a call runs, so that a test can say what it costs without a clock.

Each turn of a loop or a comprehension counts anew. What happens inside C is not seen: sorting a list is part of
one line, however long the list.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import unwrap
from types import FrameType, FunctionType
from typing import Any


def steps(call: Callable[[], object]) -> int:
    """How many lines run during a call.

    >>> steps(lambda: [number for number in range(100)]) > steps(lambda: list(range(100))) + 90
    True
    """
    ran = 0

    def trace(_: FrameType, event: str, __: object) -> Callable[..., object]:
        nonlocal ran
        ran += event == "line"
        return trace

    with _traced(trace):
        call()
    return ran


def calls(function: FunctionType, during: Callable[[], object]) -> int:
    """How often a function is entered during a call, whoever calls it by whatever name.

    >>> calls(steps, during=lambda: [steps(list) for _ in range(3)])
    3
    """
    entered, code = 0, unwrap(function).__code__

    def trace(frame: FrameType, *_: object) -> None:
        nonlocal entered
        entered += frame.f_code is code

    with _traced(trace):
        during()
    return entered


def growth(call: Callable[[int], Callable[[], object]], few: int, many: int) -> float:
    """The steps of one among `many` as a multiple of those of one among `few`: 1 is linear, many/few quadratic.

    `call` makes ready what is counted, for so many. It is run once before, so that imports and caches do not count.

    >>> round(growth(lambda size: lambda: [(a, b) for a in range(size) for b in range(size)], few=100, many=400))
    4
    """
    call(1)()
    return steps(call(many)) / steps(call(few)) * few / many


@contextmanager
def _traced(trace: Callable[[FrameType, str, Any], Any]) -> Iterator[None]:
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)
