"""Rows of a network that are computed together: a layer with the norm, the residual and the activation after it."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from cnncalc.executor.fast.algorithms.algorithm import folds
from cnncalc.layers import KINDS
from cnncalc.layers.activation import PASS_THROUGH
from cnncalc.layers.schema import Act
from cnncalc.network import Network, Node
from cnncalc.volume import Volume


class Work:
    """One thing to compute: a row, and the rows after it that happen to each value while it is at hand.

    Attributes:
        node: the row that computes.
        reads: the tensors that it reads, by the names under which they are stored.
        folded: batch norms and scales that its weights take over, in order.
        residual: a tensor that is added.
        act: the activation, and `slopes` the node whose trained slopes it uses.
        path: the row whose output this is.
        rows: every row that happens here.
    """

    __slots__ = ("act", "folded", "node", "path", "reads", "residual", "rows", "slopes")

    def __init__(self, node: Node, reads: tuple[str, ...]) -> None:
        self.node = node
        self.reads = reads
        self.folded: list[Node] = []
        self.residual: str | None = None
        self.act: Act = node.layer.act
        self.slopes: Node | None = node if self.act.function == "prelu" else None
        self.path = node.path
        self.rows = [node.path]

    @property
    def every_read(self) -> tuple[str, ...]:
        """The tensors that it reads, the residual among them."""
        return self.reads if self.residual is None else (*self.reads, self.residual)

    def _take(self, node: Node) -> bool:
        self.path = node.path
        self.rows.append(node.path)
        return True

    @property
    def _sums_are_bare(self) -> bool:
        """Whether a norm can be folded into the weights and a tensor added to the sums: nothing stands between."""
        return folds(self.node.layer) and not self.residual and self.act == PASS_THROUGH

    def takes_norm(self, node: Node) -> bool:
        """Fold a factor and an offset for each channel into the weights."""
        if not self._sums_are_bare:
            return False
        self.folded.append(node)
        return self._take(node)

    def takes_residual(self, node: Node, other: str) -> bool:
        """Take another tensor into the sums."""
        if not self._sums_are_bare:
            return False
        self.residual = other
        return self._take(node)

    def takes_activation(self, node: Node) -> bool:
        """Apply an activation to what is at hand; what a concat joins may be read by others as it was."""
        function = node.layer.function
        if function is None or self.act != PASS_THROUGH or self.node.layer.stacks_channels:
            return False
        self.act = function
        self.slopes = node if function.function == "prelu" else None
        return self._take(node)


class Fused(NamedTuple):
    """A network as works in the order in which they are done.

    Attributes:
        works: what is computed.
        stored: for each row that is kept, and each input, under which name its values lie.
        levels: for each work the turn in which it can be done at the earliest; those of one turn need nothing of each
            other, and works stand in the order of their turns.
    """

    works: list[Work]
    stored: dict[str, str]
    levels: list[int]


def fuse(network: Network, kept: frozenset[str]) -> Fused:
    """The works of a network's inference; rows that are kept end a work, so that their values are stored.

    >>> from cnncalc.layers import KINDS
    >>> from cnncalc.network import Assembly, Input
    >>> from cnncalc.volume import Volume
    >>> assembly, above = Assembly({"input": Input(Volume((4, 4, 1)))}), "input"
    >>> for kind, values in (("conv", {"filters": 2, "kernel": 1}), ("batch_norm", {}), ("relu", {})):
    ...     above = assembly.add(kind, kind, KINDS[kind].build(2, values), (above,)).path
    >>> [work.rows for work in fuse(assembly.network("three", outputs=("relu",)), frozenset({"relu"})).works]
    [['conv', 'batch_norm', 'relu']]
    """
    stored = {name: name for name in network.inputs}
    rows = network.inference
    for node in rows:
        stored[node.path] = stored[node.inputs[0]] if node.layer.hands_on else node.path
    readers = Counter(stored[name] for node in rows if not node.layer.hands_on for name in node.inputs)
    readers.update(stored[name] for name in kept)
    works: list[Work] = []
    number: dict[str, int] = {}
    for node in rows:
        if node.layer.hands_on:
            continue
        reads = tuple(stored[name] for name in node.inputs)
        if node.layer.flattens and node.read[0].places > 1:
            works.append(_flattening(node, reads))
            reads = (works[-1].path,)
        taker = _taker(node, reads, works, number, readers)
        if taker is None:
            taker = len(works)
            works.append(Work(node, reads))
        number[node.path] = taker
    # Sorted by turns, branches stand side by side, and within a turn works as they are written.
    turn = dict.fromkeys(stored.values(), -1)
    for work in works:
        turn[work.path] = 1 + max(turn[name] for name in work.every_read)
    works = sorted(works, key=lambda work: turn[work.path])
    return Fused(works, stored, [turn[work.path] for work in works])


def _flattening(node: Node, reads: tuple[str, ...]) -> Work:
    """A row of the plan alone: a volume brought into the order of a fully connected layer's weights."""
    line = Volume((node.read[0].size,))
    flatten = KINDS["flatten"].build(node.read[0].rank, {})
    flat = Node(f"{node.path} reads", "flatten", flatten, reads, node.read, line)
    return Work(flat, reads)


def _taker(
    node: Node, reads: tuple[str, ...], works: list[Work], number: dict[str, int], readers: Counter[str]
) -> int | None:
    """The number of the work that takes a row upon itself, if any: the row must be the only reader of what it gives."""
    free = [name for name in reads if name in number and readers[name] == 1 and works[number[name]].path == name]
    if not free:
        return None
    last = max(free, key=number.__getitem__)
    work = works[number[last]]
    layer = node.layer
    if layer.adds:
        if len(reads) != 2:
            return None
        (other,) = (name for name in reads if name != last)
        # Of two branches the later one adds the other, which is there by then.
        ready = number.get(other, -1) < number[last]
        return number[last] if ready and work.takes_residual(node, other) else None
    takes = work.takes_norm if layer.scales_channels else work.takes_activation
    return number[last] if takes(node) else None
