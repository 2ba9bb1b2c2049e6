"""Holds a report to what its spec expects: each claim is measured on its rows and becomes a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from math import prod
from operator import eq, ge, gt, le, lt
from typing import NamedTuple

from cnncalc.analysis import STRICT, Claim, Network, Report, Row, analyze
from cnncalc.exact import Exact
from cnncalc.metrics import FIELD, METRICS, VOLUMES, Metric

MOST_EXPLAINED = 20
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
    seen = _reports_of_fields(report, network)
    verdicts = [_judged(claim, seen[_view(claim)], network, below) for claim in network.claims]
    # The first receptive fields that are wrong get the rows that widen them: each takes a walk upwards.
    wrong = (
        (number, tensor)
        for number, verdict in enumerate(verdicts)
        if verdict.claim.metric == FIELD and not verdict.passed
        if (tensor := _tensor(verdict.claim, report, network))
    )
    for number, tensor in islice(wrong, MOST_EXPLAINED):
        explained = seen[_view(verdicts[number].claim)]
        verdicts[number] = verdicts[number]._replace(costliest=widening(tensor, explained))
    return verdicts


def _view(claim: Claim) -> str:
    """Which receptive field a claim is about; what is no receptive field is the same in all."""
    return (claim.subject or STRICT) if claim.metric == FIELD else ""


def _reports_of_fields(report: Report, network: Network) -> dict[str, Report]:
    """A report for each view of receptive fields that is claimed; under an empty name the one that there is."""
    found = {"": report, report.field: report}
    for view in map(_view, network.claims):
        if view not in found:
            found[view] = analyze(network, report.batch, report.dtype, report.macs_counted, view)
    return found


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
    path = claim.path if claim.metric == FIELD else claim.subject or claim.path
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


def amount(metric: Metric, rows: Sequence[Row] | None, report: Report) -> Exact:
    """A number that rows have together; `None` means the whole network."""
    if rows is None:
        value: Exact = getattr(report.totals, metric.total)
        return value
    each = [number for _, number in _each(metric, rows, report)]
    return max(each, default=0) if metric.is_peak else sum(each)


def costliest(metric: Metric, rows: Sequence[Row] | None, report: Report) -> tuple[tuple[str, Exact], ...]:
    """The three rows that have most of a metric, most first; at the network's peak, the tensors alive there."""
    if not metric.is_cost:
        return ()
    if rows is None and metric.name == "peak_activation":
        each: list[tuple[str, Exact]] = [(tensor, tensor_bytes(tensor, report)) for tensor in report.totals.peak_live]
    else:
        each = [entry for entry in _each(metric, report.layers if rows is None else rows, report) if entry[1]]
    return tuple(sorted(each, key=lambda entry: -entry[1])[:3])


def _each(metric: Metric, rows: Sequence[Row], report: Report) -> list[tuple[str, Exact]]:
    """What each row has, by its path; without those that only training has, unless it is they alone that are asked."""
    weight_bytes = report.dtype.weight_bytes
    used = [row for row in rows if metric.in_training or not row.training_only] or rows
    return [(row.path, metric.of_row(row, weight_bytes)) for row in used]


def tensor_bytes(tensor: str, report: Report) -> int:
    """The bytes of an input or of a row's output."""
    row = report.by_path.get(tensor)
    if row is not None:
        return row.activation_bytes
    return prod(report.inputs[tensor]) * report.batch * report.dtype.activation_bytes


def widening(tensor: str, report: Report) -> tuple[tuple[str, Exact], ...]:
    """The three rows that widen a receptive field most on the way to a tensor, and by how much on its larger side."""
    each: list[tuple[str, Exact]] = []
    seen: set[str] = set()
    waiting = [tensor]
    while waiting:
        row = report.by_path.get(waiting.pop())
        if row is None or row.path in seen:
            continue
        seen.add(row.path)
        waiting += row.inputs
        each.append((row.path, _side(row.path, report) - max(_side(source, report) for source in row.inputs)))
    widest = sorted((entry for entry in each if entry[1] > 0), key=lambda entry: (-entry[1], entry[0]))
    return tuple(widest[:3])


def _side(tensor: str, report: Report) -> Exact:
    """The larger side of what a tensor sees."""
    return max(report.field_size(tensor), default=1)


def rows_below(report: Report, paths: set[str]) -> dict[str, list[Row]]:
    """The rows of each of some paths: of a layer itself, of a group all that stand below it."""
    found: dict[str, list[Row]] = {path: [] for path in paths}
    if not paths:
        return found
    for row in report.layers:
        for prefix in _prefixes(row.path):
            if prefix in found:
                found[prefix].append(row)
    return found


def _prefixes(path: str) -> list[str]:
    """A path and the groups around it, with and without the turn of a repeat.

    >>> _prefixes("a/B_1[2]/conv_1")
    ['a', 'a/B_1', 'a/B_1[2]', 'a/B_1[2]/conv_1']
    """
    ends = [index for index, character in enumerate(path) if character in "/["]
    return [path[:end] for end in (*ends, len(path))]
