"""What both frameworks' spellings share: a layer that cannot be written, and how Python values are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cnncalc.layers.conv import Sliding
from cnncalc.layers.schema import Act
from cnncalc.volume import AXES, Volume
from cnncalc.window import CEIL, Window


class Unwritable(Exception):
    """The framework has no such layer; the text says why."""


def call(function: str, *arguments: Any, **named: Any) -> str:
    """A call with its arguments; named ones that are None are left out.

    >>> call("nn.Conv2d", 3, 10, kernel_size=(5, 5), bias=None)
    'nn.Conv2d(3, 10, kernel_size=5)'
    """
    written = [one(value) for value in arguments]
    written += [f"{name}={one(value)}" for name, value in named.items() if value is not None]
    return f"{function}({', '.join(written)})"


def one(value: Any) -> str:
    """A value as Python writes it; a size whose factors agree as one number, a text as code.

    >>> one((3, 3)), one((3, 1)), one("x")
    ('3', '(3, 1)', 'x')
    """
    if isinstance(value, tuple) and value and all(type(entry) is int for entry in value) and len(set(value)) == 1:
        return str(value[0])
    return value if isinstance(value, str) else repr(value)


def unless(default: Any, value: Any) -> Any:
    """None where the value is the framework's own default, so that it is not written."""
    factors = value if isinstance(value, tuple) else (value,)
    return None if all(factor == default for factor in factors) else value


def sides(windows: Sequence[Window]) -> tuple[tuple[int, int], ...]:
    """The padding of each side, axis after axis."""
    return tuple((window.before, window.after) for window in windows)


def is_even(padding: Sequence[tuple[int, int]]) -> bool:
    """Whether each axis has as much before as after."""
    return all(before == after for before, after in padding)


def overhangs(layer: Sliding, x: Volume) -> bool:
    """Whether a window hangs over the end of an axis, as only `ceil` lets it."""
    return layer.rounding == CEIL and any(
        window.remainder(size) < 0 for window, size in zip(layer.windows(x), x.sizes, strict=True)
    )


def names(count: int) -> list[str]:
    """The names of so many inputs of a join: a, b, c, ..."""
    return [chr(ord("a") + number) if number < 23 else f"x{number + 1}" for number in range(count)]


def parameters(act: Act) -> Mapping[str, Any]:
    """An activation's parameters by name."""
    return dict(act.parameters)


def rank_name(x: Volume) -> str:
    """How messages call what has so many axes."""
    return {0: "vectors", 1: "sequences", 2: "images", 3: "clips"}[len(AXES[x.rank])]
