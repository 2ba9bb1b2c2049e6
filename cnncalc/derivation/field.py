"""Derives a receptive field: the way from an input of the network to a row, and what each layer on it does.

Where paths join, the way goes along one whose field is the whole union; where there is none, the join is a stop that
unites all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cnncalc.analysis import field as rules
from cnncalc.analysis.counting import Seen, arriving, fields_of
from cnncalc.analysis.field import Axis, Field, Reach, union_at
from cnncalc.analysis.move import Move, moves
from cnncalc.analysis.receptive_field import outstanding, reported
from cnncalc.derivation.expression import Letter, Term, divided, negated
from cnncalc.derivation.rules import Terms, terms_of
from cnncalc.derivation.step import Remark, Step, Stop, Way
from cnncalc.exact import Exact, ratio
from cnncalc.network import STRICT, WINDOWS, Network, Node
from cnncalc.volume import AXES, Volume

Steps = tuple[Step, ...]
Known = dict[tuple[int, Volume], Sequence[Terms | None]]
"""What layers do, by layer and volume."""


class Passed(NamedTuple):
    """A node of the way, what arrives at it by tensor, and the field that the way goes along."""

    node: Node
    arriving: Sequence[tuple[str, Field]]
    before: Field


def ways(network: Network, node: Node) -> tuple[tuple[Way, ...], tuple[Way, ...]]:
    """How the receptive field of a row grows in each input that it depends on: strictly, and by windows alone.

    The latter are none where they are the same.
    """
    strict, windows = fields_of(network), fields_of(network, WINDOWS)
    if strict[node.path] == windows[node.path]:
        return _ways(network, strict, node, STRICT), ()
    return _ways(network, strict, node, STRICT), _ways(network, windows, node, WINDOWS)


def _ways(network: Network, seen: Mapping[str, Seen], node: Node, view: str) -> tuple[Way, ...]:
    return tuple(_way(network, seen, node, source, view) for source in seen[node.path])


def _way(network: Network, seen: Mapping[str, Seen], node: Node, source: str, view: str) -> Way:
    stops: list[Stop] = []
    known: Known = {}
    for here, entries, before in reversed(list(_back(network, seen, node, source, view))):
        after = seen[here.path][source]
        if before.axes != after.axes:
            stops += _united(here, entries, after) if here.layer.joins else _moved(here, before, after, known)
    end = seen[node.path][source]
    axes = AXES[network.inputs[source].volume.rank]
    remarks = [Remark("by turns")] if any(step.letter == "p" for stop in stops for step in stop.steps) else []
    remarks += [] if end.exact else [Remark("hull")]
    return Way(source, tuple(stops), tuple(_arrives(end, axes, node.volume)), tuple(remarks))


def _back(network: Network, seen: Mapping[str, Seen], node: Node, source: str, view: str) -> Iterator[Passed]:
    """The way from its end to the input."""
    here: Node | None = node
    while here is not None:
        entries = arriving(here, seen, view)[source]
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
    lows = [[reach.low for reaches in axis for reach in reaches] for axis in field.axes]
    highs = [[reach.high for reaches in axis for reach in reaches] for axis in field.axes]
    return tuple(max(high, default=0) - min(low, default=0) for low, high in zip(lows, highs, strict=True))


def _united(node: Node, entries: Sequence[tuple[str, Field]], after: Field) -> Iterator[Stop]:
    """The union of what the inputs of a join see, for each jump by itself."""
    axes = []
    for number, axis in enumerate(after.axes):
        arriving = [entry.axes[number] for _, entry in entries]

        def ends(residue: int, arriving: Sequence[Axis] = arriving, period: int = len(axis)) -> Iterator[End]:
            for each in arriving:
                turn, own = divmod(residue, len(each))
                yield from (_end(reach, turn, reach.jump * ratio(period, len(each))) for reach in each[own])

        axes.append((tuple(_classes(axis, ends)), 1))
    return _stops(node, axes)


class End(NamedTuple):
    """Both ends of what a place sees by one way, as formulas and as numbers, and the jump to the next of its class."""

    low: Term
    high: Term
    reach: Reach


def _end(reach: Reach, passed: Exact, jump: Exact) -> End:
    """The ends of a reach, so many jumps further on."""
    by, letter = passed * reach.jump, Letter("jump", reach.jump)
    far = letter if abs(passed) == 1 else abs(passed) * letter

    def moved(end: Letter) -> Term:
        return end if not passed else end + far if passed > 0 else end - far

    low, high = moved(Letter("low", reach.low)), moved(Letter("high", reach.high))
    return End(low, high, Reach(jump, reach.low + by, reach.high + by))


def _classes(after: Axis, ends: Callable[[int], Iterable[End]]) -> Iterator[Step]:
    """Where the window of a class begins and ends: the lowest and the highest of what meets there; then the jump."""
    if len(after) > 1:
        yield Step("period", "p", len(after), len(after))
    by_jump: dict[Exact, list[Step]] = {}
    for residue in _shown(after):
        met = [*ends(residue)]
        index = f"_{residue}" if len(after) > 1 else ""
        for reach in after[residue]:
            of_jump = [end for end in met if end.reach.jump == reach.jump] or met
            lows = [end.low for end in of_jump if end.reach.low == reach.low] or [reach.low]
            highs = [end.high for end in of_jump if end.reach.high == reach.high] or [reach.high]
            low, high = (
                Step("from", f"low{index}", lows[0], reach.low),
                Step("to", f"high{index}", highs[0], reach.high),
            )
            by_jump.setdefault(reach.jump, []).extend((low, high))
    for jump, steps in by_jump.items():
        yield from (*steps, Step("jump", "jump", jump, jump))


def _shown(axis: Axis) -> Sequence[int]:
    """The classes that stand for all: one with the largest window, one with the smallest."""
    if len(axis) == 1:
        return (0,)
    windows = [union_at(reaches, 0) for reaches in axis]
    sizes = [window[1] - window[0] + 1 if window else 0 for window in windows]
    return sorted({sizes.index(max(sizes)), sizes.index(min(sizes))})


def _moved(node: Node, before: Field, after: Field, known: Known) -> Iterator[Stop]:
    """The stops of a layer."""
    sizes = _places(node.read[0], before)
    terms = _terms(node, len(sizes), known)
    layer = [None] * len(sizes) if node.layer.reads_whole_map else moves(node.layer.field(node.read[0]))
    axes = zip(before.axes, after.axes, layer, terms, sizes, strict=True)
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


def _moved_axis(before: Axis, after: Axis, move: Move | None, terms: Terms | None, places: int) -> Iterator[Step]:
    """What happens along one axis: `move` and `terms` are the layer's, None where it reads the whole map."""
    if before == after:
        return
    is_one = len(before) == len(after) == len(before[0]) == len(after[0]) == 1
    if is_one and (move is None or (len(move.taps) == 1 and after[0][0].jump == before[0][0].jump * move.pace)):
        yield from _moved_reach(before[0][0], after[0][0], terms or _spread(places))
    elif move is None:
        yield from _classes(after, lambda _: _of_all(before, places))
    else:
        yield from _classes(after, lambda residue: _met(before, move, residue, len(after)))


