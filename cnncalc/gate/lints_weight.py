"""The lint of a fully connected layer that holds most of a network's parameters."""

from __future__ import annotations

from collections.abc import Iterator

from cnncalc import codes, quantity
from cnncalc.analysis import Network, Node, Report
from cnncalc.gate.finding import Finding

WORTH_SAVING = 100_000
"""Below so many parameters nobody needs to save any: LeNet-5's widest layer has 48,120."""


def weight_of(network: Network, report: Report) -> Iterator[Finding]:
    """The layer, if there is one, with what it would hold behind a global average pool."""
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
        instead = row.params - row.weights + _weights_of(node) // node.read[0].size * channels
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


def _weights_of(node: Node) -> int:
    """The weights of the matrix alone, without those of its activation."""
    return next(array.counted for array in node.arrays if array.name == "weight")
