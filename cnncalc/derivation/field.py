"""Derives a receptive field: the way from an input of the network to a row, and what each layer on it does.

Where paths join, the way goes along one whose field is the whole union; where there is none, the join is a stop that
unites all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cnncalc.analysis import field as rules
from cnncalc.analysis.counting import Seen, arriving, fields_of
from cnncalc.analysis.field import Field, Reach
from cnncalc.derivation.expression import OVER, Letter, Operation, Term, divided, least, most, negated
from cnncalc.derivation.rules import Terms, terms_of
from cnncalc.derivation.step import Remark, Step, Stop, Way
from cnncalc.exact import Exact, ratio
from cnncalc.network import Network, Node
from cnncalc.volume import AXES, Volume

Steps = tuple[Step, ...]
Known = dict[tuple[int, Volume], Sequence[Terms | None]]
"""What layers do, by layer and volume."""


class Passed(NamedTuple):
    """A node of the way, what arrives at it by tensor, and the field that the way goes along."""

    node: Node
    arriving: Sequence[tuple[str, Field]]
    before: Field


def ways(network: Network, node: Node) -> tuple[Way, ...]:
    """How the receptive field of a row grows, in each input that it depends on."""
    seen = fields_of(network)
    return tuple(_way(network, seen, node, source) for source in seen[node.path])


def _way(network: Network, seen: Mapping[str, Seen], node: Node, source: str) -> Way:
    stops: list[Stop] = []
    known: Known = {}
    for here, entries, before in reversed(list(_back(network, seen, node, source))):
        after = seen[here.path][source]
        if before.axes != after.axes:
            stops += _united(here, entries, after) if here.layer.joins else _moved(here, before, after, known)
    end = seen[node.path][source]
    axes = AXES[network.inputs[source].volume.rank]
    remarks = () if end.exact else (Remark("hull"),)
    return Way(source, tuple(stops), tuple(_arrives(end, axes, node.volume)), remarks)


def _back(network: Network, seen: Mapping[str, Seen], node: Node, source: str) -> Iterator[Passed]:
    """The way from its end to the input."""
    here: Node | None = node
    while here is not None:
        entries = arriving(here, seen)[source]
        wide = _widest(entries, seen[here.path][source])
        yield Passed(here, entries, wide)
        tensor = next(tensor for tensor, entry in entries if entry is wide or entry.axes == wide.axes)
        here = network.by_path.get(tensor)


def _widest(entries: Sequence[tuple[str, Field]], after: Field) -> Field:
    """The field that is the whole union, else the one that reaches furthest."""
    for _, entry in entries:
        if entry.axes == after.axes:
            return entry
    return max((entry for _, entry in entries), key=_reach)


def _reach(field: Field) -> tuple[object, ...]:
    return tuple(max(reach.high - reach.low for reach in axis) for axis in field.axes)


def _united(node: Node, entries: Sequence[tuple[str, Field]], after: Field) -> Iterator[Stop]:
    """The union of what the inputs of a join see, for each jump by itself."""
    steps = []
    for number, axis in enumerate(after.axes):
        found: list[Step] = []
        for reach in axis:
            every = [other for _, entry in entries for other in entry.axes[number]]
            met = [other for other in every if other.jump == reach.jump] or [reach]
            low, high = least(*(other.low for other in met)), most(*(other.high for other in met))
            found += _bounds(reach, low, high, reach.jump)
        steps.append((tuple(found), 1))
    return _stops(node, steps)


def _bounds(after: Reach, low: Term, high: Term, jump: Term) -> Iterator[Step]:
    yield Step("from", "low", low, after.low)
    yield Step("to", "high", high, after.high)
    yield Step("jump", "jump", jump, after.jump)


def _moved(node: Node, before: Field, after: Field, known: Known) -> Iterator[Stop]:
    """The stops of a layer."""
    sizes = _places(node.read[0], before)
    axes = zip(before.axes, after.axes, _terms(node, len(sizes), known), sizes, strict=True)
    return _stops(node, [(tuple(_moved_axis(*axis)), axis[-1]) for axis in axes])


def _places(volume: Volume, field: Field) -> Sequence[int]:
    """How many places a tensor has along each axis of the input; a vector's axes are gone."""
    return volume.sizes if len(volume.sizes) == len(field.axes) else (1,) * len(field.axes)