def _met(before: Axis, move: Move, residue: int, period: int) -> Iterator[End]:
    """What the taps of a place meet; a turn of what comes out is so many turns of what arrives."""
    ahead = ratio(move.pace * period, len(move.taps) * len(before))
    for passed, reaches in rules.met(before, move, residue):
        yield from (_end(reach, passed, reach.jump * ahead) for reach in reaches)


def _of_all(axis: Axis, places: int) -> Iterator[End]:
    """What the first and the last place of each class see."""
    for residue, reaches in enumerate(axis[:places]):
        last = (places - 1 - residue) // len(axis)
        yield from (_end(reach, turn, 0) for reach in reaches for turn in (0, last))


def _spread(places: int) -> Terms:
    """Reading the whole map: the windows of all places together; the jump ends."""
    places_before = Letter("n", places) - 1
    return Terms(places_before, divided(places_before, 2), 0, 0)


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


def _size(reach: Reach) -> Exact:
    return reach.high - reach.low + 1


def _start(reach: Reach) -> Exact:
    return ratio(reach.low + reach.high, 2)


def _arrives(field: Field, axes: Sequence[str], volume: Volume) -> Iterator[Step]:
    """Size, jump and start along each axis, and the smallest size where the places differ."""
    told = reported(field, volume.sizes)
    sizes = zip(told.size, told.smallest, strict=True)
    for number, (name, axis, places, (size, smallest)) in enumerate(
        zip(axes, field.axes, _places(volume, field), sizes, strict=True)
    ):
        yield Step(f"size {name}", "size", _window(axis, places, size), size)
        if smallest != size:
            yield Step(f"smallest {name}", "smallest", _window(axis, places, smallest), smallest)
        if told.jump is not None and told.start is not None:
            yield Step(f"jump {name}", "jump", told.jump[number], told.jump[number])
            yield Step(f"start {name}", "start", told.start[number], told.start[number])


def _window(axis: Axis, places: int, size: Exact) -> Term:
    """A window of that size, from its ends; the size alone where all are alike, or where it is a hull's."""
    if len(axis) == len(axis[0]) == 1:
        return size
    windows = [window for window in outstanding(axis, places) if window and window[1] - window[0] + 1 == size]
    return Letter("high", windows[0][1]) - windows[0][0] + 1 if windows else size
