"""The smaller networks that ship, run: what comes out of each row is what the report says."""

from __future__ import annotations

import numpy as np
import pytest

import cnncalc
from tests.specs.shelf import network, report

SMALL = ("lenet5", "lenet5_1998", "resnet20", "resnet56", "edges", "unet_small", "squeezenet1_1", "w050", "m5")


@pytest.mark.parametrize("name", SMALL)
def test_each_row_of_a_run_has_the_volume_of_the_report(name):
    rng = np.random.default_rng(0)
    images = {entry: rng.random((1, *each.volume), np.float32) for entry, each in network(name).inputs.items()}
    trace = cnncalc.run(network(name), images, keep="all")
    assert {path: trace[path].shape[1:] for path in trace} == {row.path: row.output for row in report(name).layers}
    assert all(np.isfinite(trace[path]).all() for path in trace)
