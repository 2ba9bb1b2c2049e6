"""The law: every number of a report is what the run shows. One function a promise, each of which can fail."""

from __future__ import annotations

from collections import Counter

from cnncalc.analysis import INSIDE, Report, analyze
from cnncalc.network import Network
from tests.agreement.counting import Observation, observe
from tests.agreement.reading import fields_hold

MULTIPLYING = ("conv", "depthwise", "conv_transpose", "fc")
"""Whose products with weights are MACs, by definition; every other kind's rows are `not_counted`."""


def report_is_what_runs(network: Network, seen: Observation | None = None) -> int:
    """Hold the report against a run; how many units had a receptive field that was held exactly.

    Args:
        network: what was loaded.
        seen: what a run showed, where that is known already.
    """
    report = analyze(network)
    seen = seen or observe(network)
    rows_are_the_nodes(network, report)
    rows_hold(report, analyze(network, macs=INSIDE), seen)
    totals_are_sums(report)
    memory_holds(report, seen)
    batches_and_bytes_scale(network, report)
    return fields_hold(network, report, seen)


def rows_are_the_nodes(network: Network, report: Report) -> None:
    """Every layer that ran has its row, in the order in which they run, and says what it is."""
    for row, node in zip(report.layers, network.nodes, strict=True):
        assert (row.path, row.kind, row.inputs, row.line) == (node.path, node.kind, node.inputs, node.line)
        assert row.parameters == node.layer.settings(node.read[0])
        assert row.training_only == node.training_only


def rows_hold(report: Report, inside: Report, seen: Observation) -> None:
    """Shapes, parameters and MACs of every row."""
    for row, row_inside in zip(report.layers, inside.layers, strict=True):
        shown = seen.rows[row.path]
        told = (row.output, row.macs, row_inside.macs, row.weights, row.biases, row.fixed_params)
        names = "output, macs, macs inside, weights, biases, fixed params"
        ran = (shown.output, shown.products, shown.inside, shown.weights, shown.biases, shown.fixed)
        assert told == ran, f"{row.path}: {names}: the report says {told}, the run shows {ran}"
        assert row.shared_with == shown.shared_with, f"{row.path} shares with {shown.shared_with}"
        assert row.activations == shown.masks.size, f"{row.path} has {shown.masks.size} values"
        without = row_inside._replace(macs=row.macs)
        assert without == row, f"{row.path}: counting inside changed more than the MACs"
        assert row_inside.params == row_inside.weights + row_inside.biases
    assert inside.totals._replace(macs=0, flops=0) == report.totals._replace(macs=0, flops=0)
    assert inside.totals.macs == sum(row.macs for row in inside.layers if not row.training_only)


def totals_are_sums(report: Report) -> None:
    """The totals add up what the rows say; rows that only training has count in `training_params` alone."""
    totals = report.totals
    used = [row for row in report.layers if not row.training_only]
    assert totals.layers == len(used)
    assert totals.params == sum(row.weights + row.biases for row in used)
    assert totals.fixed_params == sum(row.fixed_params for row in used)
    assert totals.training_params == sum(row.weights + row.biases for row in report.layers)
    assert totals.macs == sum(row.macs for row in used)
    assert totals.flops == 2 * totals.macs
    assert totals.activations == sum(row.activations for row in used)
    assert totals.weight_bytes == 4 * (totals.params + totals.fixed_params)
    assert totals.peak_activation_bytes == max(row.live_bytes for row in used)
    assert totals.not_counted == Counter(row.kind for row in used if row.kind not in MULTIPLYING)


def memory_holds(report: Report, seen: Observation) -> None:
    """What is alive in each row, where that is most, and whose arrays it is; a value has 4 bytes."""
    used = [row for row in report.layers if not row.training_only]
    for row in report.layers:
        shown = seen.rows[row.path]
        live = 0 if row.training_only else 4 * shown.live_values
        assert row.live_bytes == live, f"{row.path}: {row.live_bytes} bytes are said to live, and {live} do"
        own = 4 * shown.masks.size if row.path in shown.alive else 0
        assert row.activation_bytes == own, f"{row.path} has {own} bytes of its own"
    peak = max(used, key=lambda row: seen.rows[row.path].live_values)
    most = seen.rows[peak.path]
    assert report.totals.peak_at == peak.path
    assert report.totals.peak_activation_bytes == 4 * most.live_values
    made = [*report.inputs, *(row.path for row in report.layers)]
    assert report.totals.peak_live == tuple(name for name in made if name in most.alive)


def batches_and_bytes_scale(network: Network, report: Report) -> None:
    """Three images of two-byte values: memory changes by 3 x 2/4; params, MACs and FLOPs stay those of one image."""
    other = analyze(network, batch=3, dtype="float16")
    for row, as_before in zip(other.layers, report.layers, strict=True):
        assert row == as_before._replace(
            activations=3 * as_before.activations,
            activation_bytes=as_before.activation_bytes * 6 // 4,
            live_bytes=as_before.live_bytes * 6 // 4,
        )
    assert other.totals == report.totals._replace(
        activations=3 * report.totals.activations,
        weight_bytes=report.totals.weight_bytes // 2,
        peak_activation_bytes=report.totals.peak_activation_bytes * 6 // 4,
    )
