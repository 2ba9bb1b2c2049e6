"""Layer by layer: what comes out, parameters and MACs against tables that were counted elsewhere."""

from __future__ import annotations

import pytest

from tests.specs.shelf import DATA, as_text, report, table

TABLES = sorted(path.stem for path in (DATA / "layers").glob("*.csv"))


@pytest.mark.parametrize("name", TABLES)
def test_every_layer_of_the_table_comes_out_in_its_order(name):
    wanted = table(f"layers/{name}.csv")
    kinds = {row["kind"] for row in wanted}
    seen = [row for row in report(name).layers if row.kind in kinds and not row.training_only]
    assert [(row.kind, as_text(row.output), row.params, row.macs) for row in seen] == [
        (row["kind"], row["output"], int(row["params"]), int(row["macs"])) for row in wanted
    ]


@pytest.mark.parametrize("name", TABLES)
def test_the_table_leaves_out_no_layer_that_has_parameters_or_macs(name):
    wanted = table(f"layers/{name}.csv")
    totals = report(name).totals
    assert sum(int(row["params"]) for row in wanted) == totals.params
    assert sum(int(row["macs"]) for row in wanted) == totals.macs


def test_the_six_families_of_the_lecture_have_tables():
    assert {"lenet5", "alexnet", "vgg16", "googlenet", "resnet18", "zfnet"} <= set(TABLES)


def test_the_heads_of_googlenet_are_the_papers():
    heads = [row for row in report("googlenet").layers if row.training_only]
    assert [(row.path, as_text(row.output), row.params, row.macs) for row in heads if row.kind != "dropout"] == [
        ("aux1/avg_pool_1", "4x4x512", 0, 0),
        ("aux1/conv_1", "4x4x128", 65664, 1048576),
        ("aux1/fc_1", "1024", 2098176, 2097152),
        ("aux1/fc_2", "1000", 1025000, 1024000),
        ("aux1/softmax_1", "1000", 0, 0),
        ("aux2/avg_pool_1", "4x4x528", 0, 0),
        ("aux2/conv_1", "4x4x128", 67712, 1081344),
        ("aux2/fc_1", "1024", 2098176, 2097152),
        ("aux2/fc_2", "1000", 1025000, 1024000),
        ("aux2/softmax_1", "1000", 0, 0),
    ]


def test_torchvision_strides_in_the_3x3_and_the_paper_in_the_1x1_before_it():
    torchvision, paper = report("resnet50").by_path, report("resnet50_paper").by_path
    first, second = (f"conv3/Bottleneck_1/add_1/main/ConvBN_{number}/conv_1" for number in (1, 2))
    assert (torchvision[first].output, torchvision[second].output) == ((56, 56, 128), (28, 28, 128))
    assert (paper[first].output, paper[second].output) == ((28, 28, 128), (28, 28, 128))


def test_option_a_brings_no_parameters_and_no_macs():
    shortcut = [row for row in report("resnet20").layers if "/skip/" in row.path]
    assert [(row.kind, as_text(row.output), row.params, row.macs) for row in shortcut] == [
        ("max_pool", "16x16x16", 0, 0),
        ("pad", "16x16x32", 0, 0),
        ("max_pool", "8x8x32", 0, 0),
        ("pad", "8x8x64", 0, 0),
    ]
