"""Lints of layers that by their order undo or disturb each other, or hold more weights than another order needs."""

from __future__ import annotations

from collections.abc import Iterator
from math import e

from cnncalc import codes, quantity
from cnncalc.analysis import Network, Node, Report
from cnncalc.gate.finding import Finding
from cnncalc.source import Edit, Help

WORTH_SAVING = 100_000
"""Below so many parameters nobody needs to save any: LeNet-5's widest layer has 48,120."""


def order_of(network: Network, report: Report) -> Iterator[Finding]:
    """What is to be said of the order of a network's rows."""
    yield from _useless_biases(network, report)
    yield from _disturbed_norms(network)
    yield from _double_softmaxes(network)
    yield from _heavy(network, report)


def _useless_biases(network: Network, report: Report) -> Iterator[Finding]:
    """A bias that batch norm takes away again with the mean."""
    readers: dict[str, list[Node]] = {}
    for node in network.nodes:
        for tensor in node.inputs:
            readers.setdefault(tensor, []).append(node)
    results = {*report.outputs, *(network.results.get(path, path) for path in network.aux_outputs)}
    candidates = [node for node in network.nodes if node.layer.counts_macs and _has_plain_bias(node)]
    normed = {node.path for node in candidates if node.path not in results and _only_norms(readers.get(node.path, []))}
    needed = {network.owner(node).path for node in candidates if node.path not in normed}
    for node in candidates:
        if node.path not in normed or node.shares is not None or node.path in needed:
            continue
        row = report.by_path[node.path]
        norm = readers[node.path][0].path
        message = (
            f"{norm} subtracts the mean and with it the bias of this {node.kind}: "
            f"{row.biases:,} of its {row.params:,} params change nothing"
        )
        leaves = f"`bias: false` leaves {row.params - row.biases:,} params and the same network"
        help_ = Help(leaves, Edit("false", field="bias"))
        yield Finding(codes.BIAS_BEFORE_NORM, node.path, message, "", (help_,), ((norm, "subtracts the bias again"),))


def _has_plain_bias(node: Node) -> bool:
    """Whether the bias is the last thing that the layer adds."""
    return bool(getattr(node.layer, "bias", False)) and str(node.layer.act) == "none"


def _only_norms(readers: list[Node]) -> bool:
    return bool(readers) and all(reader.layer.keeps_statistics for reader in readers)


def _disturbed_norms(network: Network) -> Iterator[Finding]:
    """A batch norm that learns its statistics from values that a dropout has scaled up.

    Source: Li et al. 2018, "Understanding the Disharmony between Dropout and Batch Normalization by Variance Shift".
    """
    dropout: dict[str, Node] = {}
    named: set[str] = set()
    for node in network.nodes:
        before = dropout.get(node.inputs[0]) if len(node.inputs) == 1 else None
        if 0 < node.layer.drop_rate < 1:
            dropout[node.path] = node
        elif before is not None and node.layer.keeps_statistics and before.path not in named:
            named.add(before.path)
            yield _disturbed(before, node)
        elif before is not None and not node.layer.normalises:  # what measures its input anew ends the matter
            dropout[node.path] = before


def _disturbed(dropout: Node, norm: Node) -> Finding:
    rate = dropout.layer.drop_rate
    message = (
        f"dropout {rate:g} before {norm.path}: in training its values have {1 / (1 - rate):.3g} times the mean square "
        "that they have in inference, and batch norm keeps the statistics of training"
    )
    helps = ("put the dropout after the last batch_norm",)
    others = ((norm.path, "learns its statistics from these"),)
    return Finding(codes.DROPOUT_BEFORE_NORM, dropout.path, message, "", helps, others)


def _double_softmaxes(network: Network) -> Iterator[Finding]:
    """A softmax of what is already a distribution."""
    source: dict[str, Node] = {}
    for node in network.nodes:
        before = source.get(node.inputs[0])
        if node.layer.gives_distribution:
            source[node.path] = node
            if before is not None:
                yield _doubled(before, node)
        elif before is not None and node.layer.keeps_values:
            source[node.path] = before


def _doubled(first: Node, second: Node) -> Finding:
    if first.layer.gives_logarithms:
        already, message = (
            "normalises",
            f"{second.kind} after {first.path}: a second one normalises what is already normalised",
        )
    else:
        already, classes = "gives probabilities", second.read[0].channels
        # The largest of n values that are 1 and n - 1 zeros: e / (e + n - 1).
        message = (
            f"{second.kind} of the probabilities of {first.path}: of {quantity.plural(classes, 'value')} "
            f"none can get more than {e / (e + classes - 1) * 100:.1f} %"
        )
    others = ((first.path, f"already {already}"),)
    return Finding(codes.SOFTMAX_TWICE, second.path, message, "", (f"delete {second.path}",), others)


def _heavy(network: Network, report: Report) -> Iterator[Finding]:
    """A fully connected layer with most of the parameters, and what it would hold behind a global average pool."""
    total = report.totals.params
    for node in network.nodes:
        if not (node.layer.counts_macs and node.layer.reads_whole_map) or node.training_only:
            continue
        row = report.by_path[node.path]
        if row.params < WORTH_SAVING or 2 * row.params <= total:
            continue
        map_ = _map_before(node, network)
        if map_ is None:
            continue
        channels = map_.volume.channels
        matrix = next(array.counted for array in node.arrays if array.name == "weight")  # and no activation's slopes
        instead = row.params - row.weights + matrix // node.read[0].size * channels
        message = (
            f"{node.path} holds {row.params:,} of the {total:,} params ({quantity.percent(row.params, total)}), "
            f"one weight for each of {node.read[0].size:,} values and each unit"
        )
        help_ = (
            f"with `global_avg_pool` before it, it holds {instead:,} and the network {total - row.params + instead:,}: "
            f"it then reads {quantity.plural(channels, 'value')}"
        )
        yield Finding(codes.HEAVY_FC, node.path, message, f"reads {map_.volume}", (help_,))


def _map_before(node: Node, network: Network) -> Node | None:
    """The row with places whose values the layer reads; None where it reads a vector or the image itself."""
    before = network.by_path.get(node.inputs[0])
    while before is not None and before.volume.places == 1 and before.layer.keeps_values:
        before = network.by_path.get(before.inputs[0])
    return before if before is not None and before.volume.places > 1 else None
