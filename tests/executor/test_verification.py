"""What `check --verify` tells: nothing of a true report, and the row of each number that is not what ran."""

from __future__ import annotations

import pytest

import cnncalc
from cnncalc.analysis import Report
from cnncalc.executor.memory import MemoryRefusal
from cnncalc.executor.verification import differences, products
from cnncalc.executor.weights.initial import init_weights

TEXT = """
input: 8x8x3
layers:
  - conv: 4 3x3 pad 1 act relu
  - batch_norm
  - max_pool: 2x2
  - depthwise: 3x3 pad 1
    name: deep
  - fc: 5
  - softmax
"""


@pytest.fixture
def network():
    return cnncalc.loads(TEXT)


def told(network, report):
    return list(differences(network, report, 4))


def test_a_true_report_is_confirmed(network):
    assert told(network, cnncalc.analyze(network)) == []


@pytest.mark.parametrize(
    ("field", "wrong", "text"),
    [
        ("output", (4, 4, 5), "deep is reported as 4x4x5 and ran as 4x4x4"),
        ("params", 41, "deep is reported with 41 values and holds 40"),
        ("weights", 37, "deep is reported with 41 values and holds 40"),
        ("macs", 577, "deep is reported with 577 MACs, and 576 were seen"),
        ("live_bytes", 513, "deep is reported with 513 bytes alive, and 512 were"),
    ],
)
def test_a_number_that_is_off_by_one_is_told_with_its_row(network, field, wrong, text):
    report = cnncalc.analyze(network)
    rows = [row._replace(**{field: wrong}) if row.path == "deep" else row for row in report.layers]
    assert told(network, Report(**{**vars(report), "layers": rows})) == [("deep", text)]


def test_products_are_counted_by_the_weights_themselves(network):
    import numpy as np

    seen = products(network, {"input": np.zeros((8, 8, 3))}, init_weights(network))
    assert seen == {row.path: row.macs for row in cnncalc.analyze(network).layers}


def test_a_network_that_does_not_fit_is_said_not_to_be_verified(network, monkeypatch):
    def refuse(*_):
        raise MemoryRefusal("the run needs 9 GiB")

    monkeypatch.setattr("cnncalc.executor.verification.refuse_if_too_large", refuse)
    assert told(network, cnncalc.analyze(network)) == [("", "the network cannot be run here: the run needs 9 GiB")]
