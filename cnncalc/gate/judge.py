"""Holds a report to what its spec expects: each claim becomes a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from operator import eq, ge, gt, le, lt
from typing import NamedTuple

from cnncalc.analysis import Claim, Network, Report, Row
from cnncalc.exact import Exact
from cnncalc.gate.measure import amount, costliest, rows_below, widening
from cnncalc.metrics import METRICS, VOLUMES

MOST_EXPLAINED = 20
FIELD = "receptive_field"
OF_A_TENSOR = (*VOLUMES, FIELD)
RELATIONS: Mapping[str, Callable[[Exact, Exact], bool]] = {"==": eq, "<=": le, ">=": ge, "<": lt, ">": gt}


class Verdict(NamedTuple):
    """What came of one claim.

    Attributes:
        claim: what was expected, and where that is written.
        measured: a number, a volume or a size; None where the path leads nowhere.
        passed: whether the claim holds.
        difference: measured - expected; 0 between volumes.
        costliest: the three layers that have most of what is measured, most first; none for shapes.
        known: for a path that leads nowhere, all that there are.
    """

    claim: Claim
    measured: Exact | tuple[Exact, ...] | None
    passed: bool
    difference: Exact = 0
    costliest: tuple[tuple[str, Exact], ...] = ()
    known: tuple[str, ...] = ()


class Budget(NamedTuple):
    """A limit of the whole network, what it came to, and whether that is within it."""

    metric: str
    measured: Exact
    limit: Exact
    passed: bool


def judge(report: Report, network: Network) -> list[Verdict]:
    """A verdict for each claim of a network, in the order in which they are written."""
    below = rows_below(report, {claim.path for claim in network.claims if claim.path})
    verdicts = [_judged(claim, report, network, below) for claim in network.claims]
    # The first receptive fields that are wrong get the rows that widen them: each takes a walk upwards.
    wrong = (
        (number, tensor)
        for number, verdict in enumerate(verdicts)
        if verdict.claim.metric == FIELD and not verdict.passed
        if (tensor := _tensor(verdict.claim, report, network))
    )
    for number, tensor in islice(wrong, MOST_EXPLAINED):
        verdicts[number] = verdicts[number]._replace(costliest=widening(tensor, report))
    return verdicts


def budgets(verdicts: Iterable[Verdict]) -> tuple[Budget, ...]:
    """The upper limits of the whole network."""
    return tuple(
        Budget(claim.metric, measured, claim.value, passed)
        for claim, measured, passed, *_ in verdicts
        if claim.verb == "budget" and not claim.path and claim.relation in ("<=", "<")
        if measured is not None and not isinstance(measured, tuple) and not isinstance(claim.value, tuple)
    )


def _judged(claim: Claim, report: Report, network: Network, below: Mapping[str, list[Row]]) -> Verdict:
    if claim.metric not in OF_A_TENSOR:
        metric, rows = METRICS[claim.metric], below[claim.path] if claim.path else None
        return _judged_number(claim, amount(metric, rows, report), costliest(metric, rows, report))
    tensor = _tensor(claim, report, network)
    if tensor is None:
        return Verdict(claim, None, passed=False, known=tuple({**network.by_path, **network.results}))
    measured = report.field_size(tensor) if claim.metric == FIELD else tuple(network.volume(tensor))
    if claim.metric == FIELD and not isinstance(claim.value, tuple):  # a number means the larger side
        return _judged_number(claim, max(measured, default=1), ())
    return Verdict(claim, measured, _holds(measured, claim))


def _tensor(claim: Claim, report: Report, network: Network) -> str | None:
    """The tensor that a claim is about: its subject's, its path's or the first output; None where there is none."""
    named = dict(zip(network.output_names, network.outputs, strict=False))
    path = claim.subject or claim.path
    if not path:
        return report.outputs[0]
    if claim.metric == "output":
        path = named.get(path, path)
    tensor = network.results.get(path, path)
    return tensor if tensor in network.by_path or tensor in network.inputs else None


def _judged_number(claim: Claim, measured: Exact, most: tuple[tuple[str, Exact], ...]) -> Verdict:
    if isinstance(claim.value, tuple):  # a volume where a number is due: never equal
        return Verdict(claim, measured, passed=False)
    slack: Exact = claim.value * claim.tolerance
    difference: Exact = measured - claim.value
    if claim.relation == "==":
        passed = -slack <= difference <= slack
    else:
        passed = RELATIONS[claim.relation](difference, slack if claim.relation in ("<=", "<") else -slack)
    return Verdict(claim, measured, passed, difference, () if passed else most)


def _holds(measured: tuple[Exact, ...], claim: Claim) -> bool:
    """Whether a volume or size is the expected one, or stays within it along each axis."""
    wanted = claim.value if isinstance(claim.value, tuple) else (claim.value,)
    return len(measured) == len(wanted) and all(map(RELATIONS[claim.relation], measured, wanted))
