"""A network: named nodes with their volumes, in execution order, and what is expected of them as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.arguments import absent
from cnncalc.dtype import FLOAT32, Dtype
from cnncalc.layers import BIAS, FIXED, WEIGHT, Array, Layer, refuse_vector
from cnncalc.problem import Diagnostic
from cnncalc.record import MutableRecord, Record
from cnncalc.source import Source, Span
from cnncalc.volume import Volume

if TYPE_CHECKING:
    from fractions import Fraction


class Input(Record):
    """What enters: its volume, and how a picture becomes it: (pixel x scale - mean)/std a channel.

    `fit` is crop (shorter side scaled, centre cut), pad (longer side scaled, borders filled) or stretch.
    """

    volume: Volume
    fit: str = "crop"
    scale: float = 1 / 255
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)


class WrittenWeights(Record):
    """Weights that stand in the spec: names of image kernels, or nested lists by array name, in the file layout."""

    kernels: tuple[str, ...] = ()
    arrays: Mapping[str, Any] = {}


class Node(MutableRecord):
    """One row: a layer with its path, the tensors it reads, and the volume that comes out.

    `inputs` are paths of earlier nodes or names of the network's inputs; `shares` is the path of the node whose
    weights it uses; `training_only` marks what only auxiliary heads need; `span` is where its item is written;
    `computed` holds the formulas of those parameters that ask for what arrives.
    """

    path: str
    kind: str
    layer: Layer
    inputs: tuple[str, ...]
    read: tuple[Volume, ...]
    volume: Volume
    span: Span | None = None
    shares: str | None = None
    weights: WrittenWeights | None = None
    training_only: bool = False
    computed: Mapping[str, str] = {}

    def __init__(self, path: str, kind: str, layer: Layer, inputs: tuple[str, ...], read: tuple[Volume, ...],
                 volume: Volume, span: Span | None = None) -> None:  # fmt: skip  # twice as quick as a record's way
        self.path, self.kind, self.layer, self.inputs = path, kind, layer, inputs
        self.read, self.volume, self.span = read, volume, span

    @property
    def line(self) -> int:
        """The line on which its item is written; 0 where it stands in no file."""
        return self.span.line if self.span else 0

    @property
    def arrays(self) -> tuple[Array, ...]:
        """What the layer keeps, whether here or under the path it shares."""
        return self.layer.arrays(self.read[0])

    def __repr__(self) -> str:
        return f"<{self.path}: {self.kind} {self.volume}>"


STRICT, WINDOWS = "strict", "windows"
"""Receptive fields of all that a value depends on, or of windows alone: without the statistics of a whole map and
without gates, as the literature counts them."""


class Claim(NamedTuple):
    """One line of `expect` or `budget`.

    Attributes:
        verb: ``expect`` or ``budget``.
        path: the row or group that it stands on; empty for the whole network.
        metric: what is limited, such as ``params``; ``shapes`` compares volumes.
        subject: for ``shapes`` the path whose volume is meant, for ``output`` the name of one of several outputs, for
            ``receptive_field`` the view.
        relation: one of ``== <= >= < >``.
        value: an exact number, or a volume or size.
        unit: as written: K, M, G, KiB, ...; empty for a bare number.
        tolerance: the share of the value that may be missed by, exact.
        text: the limit as written.
        span: where it is written.
    """

    verb: str
    path: str
    metric: str
    subject: str
    relation: str
    value: int | Fraction | tuple[int, ...]
    unit: str
    tolerance: int | Fraction
    text: str
    span: Span


class Unjudged(NamedTuple):
    """One line of `expect` or `budget` that is written for a design and not judged of it, and why."""

    verb: str
    metric: str
    subject: str
    span: Span
    why: str


class Network(MutableRecord):
    """A network, expanded: every node with its volume, in the order in which it runs.

    `variant_named` says that the name is the variant's own, which then need not stand beside it.
    `weights_file` and `labels_file` are names inside `folder`, where the spec lies; `dtype` is that of the spec.
    `variables` are the values in force.
    `results` leads from the path of every row, block, join, branch, sequence and turn to the tensor it gives.
    """

    name: str
    inputs: dict[str, Input]
    nodes: list[Node]
    outputs: tuple[str, ...]
    aux_outputs: tuple[str, ...] = ()
    variant: str | None = None
    variant_named: bool = False
    results: dict[str, str] = {}
    claims: tuple[Claim, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    about: Mapping[str, Any] = {}
    weights_file: str | None = None
    labels_file: str | None = None
    ignored_lints: frozenset[str] = frozenset()
    warnings: list[Diagnostic] = []
    source: Source | None = None
    output_names: tuple[str, ...] = ()
    folder: str | None = None
    dtype: Dtype = FLOAT32
    variables: Mapping[str, Any] = {}

    @property
    def called(self) -> str:
        """What one line calls it: the network, its name where it has one, its variant."""
        return " ".join(["network", *filter(None, [self.name]), *([f"({self.variant})"] if self.variant else [])])

    def __repr__(self) -> str:
        several = len(self.inputs) > 1
        inputs = ", ".join(
            f"{name} {entry.volume}" if several else str(entry.volume) for name, entry in self.inputs.items()
        )
        outputs = ", ".join(str(self.volume(path)) for path in self.outputs)
        layers = f"{len(self)} layer{'s' if len(self) > 1 else ''}"
        return f"<{self.called}: {inputs} to {outputs}, {layers}>"

    @cached_property
    def by_path(self) -> dict[str, Node]:
        """The nodes by their paths."""
        return {node.path: node for node in self.nodes}

    def __getitem__(self, path: str) -> Node:
        """The node of a path; that of a block, join or sequence means the one that gives its result."""
        try:
            return self.by_path[self.results.get(path, path)]
        except KeyError:
            raise self.absent(path) from None

    def absent(self, path: object) -> KeyError:
        """The error for a path that leads nowhere."""
        return absent(path, {**self.by_path, **self.results}, "this network")

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def volume(self, tensor: str) -> Volume:
        """The volume of a node's output, of the result of a block, or of a network input."""
        entry = self.inputs.get(tensor)
        return entry.volume if entry else self[tensor].volume

    @property
    def inference(self) -> list[Node]:
        """The nodes that take part when the network is used rather than trained."""
        return [node for node in self.nodes if not node.training_only]

    def owner(self, node: Node) -> Node:
        """The node under whose path its weights stand."""
        return self.by_path[node.shares] if node.shares else node

    def kept(self) -> Iterator[tuple[str, Node, Array]]:
        """Every array that the network keeps, once, with its name in a weight file."""
        for node in self.nodes:
            if node.shares is None:
                for array in node.arrays:
                    yield f"{node.path}.{array.name}", node, array

    def within(self, path: str) -> list[Node]:
        """The rows of a layer, block, join, branch or sequence; all rows for the empty path."""
        if not path:
            return self.nodes
        inside, turns = path + "/", path + "["
        return [node for node in self.nodes if node.path == path or node.path.startswith((inside, turns))]


