"""Verdicts: every metric, on the network, on a group, on a layer; every relation; tolerances."""

from __future__ import annotations

from fractions import Fraction

import pytest

import cnncalc
from cnncalc.analysis import Claim, analyze
from cnncalc.gate import Verdict, judge
from tests.analysis.by_hand import Builder, lenet5, residual_stages
from tests.gate.specs import claim


def verdict(network, wanted: Claim, **settings) -> Verdict:
    network.claims = (wanted,)
    return judge(analyze(network, **settings), network)[0]


@pytest.mark.parametrize(
    ("metric", "measured"),
    [
        ("output", (10,)),
        ("params", 61706),
        ("fixed_params", 0),
        ("training_params", 61706),
        ("macs", 416520),
        ("peak_activation", 23520),
        ("weight_memory", 246824),
        ("receptive_field", 32),
        ("layers", 7),
    ],
)
def test_each_metric_is_that_of_the_whole_network(metric, measured):
    found = verdict(lenet5(), claim(metric, measured))
    assert (found.measured, found.passed) == (measured, True)
    wrong = tuple(side + 1 for side in measured) if isinstance(measured, tuple) else measured + 1
    assert not verdict(lenet5(), claim(metric, wrong)).passed


@pytest.mark.parametrize("relation", ["==", "<=", "<", ">=", ">"])
def test_a_volume_where_a_number_is_due_never_holds(relation):
    found = verdict(lenet5(), claim("params", (61706,), relation))
    assert (found.measured, found.passed) == (61706, False)


@pytest.mark.parametrize(
    ("metric", "measured"),
    [
        ("output", (14, 14, 256)),
        ("params", 919_040 + 2 * 1_180_672),
        ("fixed_params", 7 * 512),
        ("macs", 179_830_784 + 2 * 231_211_008),
        ("peak_activation", 4 * (14 * 14 * 256 * 2 + 28 * 28 * 128)),
        ("receptive_field", 323),
        ("layers", 9 + 2 * 7),
    ],
)
def test_each_metric_of_a_group_is_summed_or_that_of_its_last_row(metric, measured):
    assert verdict(residual_stages(), claim(metric, measured, path="conv4")).measured == measured


def test_the_turns_of_a_repeat_are_a_group_and_each_is_one():
    assert verdict(residual_stages(), claim("layers", 0, path="conv4/Basic_2")).measured == 14
    assert verdict(residual_stages(), claim("layers", 0, path="conv4/Basic_2[2]")).measured == 7


def test_a_group_is_not_taken_for_another_whose_name_it_begins():
    builder = Builder(8, 8, 1)
    builder.add("conv/a", "conv", filters=2, kernel=1)
    builder.add("conv2/a", "conv", filters=2, kernel=1)
    network = builder.network(results={"conv": "conv/a", "conv2": "conv2/a"})
    assert verdict(network, claim("layers", 1, path="conv")).passed


def test_weight_memory_of_a_group_follows_the_dtype():
    assert verdict(lenet5(), claim("weight_memory", 312, path="conv_1"), dtype="float16").passed


@pytest.mark.parametrize(
    ("relation", "below", "equal", "above"),
    [("==", 0, 1, 0), ("<=", 0, 1, 1), (">=", 1, 1, 0), ("<", 0, 0, 1), (">", 1, 0, 0)],
)
def test_a_relation_compares_the_measured_number_with_the_limit(relation, below, equal, above):
    passed = [verdict(lenet5(), claim("params", 61706 + shift, relation)).passed for shift in (-1, 0, 1)]
    assert passed == [bool(below), bool(equal), bool(above)]


@pytest.mark.parametrize(("relation", "passed"), [("==", True), ("<=", True), (">=", True), (">", True), ("<", False)])
def test_a_tolerance_is_a_share_of_the_limit(relation, passed):
    share = Fraction(1706, 60000)
    assert verdict(lenet5(), claim("params", 60000, relation, tolerance=share)).passed is (passed or relation == "<=")
    assert not verdict(lenet5(), claim("params", 60000, tolerance=share - Fraction(1, 10**9))).passed


