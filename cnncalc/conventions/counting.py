"""Counts a network as another tool does: our totals, and whatever its rules add to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from cnncalc.analysis import INSIDE, Report
from cnncalc.conventions.convention import FLOPS, PARAMS, Convention, Part, Rule
from cnncalc.conventions.tools import OWN, TOOLS
from cnncalc.frameworks import PYTORCH, Call, Site
from cnncalc.network import Network, Node
from cnncalc.record import Record
from cnncalc.volume import Volume


class Reason(NamedTuple):
    """One part of a difference: `of` says of which number, `layers` in how many places it arises."""

    of: str
    what: str
    amount: int
    layers: int
    wrong: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The reason as JSON holds it; `wrong` only where it is a mistake."""
        entry = self._asdict()
        return entry if self.wrong else {name: value for name, value in entry.items() if name != "wrong"}


class Counting(Record):
    """A tool's figures beside ours: `own_params` and the reasons for params add up to `params`, likewise the amount.

    `amount` is MACs or FLOPs as `convention.unit` says, and `own_amount` ours in that unit; 0 where it counts neither.
    """

    convention: Convention
    params: int
    own_params: int
    amount: int
    own_amount: int
    reasons: tuple[Reason, ...]
    remarks: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The object `counting` of the JSON of `summarize`."""
        convention = self.convention
        return {
            "tool": convention.name,
            "version": convention.version or None,
            "params": self.params,
            **({convention.unit: self.amount} if convention.unit else {}),
            "reasons": [reason.to_dict() for reason in self.reasons],
        }


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
    convention, totals, found = TOOLS[tool], report.totals, _parts(network)
    reasons = [*_reasons(PARAMS, convention.params_rules, [part for part in found if not part.used_before])]
    own = 0
    if convention.unit:
        own = totals.flops if convention.unit == FLOPS else totals.macs
        reasons += [*_padding(convention, network, report), *_reasons(convention.unit, convention.rules, found)]
    added = Counter[str]()
    for reason in reasons:
        added[reason.of] += reason.amount
    return Counting(
        convention,
        params=totals.params + added[PARAMS],
        own_params=totals.params,
        amount=own + added[convention.unit],
        own_amount=own,
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
    rows: dict[tuple[int, Volume, bool], list[Node]] = {}
    for node in network.inference:
        rows.setdefault((id(node.layer), node.read[0], node.shares is not None), []).append(node)
    return [part for nodes in rows.values() for part in parts_of(nodes[0], len(nodes))]


def _reasons(of: str, rules: Sequence[Rule], found: Sequence[Part]) -> Iterator[Reason]:
    """What each rule adds, if it adds anything."""
    for rule in rules:
        amounts = [(rule.amount(part), part.times) for part in found if part.call.module in rule.modules]
        yield from _reason(of, rule.what, amounts, rule.wrong)


def _reason(of: str, what: str, amounts: Iterable[tuple[int, int]], wrong: str = "") -> Iterator[Reason]:
    """The sum of what each layer adds, so many times; a product and its addition are two FLOPs."""
    counting = [(amount, times) for amount, times in amounts if amount]
    added = sum(amount * times for amount, times in counting)
    if added:
        yield Reason(of, what, added * (2 if of == FLOPS else 1), sum(times for _, times in counting), wrong)


def _padding(convention: Convention, network: Network, report: Report) -> Iterator[Reason]:
    """Every other tool multiplies padding too, so that `--macs inside` is a difference."""
    if report.macs_counted == INSIDE and convention.name != OWN:
        pairs = [(node.layer, node.read[0]) for node in network.inference]
        left_out = [(layer.macs(x) - layer.macs_inside(x), 1) for layer, x in pairs]
        yield from _reason(convention.unit, "products with padding", left_out)


def _remarks(convention: Convention, network: Network) -> Iterator[str]:
    """What the figures leave open: how the network is written, and what only training has."""
    if convention.remark:
        yield convention.remark
    if convention.shared and any(node.shares and node.arrays for node in network.inference):
        yield convention.shared
    if convention.name != OWN and any(node.training_only for node in network.nodes):
        yield "without the auxiliary heads used only in training"
