"""The report's counts: parameters, MACs, activations, and how they add up."""

from __future__ import annotations

import json

import pytest

from cnncalc.analysis import analyze
from tests.analysis.by_hand import Builder, lenet5, residual_stages

LENET_CONV_1 = {
    "path": "conv_1",
    "kind": "conv",
    "inputs": ["input"],
    "output": [28, 28, 6],
    "weights": 150,
    "biases": 6,
    "params": 156,
    "fixed_params": 0,
    "macs": 117600,
    "activations": 4704,
    "activation_bytes": 18816,
    "live_bytes": 22912,
    "receptive_field": {"size": [5, 5], "smallest": [5, 5], "exact": True, "jump": [1, 1], "start": [2.0, 2.0]},
    "shared_with": None,
    "training_only": False,
    "line": 3,
    "parameters": {
        "filters": 6,
        "kernel": [5, 5],
        "stride": [1, 1],
        "padding": {"top": 0, "bottom": 0, "left": 0, "right": 0},
        "dilation": [1, 1],
        "groups": 1,
        "bias": True,
        "act": "tanh",
        "rounding": "exact",
        "connections": None,
    },
}
LENET_TOTALS = {
    "layers": 7,
    "params": 61706,
    "fixed_params": 0,
    "training_params": 61706,
    "macs": 416520,
    "flops": 833040,
    "activations": 8094,
    "weight_bytes": 246824,
    "peak_activation_bytes": 23520,
    "peak_at": "avg_pool_1",
    "peak_live": ["conv_1", "avg_pool_1"],
    "not_counted": {"avg_pool": 2},
}


def test_lenet_5_gives_the_json_of_the_interface():
    report = analyze(lenet5()).to_dict()
    assert report["layers"][0] == LENET_CONV_1
    assert report["totals"] == LENET_TOTALS
    assert list(report) == [
        "schema",
        "name",
        "variant",
        "inputs",
        "outputs",
        "batch",
        "dtype",
        "layers",
        "totals",
    ]
    assert report["schema"] == "cnncalc.report/1"
    assert report["inputs"] == {"input": [32, 32, 1]}
    assert report["outputs"] == ["fc_3"]
    assert (report["variant"], report["batch"], report["dtype"]) == (None, 1, "float32")


def test_the_keys_of_a_row_and_of_the_totals_keep_their_order():
    report = analyze(lenet5()).to_dict()
    assert list(report["layers"][3]) == list(LENET_CONV_1)
    assert list(report["totals"]) == list(LENET_TOTALS)


def test_the_rows_of_lenet_5_have_its_published_parameters_and_macs():
    rows = analyze(lenet5()).layers
    assert [row.params for row in rows] == [156, 0, 2416, 0, 48120, 10164, 850]
    assert [row.macs for row in rows] == [117600, 0, 240000, 0, 48000, 10080, 840]


def test_the_report_is_plain_data_that_json_takes():
    report = analyze(residual_stages()).to_dict()
    assert json.loads(json.dumps(report)) == report


def test_the_rows_add_up_to_the_totals():
    report = analyze(residual_stages(), batch=3)
    for name in ("params", "fixed_params", "macs", "activations"):
        assert getattr(report.totals, name) == sum(getattr(row, name) for row in report.layers)
    assert report.totals.layers == len(report.layers)


def test_a_batch_multiplies_activations_and_memory_but_neither_params_nor_macs():
    one, four = analyze(lenet5()), analyze(lenet5(), batch=4)
    assert (four.totals.params, four.totals.macs) == (one.totals.params, one.totals.macs)
    assert four.totals.activations == 4 * one.totals.activations
    assert four.totals.peak_activation_bytes == 4 * one.totals.peak_activation_bytes
    assert [row.live_bytes for row in four.layers] == [4 * row.live_bytes for row in one.layers]


@pytest.mark.parametrize(
    ("dtype", "size"), [("float32", 4), ("float16", 2), ("bfloat16", 2), ("int16", 2), ("int8", 1)]
)
def test_a_dtype_sizes_weights_and_activations(dtype, size):
    report = analyze(lenet5(), dtype=dtype)
    assert report.totals.weight_bytes == 61706 * size
    assert report["conv_1"].activation_bytes == 4704 * size


