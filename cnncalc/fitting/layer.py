"""Finds the parameters with which one layer gives a wanted output: every combination is tried on the layer's own rule.

The search is exhaustive over its ranges, and nothing is guessed: an answer is a layer that was built and asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from cnncalc.layers import Layer
from cnncalc.problem import Problem
from cnncalc.volume import Volume

Value = int | str | tuple[int, ...]
Changes = Mapping[str, Value]
Make = Callable[..., Layer]
"""Makes the layer with some parameters changed; raises `Problem` where they cannot stand together."""

PREFERENCE = ("padding", "stride", "kernel", "output_padding", "scale", "block", "output", "rounding")
"""Which parameter is rather changed than another, where both lead to the output: padding costs no weights."""


class Fit(NamedTuple):
    """Parameters that were changed, and what the layer gives with them."""

    changes: Changes
    volume: Volume


class Search(NamedTuple):
    """A layer to be changed: how it is made, what it reads, its parameters now, and the values to try.

    `now` holds a value for each axis, or a word. `complete` adds what a change drags along, such as `count_padding`
    where an average pool gets a padding.
    """

    make: Make
    x: Volume
    now: Mapping[str, tuple[int, ...] | str]
    space: Mapping[str, Sequence[int | str]]
    complete: Callable[[Changes], Changes] = lambda changes: changes

    @property
    def combinations(self) -> int:
        """How many layers are tried: each parameter as it is, or with one of its other values."""
        count = 1
        for name in self.space:
            count *= 1 + len(self.others(name))
        return count

    def others(self, name: str) -> list[int | str]:
        """The values of a parameter that would change it."""
        now = self.now.get(name)
        return [value for value in self.space[name] if not _is(value, now)]

    def gives(self, changes: Changes, x: Volume | None = None) -> Volume | None:
        """What comes out with some parameters changed; None where the rules refuse them."""
        read = self.x if x is None else x
        try:
            return self.make(**self.complete(changes)).output_volume(read)
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


def ranked(search: Search) -> list[Changes]:
    """Every combination: fewest changes first, then the smallest, then by preference."""
    names = [name for name in PREFERENCE if name in search.space]
    choices = [[None, *search.others(name)] for name in names]
    combinations = [
        {name: value for name, value in zip(names, values, strict=True) if value is not None}
        for values in product(*choices)
    ]
    return sorted(combinations, key=lambda changes: _cost(changes, search.now))


def _standing(search: Search, kept: Changes | None = None) -> Iterator[Fit]:
    """The combinations that stand, beside some values that are kept, each with what comes out."""
    for changes in ranked(search):
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
        if answer.volume.sizes == tuple(wanted) and not any(_contains(answer.changes, known) for known in alike):
            alike.append(answer)
    return [answer._replace(changes=search.complete(answer.changes)) for answer in alike] or list(
        _axis_by_axis(search, tuple(wanted))
    )


def _contains(changes: Changes, known: Fit) -> bool:
    """Whether all of an answer's changes are among these; that nothing need be changed hides no other answer."""
    return bool(known.changes) and known.changes.items() <= changes.items()


def nearest(search: Search, wanted: Sequence[int]) -> Fit | None:
    """The combination whose output comes nearest to the wanted sizes; None where none stands at all."""
    return min(everything(search), key=lambda answer: _distance(answer.volume, wanted), default=None)


def _distance(volume: Volume, wanted: Sequence[int]) -> int:
    return sum(abs(size - target) for size, target in zip(volume.sizes, wanted, strict=True))


def _axis_by_axis(search: Search, wanted: tuple[int, ...]) -> Iterator[Fit]:
    """Sizes with a factor for each axis: the axes do not know of each other, so that each is searched alone."""
    now = {name: value for name, value in search.now.items() if not isinstance(value, str)}
    numbers = {name: values for name, values in search.space.items() if name in now}
    if len(wanted) < 2 or not numbers:
        return
    by_axis = [_alone(search._replace(space=numbers), axis, size) for axis, size in enumerate(wanted)]
    found = []
    for names in sorted(_subsets(list(numbers)), key=len):
        best = [_best(fitting, names, search.now, axis) for axis, fitting in enumerate(by_axis)]
        every = [choice for choice in best if choice is not None]
        if len(every) < len(best):
            continue
        values = {name: tuple(choice.get(name, now[name][axis]) for axis, choice in enumerate(every)) for name in names}
        together = {name: value for name, value in values.items() if value != now[name]}
        volume = search.gives(together)
        if volume is not None and volume.sizes == wanted and together not in found:
            found.append(together)
            yield Fit(search.complete(together), volume)


def _alone(search: Search, axis: int, wanted: int) -> list[Changes]:
    """The combinations that give the wanted size along one axis, tried on a map that is as long along every axis."""
    size = search.x.sizes[axis]
    x = Volume((*(size for _ in search.x.sizes), search.x.channels))
    # On such a map each parameter has along every axis the value that it has along this one.
    here = search._replace(x=x, now={name: _everywhere(value, axis) for name, value in search.now.items()})
    kept = {
        name: value[axis] for name, value in search.now.items() if name in search.space and not isinstance(value, str)
    }
    return [answer.changes for answer in _standing(here, kept) if answer.volume.sizes[axis] == wanted]


def _everywhere(value: tuple[int, ...] | str, axis: int) -> tuple[int, ...] | str:
    return value if isinstance(value, str) else (value[axis],) * len(value)


def _best(
    found: Sequence[Changes], allowed: Sequence[str], now: Mapping[str, tuple[int, ...] | str], axis: int
) -> dict[str, Any] | None:
    """The smallest change along one axis that touches only the allowed parameters."""
    fitting = [dict(changes) for changes in found if set(changes) <= set(allowed)]
    here = {name: _everywhere(value, axis) for name, value in now.items()}
    return min(fitting, key=lambda changes: _cost(changes, here)) if fitting else None


def _subsets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for mask in range(1, 2 ** len(names)):
        yield tuple(name for number, name in enumerate(names) if mask >> number & 1)


def _is(value: int | str, now: tuple[int, ...] | str | None) -> bool:
    """Whether a parameter has that value along every axis."""
    return value == now if now is None or isinstance(now, str) else set(now) == {value}


def _cost(changes: Changes, now: Mapping[str, tuple[int, ...] | str]) -> tuple[int, int, tuple[int, ...]]:
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
    if now is None or isinstance(now, str):
        return max(factors)
    return max(abs(factor - before) for factor in factors for before in now)
