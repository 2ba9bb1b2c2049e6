"""Explains one row of a report: every number of it becomes steps with formulas, beside what they mean elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cnncalc.analysis import Report, Row
from cnncalc.analysis.memory import alive_during
from cnncalc.analysis.sliding import padding_taps
from cnncalc.derivation.expression import Letter, Term, product, total
from cnncalc.derivation.field import ways
from cnncalc.derivation.lettering import volume_letters
from cnncalc.derivation.rules import Derived, connected, derived, window_remarks
from cnncalc.derivation.step import Alive, Explanation, Remark, Section, Step
from cnncalc.frameworks import FRAMEWORKS
from cnncalc.layers.layer import BIAS, FIXED, WEIGHT
from cnncalc.network import Network, Node


def explain_row(network: Network, report: Report, path: str) -> Explanation:
    """How every number of the row of that path came about.

    Args:
        network: the network that was counted.
        report: its report; batch and dtype are those of the report.
        path: the path of a row.

    Raises:
        KeyError: there is no row of that path.

    >>> from cnncalc.analysis import analyze
    >>> from cnncalc.layers import KINDS
    >>> from cnncalc.network import Assembly, Input
    >>> from cnncalc.volume import Volume
    >>> assembly = Assembly({"input": Input(Volume((32, 32, 3)))})
    >>> node = assembly.add("conv_1", "conv", KINDS["conv"].build(2, {"filters": 10, "kernel": 5}), ("input",))
    >>> network = assembly.network("tiny", outputs=("conv_1",))
    >>> explanation = explain_row(network, analyze(network), "conv_1")
    >>> [(step.letter, step.value) for step in explanation.steps[:3]]
    [('H2', 28), ('W2', 28), ('D2', 10)]
    """
    node, row = network.by_path[path], report.by_path[path]
    alive = _alive(network, report, node)
    sizes = [entry.size.value for entry in alive]
    formulas = derived(node.layer, node.read, node.volume)
    return Explanation(
        report.name,
        path,
        node.kind,
        row.line,
        network.source.line(row.line) if network.source else "",
        tuple((tensor, tuple(volume)) for tensor, volume in zip(node.inputs, node.read, strict=True)),
        row.output,
        row.parameters,
        (
            Section("output", formulas.shape, tuple(window_remarks(node.layer, node.read[0]))),
            _params(node, row, formulas),
            _macs(node, row, formulas.macs),
            _activations(node, row, report),
            Section("alive", (Step("alive", "alive", total(sizes) if sizes else 0, row.live_bytes),)),
        ),
        alive,
        *ways(network, node),
        tuple(framework.written(node.layer, node.read, node.volume) for framework in FRAMEWORKS),
        (*_remarks(node), *dtype_remarks(report)),
        report.dtype.facts(),
    )


def dtype_remarks(report: Report) -> Iterator[Remark]:
    """What bytes are counted in, where it is not what everybody expects."""
    if not report.dtype.is_default:
        yield Remark("dtype", {"dtype": str(report.dtype)})


def _remarks(node: Node) -> Iterator[Remark]:
    if node.layer.correlates or node.layer.scatters:
        yield Remark("cross-correlation" if node.layer.correlates else "scatters")
    if node.training_only:
        yield Remark("training only")


def _params(node: Node, row: Row, derived: Derived) -> Section:
    """Weights, biases and fixed params; 0 where those of another row are used."""
    if row.shared_with:
        none = tuple(Step(quantity, quantity, 0, 0) for quantity in ("weights", "biases"))
        return Section("params", none, (Remark("shared", {"path": row.shared_with}),))
    steps = [*connected(node.layer)]
    for role, quantity, value in (
        (WEIGHT, "weights", row.weights),
        (BIAS, "biases", row.biases),
        (FIXED, "fixed params", row.fixed_params),
    ):
        if role in derived.kept or role != FIXED:
            steps.append(Step(quantity, quantity, derived.kept.get(role, 0), value))
    if row.weights and row.biases:
        steps.append(
            Step("params", "params", Letter("weights", row.weights) + Letter("biases", row.biases), row.params)
        )
    return Section("params", tuple(steps))


def _macs(node: Node, row: Row, formula: Term) -> Section:
    if not node.layer.counts_macs:
        return Section("macs", (Step("MACs", "MACs", 0, row.macs),), (Remark("no products", {"kind": node.kind}),))
    remarks = []
    if node.layer.correlates:
        outside, every = padding_taps(node)
        if outside:
            remarks.append(Remark("padding taps", {"outside": outside, "every": every}))
    return Section("macs", (Step("MACs", "MACs", formula, row.macs),), tuple(remarks))


def _activations(node: Node, row: Row, report: Report) -> Section:
    """The values that come out, and their bytes."""
    factors = volume_letters(node.volume, "2")
    values = product([*factors, Letter("N", report.batch)] if report.batch > 1 else factors)
    steps = (Step("activations", "values", values, row.activations),)
    if node.layer.hands_on:
        return Section("activations", steps, (Remark("hands on", {"path": node.inputs[0]}),))
    formula = Letter("values", row.activations) * Letter("b", report.dtype.activation_bytes)
    return Section("activations", (*steps, Step("bytes", "bytes", formula, row.activation_bytes)))


def tensor_bytes(network: Network, report: Report, tensor: str) -> Step:
    """The bytes of a tensor: its values times the bytes of one."""
    volume = network.volume(tensor)
    row = report.by_path.get(tensor)
    each = report.dtype.activation_bytes
    value = row.activation_bytes if row else volume.size * report.batch * each
    return Step("bytes", "bytes", product([*volume, *([report.batch] if report.batch > 1 else []), each]), value)


def _alive(network: Network, report: Report, node: Node) -> tuple[Alive, ...]:
    """The tensors alive while the row is computed."""
    if node.training_only:
        return ()
    step = network.nodes.index(node)
    alive: Mapping[str, str] = alive_during(network.nodes, network.inputs, report.outputs, step)
    return tuple(Alive(tensor, tensor_bytes(network, report, tensor), until) for tensor, until in alive.items())
