"""What the lecture computes by hand, run through both executors from specs as a reader would write them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

import cnncalc
from cnncalc.executor import EXECUTORS, init_weights, run

GREEN = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
BRIGHT_THEN_DARK = [[10, 10, 10, 0, 0, 0]] * 6

CROSS = """
input: 5x5x1
layers:
  - conv: 1 3x3 bias false
    weights: {weight: [[1, 0, 1], [0, 1, 0], [1, 0, 1]]}
"""
THREE_CHANNELS = """
input: 2x2x3
layers:
  - conv: 1 3x3 pad 1
    weights:
      weight:
        - [[-1, -1, 1], [0, 1, -1], [0, 1, 1]]
        - [[1, 0, 0], [1, -1, -1], [1, 0, -1]]
        - [[0, 1, 1], [0, 1, 0], [1, -1, 1]]
      bias: [1]
"""
EDGE = """
input: 6x6x1
layers:
  - conv: 1 3x3 bias false
    weights: vertical_edge
"""
FLIPPED = EDGE.replace("vertical_edge", "{weight: [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]}")
POOL = "{input: 5x5x1, layers: [%s: 3x3 stride 1]}"

pytestmark = pytest.mark.parametrize("executor", EXECUTORS)


def output(text: str, image: object, executor: str) -> NDArray[np.float64]:
    """What comes out for one image (H, W) or (H, W, C), or one vector."""
    network = cnncalc.loads(text)
    one = np.asarray(image, np.float32).reshape(1, *network.volume("input"))
    result = run(network, one, init_weights(network), executor=executor).output
    assert isinstance(result, np.ndarray)
    return np.asarray(result[0], np.float64)


def plane(values: NDArray[np.float64]) -> list[list[float]]:
    """The only map, as rows of numbers."""
    rows: list[list[float]] = values[..., 0].tolist()
    return rows


def test_the_green_image_under_the_cross_gives_4_3_4_first(executor):
    assert plane(output(CROSS, GREEN, executor)) == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]


def test_308_minus_498_plus_164_plus_1_is_minus_25(executor):
    red, green, blue = [[156, 155], [153, 154]], [[167, 166], [164, 165]], [[163, 162], [160, 161]]
    corner = np.stack([red, green, blue], axis=-1)
    assert output(THREE_CHANNELS, corner, executor)[0, 0, 0] == -25


@pytest.mark.parametrize(("channel", "product"), [(0, 308), (1, -498), (2, 164)])
def test_each_channel_of_the_padded_corner_gives_its_own_sum(executor, channel, product):
    pixels = np.zeros((2, 2, 3))
    pixels[..., channel] = ([[156, 155], [153, 154]], [[167, 166], [164, 165]], [[163, 162], [160, 161]])[channel]
    assert output(THREE_CHANNELS, pixels, executor)[0, 0, 0] == product + 1


def test_the_edge_filter_answers_30_along_the_edge(executor):
    assert plane(output(EDGE, BRIGHT_THEN_DARK, executor)) == [[0, 30, 30, 0]] * 4


def test_the_printed_formula_flips_the_kernel_and_would_answer_minus_30(executor):
    assert plane(output(FLIPPED, BRIGHT_THEN_DARK, executor)) == [[0, -30, -30, 0]] * 4


def test_max_pooling_the_5x5_map_gives_threes_and_a_two(executor):
    convolved = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
    assert plane(output(POOL % "max_pool", convolved, executor)) == [[3, 3, 3], [3, 3, 3], [3, 2, 3]]


def test_average_pooling_the_5x5_map_gives_the_means(executor):
    convolved = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
    ninths = np.asarray(plane(output(POOL % "avg_pool", convolved, executor))) * 9
    assert np.rint(ninths).tolist() == [[15, 15, 15], [9, 11, 16], [10, 7, 12]]
    assert ninths == pytest.approx(np.rint(ninths), rel=1e-6)


def test_a_1x1_filter_is_an_inner_product_of_two_vectors_of_64(executor):
    rng = np.random.default_rng(0)
    image, filters = rng.integers(-9, 9, (6, 6, 64)), rng.integers(-9, 9, (32, 64))
    network = cnncalc.loads("{input: 6x6x64, layers: [conv: 32 1x1 bias false]}")
    weights = {"conv_1.weight": filters.reshape(32, 64, 1, 1).astype(np.float32)}
    result = run(network, image[None].astype(np.float32), weights, executor=executor).output
    assert isinstance(result, np.ndarray)
    assert result[0].tolist() == [
        [[sum(int(a) * int(b) for a, b in zip(pixel, one, strict=True)) for one in filters] for pixel in row]
        for row in image
    ]


def test_dropout_is_the_identity_when_the_network_is_used(executor):
    assert output("{input: 6, layers: [dropout: 0.5]}", [1, -2, 3, -4, 5, -6], executor).tolist() == [
        1,
        -2,
        3,
        -4,
        5,
        -6,
    ]


def test_relu_changes_all_negative_values_to_zero(executor):
    assert output("{input: 5, layers: [relu]}", [-2, -0.5, 0, 0.5, 2], executor).tolist() == [0, 0, 0, 0.5, 2]


def test_softmax_turns_scores_into_probabilities(executor):
    scores = [math.log(8), math.log(1), math.log(0.5), math.log(0.5)]  # the lecture's Lincoln, Washington, ...
    assert output("{input: 4, layers: [softmax]}", scores, executor).tolist() == pytest.approx([0.8, 0.1, 0.05, 0.05])


def test_a_filter_with_stride_2_visits_every_second_place(executor):
    spec = CROSS.replace("bias false", "bias false stride 2")
    assert plane(output(spec, GREEN, executor)) == [[4, 4], [2, 4]]


def test_a_fully_connected_layer_reads_the_volume_channel_after_channel(executor):
    spec = "input: 2x2x2\nlayers:\n  - fc: 1 bias false\n    weights: {weight: [1, 10, 100, 1000, 2, 20, 200, 2000]}"
    first, second = [[1, 2], [3, 4]], [[5, 6], [7, 8]]
    expected = 1 * 1 + 2 * 10 + 3 * 100 + 4 * 1000 + 2 * (5 * 1 + 6 * 10 + 7 * 100 + 8 * 1000)
    assert output(spec, np.stack([first, second], axis=-1), executor).tolist() == [expected]


def test_the_shipped_edge_detector_sees_the_lectures_edge(executor):
    network = cnncalc.load("edges", inputs={"input": (6, 6, 1)})
    image = np.asarray(BRIGHT_THEN_DARK, np.float32).reshape(1, 6, 6, 1)
    trace = run(network, image, init_weights(network), keep="all", executor=executor)
    vertical, horizontal, *_ = np.moveaxis(trace["edges"][0], -1, 0)
    assert vertical.tolist() == [[0, 30, 30, 0]] * 4
    assert horizontal.tolist() == [[0, 0, 0, 0]] * 4
    assert trace["pooled"][0, ..., 0].tolist() == [[30, 30]] * 2


def test_the_shipped_edge_detector_sees_an_edge_from_both_sides(executor):
    network = cnncalc.load("edges", inputs={"input": (6, 6, 1)})
    image = np.asarray(BRIGHT_THEN_DARK, np.float32)[:, ::-1].reshape(1, 6, 6, 1)
    trace = run(network, image, init_weights(network), keep="all", executor=executor)
    assert trace["edges"][0, ..., 0].tolist() == [[0, -30, -30, 0]] * 4
    assert trace["strength"][0, ..., 0].tolist() == [[0, 30, 30, 0]] * 4
