"""The table of metrics: what the rows have together is what the totals say, and every word leads to one metric."""

from __future__ import annotations

import pytest

import cnncalc
from cnncalc.gate.judge import amount, costliest
from cnncalc.metrics import ALIASES, COUNTED, LIMITED, METRICS
from cnncalc.quantity import BYTES, COUNT, SIZE


@pytest.mark.parametrize("spec", ["lenet5", "googlenet", "siamese", "resnet50"])
@pytest.mark.parametrize("metric", COUNTED, ids=lambda metric: metric.name)
def test_the_rows_have_together_what_the_totals_say(metric, spec):
    report = cnncalc.analyze(cnncalc.load(spec), dtype={"weights": "int8", "activations": "int16"})
    assert amount(metric, report.layers, report) == amount(metric, None, report)
    assert amount(metric, None, report) == getattr(report.totals, metric.total)


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
def test_the_rows_that_cost_most_are_named_for_a_cost_alone(metric):
    report = cnncalc.analyze(cnncalc.load("resnet50"))
    found = costliest(metric, report.layers, report)
    assert bool(found) == metric.is_cost
    assert [cost for _, cost in found] == sorted((cost for _, cost in found), reverse=True)


def test_another_word_for_a_metric_is_no_metric_and_leads_to_one_that_may_be_limited():
    assert not {*ALIASES} & {*METRICS}
    assert {*ALIASES.values()} <= {*LIMITED}


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
def test_a_unit_that_does_not_fit_has_one_that_does(metric):
    assert metric.unit in (COUNT, BYTES, SIZE)
    for unit in ("", "K", "M", "G", "KiB", "MiB", "GiB"):
        misfit = metric.misfit(unit)
        assert misfit is None or metric.misfit(misfit[1]) is None
