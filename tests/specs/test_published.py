"""What papers and libraries print about our networks: what is right, cut short, or contradicted by arithmetic."""

from __future__ import annotations

from decimal import Decimal

import pytest

import cnncalc
from tests.specs.printed import UNITS, agreement
from tests.specs.shelf import measured, network, report, rows, table

CLAIMS = table("published.csv")
NAMES = [" ".join((row["network"], row["at"], row["metric"], row["printed"] + row["unit"])) for row in CLAIMS]


@pytest.mark.parametrize("claim", CLAIMS, ids=NAMES)
def test_a_printed_number_stands_to_the_computed_one_as_the_table_says(claim):
    computed = measured(claim["network"], claim["at"], claim["metric"])
    assert computed == int(claim["computed"])
    assert agreement(computed, Decimal(claim["printed"]), UNITS[claim["unit"]]) == claim["agreement"]


def test_every_claim_has_a_source():
    assert [row for row in CLAIMS if not row["source"]] == []


def test_the_papers_224_pixels_do_not_fit_alexnet():
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.load("alexnet", inputs={"input": (224, 224, 3)})
    assert "(224 - 11)/4 + 1 = 54.25 is not a whole number" in caught.value.diagnostics[0].message


def test_two_convolutions_of_alexnet_have_more_than_the_one_percent_of_its_section_1():
    total = report("alexnet").totals.params
    shares = {path: 100 * measured("alexnet", path, "params") / total for path in ("conv1", "conv2", "conv3", "conv4")}
    assert {path for path, share in shares.items() if share > 1} == {"conv3", "conv4"}
    assert round(shares["conv3"], 2) == 1.45
    assert round(shares["conv4"], 2) == 1.09


def test_googlenet_has_8_7_and_not_12_times_fewer_parameters_than_alexnet():
    assert round(report("alexnet").totals.params / report("googlenet").totals.params, 1) == 8.7


def test_torchvisions_googlenet_meets_the_papers_total_by_coincidence():
    saved_by_3x3 = report("googlenet").totals.macs - report("googlenet_torchvision").totals.macs
    separable_conv1 = 64 * 3 * (7 + 7) * 112 * 112
    assert saved_by_3x3 == measured("googlenet", "conv1", "macs") - separable_conv1 == 84_295_680


def test_the_output_sizes_of_googlenets_table_1_all_come_out():
    printed = {
        "conv1": (112, 112, 64), "pool1": (56, 56, 64), "conv2": (56, 56, 192), "pool2": (28, 28, 192),
        "3a": (28, 28, 256), "3b": (28, 28, 480), "pool3": (14, 14, 480), "4a": (14, 14, 512), "4b": (14, 14, 512),
        "4c": (14, 14, 512), "4d": (14, 14, 528), "4e": (14, 14, 832), "pool4": (7, 7, 832), "5a": (7, 7, 832),
        "5b": (7, 7, 1024), "global_avg_pool_1": (1, 1, 1024), "dropout_1": (1, 1, 1024), "fc_1": (1000,),
        "prob": (1000,),
    }  # fmt: skip
    assert {path: network("googlenet")[path].volume for path in printed} == printed


def test_a_7x7_filter_has_81_percent_more_weights_than_three_3x3():
    one, three = (
        cnncalc.analyze(cnncalc.loads(f"{{input: 28x28x64, layers: [{layers}]}}")).totals.params
        for layers in ("conv: 64 7x7 pad 3 bias false", ", ".join(["conv: 64 3x3 pad 1 bias false"] * 3))
    )
    assert int(100 * one / three - 100) == 81


def test_plain_34_costs_18_percent_of_vgg_19():
    shortcuts = sum(row.macs for row in report("resnet34").layers if "/skip/" in row.path)
    plain = report("resnet34").totals.macs - shortcuts
    assert int(100 * plain / report("vgg19").totals.macs) == 18


def test_option_c_has_thirteen_projections_more_than_option_b():
    blocks = {row.path.split("/add_1/")[0] for row in rows("resnet34", "") if "/add_1/main/" in row.path}
    projected = {row.path.split("/add_1/")[0] for row in rows("resnet34", "") if "/add_1/skip/" in row.path}
    assert len(blocks - projected) == 13


def test_lenet5s_third_layer_has_the_connections_of_table_1():
    printed = [
        "X...XXX..XXXX.XX",
        "XX...XXX..XXXX.X",
        "XXX...XXX..X.XXX",
        ".XXX..XXXX..X.XX",
        "..XXX..XXXX.XX.X",
        "...XXX..XXXX.XXX",
    ]
    connected = network("lenet5_1998")["C3"].layer.connections
    assert connected is not None
    assert ["".join("X" if row in seen else "." for seen in connected) for row in range(6)] == printed
