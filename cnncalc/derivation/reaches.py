"""The projective field: which places of a row one pixel of the input reaches, by what its classes see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from cnncalc.analysis.counting import fields_of
from cnncalc.analysis.field import Axis, Field, Reach
from cnncalc.exact import Exact
from cnncalc.network import Network, Node
from cnncalc.record import Record
from cnncalc.volume import AXES


class Part(Record):
    """Pixels `start` to `end` of a turn reach `places` places between `first` and `last`, counted from that turn's."""

    start: int
    end: int
    first: int
    last: int
    places: int


class Turns(Record):
    """What the pixels along an axis reach: pixel k x `pixels` + start reaches from place k x `places` + first on.

    `pixels` is 0 where the pixels of the only part reach every place, and `parts` is empty where there is only a hull,
    of which no more is known than that a pixel reaches at most `most` places.
    """

    pixels: int
    places: int
    parts: tuple[Part, ...]
    most: int


class Along(Record):
    """What one pixel reaches along an axis that has `places` places: by each way of another jump."""

    axis: str
    places: int
    turns: tuple[Turns, ...]

    @property
    def counts(self) -> tuple[int, int]:
        """How many places the pixels that reach any reach: the fewest and the most, which the axis bounds."""
        least = max((min((part.places for part in turn.parts), default=0) for turn in self.turns), default=0)
        most = sum(turn.most for turn in self.turns)
        return min(least, self.places), min(most, self.places)


class Reached(Record):
    """What one pixel of an input of the network reaches of a tensor; `exact` is false where it is at most that."""

    path: str
    source: str
    exact: bool
    axes: tuple[Along, ...]

    @property
    def counts(self) -> tuple[int, int]:
        """How many places a pixel far from the borders reaches, the fewest and the most."""
        least, most = zip(*(along.counts for along in self.axes), strict=True)
        return prod(least), prod(most)


class Projection(Record):
    """What one pixel reaches of a row, and of each output behind it."""

    network: str
    path: str
    reached: tuple[Reached, ...]


def projection(network: Network, path: str) -> Projection:
    """What one pixel of each input reaches of the row of that path, and of every output of the network.

    Args:
        network: where the row stands.
        path: the path of a row, or of a group of rows that gives one.

    >>> from cnncalc.layers import KINDS
    >>> from cnncalc.network import Assembly, Input
    >>> from cnncalc.volume import Volume
    >>> assembly = Assembly({"input": Input(Volume((32, 1)))})
    >>> pool = KINDS["max_pool"].build(1, {"kernel": 2, "stride": 2})
    >>> node = assembly.add("pool", "max_pool", pool, ("input",))
    >>> projection(assembly.network("tiny", outputs=("pool",)), "pool").reached[0].axes[0].turns[0].parts
    (Part(start=0, end=1, first=0, last=0, places=1),)
    """
    seen = fields_of(network)
    asked = network.results.get(path, path)
    outputs = [network.results.get(output, output) for output in network.outputs]
    found = []
    for tensor in dict.fromkeys((asked, *outputs)):
        node = network.by_path.get(tensor)
        if node is not None:
            found += [_reached(node, source, field) for source, field in seen[tensor].items() if field.axes]
    return Projection(network.name, path, tuple(found))


def _reached(node: Node, source: str, field: Field) -> Reached:
    names = AXES[len(field.axes)]
    sizes = node.volume.sizes if len(node.volume.sizes) == len(field.axes) else (1,) * len(field.axes)
    axes = zip(names, sizes, field.axes, strict=True)
    return Reached(node.path, source, field.exact, tuple(Along(name, n, inverted(axis, n)) for name, n, axis in axes))


def inverted(axis: Axis, places: int) -> tuple[Turns, ...]:
    """The windows of an axis turned round: for each jump, what its pixels reach.

    Place q x period + r sees from low + q x jump to high + q x jump, so that a pixel x is seen where q is from
    (x - high)/jump to (x - low)/jump.
    """
    by_jump: dict[Exact, list[tuple[int, Reach]]] = {}
    for residue, reaches in enumerate(axis[:places]):
        for reach in reaches:
            by_jump.setdefault(reach.jump, []).append((residue, reach))
    return tuple(_turns(jump, met, len(axis), places) for jump, met in by_jump.items())


def _turns(jump: Exact, met: Sequence[tuple[int, Reach]], period: int, places: int) -> Turns:
    if jump == 0 or places == 1:
        low, high = int(min(reach.low for _, reach in met)), int(max(reach.high for _, reach in met))
        return Turns(0, 0, (Part(low, high, 0, places - 1, places),), places)
    if not all(isinstance(number, int) for _, reach in met for number in reach):
        return Turns(0, period, (), sum(int((reach.high - reach.low) // jump) + 1 for _, reach in met))
    parts = tuple(_parts(int(jump), met, period))
    return Turns(int(jump), period, parts, max((part.places for part in parts), default=0))


def _parts(jump: int, met: Sequence[tuple[int, Reach]], period: int) -> Iterator[Part]:
    """What the pixels of one turn reach: a part begins where a window begins or has just ended."""
    ends = sorted({0, *(int(edge) % jump for _, reach in met for edge in (reach.low, reach.high + 1))})
    for start, after in zip(ends, [*ends[1:], jump], strict=True):
        seen = [
            (-((int(high) - start) // jump), (start - int(low)) // jump, residue) for residue, (_, low, high) in met
        ]
        found = [(first, last, residue) for first, last, residue in seen if first <= last]
        if found:
            first = min(first * period + residue for first, _, residue in found)
            last = max(last * period + residue for _, last, residue in found)
            yield Part(start, after - 1, first, last, sum(last - first + 1 for first, last, _ in found))
