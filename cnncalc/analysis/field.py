"""The receptive field: which places of a network's input each place of a tensor depends on.

Behind upsampling, neighbours see differently, so that an axis has a class of places for each residue: place
q x period + r is the q-th of class r. In a class, place q reads the input's pixels from low + q x jump to
high + q x jump. Paths of unequal strides meet at joins, so that a class may hold several such reaches, one for each
jump; what a place sees is their union.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import gcd, lcm
from typing import NamedTuple, TypeAlias

from cnncalc.analysis.move import Move
from cnncalc.exact import Exact, ratio
from cnncalc.window import Taps

MISALIGNED = "misaligned"
"""What a join may find: equal jumps that start at different pixels."""

FARTHEST = 10**18
"""A jump beyond this, or with a denominator beyond it, leaves every image: only hostile stacks of strides get there."""
MOST_REACHES = 32
"""More different jumps than this in one class are replaced by one hull, which then says that it is not exact."""
MOST_CLASSES = 256
"""More classes than this on one axis are replaced by one hull, which then says that it is not exact."""
MOST_TOLD_APART = 200_000
"""So many classes are told apart in all the rows of a network; from there on each row has one hull."""


class Reach(NamedTuple):
    """The pixels that place 0 of a class reads, both ends included; the next place's lie `jump` further on."""

    jump: Exact
    low: Exact
    high: Exact


Class: TypeAlias = tuple[Reach, ...]
"""Places that see alike: their reaches by rising jump; none where they see nothing, as some of a transposed one do."""
Axis: TypeAlias = tuple[Class, ...]
"""The classes of an axis, as many as its period."""
Span: TypeAlias = "tuple[Exact, Exact]"
"""The first and the last pixel of a window."""


class Field(NamedTuple):
    """The receptive field of a tensor in one input of the network.

    `axes` are the input's; `exact` is false where a reach is only a hull.
    """

    axes: tuple[Axis, ...]
    exact: bool

    @property
    def classes(self) -> int:
        """How many classes it tells apart; 0 where all places of an axis see alike."""
        return sum(len(axis) for axis in self.axes if len(axis) > 1)

    def window(self, axis: int, place: int) -> Span | None:
        """The first and the last pixel that a place sees along an axis; None where it sees nothing.

        >>> Field((((Reach(2, -1, 1),),),), exact=True).window(0, 3)
        (5, 7)
        """
        classes = self.axes[axis]
        turn, residue = divmod(place, len(classes))
        return union_at(classes[residue], turn)


def of_input(rank: int) -> Field:
    """An input sees itself: each place one pixel."""
    return Field((((Reach(1, 0, 0),),),) * rank, exact=True)


def union_at(reaches: Class, turn: int) -> Span | None:
    """From the first pixel to the last that the place of that turn of a class sees."""
    if not reaches:
        return None
    return min(low + turn * jump for jump, low, _ in reaches), max(high + turn * jump for jump, _, high in reaches)


def moved(field: Field, layer: Sequence[Move], most: int = MOST_CLASSES) -> Field:
    """The field after a layer with a window; `most` is how many classes an axis may have.

    >>> moved(of_input(1), [Move((Taps(0, 4),), pace=1, exact=True)])
    Field(axes=(((Reach(jump=1, low=0, high=4),),),), exact=True)
    """
    if len(field.axes) != len(layer):
        return field  # nothing moves; or a reshape or fc read the whole map before, so that every jump is 0
    axes: list[Axis] = []
    exact = field.exact
    for number, (axis, move) in enumerate(zip(field.axes, layer, strict=True)):
        if number and axis is field.axes[number - 1] and move == layer[number - 1]:
            axes.append(axes[-1])  # the axes of a square map are one
        elif _is_whole(axis):
            axes.append(axis)
        else:
            after, is_exact = _moved_axis(axis, move, most)
            axes.append(after)
            exact = exact and is_exact
    return Field(tuple(axes), exact)


def _is_whole(axis: Axis) -> bool:
    """Whether every place sees the same."""
    return len(axis) == 1 and not (axis[0] and axis[0][-1].jump)


