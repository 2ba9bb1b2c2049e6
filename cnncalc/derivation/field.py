"""Derives a receptive field: the way from an input of the network to a row, and what each layer on it does.

Where paths join, the way goes along one whose field is the whole union; where there is none, the join is a stop that
unites all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cnncalc.analysis import field as rules
from cnncalc.analysis.field import Field, Reach
from cnncalc.derivation.expression import OVER, Letter, Operation, Term, divided, least, most, negated
from cnncalc.derivation.rules import Terms, terms_of
from cnncalc.derivation.step import Remark, Step, Stop, Way
from cnncalc.exact import Exact, ratio
from cnncalc.network import Network, Node
from cnncalc.volume import AXES, Volume

Seen = Mapping[str, Field]
"""The field of a tensor in each input of the network that it depends on."""

Steps = tuple[Step, ...]
Known = dict[tuple[int, Volume], Sequence[Terms | None]]
"""What layers do, by layer and volume."""


class Fare(NamedTuple):
    """How one axis fares in a layer: its reaches before and after, what the layer does, and the places it reads."""

    before: tuple[Reach, ...]
    after: tuple[Reach, ...]
    terms: Terms | None
    places: int


class Walk(NamedTuple):
    """A network's nodes by their paths, and what the tensors before a node see."""

    nodes: Mapping[str, Node]
    seen: Mapping[str, Seen]


def ways(network: Network, node: Node) -> tuple[Way, ...]:
    """How the receptive field of a row grows, in each input that it depends on."""
    walk = _walked(network, node)
    return tuple(_way(network, walk, node, source) for source in walk.seen[node.path])


def _walked(network: Network, node: Node) -> Walk:
    """What every tensor sees that the node depends on, by the rules of the analysis."""
    nodes = network.by_path
    needed = _ancestors(nodes, node)
    seen: dict[str, Seen] = {name: {name: rules.of_input(entry.volume.rank)} for name, entry in network.inputs.items()}
    for entry in network.nodes:
        if entry.path in needed:
            seen[entry.path] = {source: _after(entry, seen, source) for source in _sources(entry, seen)}
    return Walk(nodes, seen)


def _ancestors(nodes: Mapping[str, Node], node: Node) -> set[str]:
    found = {node.path}
    waiting = [node]
    while waiting:
        for tensor in waiting.pop().inputs:
            if tensor in nodes and tensor not in found:
                found.add(tensor)
                waiting.append(nodes[tensor])
    return found


def _sources(node: Node, seen: Mapping[str, Seen]) -> Iterable[str]:
    return dict.fromkeys(source for tensor in node.inputs for source in seen[tensor])


def _arriving(node: Node, seen: Mapping[str, Seen], source: str) -> list[tuple[str, Field]]:
    """What each of a node's inputs sees of a source; a gate of one place that stretches over the map has no jump."""
    return [
        (tensor, seen[tensor][source] if volume.sizes == node.volume.sizes else rules.stretched(seen[tensor][source]))
        if node.layer.joins
        else (tensor, seen[tensor][source])
        for tensor, volume in zip(node.inputs, node.read, strict=True)
        if source in seen[tensor]
    ]


def _after(node: Node, seen: Mapping[str, Seen], source: str) -> Field:
    arriving = [entry for _, entry in _arriving(node, seen, source)]
    here = arriving[0] if len(arriving) == 1 else rules.joined(arriving, node.volume.sizes)[0]
    x = node.read[0]
    if node.layer.reads_whole_map:
        return rules.whole(here, x.sizes)
    return rules.moved(here, rules.moves(node.layer.field(x)))


def _way(network: Network, walk: Walk, node: Node, source: str) -> Way:
    stops: list[Stop] = []
    remarks: list[Remark] = []
    known: Known = {}
    for here in reversed(list(_back(walk, node, source))):
        arriving = _arriving(here, walk.seen, source)
        after = walk.seen[here.path][source]
        before = _widest(arriving, after)
        if here.layer.joins:
            if before.axes != after.axes:
                stops += _united(here, arriving, after)
            continue
        stops += _moved(here, before, after, known)
    axes = AXES[network.inputs[source].volume.rank]
    seen = walk.seen[node.path][source]
    if not seen.exact:
        remarks.append(Remark("hull"))
    return Way(source, tuple(stops), tuple(_arrives(seen, axes, node.volume)), tuple(remarks))