def test_a_receptive_field_is_compared_by_its_larger_side_or_along_each_axis():
    builder = Builder(9, 9, 1)
    builder.add("a", "conv", filters=1, kernel=(3, 5))
    network = builder.network()
    assert verdict(network, claim("receptive_field", 5)).passed
    assert verdict(network, claim("receptive_field", (3, 5))).passed
    assert not verdict(network, claim("receptive_field", (5, 3))).passed
    assert not verdict(network, claim("receptive_field", (2, 9), "<=")).passed


def test_the_volume_of_a_path_is_compared():
    assert verdict(residual_stages(), claim("shapes", (28, 28, 128), subject="conv3")).passed
    assert not verdict(residual_stages(), claim("shapes", (28, 28), subject="conv3")).passed


def test_one_of_several_outputs_is_named():
    builder = Builder(8, 8, 1)
    trunk = builder.add("trunk", "conv", filters=2, kernel=1)
    builder.add("head", "fc", units=3)
    network = builder.network(outputs=(trunk, "head"), output_names=("trunk", "head"))
    assert verdict(network, claim("output", (3,), subject="head")).passed
    assert verdict(network, claim("output", (8, 8, 2))).passed


def test_what_only_training_has_is_counted_where_it_alone_is_asked_for():
    builder = Builder(8, 8, 4)
    trunk = builder.add("conv_1", "conv", filters=4, kernel=1)
    builder.add("aux/fc_1", "fc", units=10)
    builder.add("fc_1", "fc", trunk, units=2)
    network = builder.network(aux_outputs=("aux/fc_1",), results={"aux": "aux/fc_1"})
    assert verdict(network, claim("params", 2570, path="aux")).passed
    assert verdict(network, claim("params", 534)).passed
    assert verdict(network, claim("training_params", 3104)).passed


def test_the_three_layers_that_cost_most_are_named_where_a_claim_fails():
    assert verdict(lenet5(), claim("params", 60000, "<=")).costliest == (
        ("fc_1", 48120),
        ("fc_2", 10164),
        ("conv_2", 2416),
    )
    assert verdict(lenet5(), claim("params", 70000, "<=")).costliest == ()


def test_the_tensors_alive_at_the_peak_are_named_where_it_is_too_high():
    assert verdict(lenet5(), claim("peak_activation", 1, "<=")).costliest == (("conv_1", 18816), ("avg_pool_1", 4704))


def test_an_unknown_path_fails_and_nothing_is_measured():
    found = verdict(lenet5(), claim("shapes", (1,), subject="conv_9"))
    assert (found.measured, found.passed) == (None, False)


SEES_ALL = """
input: 16x16x1
layers:
  - conv: 1 3x3 pad 1
    name: first
  - instance_norm
  - conv: 1 3x3 pad 1
    name: last
"""


@pytest.mark.parametrize("view", ["strict", "windows"])
@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        ("expect: {receptive_field: {windows: 5x5}}", True),
        ("expect: {receptive_field: {windows: 5}}", True),
        ("expect: {receptive_field: {windows: 18x18}}", False),
        ("expect: {receptive_field: {strict: 18x18, windows: at least 5}}", True),
        ("expect: {receptive_field: {strict: 5x5}}", False),
        ("expect: {receptive_field: 18x18}", True),
        ("expect: {receptive_field: 5x5}", False),
        ("budget: {receptive_field: {windows: 5x5}}", True),
        ("budget: {receptive_field: {windows: 4x9}}", False),
    ],
)
def test_a_receptive_field_is_judged_in_the_view_that_is_named_and_strictly_without_one(view, claim, holds):
    network = cnncalc.loads(SEES_ALL + claim)
    verdicts = judge(analyze(network, field=view), network)
    assert all(verdict.passed for verdict in verdicts) is holds


def test_what_widens_a_field_of_windows_is_named_in_that_view():
    network = cnncalc.loads(SEES_ALL + "expect: {receptive_field: {windows: 18x18}}")
    (verdict,) = judge(analyze(network), network)
    assert verdict.costliest == (("first", 2), ("last", 2))


def test_a_view_may_be_named_on_a_layer():
    on_layer = "    expect: {receptive_field: {windows: 5x5, strict: 18x18}}"
    network = cnncalc.loads(SEES_ALL.rstrip() + "\n" + on_layer)
    assert all(verdict.passed for verdict in judge(analyze(network), network))