class Assembly:
    """Puts nodes together in the order in which they run, and finishes them into a `Network`.

    >>> from cnncalc.layers import KINDS
    >>> assembly = Assembly({"input": Input(Volume((32, 32, 3)))})
    >>> node = assembly.add("conv_1", "conv", KINDS["conv"].build(2, {"filters": 10, "kernel": 5}), ("input",))
    >>> assembly.network("tiny", outputs=("conv_1",)).nodes
    [<conv_1: conv 28x28x10>]
    """

    def __init__(self, inputs: dict[str, Input]) -> None:
        self.inputs = inputs
        self.nodes: list[Node] = []
        self.by_path: dict[str, Node] = {}
        self.volumes: dict[str, Volume] = {name: entry.volume for name, entry in inputs.items()}
        self._known: dict[tuple[int, tuple[Volume, ...]], tuple[Layer, Volume]] = {}

    def add(self, path: str, kind: str, layer: Layer, inputs: tuple[str, ...], span: Span | None = None) -> Node:
        """A node at the end; raises `Problem` where its shape rule or its inputs are wrong."""
        read = tuple([self.volumes[name] for name in inputs])
        node = Node(path, kind, layer, inputs, read, self._output(layer, read), span)
        self.nodes.append(node)
        self.by_path[path] = node
        self.volumes[path] = node.volume
        return node

    def _output(self, layer: Layer, read: tuple[Volume, ...]) -> Volume:
        # Turns of a repeat use the same layer object on equal volumes: the rule is asked once. The layer is kept with
        # the answer, so that no other takes its identity.
        known = self._known.get((id(layer), read))
        if known is None:
            refuse_vector(layer.__class__, read[0])
            known = self._known[id(layer), read] = layer, layer.output_volume(*read)
        return known[1]

    def unused(self, outputs: Iterable[str]) -> list[str]:
        """Tensors that nothing reads and that are no outputs: inputs first, then nodes in order."""
        read = {name for node in self.nodes for name in node.inputs}
        read.update(outputs)
        return [name for name in self.volumes if name not in read]

    def network(self, name: str, outputs: tuple[str, ...], aux_outputs: tuple[str, ...] = (), **rest: Any) -> Network:
        """The finished network; what only the auxiliary outputs need is marked as training_only."""
        if aux_outputs:
            needed = set(outputs)
            for node in reversed(self.nodes):
                if node.path in needed:
                    needed.update(node.inputs)
                else:
                    node.training_only = True
            _own_in_inference(self.nodes)
        return Network(name, self.inputs, self.nodes, outputs, aux_outputs, **rest)


def _own_in_inference(nodes: list[Node]) -> None:
    """Let a shared weight stand in the first row that inference has, so that the totals hold it."""
    by_path = {node.path: node for node in nodes}
    moved: dict[str, str] = {}
    for node in nodes:
        owner = node.shares
        if owner and owner not in moved and by_path[owner].training_only and not node.training_only:
            moved[owner] = node.path
    for node in nodes:
        owner = node.shares or node.path
        if owner in moved:
            node.shares = moved[owner] if moved[owner] != node.path else None


def parameter_counts(arrays: Iterable[Array]) -> tuple[int, int, int]:
    """How many weights, biases and fixed values some arrays hold.

    >>> parameter_counts([Array.of("weight", (10, 3, 5, 5), "weight"), Array.of("bias", (10,), "bias")])
    (750, 10, 0)
    """
    counts = dict.fromkeys((WEIGHT, BIAS, FIXED), 0)
    for array in arrays:
        counts[array.role] += array.counted
    return counts[WEIGHT], counts[BIAS], counts[FIXED]
