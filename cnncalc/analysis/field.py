"""The receptive field: which places of a network's input each place of a tensor depends on.

Along one axis, place i of a tensor reads the input's pixels from low + i x jump to high + i x jump. Paths of unequal
strides meet at joins, so that an axis may hold several such reaches, one for each jump; the field is their union.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from cnncalc.exact import Exact, decimal, ratio
from cnncalc.window import FieldStep

MISALIGNED, UNEQUAL = "misaligned", "unequal"
"""What a join may find: equal jumps that start at different pixels; different jumps."""

FARTHEST = 10**18
"""A jump beyond this, or with a denominator beyond it, leaves every image: only hostile stacks of strides get there."""
MOST_REACHES = 32
"""More different jumps than this on one axis are replaced by one hull, which then says that it is not exact."""


class Reach(NamedTuple):
    """The pixels that place 0 of an axis reads, both ends included; the next place's lie `jump` further on."""

    jump: Exact
    low: Exact
    high: Exact


class Field(NamedTuple):
    """The receptive field of a tensor in one input of the network.

    `axes` are the input's, each with its reaches by rising jump; `exact` is false where a reach is only a hull.
    """

    axes: tuple[tuple[Reach, ...], ...]
    exact: bool


class ReachStep(NamedTuple):
    """What a layer does to a reach along one axis, in units of the jump that arrives."""

    low: Exact
    high: Exact
    pace: Exact
    exact: bool


class ReceptiveField(NamedTuple):
    """What a report says of a field: `size` in pixels, `jump` from place to place, `start` the first window's centre.

    The first pixel's centre is 0. Where paths of unequal strides meet, `jump` and `start` are None and `size` is the
    largest union over the places. `paths` is `MISALIGNED` at the join where windows of one jump start apart, and
    `UNEQUAL` wherever several jumps live side by side.
    """

    size: tuple[Exact, ...]
    jump: tuple[Exact, ...] | None
    start: tuple[Exact, ...] | None
    exact: bool = True
    paths: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it: decimals, and only the remarks that there are."""
        entry: dict[str, Any] = {
            "size": [decimal(size) for size in self.size],
            "jump": None if self.jump is None else [decimal(jump) for jump in self.jump],
            "start": None if self.start is None else [float(start) for start in self.start],
        }
        if not self.exact:
            entry["exact"] = False
        if self.paths is not None:
            entry["paths"] = self.paths
        return entry


def of_input(rank: int) -> Field:
    """An input sees itself: each place one pixel."""
    return Field(((Reach(1, 0, 0),),) * rank, exact=True)


def moves(steps: Iterable[FieldStep]) -> tuple[ReachStep, ...]:
    """The steps of a layer as moves of both ends; empty where nothing moves (a 1x1 convolution).

    >>> moves([FieldStep(grow=2, shift=0, pace=2)])
    (ReachStep(low=-1, high=1, pace=2, exact=True),)
    """
    found = tuple(
        ReachStep(ratio(2 * step.shift - step.grow, 2), ratio(2 * step.shift + step.grow, 2), step.pace, step.exact)
        for step in steps
    )
    return () if all(move == (0, 0, 1, True) for move in found) else found


def moved(field: Field, layer: Sequence[ReachStep]) -> Field:
    """The field after a layer with a window.

    >>> moved(of_input(1), [ReachStep(low=0, high=4, pace=1, exact=True)])
    Field(axes=((Reach(jump=1, low=0, high=4),),), exact=True)
    """
    if len(field.axes) != len(layer):
        return field  # nothing moves; or a reshape or fc read the whole map before, so that every jump is 0
    axes = []
    exact = field.exact
    for axis, move in zip(field.axes, layer, strict=True):
        if axis[-1].jump == 0:
            axes.append(axis)
            continue
        exact = exact and move.exact
        reaches = [Reach(jump * move.pace, low + move.low * jump, high + move.high * jump) for jump, low, high in axis]
        widest = reaches[-1].jump
        if move.pace == 0 or max(widest.numerator, widest.denominator) > FARTHEST:
            exact = exact and move.pace == 0
            reaches = [Reach(0, min(reach.low for reach in reaches), max(reach.high for reach in reaches))]
        axes.append(tuple(reaches))
    return Field(tuple(axes), exact)


def whole(field: Field, sizes: Sequence[int]) -> Field:
    """The field of what reads every place of a map of those sizes: the union over its places, and jump 0.

    >>> whole(Field(((Reach(2, -1, 1),),), exact=True), [4]).axes
    ((Reach(jump=0, low=-1, high=7),),)
    """
    if all(axis[-1].jump == 0 for axis in field.axes):
        return field
    return Field(tuple(map(_whole_axis, field.axes, sizes)), field.exact)


def _whole_axis(axis: tuple[Reach, ...], size: int) -> tuple[Reach, ...]:
    low = min(reach.low for reach in axis)
    return (Reach(0, low, max(high + (size - 1) * jump for jump, _, high in axis)),)


def stretched(field: Field) -> Field:
    """The field of a map of one place that every place of a larger map reads: its jump counts as 0."""
    return whole(field, (1,) * len(field.axes))


def joined(fields: Sequence[Field], sizes: Sequence[int]) -> tuple[Field, str | None]:
    """The union of what several paths see, and `MISALIGNED` where reaches of one jump are centred apart.

    A jump of 0 has no places that could be out of line. `sizes` are those of the map that the join gives.
    """
    first = fields[0]
    if all(field is first for field in fields):
        return first, None
    exact = all(field.exact for field in fields)
    axes = []
    remark = None
    for number, column in enumerate(zip(*(field.axes for field in fields), strict=True)):
        united: dict[Exact, Reach] = {}
        for jump, low, high in (reach for axis in column for reach in axis):
            known = united.get(jump)
            if known is None:
                united[jump] = Reach(jump, low, high)
                continue
            if jump and known.low + known.high != low + high:
                remark = MISALIGNED
            united[jump] = Reach(jump, min(known.low, low), max(known.high, high))
        axis = tuple(united.values()) if len(united) == 1 else tuple(sorted(united.values()))
        if len(axis) > MOST_REACHES:
            axis, exact = _whole_axis(axis, sizes[number]), False
        axes.append(axis)
    return Field(tuple(axes), exact), remark


def reported(field: Field, sizes: Sequence[int], remark: str | None = None) -> ReceptiveField:
    """What the report says of a tensor of those sizes."""
    axes = field.axes
    if max(map(len, axes), default=1) == 1:
        return ReceptiveField(
            tuple([axis[0].high - axis[0].low + 1 for axis in axes]),
            tuple([axis[0].jump for axis in axes]),
            tuple([ratio(axis[0].low + axis[0].high, 2) for axis in axes]),
            field.exact,
            remark,
        )
    # A vector's axes are gone, so that its places are those of one place.
    places = sizes if len(sizes) == len(axes) else (1,) * len(axes)
    return ReceptiveField(tuple(map(_largest, axes, places)), None, None, field.exact, UNEQUAL)


def _largest(axis: tuple[Reach, ...], places: int) -> Exact:
    """The largest union over the places: lows and highs are straight lines, so it lies at one of the two ends."""
    at_first = max(reach.high for reach in axis) - min(reach.low for reach in axis)
    last = places - 1
    at_last = max(high + last * jump for jump, _, high in axis) - min(low + last * jump for jump, low, _ in axis)
    return max(at_first, at_last) + 1
