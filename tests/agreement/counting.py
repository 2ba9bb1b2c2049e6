"""Scalars that say what a run did: which products were formed, which weights were touched, which pixels were read."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from cnncalc.executor.reference import Arithmetic, Elementwise, forward, steps
from cnncalc.layers.activation import PASS_THROUGH
from cnncalc.layers.conv import ConvTranspose
from cnncalc.network import Network, Node

PADDING = 1
"""The bit that says that padding was met; a padding scalar has no other."""

TRAINED_AS = {
    "weight": "weights",
    "act.weight": "weights",
    "bias": "biases",
    "running_mean": "fixed",
    "running_var": "fixed",
    "centers": "fixed",
}
"""What an array's values count as, by the name that a weight file has (the language's definition, not the rules')."""


class Tally:
    """What was counted since the last look, and which row is running."""

    def __init__(self) -> None:
        self.row = 0
        self.products = 0
        self.inside = 0


class Cell:
    """A scalar without a value: the places that it was made from as bits, and how many products of weights it adds up.

    The bits of all axes of all inputs lie side by side in one integer, so that any operation unites them by one `|`.
    """

    __slots__ = ("landed", "mask")

    def __init__(self, mask: int, landed: int = 0) -> None:
        self.mask = mask
        self.landed = landed

    def __add__(self, other: Cell) -> Cell:
        return Cell(self.mask | other.mask, self.landed + other.landed)

    __sub__ = __add__

    def __mul__(self, other: Cell) -> Cell:
        return Cell(self.mask | other.mask)

    def __neg__(self) -> Cell:
        return Cell(self.mask, self.landed)


class Border(Cell):
    """A scalar beyond the image, and the row that made it: to later rows it is a value like any other."""

    __slots__ = ("row",)

    def __init__(self, row: int) -> None:
        super().__init__(PADDING)
        self.row = row


class Weight(Cell):
    """A scalar that a layer keeps; whoever reads its mask has touched it, and its product with a value is a MAC."""

    __slots__ = ("first", "last", "tally")
    landed = 0  # it is no product itself

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.first: int | None = None
        self.last: int | None = None

    @property
    def mask(self) -> int:  # type: ignore[override]  # a slot of the base; here a reading leaves its trace
        self.last = self.tally.row
        if self.first is None:
            self.first = self.last
        return 0

    def __mul__(self, value: Cell) -> Cell:
        self.tally.products += 1
        if not (isinstance(value, Border) and value.row == self.tally.row):
            self.tally.inside += 1
        return Cell(self.mask | value.mask, 1)


NOTHING = Cell(0)


class Counting(Arithmetic):
    """The arithmetic of cells: whatever the operation and the values, the places of both sides are united."""

    dtype = object

    def __init__(self, tally: Tally) -> None:
        self.tally = tally

    def constant(self, number: float) -> Cell:
        return NOTHING

    def padding(self, number: float) -> Cell:
        return Border(self.tally.row)

    def as_padding(self, value: Cell) -> Cell:
        return Border(self.tally.row)

    def at_border(self, value: Cell) -> Cell:
        return Cell(value.mask | PADDING)

    def scaled(self, value: Cell, weight: Cell) -> Cell:
        return Cell(value.mask | weight.mask)

    def divided(self, value: Cell, by: Any) -> Cell:
        return Cell(value.mask | by.mask) if isinstance(by, Cell) else Cell(value.mask)

    def maximum(self, first: Cell, second: Cell) -> Cell:
        return Cell(first.mask | second.mask)

    def exp(self, value: Cell) -> Cell:
        return value

    expm1 = log = log1p = tanh = erf = sqrt = exp

    def power(self, value: Cell, exponent: float) -> Cell:
        return value


Span = tuple[int | Fraction, int | Fraction]
"""The first and the last place of a stretch."""


class Bits(NamedTuple):
    """Where the places of one input lie in a mask: one bit that it was read at all, then the bits of each axis."""

    presence: int
    axes: tuple[tuple[int, int], ...]

    def read(self, mask: int) -> bool:
        """Whether anything of the input is in a mask."""
        return bool(mask >> self.presence & 1)

    def span(self, mask: int, axis: int) -> Span | None:
        """The first and the last place along an axis in a mask; None where there is none."""
        offset, size = self.axes[axis]
        places = mask >> offset & ((1 << size) - 1)
        return ((places & -places).bit_length() - 1, places.bit_length() - 1) if places else None


class Seen(NamedTuple):
    """What the run of one row showed.

    Attributes:
        output: the shape of what came out.
        products: weight x value, in this row.
        inside: those of them whose value is no padding of this row; of a transposed convolution, which has none,
            those that are part of an output value.
        weights: trainable factors first touched here.
        biases: trainable offsets first touched here.
        fixed: constants first touched here.
        shared_with: the row that first touched what this one uses again; None where it uses only its own.
        alive: whose arrays are held while the row is computed.
        live_values: how many values these hold.
        masks: for each unit the places it was made from.
    """

    output: tuple[int, ...]
    products: int
    inside: int
    weights: int
    biases: int
    fixed: int
    shared_with: str | None
    alive: frozenset[str]
    live_values: int
    masks: np.ndarray