def _moved_axis(axis: Axis, move: Move, most: int) -> tuple[Axis, bool]:
    """An axis after a layer, and whether that is exact."""
    exact = move.exact
    if len(axis) == len(axis[0]) == len(move.taps) == 1:  # as nearly everywhere
        ((jump, low, high),), ((first, last, _),) = axis[0], move.taps
        after = Reach(jump * move.pace, low + first * jump, high + last * jump)
        if _goes_too_far(after.jump):
            return ((Reach(0, after.low, after.high),),), False
        return ((after,),), exact
    turns = len(axis) // gcd(len(axis), move.pace) if exact else 1  # type: ignore[arg-type]
    if len(axis) > 1 and (not exact or turns * len(move.taps) > most):
        axis, exact, turns = hull(axis), False, 1
    found = _moved_classes(axis, move, turns)
    if len(found) > most:
        found, exact = hull(found), False
    if any(reaches and _goes_too_far(reaches[-1].jump) for reaches in found):
        return _whole_axis(found, len(found)), False
    return _reduced(found), exact


def _goes_too_far(jump: Exact) -> bool:
    return jump.numerator > FARTHEST or jump.denominator > FARTHEST


def _moved_classes(axis: Axis, move: Move, turns: int) -> Axis:
    """The classes after a layer: of each residue of its period the union of what its taps meet."""
    ahead = ratio(turns * move.pace, len(axis))  # so many turns of what arrives lie in one of what comes out
    found = []
    for residue in range(turns * len(move.taps)):
        united: dict[Exact, Reach] = {}
        for passed, reaches in met(axis, move, residue):
            for jump, low, high in reaches:
                _unite(united, Reach(jump * ahead, low + passed * jump, high + passed * jump))
        found.append(_class_of(united))
    return tuple(found)