def _stops(node: Node, axes: Sequence[tuple[Steps, int]]) -> Iterator[Stop]:
    """A stop for all axes that fare alike: the steps along each and how many places it has."""
    alike: dict[tuple[Steps, int], list[str]] = {}
    for name, axis in zip(AXES[len(axes)], axes, strict=True):
        alike.setdefault(axis, []).append(name)
    return (Stop(node.path, node.kind, tuple(names), steps) for (steps, _), names in alike.items() if steps)


def _terms(node: Node, axes: int, known: Known) -> Sequence[Terms | None]:
    """What the layer does along each axis; the turns of a repeat are asked once."""
    x = node.read[0]
    key = (id(node.layer), x)
    if key not in known:
        known[key] = [None] * axes if node.layer.reads_whole_map else terms_of(node.layer, x)
    return known[key]


def _moved_axis(
    before: tuple[Reach, ...], after: tuple[Reach, ...], terms: Terms | None, places: int
) -> Iterator[Step]:
    """What happens along one axis: `terms` are the layer's, None where it reads the whole map."""
    if before == after:
        return
    if len(before) != len(after) or (terms is not None and len(after) == 1 and after[0].jump == 0 != terms.pace_value):
        yield from _hull(before, after, places)
    elif len(before) == 1:
        yield from _moved_reach(before[0], after[0], terms or _spread(places))
    else:
        for old, new in zip(before, after, strict=True):
            yield from _moved_bounds(old, new, terms or _spread(places))


def _spread(places: int) -> Terms:
    """Reading the whole map: the windows of all places together; the jump ends."""
    places_before = Letter("n", places) - 1
    return Terms(places_before, divided(places_before, 2), 0, 0)


def _hull(before: Sequence[Reach], after: Sequence[Reach], places: int) -> Iterator[Step]:
    """Several jumps become one window, the union over all places."""
    far = Letter("n", places) - 1
    (reach,) = after
    highs = [Letter("high", entry.high) + far * Letter("jump", entry.jump) for entry in before]
    yield from _bounds(reach, least(*(entry.low for entry in before)), most(*highs), reach.jump)


def _moved_reach(before: Reach, after: Reach, terms: Terms) -> Iterator[Step]:
    """Size, start and jump of the one window that an axis has."""
    size, jump, start = Letter("size", _size(before)), Letter("jump", before.jump), Letter("start", _start(before))
    yield Step("size", "size", size if terms.grow == 0 else size + terms.grow * jump, _size(after))
    yield Step("start", "start", _shifted(start, terms.shift, jump), _start(after))
    yield Step("jump", "jump", jump * terms.pace, after.jump)


def _shifted(start: Letter, shift: Term, jump: Letter) -> Term:
    if shift == 0:
        return start
    return start - shift.parts[1] * jump if negated(shift) else start + shift * jump


def _moved_bounds(before: Reach, after: Reach, terms: Terms) -> Iterator[Step]:
    """Both ends of one of several windows."""
    jump, half = Letter("jump", before.jump), Operation(OVER, (terms.grow, 2))
    low = Letter("low", before.low) + (terms.shift - half) * jump
    high = Letter("high", before.high) + (terms.shift + half) * jump
    yield from _bounds(after, low, high, jump * terms.pace)


def _size(reach: Reach) -> Exact:
    return reach.high - reach.low + 1


def _start(reach: Reach) -> Exact:
    return ratio(reach.low + reach.high, 2)


def _arrives(field: Field, axes: Sequence[str], volume: Volume) -> Iterator[Step]:
    """Size, jump and start along each axis; where several jumps live, the largest union over the places."""
    told = rules.reported(field, volume.sizes)
    for name, axis, size, seen in zip(axes, field.axes, _places(volume, field), told.size, strict=True):
        if told.jump is None:
            yield Step(f"size {name}", "size", _union(axis, size), seen)
            continue
        (reach,) = axis
        yield Step(f"size {name}", "size", _size(reach), _size(reach))
        yield Step(f"jump {name}", "jump", reach.jump, reach.jump)
        yield Step(f"start {name}", "start", _start(reach), _start(reach))


def _union(axis: Sequence[Reach], places: int) -> Term:
    """Lows and highs are straight lines over the places, so that the largest union lies at the first or the last."""
    if len(axis) == 1:
        return Letter("high", axis[0].high) - axis[0].low + 1
    far = Letter("n", places) - 1
    at_first = most(*(reach.high for reach in axis)) - least(*(reach.low for reach in axis))
    at_last = most(*(far * reach.jump + reach.high for reach in axis)) - least(
        *(far * reach.jump + reach.low for reach in axis)
    )
    return most(at_first, at_last) + 1
