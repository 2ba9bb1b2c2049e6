"""What a metric of `expect` and `budget` measures, on the whole network or on a layer or group of layers."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from cnncalc.analysis import DTYPE_BYTES, Report, Row
from cnncalc.exact import Exact
from cnncalc.metrics import Metric


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
    value_bytes = DTYPE_BYTES[report.dtype]
    used = [row for row in rows if metric.in_training or not row.training_only] or rows
    return [(row.path, metric.of_row(row, value_bytes)) for row in used]


def tensor_bytes(tensor: str, report: Report) -> int:
    """The bytes of an input or of a row's output."""
    row = report.by_path.get(tensor)
    if row is not None:
        return row.activation_bytes
    return prod(report.inputs[tensor]) * report.batch * DTYPE_BYTES[report.dtype]


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
