"""A lint of linear layers in a row: without an activation between them, two compute no more than one can."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd, prod
from typing import NamedTuple

from cnncalc import codes, quantity
from cnncalc.analysis import Network, Node
from cnncalc.gate.finding import Finding
from cnncalc.source import Edit, Help

MOST_BRANCHES = 8
"""Of so many branches that meet without an activation each is told; more would make every later row dearer."""


class Line(NamedTuple):
    """A tensor as a linear function of an earlier one, its root, and the trained layers that it left last."""

    root: str
    last: tuple[Node, ...] = ()


def linear_rows(network: Network) -> Iterator[Finding]:
    """Each trained layer whose values reach nothing but further trained layers, and those without an activation."""
    if not _answers(network):
        return
    followers, kept = _followers(network)
    shared = {node.shares for node in network.nodes if node.shares}
    for path, seconds in followers.items():
        first = network.by_path[path]
        if path not in kept and not any(_meant(first, second, shared) for second in seconds):
            yield _told(first, seconds, network)


def _answers(network: Network) -> bool:
    """Whether it is a network that learns: convolutions alone show sizes, as a lecture does, or filter an image."""
    return any(node.layer.reads_whole_map or not (_passes(node) or node.layer.pools) for node in network.nodes)


def _passes(node: Node) -> bool:
    """Whether what a row gives is a linear function of what it reads."""
    return node.layer.linear and str(node.layer.act) == "none"


def _followers(network: Network) -> tuple[dict[str, list[Node]], set[str]]:
    """For each trained layer those that read its values linearly, and which of the first are read otherwise too."""
    followers: dict[str, list[Node]] = {}
    kept: set[str] = set()
    lines = {name: Line(name) for name in network.inputs}
    for node in network.nodes:
        arriving = [lines[tensor] for tensor in node.inputs]
        line = _met(node, arriving)
        if line is None:
            kept.update(before.path for each in arriving for before in each.last)
            line = Line(node.path)
        elif node.layer.counts_macs:
            for before in line.last:
                followers.setdefault(before.path, []).append(node)
            line = Line(line.root, (node,))
        # Behind an activation everything begins anew; what arrives has been read linearly all the same.
        lines[node.path] = line if _passes(node) else Line(node.path)
    for tensor in (*network.outputs, *network.aux_outputs):
        kept.update(node.path for node in lines[network.results.get(tensor, tensor)].last)
    return followers, kept


def _met(node: Node, arriving: list[Line]) -> Line | None:
    """What a row reads, as a linear function of one tensor; None where it is not, or is meant to end here.

    The branches of a residual block have other roots: the sum then keeps what came before, which no layer replaces.
    A convolution before `depth_to_space` enlarges the map, as a transposed one does, and often stands for itself.
    """
    spreads = (
        node.layer.linear and node.volume.size == node.read[0].size and node.volume.places > node.read[0].places > 1
    )
    if not node.layer.linear or spreads or len({line.root for line in arriving}) > 1:
        return None
    if len(arriving) == 1:
        return arriving[0]
    last = {before.path: before for line in arriving for before in line.last}
    return Line(arriving[0].root, tuple(last.values())[:MOST_BRANCHES])


def _meant(first: Node, second: Node, shared: set[str]) -> bool:
    """Whether two layers are a design: one layer that does the same would hold more weights, or says more than they.

    Filters that are written out were chosen; a layer that several rows share cannot be a part of one of them.
    """
    if first.weights or second.weights:
        return True
    if _is_shared(second, shared) and not _is_shared(first, shared):
        return True
    arrives, between, leaves = _values(first, second)
    if between < min(arrives, leaves):
        return True  # a bottleneck or a code: narrower than both sides
    if first.layer.reads_whole_map != second.layer.reads_whole_map:
        return False  # a convolution holds less than any fully connected layer, whatever was meant
    return _weights(first) + _weights(second) <= _weights_of_one(first, second)


def _is_shared(node: Node, shared: set[str]) -> bool:
    return node.shares is not None or node.path in shared


def _values(first: Node, second: Node) -> tuple[int, int, int]:
    """How many values arrive, lie between and leave: of the map where one layer reads all of it, else of a place."""
    arrives, between, leaves = first.read[0], first.volume, second.volume
    if first.layer.reads_whole_map or second.layer.reads_whole_map:
        return arrives.size, between.size, leaves.size
    return arrives.channels, between.channels, leaves.channels


def _weights(node: Node) -> int:
    return next(array.counted for array in node.arrays if array.name == "weight")


def _weights_of_one(first: Node, second: Node) -> int:
    """What one layer with the larger of the two kernels holds; in groups where both have groups.

    Two 3x3 convolutions are thus held against one 3x3, not against the 5x5 that they are: whoever stacks them wants
    an activation between. A depthwise and a 1x1 convolution, or a 1x3 and a 3x1, hold less than their one 3x3.
    """
    arrives, _, leaves = _values(first, second)
    kernels = [getattr(node.layer, "kernel", ()) for node in (first, second)]
    taps: int = prod(map(max, *kernels))
    return taps * arrives * leaves // gcd(_groups(first, prod(kernels[0])), _groups(second, prod(kernels[1])))


def _groups(node: Node, taps: int) -> int:
    """Into how many groups a layer's channels fall: how many times as many weights it would have without any."""
    return max(1, taps * node.read[0].channels * node.volume.channels // max(1, _weights(node)))


def _told(first: Node, seconds: list[Node], network: Network) -> Finding:
    second = seconds[0]
    between = _between(first, second, network)
    message = (
        f"no activation between {first.path} and {second.path}: two linear layers in a row compute what one can, "
        f"here {_one(first, second, between)}"
    )
    also = f", and so {'is' if len(between) == 1 else 'are'} " if between else ""
    note = f"linear{also}{' and '.join(node.path for node in between)}"
    norm = next((node.path for node in between if node.layer.scales_channels), "")
    where = f"`- relu` below {norm}" if norm else f"`{_act(first, network)}` on {first.path}"
    help_ = Help(f"{where} makes them two", *(() if norm else (Edit("relu", field="act"),)))
    others = tuple((node.path, "linear, and reads linear values") for node in seconds)
    return Finding(codes.NO_ACTIVATION_BETWEEN, first.path, message, note, (help_,), others)


def _act(node: Node, network: Network) -> str:
    """An activation as it is written with a layer: in the short form a word, in a map a key."""
    if network.source is None or node.span is None:
        return "act: relu"
    behind = network.source.line(node.span.line)[node.span.column - 1 + node.span.length :]
    value = behind.removeprefix(":").strip()
    return "act: relu" if not value or value.startswith(("{", "#")) else "act relu"


def _between(first: Node, second: Node, network: Network) -> list[Node]:
    """The rows from one layer to the other, as far as they are a chain."""
    rows: list[Node] = []
    before = network.by_path.get(second.inputs[0])
    while before is not None and before is not first and len(before.inputs) == 1:
        rows.insert(0, before)
        before = network.by_path.get(before.inputs[0])
    return rows if before is first else []


def _one(first: Node, second: Node, between: list[Node]) -> str:
    """The one layer that computes what two do."""
    if first.layer.reads_whole_map or second.layer.reads_whole_map:
        return f"an fc of {quantity.plural(second.volume.size, 'unit')}"
    still = all(node.volume == node.read[0] and not node.layer.windows(node.read[0]) for node in between)
    if not (still and second.read[0] == first.volume and first.layer.correlates and second.layer.correlates):
        return f"one that gives {second.volume}"
    windows = list(zip(first.layer.windows(first.read[0]), second.layer.windows(second.read[0]), strict=True))
    extents = [inner.extent + (outer.extent - 1) * inner.stride for inner, outer in windows]
    border = " (the border aside)" if any(outer.before or outer.after for _, outer in windows) else ""
    filters = quantity.plural(second.volume.channels, "filter")
    return f"a {quantity.size(extents)} convolution with {filters}{border}"
