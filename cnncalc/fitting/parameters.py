"""What may be changed of a layer to get another output: its parameters now, their ranges, and what they drag along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cnncalc.fitting.layer import Changes, Make, Search, Value
from cnncalc.layers import Layer
from cnncalc.layers.schema import Like
from cnncalc.volume import Volume
from cnncalc.window import EXACT, FLOOR

_RANGES: Mapping[str, Callable[[int], range]] = {
    "kernel": lambda most: range(1, 12) if most <= 11 else range(most - 10, most + 11),
    "stride": lambda most: range(1, max(8, min(most, 64)) + 1),
    "padding": lambda most: range(max(8, min(2 * most, 64)) + 1),
    "output_padding": lambda _: range(4),
    "scale": lambda most: range(1, max(16, 2 * most) + 1),
    "block": lambda most: range(1, max(16, 2 * most) + 1),
}
"""What is tried of a parameter, whose largest value along any axis is given: small values, and those near it."""

SEARCHED = (*_RANGES, "output")
"""The parameters that decide the sizes of an output."""

MOST_COMBINATIONS = 100_000


def search_of(layer: Layer, make: Make, x: Volume, space: Mapping[str, Sequence[int | str]]) -> Search:
    """The search of a layer that stands.

    Args:
        layer: the layer as it is.
        make: makes it with some parameters changed.
        x: what it reads.
        space: the values to try, by parameter.
    """
    return Search(make, x, now(layer, x.rank), space, lambda changes: completed(layer, changes))


def now(layer: Layer, rank: int) -> dict[str, tuple[int, ...] | str]:
    """The parameters that decide sizes, a value an axis; a padding that differs from side to side is no number."""
    found: dict[str, tuple[int, ...] | str] = {}
    for name in (*SEARCHED, "rounding"):
        value = getattr(layer, name, None)
        if value is None or not any(entry.name == name for entry in layer.parameters):
            continue
        if name == "padding" and not isinstance(value, str):
            even = all(before == after for before, after in value)
            found[name] = tuple(before for before, _ in value) if even else "a map of sides"
        else:
            found[name] = value if isinstance(value, (str, tuple)) else (value,) * rank
    return found


def default_space(layer: Layer, x: Volume, wanted: Sequence[int]) -> dict[str, Sequence[int | str]]:
    """What is tried where nobody says what: small kernels, strides and paddings, and those near the layer's own.

    >>> from cnncalc.layers import KINDS
    >>> default_space(KINDS["upsample"].build(2, {"scale": 2}), Volume((7, 7, 3)), (28, 28))
    {'scale': range(1, 17)}
    """
    space: dict[str, Sequence[int | str]] = {}
    for name, value in now(layer, x.rank).items():
        if name in _RANGES:
            space[name] = _RANGES[name](0 if isinstance(value, str) else max(value))
        elif name == "output":
            space[name] = sorted(set(wanted))
        elif value == EXACT:
            space[name] = (FLOOR,)
    return space


def completed(layer: Layer, changes: Changes) -> Changes:
    """The changes with what they drag along, so that the fragment means the same in the spec.

    A stride that follows the kernel by default is said as it is; a padded mean must say whether padding counts.
    """
    whole: dict[str, Value | bool] = dict(changes)
    for entry in layer.parameters:
        if isinstance(entry.default, Like) and entry.default.field in changes and entry.name not in changes:
            whole[entry.name] = one(getattr(layer, entry.name))
    if getattr(layer, "count_padding", False) is None and _pads(changes.get("padding", 0)):
        whole["count_padding"] = True
    return whole


def _pads(padding: Any) -> bool:
    return any(padding) if isinstance(padding, tuple) else bool(padding)


def one(factors: tuple[int, ...]) -> Value:
    """One number where all axes agree."""
    return factors[0] if len(set(factors)) == 1 else factors


def is_searchable(layer: Layer) -> bool:
    """Whether a change of some parameter changes the sizes of its output."""
    return any(entry.name in SEARCHED for entry in layer.parameters)


def for_channels(layer: Layer, x: Volume, channels: int) -> Changes | None:
    """The change that gives so many channels; empty where they are there already, None where nothing gives them.

    >>> from cnncalc.layers import KINDS
    >>> for_channels(KINDS["depthwise"].build(2, {"kernel": 3}), Volume((7, 7, 8)), 32)
    {'multiplier': 4}
    """
    names = {entry.name for entry in layer.parameters}
    if layer.output_volume(x).channels == channels:
        return {}
    if "filters" in names:
        return {"filters": channels}
    if "units" in names:
        return {"units": channels}
    if "multiplier" in names and channels % x.channels == 0:
        return {"multiplier": channels // x.channels}
    return None
