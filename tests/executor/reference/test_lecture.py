"""The lecture's worked examples, computed by the definitions."""

from __future__ import annotations

import numpy as np

from tests.executor.one_layer import apply, chain, filters, image, plane

GREEN = image([1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0])
CROSS = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
EDGE = [[1, 0, -1]] * 3
BRIGHT_THEN_DARK = image(*[[10, 10, 10, 0, 0, 0]] * 6)


def test_the_green_image_under_the_cross_gives_4_3_4_first():
    result = apply("conv", {"filters": 1, "kernel": 3, "bias": False}, GREEN, weight=filters(CROSS))
    assert plane(result) == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]


def test_three_padded_channels_and_a_bias_give_minus_25():
    red = [[156, 155], [153, 154]]
    green = [[167, 166], [164, 165]]
    blue = [[163, 162], [160, 161]]
    corner = np.moveaxis(np.array([red, green, blue], float), 0, -1)
    kernels = [
        [[-1, -1, 1], [0, 1, -1], [0, 1, 1]],
        [[1, 0, 0], [1, -1, -1], [1, 0, -1]],
        [[0, 1, 1], [0, 1, 0], [1, -1, 1]],
    ]
    result = apply("conv", {"filters": 1, "kernel": 3, "padding": 1}, corner, weight=[kernels], bias=[1])
    assert result[0, 0, 0] == -25
    each = [
        apply(
            "conv", {"filters": 1, "kernel": 3, "padding": 1, "bias": False}, corner[..., [channel]], weight=[[kernel]]
        )[0, 0, 0]
        for channel, kernel in enumerate(kernels)
    ]
    assert each == [308, -498, 164]


def test_the_edge_filter_answers_30_along_the_edge():
    result = apply("conv", {"filters": 1, "kernel": 3, "bias": False}, BRIGHT_THEN_DARK, weight=filters(EDGE))
    assert plane(result) == [[0, 30, 30, 0]] * 4


def test_a_flipped_kernel_which_is_a_true_convolution_answers_minus_30():
    flipped = np.array(EDGE)[::-1, ::-1]
    result = apply("conv", {"filters": 1, "kernel": 3, "bias": False}, BRIGHT_THEN_DARK, weight=filters(flipped))
    assert plane(result) == [[0, -30, -30, 0]] * 4


def test_max_pooling_the_5x5_map_gives_threes_and_a_two():
    convolved = image([3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1])
    assert plane(apply("max_pool", {"kernel": 3, "stride": 1}, convolved)) == [[3, 3, 3], [3, 3, 3], [3, 2, 3]]


def test_a_1x1_filter_is_an_inner_product_over_64_channels():
    values, weights = np.arange(64.0), np.arange(64.0)[::-1]
    result = apply(
        "conv", {"filters": 1, "kernel": 1, "bias": False}, values[None, None], weight=weights[None, :, None, None]
    )
    assert result.item() == sum(place * (63 - place) for place in range(64))


def test_dropout_is_the_identity_in_inference():
    x = np.arange(12.0).reshape(2, 2, 3)
    assert apply("dropout", {"rate": 0.5}, x).tolist() == x.tolist()


def test_padding_keeps_32x32_and_six_by_six_does_not_keep_five():
    assert chain((32, 32, 3), ("conv", {"filters": 10, "kernel": 5, "padding": 2})).nodes[0].volume == (32, 32, 10)
    one_sided = {"filters": 1, "kernel": 3, "bias": False, "padding": {"bottom": 1, "right": 1}}
    assert apply("conv", one_sided, GREEN, weight=filters(CROSS)).shape == (4, 4, 1)
