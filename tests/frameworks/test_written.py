"""A layer as PyTorch and Keras would write it, and the reason where they cannot."""

from __future__ import annotations

import ast

import pytest

import cnncalc
from cnncalc.frameworks import FRAMEWORKS, Written
from cnncalc.network import Node
from tests.agreement.examples import EXAMPLES

CASES = {
    "conv: 10 5x5": ("nn.Conv2d(3, 10, kernel_size=5)", "keras.layers.Conv2D(10, 5)"),
    "conv: 10 5x5 pad half": (
        "nn.Conv2d(3, 10, kernel_size=5, padding=2)",
        'keras.layers.Conv2D(10, 5, padding="same")',
    ),
    "conv: 10 3x3 stride 2 pad same": (
        "nn.ZeroPad2d((0, 1, 0, 1)); nn.Conv2d(3, 10, kernel_size=3, stride=2)",
        'keras.layers.Conv2D(10, 3, strides=2, padding="same")',
    ),
    "conv: {filters: 10, kernel: 3, stride: 2, padding: 1, rounding: floor}": (
        "nn.Conv2d(3, 10, kernel_size=3, stride=2, padding=1)",
        "keras.layers.ZeroPadding2D(((1, 1), (1, 1))); keras.layers.Conv2D(10, 3, strides=2)",
    ),
    "conv: {filters: 3, kernel: 2, padding: {top: 1}}": (
        "nn.ZeroPad2d((0, 0, 1, 0)); nn.Conv2d(3, 3, kernel_size=2)",
        "keras.layers.ZeroPadding2D(((1, 0), (0, 0))); keras.layers.Conv2D(3, 2)",
    ),
    "depthwise: 3x3 pad 1 bias false act relu": (
        "nn.Conv2d(3, 3, kernel_size=3, padding=1, groups=3, bias=False); nn.ReLU()",
        'keras.layers.DepthwiseConv2D(3, padding="same", activation="relu", use_bias=False)',
    ),
    "max_pool: 3x3 stride 1 pad 1": (
        "nn.MaxPool2d(3, stride=1, padding=1)",
        'keras.layers.MaxPooling2D(3, strides=1, padding="same")',
    ),
    "max_pool: {kernel: 2, stride: 1, padding: {top: 1}}": (
        'nn.ConstantPad2d((0, 0, 1, 0), float("-inf")); nn.MaxPool2d(2, stride=1)',
        (
            'x = keras.ops.pad(x, ((0, 0), (1, 0), (0, 0), (0, 0)), constant_values=float("-inf")); '
            "keras.layers.MaxPooling2D(2, strides=1)"
        ),
    ),
    "max_pool: 3x3 stride 1 pad 2": (
        'nn.ConstantPad2d((2, 2, 2, 2), float("-inf")); nn.MaxPool2d(3, stride=1)',
        (
            'x = keras.ops.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0)), constant_values=float("-inf")); '
            "keras.layers.MaxPooling2D(3, strides=1)"
        ),
    ),
    "avg_pool: {kernel: 3, stride: 1, padding: 2, count_padding: true}": (
        "nn.ZeroPad2d((2, 2, 2, 2)); nn.AvgPool2d(3, stride=1)",
        "keras.layers.ZeroPadding2D(((2, 2), (2, 2))); keras.layers.AveragePooling2D(3, strides=1)",
    ),
    "fc: 10": (
        "nn.Flatten(); nn.Linear(768, 10)",
        "keras.layers.Permute((3, 1, 2)); keras.layers.Flatten(); keras.layers.Dense(10)",
    ),
    "batch_norm": ("nn.BatchNorm2d(3)", "keras.layers.BatchNormalization(epsilon=1e-05)"),
    "subsample: 2": (
        "nn.AvgPool2d(2); nn.Conv2d(3, 3, kernel_size=1, groups=3)",
        "keras.layers.AveragePooling2D(2); keras.layers.DepthwiseConv2D(1)",
    ),
}
REFUSED = {
    "conv: {filters: 3, kernel: 1, connections: [[0], [1], [2]]}": (
        "no table of connections",
        "no table of connections",
    ),
    "conv: {filters: 3, kernel: 3, stride: 2, rounding: ceil}": (
        "always drop the remainder",
        "always drop the remainder",
    ),
    "max_pool: {kernel: 5, stride: 2, padding: 3, rounding: ceil}": (
        "at most half of the kernel, and padding added beforehand changes `ceil`",
        "always drop the remainder",
    ),
    "avg_pool: {kernel: 3, stride: 1, padding: 2, count_padding: false}": (
        "at most half of the kernel, and padding added beforehand would count",
        "leaves padding out of a mean only with its own `same`",
    ),
    "rbf: 3": ("no such module", "no such layer"),
    "lrn: {size: 4}": ("even size", "odd sizes"),
}


def of_node(node: Node) -> list[Written]:
    return [framework.written(node.layer, node.read, node.volume) for framework in FRAMEWORKS]


def written(layer: str) -> list[Written]:
    return of_node(
        cnncalc.loads(f"{{input: 16x16x3, layers: [{{{layer if ':' in layer else layer + ': '}}}]}}").nodes[0]
    )


@pytest.mark.parametrize("layer", CASES)
def test_a_layer_is_written_as_its_users_would(layer: str) -> None:
    assert tuple("; ".join(found.lines) for found in written(layer)) == CASES[layer]


@pytest.mark.parametrize("layer", REFUSED)
def test_a_layer_that_a_framework_lacks_is_said(layer: str) -> None:
    for found, why in zip(written(layer), REFUSED[layer], strict=True):
        assert not found.lines
        assert why in found.why


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_line_is_python_and_every_layer_has_lines_or_a_reason(example: str) -> None:
    for node in cnncalc.loads(EXAMPLES[example]).nodes:
        for found in of_node(node):
            assert bool(found.lines) != bool(found.why)
            ast.parse("\n".join(found.lines))
