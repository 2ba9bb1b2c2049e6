"""Finds the parameters with which one layer gives a wanted output: every combination is tried on the layer's own rule.

The search is exhaustive over its ranges, and nothing is guessed: an answer is a layer that was built and asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, NamedTuple

from cnncalc.layers import Layer
from cnncalc.layers.schema import Like
from cnncalc.problem import Problem
from cnncalc.volume import Volume
from cnncalc.window import EXACT, FLOOR

Value = int | str | tuple[int, ...]
Changes = Mapping[str, Value]
Now = Mapping[str, tuple[int, ...] | str]
"""Parameters as they are: a value for each axis, or a word."""
Space = Mapping[str, Sequence[int | str]]
"""The values to try, by parameter."""
Make = Callable[..., Layer]
"""Makes the layer with some parameters changed; raises `Problem` where they cannot stand together."""

PREFERENCE = ("padding", "stride", "kernel", "output_padding", "scale", "block", "output", "rounding")
"""Which parameter is rather changed than another, where both lead to the output: padding costs no weights."""

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


class Fit(NamedTuple):
    """Parameters that were changed, and what the layer gives with them."""

    changes: Changes
    volume: Volume


class Search(NamedTuple):
    """A layer to be changed: how it is made, what it reads, its parameters now, and the values to try.

    `complete` adds what a change drags along, such as `count_padding` where an average pool gets a padding.
    """

    make: Make
    x: Volume
    now: Now
    space: Space
    complete: Callable[[Changes], Changes] = lambda changes: changes

    @classmethod
    def of(cls, layer: Layer, make: Make, x: Volume, space: Space) -> Search:
        """The search of a layer that stands."""
        return cls(make, x, _now(layer, x.rank), space, lambda changes: _completed(layer, changes))

    @property
    def combinations(self) -> int:
        """How many layers are tried: each parameter as it is, or with one of its other values."""
        return prod(1 + len(self.others(name)) for name in self.space)

    def others(self, name: str) -> list[int | str]:
        """The values of a parameter that would change it along some axis."""
        now = self.now.get(name)
        same = set(now) if isinstance(now, tuple) else {now}
        return [value for value in self.space[name] if same != {value}]

    def gives(self, changes: Changes) -> Volume | None:
        """What comes out with some parameters changed; None where the rules refuse them."""
        try:
            return self.make(**self.complete(changes)).output_volume(self.x)
        except Problem:
            return None


def fitting(search: Search, name: str) -> Iterator[Fit]:
    """The answers that change one parameter alone, in the order of its values, whatever comes out.

    >>> from cnncalc.layers import KINDS
    >>> search = Search(
    ...     lambda **changes: KINDS["conv"].build(2, {"filters": 5, "kernel": 3, "stride": 3, **changes}),
    ...     Volume((7, 7, 3)),
    ...     {},
    ...     {"stride": (2, 1)},
    ... )
    >>> [(answer.changes, str(answer.volume)) for answer in fitting(search, "stride")]
    [({'stride': 2}, '3x3x5'), ({'stride': 1}, '5x5x5')]
    """
    for value in search.space[name]:
        volume = search.gives({name: value})
        if volume is not None:
            yield Fit(search.complete({name: value}), volume)


def everything(search: Search) -> Iterator[Fit]:
    """Every combination that stands, one value for all axes, in the order in which they are preferred.

    >>> from cnncalc.layers import KINDS
    >>> conv = KINDS["conv"]
    >>> search = Search(
    ...     lambda **changes: conv.build(2, {"filters": 5, "kernel": 3, "stride": 3, **changes}),
    ...     Volume((7, 7, 3)),
    ...     {"stride": (3, 3), "padding": (0, 0)},
    ...     {"stride": range(1, 4), "padding": range(2)},
    ... )
    >>> [(answer.changes, str(answer.volume)) for answer in everything(search)][:3]
    [({'padding': 1}, '3x3x5'), ({'stride': 2}, '3x3x5'), ({'stride': 1}, '5x5x5')]
    """
    for changes, volume in _standing(search):
        yield Fit(search.complete(changes), volume)


def _standing(search: Search, kept: Changes | None = None) -> Iterator[Fit]:
    """The combinations that stand beside some values that are kept, each with what comes out.

    Fewest changes come first, then the smallest, then by preference.
    """
    names = [name for name in PREFERENCE if name in search.space]
    combinations = (
        {name: value for name, value in zip(names, values, strict=True) if value is not None}
        for values in product(*([None, *search.others(name)] for name in names))
    )
    for changes in sorted(combinations, key=lambda changes: _cost(changes, search.now)):
        volume = search.gives({**(kept or {}), **changes})
        if volume is not None:
            yield Fit(changes, volume)


def answers(search: Search, wanted: Sequence[int]) -> list[Fit]:
    """The combinations that give the wanted sizes: one value for all axes, else one for each.

    A combination that contains a smaller answer is left out. Where no single value does it, there is one answer for
    each set of parameters that can: the smallest change.
    """
    alike: list[Fit] = []
    for answer in _standing(search):
        # That nothing need be changed hides no other answer.
        larger = any(known.changes.items() <= answer.changes.items() for known in alike if known.changes)
        if answer.volume.sizes == tuple(wanted) and not larger:
            alike.append(answer)
    found = alike or _axis_by_axis(search, tuple(wanted))
    return [answer._replace(changes=search.complete(answer.changes)) for answer in found]


def nearest(search: Search, wanted: Sequence[int]) -> Fit | None:
    """The combination whose output comes nearest to the wanted sizes; None where none stands at all."""

    def distance(answer: Fit) -> int:
        return sum(abs(size - target) for size, target in zip(answer.volume.sizes, wanted, strict=True))

    return min(everything(search), key=distance, default=None)


def _axis_by_axis(search: Search, wanted: tuple[int, ...]) -> Iterator[Fit]:
    """Sizes with a factor for each axis: the axes do not know of each other, so that each is searched alone."""
    now = {name: value for name, value in search.now.items() if not isinstance(value, str)}
    numbers = {name: values for name, values in search.space.items() if name in now}
    if len(wanted) < 2 or not numbers:
        return
    by_axis = [_alone(search._replace(space=numbers), axis, size) for axis, size in enumerate(wanted)]
    found = []
    for names in _subsets(list(numbers)):
        best = [_best(changes, names, _along(search.now, axis)) for axis, changes in enumerate(by_axis)]
        every = [choice for choice in best if choice is not None]
        if len(every) < len(best):
            continue
        values = {name: tuple(choice.get(name, now[name][axis]) for axis, choice in enumerate(every)) for name in names}
        together = {name: value for name, value in values.items() if value != now[name]}
        volume = search.gives(together)
        if volume is not None and volume.sizes == wanted and together not in found:
            found.append(together)
            yield Fit(together, volume)


def _alone(search: Search, axis: int, wanted: int) -> list[Changes]:
    """The combinations that give the wanted size along one axis, tried on a map that is as long along every axis."""
    x = Volume((*[search.x.sizes[axis]] * search.x.rank, search.x.channels))
    # On such a map each parameter has along every axis the value that it has along this one.
    here = search._replace(x=x, now=_along(search.now, axis))
    kept = {name: value[axis] for name, value in here.now.items() if name in here.space and isinstance(value, tuple)}
    return [answer.changes for answer in _standing(here, kept) if answer.volume.sizes[axis] == wanted]


def _along(now: Now, axis: int) -> Now:
    """The parameters with their values along one axis along all of them."""
    return {name: value if isinstance(value, str) else (value[axis],) * len(value) for name, value in now.items()}


def _best(found: Sequence[Changes], allowed: Sequence[str], now: Now) -> dict[str, Any] | None:
    """The smallest change that touches only the allowed parameters."""
    within = (dict(changes) for changes in found if set(changes) <= set(allowed))
    return min(within, key=lambda changes: _cost(changes, now), default=None)


def _subsets(names: Sequence[str]) -> list[list[str]]:
    masks = range(1, 2 ** len(names))
    return sorted(([name for number, name in enumerate(names) if mask >> number & 1] for mask in masks), key=len)


def _cost(changes: Changes, now: Now) -> tuple[int, int, tuple[int, ...]]:
    return (
        len(changes),
        sum(_size_of(value, now.get(name)) for name, value in changes.items()),
        tuple(PREFERENCE.index(name) for name in changes),
    )


def _size_of(value: Value, now: tuple[int, ...] | str | None) -> int:
    """How far a parameter is changed, along the axis where it is most; a word for a number counts as its number."""
    if isinstance(value, str):
        return 0
    factors = value if isinstance(value, tuple) else (value,)
    return max(abs(factor - before) for factor in factors for before in (now if isinstance(now, tuple) else (0,)))


def _now(layer: Layer, rank: int) -> dict[str, tuple[int, ...] | str]:
    """The parameters that decide sizes; a padding that differs from side to side is no number."""
    found: dict[str, tuple[int, ...] | str] = {}
    for name in (*SEARCHED, "rounding"):
        value = getattr(layer, name) if name in _names(layer) else None
        if name == "padding" and isinstance(value, tuple):
            even = all(before == after for before, after in value)
            found[name] = tuple(before for before, _ in value) if even else "a map of sides"
        elif value is not None:
            found[name] = value if isinstance(value, (str, tuple)) else (value,) * rank
    return found


def default_space(layer: Layer, x: Volume, wanted: Sequence[int]) -> dict[str, Sequence[int | str]]:
    """What is tried where nobody says what: small kernels, strides and paddings, and those near the layer's own.

    >>> from cnncalc.layers import KINDS
    >>> default_space(KINDS["upsample"].build(2, {"scale": 2}), Volume((7, 7, 3)), (28, 28))
    {'scale': range(1, 17)}
    """
    space: dict[str, Sequence[int | str]] = {}
    for name, value in _now(layer, x.rank).items():
        if name in _RANGES:
            space[name] = _RANGES[name](0 if isinstance(value, str) else max(value))
        elif name == "output":
            space[name] = sorted(set(wanted))
        elif value == EXACT:
            space[name] = (FLOOR,)
    return space


def _completed(layer: Layer, changes: Changes) -> Changes:
    """The changes with what they drag along, so that the fragment means the same in the spec.

    A stride that follows the kernel by default is said as it is; a padded mean must say whether padding counts.
    """
    whole: dict[str, Value | bool] = dict(changes)
    for entry in layer.parameters:
        if isinstance(entry.default, Like) and entry.default.field in changes and entry.name not in changes:
            factors = getattr(layer, entry.name)
            whole[entry.name] = factors[0] if len(set(factors)) == 1 else factors
    padding = changes.get("padding", 0)
    if getattr(layer, "count_padding", False) is None and (any(padding) if isinstance(padding, tuple) else padding):
        whole["count_padding"] = True
    return whole


def is_searchable(layer: Layer) -> bool:
    """Whether a change of some parameter changes the sizes of its output."""
    return not _names(layer).isdisjoint(SEARCHED)


def _names(layer: Layer) -> set[str]:
    return {entry.name for entry in layer.parameters}


def for_channels(layer: Layer, x: Volume, channels: int) -> Changes | None:
    """The change that gives so many channels; empty where they are there already, None where nothing gives them.

    >>> from cnncalc.layers import KINDS
    >>> for_channels(KINDS["depthwise"].build(2, {"kernel": 3}), Volume((7, 7, 8)), 32)
    {'multiplier': 4}
    """
    if layer.output_volume(x).channels == channels:
        return {}
    names = _names(layer)
    for name, each in (("filters", 1), ("units", 1), ("multiplier", x.channels)):
        if name in names and channels % each == 0:
            return {name: channels // each}
    return None
