"""Counts a network: what each layer keeps, computes, occupies and sees. Reads the volumes, never infers them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from cnncalc.analysis import field as rules
from cnncalc.analysis.field import Field
from cnncalc.analysis.memory import Liveness, liveness
from cnncalc.analysis.move import Move, moves
from cnncalc.analysis.receptive_field import ReceptiveField, reported
from cnncalc.analysis.report import Design, Report, Row, Totals
from cnncalc.dtype import Dtype, dtype_of
from cnncalc.layers import Layer
from cnncalc.network import STRICT, WINDOWS, Network, Node, parameter_counts
from cnncalc.volume import Volume

PADDED, INSIDE = "padded", "inside"
"""MACs with the products of padding taps, or without them."""


class Facts(NamedTuple):
    """What a layer is on given volumes, wherever it stands; `whole` is whether it reads the whole map."""

    arrays: int
    weights: int
    biases: int
    fixed: int
    macs: int
    moves: tuple[Move, ...]
    whole: bool
    activations: int
    parameters: dict[str, Any]


Seen = dict[str, Field]
"""The receptive field of a tensor in each input of the network that it depends on."""

Reported: TypeAlias = "ReceptiveField | dict[str, ReceptiveField]"
"""What a row has of it: by input where there are several."""


def analyze(
    network: Network,
    batch: int = 1,
    dtype: str | Mapping[str, str] | Dtype | None = None,
    macs: str = PADDED,
    field: str = STRICT,
) -> Report:
    """The report of a network.

    Args:
        network: what the language made of a text.
        batch: images at once; multiplies activations and memory, never params, MACs or FLOPs.
        dtype: what `dtype_of` takes; None is that of the spec, which is float32 where it says nothing.
        macs: `padded` counts the products of padding taps, `inside` leaves them out.
        field: `strict` follows everything that a value depends on, `windows` leaves out the statistics of a whole map
            and gates.

    >>> from cnncalc.layers import KINDS
    >>> from cnncalc.network import Assembly, Input
    >>> assembly = Assembly({"input": Input(Volume((32, 32, 3)))})
    >>> node = assembly.add("conv_1", "conv", KINDS["conv"].build(2, {"filters": 10, "kernel": 5}), ("input",))
    >>> report = analyze(assembly.network("tiny", outputs=("conv_1",)))
    >>> report["conv_1"].params, report.totals.macs, report["conv_1"].receptive_field.size
    (760, 588000, (5, 5))
    """
    stored = network.dtype if dtype is None else dtype_of(dtype)
    if macs not in (PADDED, INSIDE):
        raise ValueError(f"macs must be {PADDED} or {INSIDE}, not {macs!r}")
    if field not in (STRICT, WINDOWS):
        raise ValueError(f"field must be {STRICT} or {WINDOWS}, not {field!r}")
    if batch < 1:
        raise ValueError(f"batch must be at least 1, not {batch}")
    nodes = network.nodes
    facts = _facts(nodes, macs)
    each = stored.activation_bytes * batch
    sizes = [0 if node.layer.hands_on else fact.activations * each for node, fact in zip(nodes, facts, strict=True)]
    outputs = tuple(network.results.get(path, path) for path in network.outputs)
    inputs = {name: entry.volume.size * each for name, entry in network.inputs.items()}
    memory = liveness(nodes, inputs, sizes, outputs)
    rows = _rows(nodes, facts, _receptive_fields(network, facts, field, {}), sizes, memory.live, batch)
    return Report(
        name=network.name,
        variant=network.variant,
        inputs={name: tuple(entry.volume) for name, entry in network.inputs.items()},
        outputs=outputs,
        batch=batch,
        dtype=stored,
        macs_counted=macs,
        field=field,
        widening=tuple([node.path for node, fact in zip(nodes, facts, strict=True) if _widens(node, fact)]),
        layers=rows,
        totals=_totals(rows, nodes, memory, stored.weight_bytes),
        results=network.results,
        variant_named=network.variant_named,
        designs=tuple([Design(node.layer, node.read, node.computed) for node in nodes]),
    )


def _facts(nodes: Sequence[Node], macs: str) -> list[Facts]:
    """The facts of each row; equal layers on equal volumes, as the turns of a repeat have them, are asked once."""
    by_identity: dict[tuple[int, tuple[Volume, ...]], Facts] = {}  # quicker to ask than whether layers are equal
    by_value: dict[tuple[Layer, Volume], Facts] = {}
    found = []
    for node in nodes:
        key = (id(node.layer), node.read)
        facts = by_identity.get(key)
        if facts is None:
            equal = (node.layer, node.read[0])
            facts = by_value.get(equal)
            if facts is None or node.layer.joins:
                facts = by_value[equal] = _facts_of(node.layer, node.read[0], node.volume, macs)
            by_identity[key] = facts
        found.append(facts)
    return found


def _facts_of(layer: Layer, x: Volume, volume: Volume, macs: str) -> Facts:
    arrays = layer.arrays(x)
    return Facts(
        len(arrays),
        *parameter_counts(arrays),
        macs=layer.macs(x) if macs == PADDED else layer.macs_inside(x),
        moves=() if layer.reads_whole_map else moves(layer.field(x)),
        whole=layer.reads_whole_map,
        activations=volume.size,
        parameters=layer.settings(x),
    )


def fields_of(network: Network, view: str = STRICT) -> Mapping[str, Seen]:
    """What every tensor of a network sees."""
    seen: dict[str, Seen] = {}
    _receptive_fields(network, _facts(network.nodes, PADDED), view, seen)
    return seen


def _receptive_fields(network: Network, facts: Sequence[Facts], view: str, seen: dict[str, Seen]) -> list[Reported]:
    """What each row sees, carried from the inputs through the network; `seen` receives it for each tensor."""
    seen.update((name, {name: rules.of_input(entry.volume.rank)}) for name, entry in network.inputs.items())
    found: dict[str, Reported] = {}
    several = len(network.inputs) > 1
    misaligned: set[str] = set()
    told_apart = 0
    for node, fact in zip(network.nodes, facts, strict=True):
        source = node.inputs[0]
        whole = fact.whole and not (view == WINDOWS and _takes_statistics(node))
        moves = whole or fact.moves
        if not moves and len(node.inputs) == 1 and source in found and source not in misaligned:
            seen[node.path], found[node.path] = seen[source], found[source]
            continue
        remarks: dict[str, str | None] = {}
        most = rules.MOST_CLASSES if told_apart < rules.MOST_TOLD_APART else 1
        here = seen[source] if len(node.inputs) == 1 else _united(node, seen, view, remarks, most)
        if moves:
            places = node.read[0].sizes
            here = {
                name: rules.whole(entry, places) if whole else rules.moved(entry, fact.moves, most)
                for name, entry in here.items()
            }
        if any(remarks.values()):
            misaligned.add(node.path)
        seen[node.path] = here
        told_apart += sum(entry.classes for entry in here.values())
        sizes = node.volume.sizes
        entries = {name: reported(entry, sizes, remarks.get(name)) for name, entry in here.items()}
        found[node.path] = entries if several else next(iter(entries.values()))
    return [found[node.path] for node in network.nodes]


def _united(node: Node, seen: Mapping[str, Seen], view: str, remarks: dict[str, str | None], most: int) -> Seen:
    """What a join's inputs see together; `remarks` receives what is to be said of each input of the network."""
    here = {}
    for name, entries in arriving(node, seen, view).items():
        here[name], remarks[name] = rules.joined([entry for _, entry in entries], node.volume.sizes, most)
    return here


