"""Lints of order: biases before batch norm, dropout before batch norm, softmax of a softmax."""

from __future__ import annotations

import numpy as np
import pytest

import cnncalc
from tests.gate.specs import codes, only

HEAD = "input: 8x8x3\nlayers:\n"


def net(*items: str) -> str:
    return HEAD + "".join(f"  - {item}\n" for item in items)


@pytest.mark.parametrize("layer", ["conv: 4 3x3", "depthwise: 3x3", "conv_transpose: 4 2x2", "fc: 7"])
def test_a_bias_before_batch_norm_is_told_with_what_it_costs(layer):
    spec = net(layer, "batch_norm")
    found = only(spec, "CNN611")
    row = cnncalc.analyze(cnncalc.loads(spec)).layers[0]
    assert f"{row.biases:,} of its {row.params:,} params change nothing" in found.message
    bare = cnncalc.analyze(cnncalc.loads(net(f"{layer} bias false", "batch_norm"))).layers[0]
    assert found.helps == (f"`bias: false` leaves {bare.params:,} params and the same network",)
    assert [label.span.line for label in found.labels] == [4]


@pytest.mark.parametrize(
    "items",
    [
        ("conv: 4 3x3 bias false", "batch_norm"),
        ("conv: 4 3x3 act relu", "batch_norm"),  # what comes after the bias is no longer linear
        ("conv: 4 3x3", "relu", "batch_norm"),
        ("conv: 4 3x3", "layer_norm"),  # over the channels, each of which has another bias
    ],
)
def test_a_bias_that_matters_is_not_told(items):
    assert "CNN611" not in codes(net(*items))


def test_a_bias_that_somebody_else_reads_matters():
    spec = net("conv: 3 1x1\n    name: a", "batch_norm", "add:\n    from: [a, previous]")
    assert "CNN611" not in codes(spec)


def test_a_shared_bias_matters_if_one_of_its_users_needs_it():
    first = "conv: 3 1x1\n    name: a"
    assert "CNN611" not in codes(net(first, "batch_norm", "conv: 3 1x1\n    share: a", "relu"))
    assert "CNN611" in codes(net(first, "batch_norm", "conv: 3 1x1\n    share: a", "batch_norm"))


@pytest.mark.parametrize("between", [(), ("relu",), ("conv: 4 3x3 bias false", "relu"), ("max_pool: 2",)])
def test_a_dropout_is_told_if_a_batch_norm_learns_from_it(between):
    found = only(net("dropout: 0.2", *between, "batch_norm"), "CNN619")
    assert "dropout 0.2 before batch_norm_1: in training its values have 1.25 times the mean square" in found.message
    assert found.place[1] == 3


def test_the_factor_of_dropout_is_what_training_shows():
    rng = np.random.default_rng(0)
    values = rng.normal(size=1_000_000)
    dropped = np.where(rng.random(values.size) < 0.2, 0, values / 0.8)
    assert np.mean(dropped**2) / np.mean(values**2) == pytest.approx(1.25, abs=0.01)


@pytest.mark.parametrize(
    "items",
    [
        ("batch_norm", "relu", "dropout: 0.5"),
        ("dropout: 0", "batch_norm"),
        ("dropout: 0.5", "layer_norm", "batch_norm"),
    ],
)
def test_a_dropout_that_no_batch_norm_learns_from_is_not_told(items):
    assert codes(net(*items)) == []


@pytest.mark.parametrize("classes", [2, 10, 1000])
def test_the_bound_of_a_second_softmax_is_reached_and_not_passed(classes):
    found = only(net(f"fc: {classes}", "softmax", "softmax"), "CNN620")
    sure = np.zeros(classes)
    sure[0] = 1.0
    largest = (np.exp(sure) / np.exp(sure).sum())[0]
    assert f"of {classes:,} values none can get more than {largest * 100:.1f} %" in found.message


@pytest.mark.parametrize("between", [("flatten",), ("dropout: 0.5",), ("identity",)])
def test_a_softmax_is_remembered_through_what_only_rearranges(between):
    assert "CNN620" in codes(net("global_avg_pool", "softmax", *between, "softmax"))


def test_a_softmax_of_something_new_is_not_told():
    assert "CNN620" not in codes(net("softmax", "fc: 10", "softmax"))


def test_a_softmax_after_log_softmax_normalises_again():
    found = only(net("fc: 5", "log_softmax", "softmax"), "CNN620")
    assert found.message == "softmax after log_softmax_1: a second one normalises what is already normalised"
