"""What the lecture says about sizes, parameters and MACs, claim by claim, as specs."""

from __future__ import annotations

import pytest

import cnncalc
from cnncalc.analysis import Report, Row
from cnncalc.executor.fast.need import needed
from cnncalc.executor.memory import MemoryRefusal, refuse_if_too_large


def report(size: str, *layers: str) -> Report:
    """The report of layers in short form on an input of that size."""
    text = "\n".join([f"input: {size}", "layers:", *(f"  - {layer}" for layer in layers)])
    return cnncalc.analyze(cnncalc.loads(text))


def only_row(size: str, layer: str) -> Row:
    (row,) = report(size, layer).layers
    return row


def fault(size: str, *layers: str) -> tuple[str, tuple[str, ...]]:
    with pytest.raises(cnncalc.SpecError) as caught:
        report(size, *layers)
    (diagnostic,) = caught.value.diagnostics
    return f"{diagnostic.code}: {diagnostic.message}", diagnostic.helps


def test_an_8k_image_is_computationally_intensive():
    row = only_row("4320x7680x3", "conv: 64 3x3 pad 1")
    assert row.output == (4320, 7680, 64)
    assert row.macs == 4320 * 7680 * 64 * 27 == 57_330_892_800
    assert row.activations == 2_123_366_400
    assert round(row.activation_bytes / 2**30, 1) == 7.9


def test_an_8k_run_is_refused_with_its_size_where_8_gib_are_free():
    network = cnncalc.loads("{input: 4320x7680x3, layers: [conv: 64 3x3 pad 1]}")
    with pytest.raises(MemoryRefusal, match=r"^the run needs \d+\.\d\d GiB \([\d,]+ bytes\), but 8\.00 GiB "):
        refuse_if_too_large(needed(network), free=8 * 2**30)


def test_a_colour_image_is_a_matrix_with_a_depth_of_three():
    row = only_row("1080x1080x3", "conv: 1 3x3")
    assert row.weights == 3 * 3 * 3  # the kernel has the depth of the image


def test_one_5x5_filter_on_32x32x3_gives_28x28x1_from_75_products_and_a_bias():
    row = only_row("32x32x3", "conv: 1 5x5")
    assert row.output == (28, 28, 1)
    assert row.macs == 28 * 28 * 75
    assert (row.weights, row.biases, row.params) == (75, 1, 76)


@pytest.mark.parametrize(("stride", "side"), [(1, 5), (2, 3)])
def test_seven_pixels_and_a_filter_of_three_give_five_or_three(stride, side):
    assert only_row("7x7x1", f"conv: 1 3x3 stride {stride}").output == (side, side, 1)


def test_a_stride_of_three_on_seven_pixels_is_not_possible():
    message, helps = fault("7x7x1", "conv: 1 3x3 stride 3")
    assert message == "CNN401: stride 3 does not fit: (7 - 3)/3 + 1 = 2.33 is not a whole number"
    assert "stride 2" in " ".join(helps)
    assert "pad 1" in " ".join(helps)
    assert "rounding: floor" in " ".join(helps)


def test_ten_5x5_filters_with_padding_2_keep_32x32_and_have_760_parameters():
    row = only_row("32x32x3", "conv: 10 5x5 pad 2")
    assert row.output == (32, 32, 10)
    assert (row.weights, row.biases, row.params) == (750, 10, 760)


def test_fully_connected_instead_has_30720_weights_and_gives_ten_numbers():
    row = only_row("32x32x3", "fc: 10")
    assert row.output == (10,)
    assert (row.weights, row.params) == (30_720, 30_730)


def test_a_fully_connected_layer_for_32x32x10_would_need_31_million_weights():
    assert only_row("32x32x3", "fc: 10240").weights == 31_457_280


@pytest.mark.parametrize(
    ("size", "filters", "kernel", "stride", "padding"),
    [(32, 10, 5, 1, 2), (7, 4, 3, 2, 0), (224, 96, 7, 7, 0), (17, 3, 3, 2, 1), (9, 2, 9, 1, 4), (6, 5, 1, 1, 3)],
)
def test_the_summary_holds(size, filters, kernel, stride, padding):
    row = only_row(f"{size}x{size}x3", f"conv: {filters} {kernel}x{kernel} stride {stride} pad {padding}")
    side = (size - kernel + 2 * padding) // stride + 1
    assert row.output == (side, side, filters)
    assert row.weights == kernel * kernel * 3 * filters
    assert row.biases == filters


def test_thirty_two_1x1_filters_over_64_channels_are_inner_products_of_64_numbers():
    row = only_row("56x56x64", "conv: 32 1x1")
    assert row.output == (56, 56, 32)
    assert row.macs == 56 * 56 * 32 * 64


@pytest.mark.parametrize("kind", ["max_pool", "avg_pool"])
def test_a_pool_keeps_the_depth_and_has_no_parameters(kind):
    row = only_row("224x224x64", f"{kind}: 2x2 stride 2")
    assert row.output == (112, 112, 64)
    assert (row.params, row.fixed_params, row.macs) == (0, 0, 0)


def test_a_padded_pool_is_allowed():
    assert only_row("112x112x64", "max_pool: {kernel: 3, stride: 2, padding: 1, rounding: floor}").output[:2] == (
        56,
        56,
    )


def test_three_by_three_pooling_over_five_by_five_gives_three_by_three():
    assert only_row("5x5x1", "max_pool: 3x3 stride 1").output == (3, 3, 1)


def test_one_pixel_of_padding_in_all_does_not_keep_5x5_under_a_3x3_kernel():
    one_in_all = "conv: {filters: 1, kernel: 3x3, padding: {bottom: 1, right: 1}}"
    assert only_row("5x5x1", one_in_all).output == (4, 4, 1)
    assert only_row("5x5x1", one_in_all.replace("3x3", "2x2")).output == (5, 5, 1)
    assert only_row("5x5x1", "conv: 1 3x3 pad 1").output == (5, 5, 1)
    assert only_row("5x5x1", "conv: 1 3x3 pad same").output == (5, 5, 1)


def test_every_step_the_images_get_smaller_by_f_minus_1():
    sides = [row.output[0] for row in report("32x32x3", *["conv: 8 5x5"] * 4).layers]
    assert sides == [28, 24, 20, 16]


def test_what_the_images_lose_the_receptive_field_gains():
    rows = report("32x32x3", *["conv: 8 5x5"] * 4).layers
    assert [row.output[0] + row.receptive_field.size[0] for row in rows] == [33] * 4  # type: ignore[union-attr]


def test_padding_stops_the_shrinking():
    assert [row.output for row in report("32x32x3", *["conv: 8 5x5 pad half"] * 4).layers] == [(32, 32, 8)] * 4


def test_dropout_costs_nothing_and_changes_no_size():
    row = only_row("100", "dropout: 0.5")
    assert (row.output, row.params, row.macs, row.activation_bytes) == ((100,), 0, 0, 0)


@pytest.mark.parametrize("name", ["lenet5", "lenet5_1998", "alexnet", "vgg16", "googlenet", "resnet50", "zfnet"])
def test_the_six_families_ship(name):
    assert cnncalc.analyze(cnncalc.load(name)).totals.params > 0
