"""What a convention is, and what comes of it: rules that add to our count, and reasons with amounts."""

from __future__ import annotations

from typing import Any, NamedTuple

from cnncalc.conventions.part import Amount
from cnncalc.record import Record

PARAMS, MACS, FLOPS = "params", "macs", "flops"
"""What a figure is, whatever the tool calls it: MACs are products with their additions, FLOPs count both singly."""


class Rule(NamedTuple):
    """What a tool counts, or leaves out, where we do not.

    Attributes:
        what: in words.
        modules: those of PyTorch that it is about.
        amount: how much it adds for one module, in the tool's own unit.
        wrong: why it is a mistake and not a choice; empty for a choice.
    """

    what: str
    modules: frozenset[str]
    amount: Amount
    wrong: str = ""


class Convention(Record):
    """How one tool counts.

    Attributes:
        name: the word for `--counting`.
        version: the release whose figures the tests hold it to; empty for our own.
        counter: what a user calls.
        unit: `MACS` or `FLOPS`; empty for a tool that counts neither.
        word: what the tool calls that number.
        params_rules: what it counts as parameters and we do not.
        rules: the same for its MACs or FLOPs.
        remark: what its user should know, whatever the network.
        shared: what it does to weights that are used more than once.
    """

    name: str
    version: str
    counter: str
    unit: str
    word: str
    params_rules: tuple[Rule, ...] = ()
    rules: tuple[Rule, ...] = ()
    remark: str = ""
    shared: str = ""


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
