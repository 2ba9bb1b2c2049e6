"""What a metric of `expect` and `budget` measures, on the whole network or on a layer or group of layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from cnncalc.analysis import DTYPE_BYTES, ReceptiveField, Report, Row
from cnncalc.exact import Exact

OF_ROW: Mapping[str, Callable[[Row], int]] = {
    "params": lambda row: row.params,
    "fixed_params": lambda row: row.fixed_params,
    "training_params": lambda row: row.params,
    "macs": lambda row: row.macs,
    "weight_memory": lambda row: row.params + row.fixed_params,
    "peak_activation": lambda row: row.live_bytes,
    "layers": lambda _: 1,
}
"""What each row has of a metric: all are summed, but for the peak, which is the largest."""

OF_TOTALS: Mapping[str, str] = {
    "params": "params",
    "fixed_params": "fixed_params",
    "training_params": "training_params",
    "macs": "macs",
    "weight_memory": "weight_bytes",
    "peak_activation": "peak_activation_bytes",
    "layers": "layers",
}
"""The total that each metric means for the whole network."""

HAVE_COSTLIEST = ("params", "fixed_params", "training_params", "macs", "weight_memory", "peak_activation")


def amount(metric: str, rows: Sequence[Row] | None, report: Report) -> int:
    """A number that rows have together; `None` means the whole network."""
    if rows is None:
        value: int = getattr(report.totals, OF_TOTALS[metric])
        return value
    each = [OF_ROW[metric](row) for row in counted(metric, rows)]
    if metric == "peak_activation":
        return max(each, default=0)
    return sum(each) * _bytes_each(metric, report)


def costliest(metric: str, rows: Sequence[Row] | None, report: Report) -> tuple[tuple[str, int], ...]:
    """The three rows that have most of a metric, most first; at the network's peak, the tensors alive there."""
    if metric not in HAVE_COSTLIEST:
        return ()
    if rows is None and metric == "peak_activation":
        alive = [(tensor, tensor_bytes(tensor, report)) for tensor in report.totals.peak_live]
        return tuple(sorted(alive, key=lambda entry: -entry[1])[:3])
    factor = _bytes_each(metric, report)
    each = [
        (row.path, OF_ROW[metric](row) * factor) for row in counted(metric, report.layers if rows is None else rows)
    ]
    return tuple(sorted((entry for entry in each if entry[1]), key=lambda entry: -entry[1])[:3])


def tensor_bytes(tensor: str, report: Report) -> int:
    """The bytes of an input or of a row's output."""
    row = report.by_path.get(tensor)
    if row is not None:
        return row.activation_bytes
    values = 1
    for dimension in report.inputs[tensor]:
        values *= dimension
    return values * report.batch * DTYPE_BYTES[report.dtype]


def counted(metric: str, rows: Iterable[Row]) -> list[Row]:
    """The rows that count: without those that only training has, unless it is they alone that are asked for."""
    every = list(rows)
    if metric == "training_params":
        return every
    return [row for row in every if not row.training_only] or every


def seen_size(field: ReceptiveField | dict[str, ReceptiveField]) -> tuple[Exact, ...]:
    """The size of a receptive field; of several inputs', the one that sees most."""
    fields = field.values() if isinstance(field, dict) else (field,)
    return max((entry.size for entry in fields), key=lambda size: (len(size), max(size, default=0)))


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
    """The larger side of what a tensor sees; an input sees itself."""
    row = report.by_path.get(tensor)
    return 1 if row is None else max(seen_size(row.receptive_field), default=1)


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


def _bytes_each(metric: str, report: Report) -> int:
    return DTYPE_BYTES[report.dtype] if metric == "weight_memory" else 1