def _back(walk: Walk, node: Node, source: str) -> Iterator[Node]:
    """The nodes of the way from its end to the input."""
    here: Node | None = node
    while here is not None:
        yield here
        arriving = _arriving(here, walk.seen, source)
        after = walk.seen[here.path][source]
        wide = _widest(arriving, after) if here.layer.joins else arriving[0][1]
        tensor = next(tensor for tensor, entry in arriving if entry is wide or entry.axes == wide.axes)
        here = walk.nodes.get(tensor)


def _widest(arriving: Sequence[tuple[str, Field]], after: Field) -> Field:
    """The field that is the whole union, else the one that reaches furthest."""
    for _, entry in arriving:
        if entry.axes == after.axes:
            return entry
    return max((entry for _, entry in arriving), key=_reach)


def _reach(field: Field) -> tuple[object, ...]:
    return tuple(max(reach.high - reach.low for reach in axis) for axis in field.axes)


def _united(node: Node, arriving: Sequence[tuple[str, Field]], after: Field) -> Iterator[Stop]:
    """The union of what the inputs of a join see, for each jump by itself."""
    steps = []
    for number, axis in enumerate(after.axes):
        found: list[Step] = []
        for reach in axis:
            every = [other for _, entry in arriving for other in entry.axes[number]]
            met = [other for other in every if other.jump == reach.jump] or [reach]
            found += _bounds(reach, least(*(entry.low for entry in met)), most(*(entry.high for entry in met)))
            found.append(Step("jump", "jump", reach.jump, reach.jump))
        steps.append(tuple(found))
    yield from _stops(node, steps)


def _bounds(after: Reach, low: Term, high: Term) -> Iterator[Step]:
    yield Step("from", "low", low, after.low)
    yield Step("to", "high", high, after.high)


def _moved(node: Node, before: Field, after: Field, known: Known) -> Iterator[Stop]:
    """The stop of a layer, one for all axes that fare alike."""
    if before.axes == after.axes:
        return
    sizes = node.read[0].sizes if len(node.read[0].sizes) == len(before.axes) else (1,) * len(before.axes)
    alike: dict[int, list[str]] = {}
    fares: list[Fare] = []
    for name, *axis in zip(
        AXES[len(sizes)], before.axes, after.axes, _terms(node, len(sizes), known), sizes, strict=True
    ):
        fare = Fare._make(axis)
        if fare not in fares:
            fares.append(fare)
        alike.setdefault(fares.index(fare), []).append(name)
    for fare, names in zip(fares, alike.values(), strict=True):
        steps = tuple(_moved_axis(*fare))
        if steps:
            yield Stop(node.path, node.kind, tuple(names), steps)


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
    yield from _bounds(reach, least(*(entry.low for entry in before)), most(*highs))
    yield Step("jump", "jump", reach.jump, reach.jump)


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
    low, high = Letter("low", before.low), Letter("high", before.high)
    yield from _bounds(after, low + (terms.shift - half) * jump, high + (terms.shift + half) * jump)
    yield Step("jump", "jump", jump * terms.pace, after.jump)


def _size(reach: Reach) -> Exact:
    return reach.high - reach.low + 1


def _start(reach: Reach) -> Exact:
    return ratio(reach.low + reach.high, 2)


def _stops(node: Node, steps: Sequence[Steps]) -> Iterator[Stop]:
    """A stop for all axes that fare alike."""
    names = AXES.get(len(steps), ())
    alike: dict[Steps, list[str]] = {}
    for name, found in zip(names, steps, strict=True):
        if found:
            alike.setdefault(found, []).append(name)
    for found, axes in alike.items():
        yield Stop(node.path, node.kind, tuple(axes), found)


def _arrives(field: Field, axes: Sequence[str], volume: Volume) -> Iterator[Step]:
    """Size, jump and start along each axis; where several jumps live, the largest union over the places."""
    told = rules.reported(field, volume.sizes)
    places = volume.sizes if len(volume.sizes) == len(field.axes) else (1,) * len(field.axes)
    for name, axis, size, seen in zip(axes, field.axes, places, told.size, strict=True):
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
