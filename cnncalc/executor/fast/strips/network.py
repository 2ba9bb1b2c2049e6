"""The network of one strip: the rows of each tensor that some rows of the outputs need, and what makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from cnncalc.executor.fast.strips.reading import Reading, Rows, cropped, reading
from cnncalc.layers import Layer
from cnncalc.network import Assembly, Input, Network, Node
from cnncalc.volume import Volume

Array = TypeVar("Array")


class Strip(NamedTuple):
    """Some rows of some tensors, computed from rows of the inputs.

    Attributes:
        network: what computes them; a layer that shares weights has them under its own name here.
        read: the rows of each input.
        made: for each wanted tensor the row of `network` that gives it, and which of the tensor's rows those are.
        likeness: equal for strips whose networks are the same.
    """

    network: Network
    read: dict[str, Rows]
    made: dict[str, tuple[str, Rows]]
    likeness: tuple[tuple[object, ...], ...]


def computed_by_rows(network: Network) -> list[Node]:
    """The rows of inference that can be computed strip by strip: they and all that they need read rows alone."""
    by_rows = {name for name, entry in network.inputs.items() if entry.volume.rank}
    nodes = []
    for node in network.inference:
        everything = Rows(0, node.volume[0])
        if all(name in by_rows for name in node.inputs) and reading(node.layer, node.read, everything) is not None:
            by_rows.add(node.path)
            nodes.append(node)
    return nodes


def strip_of(network: Network, nodes: Sequence[Node], wanted: Mapping[str, Rows]) -> Strip | None:
    """The strip that makes the wanted rows; None where some layer cannot compute just the rows that are due.

    Args:
        network: the whole network.
        nodes: those that may be computed by rows, in order.
        wanted: rows of some of their outputs, or of inputs.
    """
    needed = dict(wanted)
    readings: dict[str, Reading] = {}
    for node in reversed(nodes):
        if node.path not in needed:
            continue
        seen = reading(node.layer, node.read, needed[node.path])
        if seen is None:
            return None
        readings[node.path] = seen
        for name in node.inputs:
            needed[name] = needed[name].united(seen.rows) if name in needed else seen.rows
    builder = _Builder(network, needed)
    for node in nodes:
        if node.path in readings:
            builder.add(node, readings[node.path])
    made = {name: (builder.rows_of(name, rows), rows) for name, rows in wanted.items()}
    outputs = tuple(dict.fromkeys(row for row, _ in made.values()))
    read = {name: needed[name] for name in builder.assembly.inputs}
    return Strip(builder.assembly.network(network.name, outputs), read, made, tuple(builder.likeness))


class _Builder:
    """Puts the nodes of a strip together, with crops where a tensor has more rows than a reader wants."""

    def __init__(self, network: Network, needed: Mapping[str, Rows]) -> None:
        inputs = {
            name: Input(Volume((needed[name].height, *entry.volume[1:])))
            for name, entry in network.inputs.items()
            if name in needed
        }
        self.assembly = Assembly(inputs)
        self.likeness: list[tuple[object, ...]] = [(name, entry.volume) for name, entry in inputs.items()]
        self._needed = needed

    def add(self, node: Node, seen: Reading) -> None:
        """One node, computing the rows that are needed of it."""
        inputs = tuple(self.rows_of(name, seen.rows) for name in node.inputs)
        extra = any(seen.extra)
        path = f"{node.path} and more" if extra else node.path
        self._append(path, node.kind, seen.layer, inputs)
        if extra:
            self._append(node.path, "crop", cropped(node.volume, *seen.extra), (path,))

    def rows_of(self, name: str, rows: Rows) -> str:
        """The tensor that holds just these rows of another."""
        have = self._needed[name]
        if have == rows:
            return name
        cut = f"{name} less {rows.first - have.first} and {have.end - rows.end} rows"
        if cut not in self.assembly.volumes:
            volume = self.assembly.volumes[name]
            crop = cropped(volume, rows.first - have.first, have.end - rows.end)
            self._append(cut, "crop", crop, (name,))
        return cut

    def _append(self, path: str, kind: str, layer: Layer, inputs: tuple[str, ...]) -> None:
        self.assembly.add(path, kind, layer, inputs)
        self.likeness.append((path, layer, inputs))


def rest_of(network: Network, done: Sequence[Node], outputs: Sequence[str]) -> Network:
    """What is left of a network when some nodes are done: their outputs that are still read become its inputs.

    Args:
        network: the whole network.
        done: nodes whose inputs are done too.
        outputs: rows to be left at the end, none of them done.
    """
    finished = {node.path for node in done} | network.inputs.keys()
    left = [node for node in network.inference if node.path not in finished]
    read = dict.fromkeys(name for node in left for name in node.inputs if name in finished)
    assembly = Assembly({name: Input(network.volume(name)) for name in read})
    for node in left:
        assembly.add(node.path, node.kind, node.layer, node.inputs)
    return assembly.network(network.name, tuple(outputs))


def weights_by_user(network: Network, weights: Mapping[str, Array]) -> dict[str, Array]:
    """The weights with one name for every layer that uses them, as parts of a network want them; nothing is copied."""
    return {
        f"{node.path}.{array.name}": weights[f"{network.owner(node).path}.{array.name}"]
        for node in network.inference
        for array in node.arrays
    }