class Observation(NamedTuple):
    """What a run showed: each row by its path, and where each input's places lie in the masks."""

    rows: dict[str, Seen]
    bits: dict[str, Bits]


Kept = dict[str, np.ndarray]


def observe(network: Network) -> Observation:
    """Run a network on cells, first what inference has, then what only training has."""
    tally = Tally()
    bits, image = _inputs(network)
    weights = {name: _weights(array.shape, tally) for name, _, array in network.kept()}
    rows: dict[str, Seen] = {}
    for training_only in (False, True) if network.aux_outputs else (False,):
        outputs: dict[str, np.ndarray] = dict(image)
        turns = steps(network, image, weights, Counting(tally), training_only=training_only)
        nodes = [node for node in network.nodes if training_only or not node.training_only]
        for node in nodes:
            if node.path not in rows:
                tally.row += 1
            tally.products = tally.inside = 0
            step = next(turns)
            outputs[node.path] = step.output
            if isinstance(node.layer, ConvTranspose):
                _mark_edges(node, step.output)
            if node.path in rows:
                continue
            rows[node.path] = _seen(network, node, tally, weights, outputs, step.moment, len(rows) + 1, list(rows))
    return Observation(rows, bits)


def _seen(
    network: Network,
    node: Node,
    tally: Tally,
    weights: Kept,
    outputs: Mapping[str, np.ndarray],
    moment: Any,
    number: int,
    earlier: list[str],
) -> Seen:
    products, inside = tally.products, tally.inside
    owner = network.owner(node).path
    own = {array.name: weights[f"{owner}.{array.name}"] for array in node.arrays}
    used = [(name, cell) for name, array in own.items() for cell in array.flat if cell.last == number]
    first_rows = {cell.first for _, cell in used} - {number}
    counts = {"weights": 0, "biases": 0, "fixed": 0}
    for name, cell in used:
        counts[TRAINED_AS[name]] += cell.first == number
    if isinstance(node.layer, ConvTranspose):
        inside = _landed(node, outputs, own, tally)
    output = outputs[node.path]
    return Seen(
        output.shape,
        products,
        inside,
        **counts,
        shared_with=earlier[min(first_rows) - 1] if first_rows else None,
        alive=frozenset(moment.alive),
        live_values=moment.values,
        masks=np.frompyfunc(lambda cell: cell.mask, 1, 1)(output),
    )


def _mark_edges(node: Node, output: np.ndarray) -> None:
    """Mark what a larger map would add to: place o is made of each place i with o = i S + t D - P for a tap t."""
    assert isinstance(node.layer, ConvTranspose)
    x = node.read[0]
    for axis, (window, size) in enumerate(zip(node.layer.windows(x), x.sizes, strict=True)):
        for place in range(output.shape[axis]):
            sources = [
                divmod(place + window.before - tap * window.dilation, window.stride) for tap in range(window.kernel)
            ]
            if any(not rest and not 0 <= source < size for source, rest in sources):
                marked = output[(slice(None),) * axis + (place,)]
                # Other cells: one that nothing was added to is everybody's.
                marked[...] = np.frompyfunc(lambda cell: Cell(cell.mask | PADDING, cell.landed), 1, 1)(marked)


def _landed(node: Node, outputs: Mapping[str, np.ndarray], own: Kept, tally: Tally) -> int:
    """How many products the outputs add up, before an activation uses a sum twice."""
    bare = object.__new__(type(node.layer))
    bare.__dict__.update({**node.layer.__dict__, "act": PASS_THROUGH})
    read = tuple(outputs[name] for name in node.inputs)
    sums = forward(bare, read, own, Elementwise(Counting(tally)))
    return sum(cell.landed for cell in sums.flat)


def _inputs(network: Network) -> tuple[dict[str, Bits], dict[str, np.ndarray]]:
    """Every pixel with the bits of its places."""
    free = PADDING.bit_length()
    bits, image = {}, {}
    for name, entry in network.inputs.items():
        presence, free = free, free + 1
        axes = []
        for size in entry.volume.sizes:
            axes.append((free, size))
            free += size
        bits[name] = Bits(presence, tuple(axes))
        cells = np.empty(tuple(entry.volume), object)
        for place in np.ndindex(*entry.volume):
            mask = 1 << presence
            for (offset, _), index in zip(axes, place, strict=False):
                mask |= 1 << (offset + index)
            cells[place] = Cell(mask)
        image[name] = cells
    return bits, image


def _weights(shape: tuple[int, ...], tally: Tally) -> np.ndarray:
    cells = np.empty(shape, object)
    for place in np.ndindex(*shape):
        cells[place] = Weight(tally)
    return cells