def test_weight_bytes_count_fixed_params_too():
    builder = Builder(8, 8, 3)
    builder.add("batch_norm_1", "batch_norm")
    report = analyze(builder.network())
    assert (report["batch_norm_1"].params, report["batch_norm_1"].fixed_params) == (6, 6)
    assert report.totals.weight_bytes == 12 * 4


def test_macs_inside_leave_padding_taps_out():
    builder = Builder(4, 4, 1)
    builder.add("conv_1", "conv", filters=1, kernel=3, padding=1)
    network = builder.network()
    assert analyze(network).totals.macs == 16 * 9
    assert analyze(network, macs="inside").totals.macs == 100
    assert analyze(network, macs="inside").to_dict()["macs_counted"] == "inside"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dtype": "float64"}, "dtype must be one of float32, float16, bfloat16, int16, int8, not 'float64'"),
        ({"macs": "some"}, "macs must be padded or inside, not 'some'"),
        ({"batch": 0}, "batch must be at least 1, not 0"),
    ],
)
def test_an_unknown_setting_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        analyze(lenet5(), **arguments)


def test_a_shared_layer_has_its_parameters_once_and_its_macs_twice():
    builder = Builder(8, 8, 4)
    builder.add("a", "conv", filters=4, kernel=3, padding=1)
    builder.add("b", "conv", filters=4, kernel=3, padding=1, shares="a")
    builder.add("relu_1", "relu", shares="relu_0")
    report = analyze(builder.network())
    first, second, relu = report.layers
    assert (first.params, first.shared_with) == (148, None)
    assert (second.params, second.weights, second.biases, second.shared_with) == (0, 0, 0, "a")
    assert relu.shared_with is None
    assert report.totals.params == 148
    assert report.totals.macs == 2 * first.macs


def test_a_shared_batch_norm_has_its_fixed_params_once():
    builder = Builder(8, 8, 4)
    builder.add("a", "batch_norm")
    builder.add("b", "batch_norm", shares="a")
    assert analyze(builder.network()).totals.fixed_params == 8


def test_no_total_but_training_params_counts_rows_that_only_training_has():
    builder = Builder(8, 8, 4)
    trunk = builder.add("conv_1", "conv", filters=4, kernel=1)
    builder.add("aux", "fc", units=10)
    builder.add("fc_1", "fc", trunk, units=2)
    report = analyze(builder.network(aux_outputs=("aux",)))
    assert [row.training_only for row in report.layers] == [False, True, False]
    assert report.totals.layers == 2
    assert report.totals.params == 20 + 514
    assert report.totals.training_params == 20 + 514 + 2570
    assert report.totals.macs == 64 * 4 * 4 + 256 * 2
    assert report.totals.activations == 256 + 2


def test_what_has_no_macs_by_definition_is_counted_by_kind():
    assert analyze(residual_stages()).totals.not_counted == {
        "batch_norm": 28,
        "relu": 25,
        "max_pool": 1,
        "add": 12,
        "global_avg_pool": 1,
    }


def test_a_group_means_its_last_row():
    report = analyze(residual_stages())
    assert report["conv3"].path == "conv3/Basic_2[2]/relu_1"
    assert report["conv3"].output == (28, 28, 128)
    with pytest.raises(KeyError, match="there is no 'conv9' in this report"):
        report["conv9"]


def test_the_flat_rows_hold_no_nested_maps():
    row = analyze(lenet5()).rows()[1]
    assert row["receptive_field_size"] == [6, 6]
    assert row["receptive_field_start"] == [2.5, 2.5]
    assert not any(isinstance(value, dict) for value in row.values())


def test_every_default_in_force_can_be_seen():
    builder = Builder(8, 8, 4)
    builder.add("max_pool_1", "max_pool", kernel=3, stride=2, padding="same")
    assert analyze(builder.network())["max_pool_1"].parameters["padding"] == {
        "top": 0,
        "bottom": 1,
        "left": 0,
        "right": 1,
    }


def test_equal_joins_of_different_inputs_are_not_taken_for_one_another():
    builder = Builder(8, 8, 4)
    a = builder.add("a", "conv", filters=4, kernel=1)
    b = builder.add("b", "conv", "input", filters=6, kernel=1)
    builder.add("concat_1", "concat", a, a)
    builder.add("concat_2", "concat", a, b)
    builder.add("concat_3", "concat", "concat_1", "concat_2")
    assert [row.activations // 64 for row in analyze(builder.network()).layers] == [4, 6, 8, 10, 18]
