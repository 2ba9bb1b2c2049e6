"""Explains totals: of a network, or of a group of its rows, each as a sum with its largest terms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from cnncalc.analysis import Report, Row
from cnncalc.derivation.explain import dtype_remarks, explain_row, tensor_bytes
from cnncalc.derivation.expression import Letter
from cnncalc.derivation.step import Addition, Overview, Remark, Step
from cnncalc.network import Network

LARGEST = 5
"""How many terms of a sum are told one by one."""


def explain_network(network: Network, report: Report) -> Overview:
    """The totals of a report as sums over its rows.

    Args:
        network: the network that was counted.
        report: its report.
    """
    totals, rows = report.totals, [row for row in report.layers if not row.training_only]
    each = report.dtype.weight_bytes
    steps = [
        Step("params", "params", _letter(rows, "weights") + _letter(rows, "biases"), totals.params),
        Step("flops", "FLOPs", 2 * Letter("MACs", totals.macs), totals.flops),
        Step(
            "weight bytes",
            "bytes",
            (Letter("params", totals.params) + Letter("fixed", totals.fixed_params)) * Letter("b", each),
            totals.weight_bytes,
        ),
    ]
    peak = [(tensor, int(tensor_bytes(network, report, tensor).value)) for tensor in totals.peak_live]
    additions = [*_sums(rows), Addition("peak bytes", tuple(peak), 0, 0, totals.peak_activation_bytes)]
    remarks = [*dtype_remarks(report), Remark("peak at", {"path": totals.peak_at})]
    if totals.training_params != totals.params:
        remarks.append(Remark("training params", {"params": totals.training_params}))
    if totals.not_counted:
        remarks.append(Remark("not counted", {"kinds": totals.not_counted}))
    dtype = report.dtype.facts()
    return Overview(report.name, "", len(rows), tuple(additions), tuple(steps), tuple(remarks), dtype=dtype)


def explain_group(network: Network, report: Report, path: str) -> Overview:
    """The sums over the rows of a block, join, branch or sequence, and the row that gives its result.

    Raises:
        KeyError: there is no group of that path.
    """
    result = network.results[path]
    inside = {node.path for node in network.within(path)}
    every = [row for row in report.layers if row.path in inside]
    # What only training has counts where nothing else is asked for, as it does for a budget on such a group.
    rows = [row for row in every if not row.training_only] or every
    last = explain_row(network, report, result) if result in report.by_path else None
    dtype = report.dtype.facts()
    remarks = (*dtype_remarks(report), Remark("result", {"path": result}))
    if not rows:
        return Overview(report.name, path, 0, (), (), remarks, last, dtype)
    highest = max(rows, key=lambda row: row.live_bytes)
    remarks = (*remarks, Remark("most alive", {"path": highest.path, "bytes": highest.live_bytes}))
    return Overview(report.name, path, len(rows), tuple(_sums(rows)), (), remarks, last, dtype)


SUMMED: tuple[tuple[str, Callable[[Row], int]], ...] = (
    ("weights", lambda row: row.weights),
    ("biases", lambda row: row.biases),
    ("fixed params", lambda row: row.fixed_params),
    ("MACs", lambda row: row.macs),
    ("activations", lambda row: row.activations),
)


def _sums(rows: Sequence[Row]) -> Iterator[Addition]:
    for quantity, of in SUMMED:
        terms = [(row.path, of(row)) for row in rows]
        value = sum(term for _, term in terms)
        if value:
            yield _addition(quantity, terms, value)


def _addition(quantity: str, terms: Sequence[tuple[str, int]], value: int) -> Addition:
    """A sum whose largest terms stand alone; of two smaller ones and more only the sum is told."""
    some = sorted((term for term in terms if term[1]), key=lambda term: -term[1])
    told, rest = (some, []) if len(some) <= LARGEST + 1 else (some[:LARGEST], some[LARGEST:])
    return Addition(quantity, tuple(told), len(rest), sum(term for _, term in rest), value)


def _letter(rows: Sequence[Row], field: str) -> Letter:
    return Letter(field, sum(getattr(row, field) for row in rows))