def _takes_statistics(node: Node) -> bool:
    """Whether it only measures the whole map, and each of its values stands for its own place."""
    return node.layer.reads_whole_map and node.layer.normalises


def _widens(node: Node, fact: Facts) -> bool:
    """Whether it sees more than its windows, by statistics or by a gate."""
    if node.layer.joins:
        return len(gated(node)) < len(node.inputs)
    return fact.whole and _takes_statistics(node)


def gated(node: Node) -> list[tuple[str, Volume]]:
    """The inputs of a node with their volumes, without gates: maps of one place that a join stretches over a larger."""
    read = [*zip(node.inputs, node.read, strict=True)]
    return [entry for entry in read if not node.layer.joins or entry[1].sizes == node.volume.sizes]


def arriving(node: Node, seen: Mapping[str, Seen], view: str = STRICT) -> dict[str, list[tuple[str, Field]]]:
    """What a node's inputs see of each input of the network: a tensor with its field."""
    found: dict[str, list[tuple[str, Field]]] = {}
    for tensor, volume in gated(node) if view == WINDOWS else zip(node.inputs, node.read, strict=True):
        # What multiply stretches over the map is one place that every place reads.
        alone = node.layer.joins and volume.sizes != node.volume.sizes
        for name, entry in seen[tensor].items():
            found.setdefault(name, []).append((tensor, rules.stretched(entry) if alone else entry))
    return found


def _rows(
    nodes: Sequence[Node],
    facts: Sequence[Facts],
    fields: Sequence[Reported],
    sizes: Sequence[int],
    lives: Sequence[int],
    batch: int,
) -> tuple[Row, ...]:
    rows = []
    for node, fact, seen, size, live in zip(nodes, facts, fields, sizes, lives, strict=True):
        shared = node.shares if fact.arrays else None
        weights, biases, fixed = (0, 0, 0) if shared else (fact.weights, fact.biases, fact.fixed)
        row = Row(
            node.path,
            node.kind,
            node.inputs,
            tuple(node.volume),
            weights,
            biases,
            weights + biases,
            fixed,
            fact.macs,
            fact.activations * batch,
            size,
            live,
            seen,
            shared,
            node.training_only,
            node.line,
            fact.parameters,
        )
        rows.append(row)
    return tuple(rows)


def _totals(rows: Sequence[Row], nodes: Sequence[Node], memory: Liveness, weight_bytes: int) -> Totals:
    used = [row for row in rows if not row.training_only]
    params = sum(row.params for row in used)
    fixed = sum(row.fixed_params for row in used)
    macs = sum(row.macs for row in used)
    not_counted = Counter(node.kind for node in nodes if not (node.training_only or node.layer.counts_macs))
    return Totals(
        layers=len(used),
        params=params,
        fixed_params=fixed,
        training_params=sum(row.params for row in rows),
        macs=macs,
        flops=2 * macs,
        activations=sum(row.activations for row in used),
        weight_bytes=(params + fixed) * weight_bytes,
        peak_activation_bytes=memory.peak,
        peak_at=nodes[memory.peak_step].path,
        peak_live=memory.peak_live,
        not_counted=dict(not_counted),
    )
