"""Counts a network as another tool does: our totals, and whatever its rules add to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cnncalc.analysis import INSIDE, Report
from cnncalc.conventions.convention import FLOPS, PARAMS, Convention, Counting, Reason, Rule
from cnncalc.conventions.part import Part
from cnncalc.conventions.tools import OWN, TOOLS
from cnncalc.frameworks import PYTORCH, Call, Site
from cnncalc.network import Network, Node
from cnncalc.volume import Volume


def counted(network: Network, report: Report, tool: str) -> Counting:
    """What the tool would say of the network, and why that is not what the report says.

    Args:
        network: what was analysed.
        report: its report; where it leaves padding taps out, that is one of the reasons.
        tool: one of `TOOLS`.

    >>> import cnncalc
    >>> net = cnncalc.load("lenet5")
    >>> counting = counted(net, cnncalc.analyze(net), "torchinfo")
    >>> counting.amount, counting.own_amount, [(reason.amount, reason.layers) for reason in counting.reasons]
    (423038, 416520, [(6518, 5)])
    """
    convention = TOOLS[tool]
    found = _parts(network)
    own = report.totals.flops if convention.unit == FLOPS else report.totals.macs
    reasons = [*_reasons(PARAMS, convention.params_rules, [part for part in found if not part.used_before])]
    if convention.unit:
        reasons += [*_padding(convention, network, report), *_reasons(convention.unit, convention.rules, found)]
    return Counting(
        convention,
        params=report.totals.params + _sum(reasons, PARAMS),
        own_params=report.totals.params,
        amount=own + _sum(reasons, convention.unit) if convention.unit else 0,
        own_amount=own if convention.unit else 0,
        reasons=tuple(reasons),
        remarks=tuple(_remarks(convention, network)),
    )


def parts_of(node: Node, times: int = 1) -> Iterator[Part]:
    """The modules that PyTorch has for a row, or that come closest, in the order in which they are called.

    >>> from cnncalc.layers import KINDS
    >>> conv = KINDS["conv"].build(2, {"filters": 8, "kernel": 1, "act": "relu"})
    >>> x, y = Volume((28, 28, 3)), Volume((28, 28, 8))
    >>> [str(part.call) for part in parts_of(Node("conv_1", "conv", conv, ("input",), (x,), y))]
    ['nn.Conv2d(3, 8, kernel_size=1)', 'nn.ReLU()']
    """
    for line in PYTORCH.lines(Site.of(node.layer, node.read, node.volume)):
        if isinstance(line, Call):
            yield Part(line, node.layer, times, node.shares is not None)


def _parts(network: Network) -> list[Part]:
    """The parts of every row; turns of a repeat have one layer on equal volumes, and are taken apart once."""
    rows: dict[tuple[int, Volume, bool], tuple[Node, int]] = {}
    for node in network.inference:
        key = (id(node.layer), node.read[0], node.shares is not None)
        first, times = rows.get(key, (node, 0))
        rows[key] = first, times + 1
    return [part for node, times in rows.values() for part in parts_of(node, times)]


def _reasons(of: str, rules: Sequence[Rule], found: Sequence[Part]) -> Iterator[Reason]:
    """What each rule adds, if it adds anything."""
    for rule in rules:
        amounts = [(rule.amount(part), part.times) for part in found if part.call.module in rule.modules]
        added = sum(amount * times for amount, times in amounts)
        if added:
            layers = sum(times for amount, times in amounts if amount)
            yield Reason(of, rule.what, added, layers, rule.wrong)


def _padding(convention: Convention, network: Network, report: Report) -> Iterator[Reason]:
    """Every other tool multiplies padding too, so that `--macs inside` is a difference."""
    if report.macs_counted != INSIDE or convention.name == OWN:
        return
    left_out = [node.layer.macs(node.read[0]) - node.layer.macs_inside(node.read[0]) for node in network.inference]
    if any(left_out):
        amount = sum(left_out) * (2 if convention.unit == FLOPS else 1)
        yield Reason(convention.unit, "products with padding", amount, len(left_out) - left_out.count(0))


def _sum(reasons: Sequence[Reason], of: str) -> int:
    return sum(reason.amount for reason in reasons if reason.of == of)


def _remarks(convention: Convention, network: Network) -> Iterator[str]:
    """What the figures leave open: how the network is written, and what only training has."""
    if convention.remark:
        yield convention.remark
    if convention.shared and any(node.shares and node.arrays for node in network.inference):
        yield convention.shared
    if convention.name != OWN and any(node.training_only for node in network.nodes):
        yield "without the auxiliary heads that only training has"