def met(axis: Axis, move: Move, residue: int) -> list[tuple[Exact, Class]]:
    """The classes that the outermost taps of a residue meet, and how many of their turns further on."""
    period = len(axis)
    turn, phase = divmod(residue, len(move.taps))
    start = turn * move.pace
    places = [start + place for place in _outermost(move.taps[phase], period)]
    if period == 1:
        return [(place, axis[0]) for place in places]
    return [(place // period, axis[int(place % period)]) for place in places]


def _outermost(taps: Taps, period: int) -> Iterable[Exact]:
    """Of the taps of each residue the first and the last: what lies between them sees no further."""
    first, last, step = taps
    if period == 1 or first >= last:
        return (first, last) if first < last else (first,) if first == last else ()
    many = (last - first) // step + 1
    each = period // gcd(period, step)
    if many <= 2 * each:
        return range(first, last + 1, step)
    return (*range(first, first + each * step, step), *range(last - (each - 1) * step, last + 1, step))


def _unite(united: dict[Exact, Reach], reach: Reach) -> None:
    """Put a reach beside the others; those of one jump become one."""
    jump, low, high = reach
    known = united.get(jump)
    united[jump] = reach if known is None else Reach(jump, min(known.low, low), max(known.high, high))


def _class_of(united: dict[Exact, Reach]) -> Class:
    return tuple(united.values()) if len(united) < 2 else tuple(sorted(united.values()))


def _reduced(axis: Axis) -> Axis:
    """The same with the shortest period: two classes that only shift are one."""
    for fewer in range(1, len(axis) // 2 + 1):
        parts, rest = divmod(len(axis), fewer)
        if not rest and all(axis[place] == _shifted(axis[place - fewer], parts) for place in range(fewer, len(axis))):
            return tuple(tuple(Reach(ratio(jump, parts), *ends) for jump, *ends in part) for part in axis[:fewer])
    return axis


def _shifted(reaches: Class, parts: int) -> Class:
    """What the class reads a part of its jump further on."""
    return tuple(Reach(jump, low + ratio(jump, parts), high + ratio(jump, parts)) for jump, low, high in reaches)


def hull(axis: Axis) -> Axis:
    """One class of rational jumps that holds what every class sees."""
    united: dict[Exact, Reach] = {}
    for residue, reaches in enumerate(axis):
        for jump, low, high in reaches:
            each = ratio(jump, len(axis))
            _unite(united, Reach(each, low - residue * each, high - residue * each))
    return (_class_of(united),)


def whole(field: Field, sizes: Sequence[int]) -> Field:
    """The field of what reads every place of a map of those sizes: the union over its places, and jump 0.

    >>> whole(Field((((Reach(2, -1, 1),),),), exact=True), [4]).axes
    (((Reach(jump=0, low=-1, high=7),),),)
    """
    if all(map(_is_whole, field.axes)):
        return field
    return Field(tuple(map(_whole_axis, field.axes, sizes)), field.exact)


def _whole_axis(axis: Axis, size: int) -> Axis:
    united: dict[Exact, Reach] = {}
    for residue, reaches in enumerate(axis[:size]):
        last = (size - 1 - residue) // len(axis)
        for jump, low, high in reaches:
            _unite(united, Reach(0, low, high + last * jump))
    return (_class_of(united),)


def stretched(field: Field) -> Field:
    """The field of a map of one place that every place of a larger map reads: its jump counts as 0."""
    return whole(field, (1,) * len(field.axes))


def joined(fields: Sequence[Field], sizes: Sequence[int], most: int = MOST_CLASSES) -> tuple[Field, str | None]:
    """The union of what several paths see, and `MISALIGNED` where reaches of one jump are centred apart.

    A jump of 0 has no places that could be out of line. `sizes` are those of the map that the join gives; `most` is how
    many classes an axis may have.
    """
    first = fields[0]
    if all(field is first for field in fields):
        return first, None
    exact = all(field.exact for field in fields)
    remark = None
    axes: list[Axis] = []
    columns = [*zip(*[field.axes for field in fields], strict=True)]
    for number, column in enumerate(columns):
        if number and sizes[number - 1 : number] == sizes[number : number + 1] and _are(column, columns[number - 1]):
            axes.append(axes[-1])  # the axes of a square map are one
            continue
        period = lcm(*map(len, column))
        met, period, exact = (column, period, exact) if period <= most else (tuple(map(hull, column)), 1, False)
        if _apart(met):
            remark = MISALIGNED
        axis = tuple([_joined_class(met, residue, period) for residue in range(period)])
        if max(map(len, axis)) > MOST_REACHES:
            axis, exact = _whole_axis(axis, sizes[number] if number < len(sizes) else 1), False
        axes.append(_reduced(axis))
    return Field(tuple(axes), exact), remark


def _are(one: Sequence[Axis], other: Sequence[Axis]) -> bool:
    return all(first is second for first, second in zip(one, other, strict=True))


def _joined_class(axes: Sequence[Axis], residue: int, period: int) -> Class:
    """What a class of the longer period sees along all paths."""
    united: dict[Exact, Reach] = {}
    for axis in axes:
        turn, own = divmod(residue, len(axis))
        for jump, low, high in axis[own]:
            _unite(united, Reach(jump * (period // len(axis)), low + turn * jump, high + turn * jump))
    return _class_of(united)


def _apart(axes: Sequence[Axis]) -> bool:
    """Whether the windows of one jump are centred apart on two of the axes."""
    known: dict[Exact, Exact] = {}
    for axis in axes:
        for jump, centre in centres(axis).items():
            if jump and known.setdefault(jump, centre) != centre:
                return True
    return False


def centres(axis: Axis) -> dict[Exact, Exact]:
    """Where the window of place 0 is centred, for each jump from place to place: the mean over the classes.

    >>> centres(((Reach(1, 0, 1),), (Reach(1, 0, 1),)))
    {Fraction(1, 2): Fraction(1, 4)}
    """
    period = len(axis)
    if period == 1:
        return {jump: ratio(low + high, 2) for jump, low, high in axis[0]}
    found: dict[Exact, list[Exact]] = {}
    for residue, reaches in enumerate(axis):
        for jump, low, high in reaches:
            found.setdefault(ratio(jump, period), []).append(ratio(low + high, 2) - residue * ratio(jump, period))
    return {jump: ratio(sum(each), len(each)) for jump, each in found.items()}
