"""What people write of PyTorch and Keras, or by habit, is translated: the first help gives the layer that was meant."""

from __future__ import annotations

import pytest

import cnncalc
from cnncalc.source import edits_of
from tests.language.remedies.following import faults_of
from tests.language.specs import network

CALLS = {
    "Conv2d(3, 6, 5)": "conv: 6 5x5",
    "nn.Conv2d(3, 64, kernel_size=3, padding=1)": "conv: 64 3x3 pad 1",
    "torch.nn.Conv2d(in_channels=3, out_channels=64, kernel_size=(7, 7), bias=False)": "conv: 64 7x7 bias false",
    "(conv1): Conv2d(3, 64, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2))": "conv: 64 5x5 pad 2x2",
    "self.conv1 = nn.Conv2d(3, 6, 5)": "conv: 6 5x5",
    "Conv2D(32, (3, 3), activation='relu')": "conv: 32 3x3 act relu",
    'tf.keras.layers.Conv2D(32, 3, activation="relu", input_shape=(32, 32, 3))': "conv: 32 3x3 act relu",
    "model.add(layers.Dense(64, activation='relu'))": "fc: 64 act relu",
    "Conv2D(16, 3, activation=LeakyReLU(0.1))": "conv: {filters: 16, kernel: 3, act: {leaky_relu: 0.1}}",
    "Conv2D(8, 3, padding='same', name='c1')": "conv: 8 3x3 pad same",
    "nn.Conv2d(3, 3, 3, groups=3, padding=1)": "depthwise: 3 pad 1",
    "Conv2DTranspose(4, 3, strides=2, padding='same')": (
        "conv_transpose: {filters: 4, kernel: 3, stride: 2, padding: {bottom: 1, right: 1}}"
    ),
    "MaxPooling2D((2, 2))": "max_pool: 2x2",
    "nn.MaxPool2d(2),": "max_pool: 2",
    "F.max_pool2d(x, 2)": "max_pool: 2",
    "nn.AdaptiveAvgPool2d(1)": "global_avg_pool",
    "AveragePooling2D(3, strides=1, padding='same')": "avg_pool: 3 stride 1 pad same count_padding false",
    "nn.AvgPool2d(3, stride=1, padding=1)": "avg_pool: 3 stride 1 pad 1 count_padding true",
    "Dense(10)": "fc: 10",
    "nn.Linear(400, 120),": "fc: 120",
    "nn.Linear(16 * 5 * 5, 2 * 60)": "fc: 120",
    "Flatten()": "flatten",
    "nn.Dropout(p=0.5)": "dropout: 0.5",
    "nn.ReLU(inplace=True)": "relu",
    "BatchNorm2d(64)": "batch_norm",
    "BatchNormalization()": "batch_norm: 0.001",
    "UpSampling2D((2, 2))": "upsample: 2x2",
    "ZeroPadding2D(padding=(3, 3))": "pad: 3",
    "ZeroPadding2D((1, 2))": "pad: {padding: 1x2}",
    "nn.ZeroPad2d((0, 1, 0, 1))": "pad: {padding: {bottom: 1, right: 1}}",
    "Reshape((16, 16, 12))": "reshape: 16x16x12",
    "Activation('relu')": "relu",
    "conv(16, 3)": "conv: 16 3x3",
    "dropout(0.25)": "dropout: 0.25",
    "relu()": "relu",
}
KEYS = {
    "Conv2d: (3, 6, 5)": "conv: 6 5x5",
    "Conv2d: [3, 6, 5]": "conv: 6 5x5",
    "Conv2d: 3, 6, 5": "conv: 6 5x5",
    "Conv2D: 32 3x3": "conv: 32 3x3",
    "conv2d: 32, 3": "conv: 32 3x3",
    "Conv2d: {in_channels: 3, out_channels: 6, kernel_size: 5}": "conv: 6 5x5",
    "Conv2d:\n      in_channels: 3\n      out_channels: 6  # maps\n      kernel_size: 5": "conv: 6 5x5",
    "type: conv\n    filters: 16\n    kernel: 3": "conv: 16 3x3",
    "type: conv\n    filters: 2\n    kernel: 5\n    connections: [[0, 2], [1]]": (
        "conv: {filters: 2, kernel: 5, connections: [[0, 2], [1]]}"
    ),
    "{type: Conv2D, filters: 16, kernel_size: 3}": "conv: 16 3x3",
    "nn.Conv2d: 1 8 3": "conv: 8 3x3",
    "nn.Conv2d 1 8 3": "conv: 8 3x3",
    "nn.Conv2d: 1 8 3x3": "conv: 8 3x3",
    "nn.Conv2d: 8 3x3": "conv: 8 3x3",
    "Conv2d: 64 64 3 padding 1": "conv: 64 3x3 pad 1",
    "nn.Conv2d: 3 8 3 s2 p1": "conv: 8 3x3 stride 2 pad 1",
    "nn.Conv2d: 3 8 3 stride 2 relu": "conv: 8 3x3 stride 2 act relu",
    "nn.Conv2d: 3 8 3 rounding ceil stride 2": "conv: 8 3x3 stride 2 rounding ceil",
    "conv2d: 3x3 32 2": "conv: 32 3x3 stride 2",
    "Conv2D: 32 3x3 same relu": "conv: 32 3x3 pad same act relu",
    "nn.ConvTranspose2d: 1 8 2 2": "conv_transpose: 8 2x2 stride 2",
    "nn.GroupNorm: 1 32": "group_norm: 1",
    "AvgPool2d: 3 2 1": "avg_pool: 3 stride 2 pad 1 count_padding true",
    "nn.AvgPool2d: 3 2 pad 1": "avg_pool: 3 stride 2 pad 1 count_padding true",
    "nn.Linear: in_features 400 out_features 120": "fc: 120",
    "nn.BatchNorm2d: 32": "batch_norm",
    "nn.BatchNorm2d: 1": "batch_norm",
    "nn.BatchNorm2d: 32 eps 0.001": "batch_norm: 0.001",
    "BatchNorm2d 32": "batch_norm",
    "LayerNorm: 32": "layer_norm",
    "InstanceNorm2d: 1": "instance_norm: affine false",
    "bn: 32": "batch_norm",
    "batch_norm: 32": "batch_norm",
    "batch_norm: 32 affine false": "batch_norm: affine false",
    "layer_norm: 768": "layer_norm",
    "group_norm: 3 32": "group_norm: 3",
    "nn.ZeroPad2d: [0,1,0,1]": "pad: {padding: {bottom: 1, right: 1}}",
    "nn.ZeroPad2d: (0,1,0,1)": "pad: {padding: {bottom: 1, right: 1}}",
    "nn.ZeroPad2d: 0,1,0,1": "pad: {padding: {bottom: 1, right: 1}}",
    "nn.ZeroPad2d: 0 1 0 1": "pad: {padding: {bottom: 1, right: 1}}",
    "nn.ZeroPad2d(0, 1, 0, 1)": "pad: {padding: {bottom: 1, right: 1}}",
    "nn.ReflectionPad2d: 1, 1, 2, 2": "pad: {padding: {top: 2, bottom: 2, left: 1, right: 1}, mode: reflect}",
    "nn.AdaptiveAvgPool2d: 7, 7": "adaptive_avg_pool: 7",
    "pad: 1 2": "pad: {padding: 1x2}",
    "pad: 1, 2": "pad: {padding: 1x2}",
    "x.view(-1, 128)": "flatten",
    "x = x.view(x.size(0), -1)": "flatten",
    "x.view(-1, 3, 32, 32)": "reshape: 32x32x3",
    "torch.flatten(x, 1)": "flatten",
    "x.mean([2,3])": "global_avg_pool",
    "torch.mean(x, dim=(2, 3))": "global_avg_pool",
    "F.dropout(x, 0.5, training=self.training)": "dropout: 0.5",
    "nn.ELU": "elu",
    "nn.Dropout": "dropout: 0.5",
    "nn.ReLU: true": "relu",
    "nn.ReLU(True)": "relu",
    "ReLU(6)": "relu6",
    "F.relu(x)": "relu",
    "dense: units=128, activation=relu": "fc: 128 act relu",
    "fully connected: 10": "fc: 10",
}
NOTATIONS = {
    "conv: 6, 5, padding=2": "conv: 6 5x5 pad 2",
    "conv: [16, 3]": "conv: 16 3x3",
    "conv: 3x3 32": "conv: 32 3x3",
    "conv: 3x3, 32, stride 2": "conv: 32 3x3 stride 2",
    "conv: 32 3x3 s2 p1": "conv: 32 3x3 stride 2 pad 1",
    "conv: 32 3x3/2 p1": "conv: 32 3x3 stride 2 pad 1",
    "conv: 16 3x3 stride=2": "conv: 16 3x3 stride 2",
    "conv: 16 3x3 pad=same": "conv: 16 3x3 pad same",
    "conv: 16 3x3 same": "conv: 16 3x3 pad same",
    "conv: 16 3x3 relu": "conv: 16 3x3 act relu",
    "conv: 16 3x3 act=relu": "conv: 16 3x3 act relu",
    "conv: 16@3x3": "conv: 16 3x3",
    "conv: 16 3x3 s=2 p=1": "conv: 16 3x3 stride 2 pad 1",
    "conv: 16x3x3": "conv: 16 3x3",
    "conv: 3x3x16": "conv: 16 3x3",
    "conv: 16 3X3": "conv: 16 3x3",
    "conv: 16 3*3": "conv: 16 3x3",
    "conv: 16 (3,3)": "conv: 16 3x3",
    "conv: 16 (5, 5)": "conv: 16 5x5",
    "conv: 16 k3 s2 p1": "conv: 16 3x3 stride 2 pad 1",
    "conv: 32 filters 3x3": "conv: 32 3x3",
    "conv: 32, (3, 3), relu": "conv: 32 3x3 act relu",
    "conv: filters=16, kernel_size=(3,3)": "conv: 16 3x3",
    "conv: {filters: 16, kernel_size: (3, 3)}": "conv: 16 3x3",
    "conv: {filters: 16, kernel: [3, 3]}": "conv: 16 3x3",
    "conv: 16 3x3 stride 0": "conv: 16 3x3 stride 1",
    "conv 16 3x3": "conv: 16 3x3",
    "pool: 2": "max_pool: 2",
    "pool 2x2": "max_pool: 2x2",
    "maxpool 2": "max_pool: 2",
    "maxpool: 3x3 s2 p1": "max_pool: 3x3 stride 2 pad 1",
    "max_pool: (2, 2)": "max_pool: 2x2",
    "max_pool: (3, 2)": "max_pool: 3x2",
    "max_pool: 2, 2": "max_pool: 2 stride 2",
    "dropout: p=0.5": "dropout: 0.5",
    "dropout: 50%": "dropout: 0.5",
    "fc: 1,000": "fc: 1000",
}
SEVERAL = {
    "nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())": ["conv: 8 3x3", "relu"],
    "nn.Conv2d(3, 8, 3), nn.ReLU()": ["conv: 8 3x3", "relu"],
    "SeparableConv2D: 100 5x5": ["depthwise: 5x5 bias false", "conv: 100 1x1"],
    "SeparableConv2D(100, (5, 5), activation='relu')": ["depthwise: 5x5 bias false", "conv: 100 1x1 act relu"],
    "Dense(10, activation='softmax')": ["fc: 10", "softmax"],
    "fc: 10 softmax": ["fc: 10", "softmax"],
}
HEAD = "input: 32x32x3\nrounding: floor\nlayers:"


def in_lines(*items: str) -> str:
    return HEAD + "".join(f"\n  - {item}" for item in items) + "\n"


def helped(text: str) -> str:
    """The text after the first help, again and again."""
    while faults_of(text):
        fault = next(fault for fault in faults_of(text) if any(map(edits_of, fault.helps)))
        text = fault.source.edited(edits_of(next(filter(edits_of, fault.helps)))).text
    return text


def meant(text: str) -> list[tuple[str, object]]:
    return [(node.path, node.layer) for node in network(text).nodes]


@pytest.mark.parametrize(("written", "ours"), [*CALLS.items(), *KEYS.items(), *NOTATIONS.items()])
def test_one_help_gives_the_layer_that_was_meant(written: str, ours: str) -> None:
    fault = faults_of(in_lines(written))[0]
    after = fault.source.edited(edits_of(fault.helps[0])).text
    assert meant(after) == meant(in_lines(ours))
    assert "`" in fault.helps[0]


@pytest.mark.parametrize(("written", "ours"), [*CALLS.items(), *NOTATIONS.items()])
def test_in_a_list_in_brackets_it_is_the_same(written: str, ours: str) -> None:
    if written.startswith(("(", "conv: 6,", "conv: 3x3,", "conv: 32,", "conv: filters", "max_pool: 2,", "fc: 1,")):
        return  # without brackets of its own the comma ends the item
    after = helped(f"{HEAD} [{written.rstrip(',')}]\n")
    assert meant(after) == meant(in_lines(ours))
    assert "layers: [" in after


@pytest.mark.parametrize("written", SEVERAL)
def test_one_layer_of_theirs_may_be_two_of_ours(written: str) -> None:
    assert meant(helped(in_lines(written, "identity"))) == meant(in_lines(*SEVERAL[written], "identity"))
    assert meant(helped(f"{HEAD} [{written}, identity]\n")) == meant(in_lines(*SEVERAL[written], "identity"))


def test_a_separable_convolution_counts_as_in_keras() -> None:
    text = helped("input: 28x28x10\nlayers:\n  - SeparableConv2D: 100 5x5\n")
    assert cnncalc.analyze(cnncalc.loads(text)).totals.params == 5 * 5 * 10 + 10 * 100 + 100


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  - conv1: nn.Conv2d(3, 6, 5)  # the first\n", "  - conv: 6 5x5\n    name: conv1  # the first\n"),
        ("  - Conv2d: (3, 6, 5)\n    name: c1\n", "  - conv: 6 5x5\n    name: c1\n"),
        ("  - {Conv2d: (3, 6, 5), name: c1}\n", "  - {conv: 6 5x5, name: c1}\n"),
        ("  - type: Conv2d\n    filters: 6\n    kernel_size: 5\n    name: c1\n", "  - conv: 6 5x5\n    name: c1\n"),
        (
            "  - add:\n      main: Conv2d(3, 3, 3, padding=1)\n      skip: identity\n",
            "  - add:\n      main: [conv: 3 3x3 pad 1]\n      skip: identity\n",
        ),
        (
            "  nn.Conv2d(3, 6, 5),\n  nn.ReLU(),\n  nn.MaxPool2d(2),\n",
            "  - conv: 6 5x5\n  - relu\n  - max_pool: 2\n",
        ),
        (
            "  model.add(Conv2D(6, (5, 5)))\n  model.add(Flatten())\n",
            "  - conv: 6 5x5\n  - flatten\n",
        ),
        (
            "  - sequence:\n      - SeparableConv2D: 6 5x5\n      - relu\n",
            "  - sequence:\n      - depthwise: 5x5 bias false\n      - conv: 6 1x1\n      - relu\n",
        ),
    ],
)
def test_what_stands_around_it_stays(before: str, after: str) -> None:
    assert helped(f"{HEAD}\n{before}") == f"{HEAD}\n{after}"


def test_a_spec_in_json_stays_json() -> None:
    before = '{"input": "28x28x1", "layers": [{"Conv2d": [1, 6, 5]}, {"type": "conv", "filters": 16, "kernel": 3}]}'
    after = '{"input": "28x28x1", "layers": [{"conv": "6 5x5"}, {"conv": "16 3x3"}]}'
    assert helped(before) == after


def test_what_is_left_out_is_said_and_an_input_is_offered() -> None:
    (fault,) = faults_of(in_lines("Conv2D(8, 3, input_shape=(28, 28, 1), data_format='channels_last')"))
    without = ", which leaves out data_format"
    assert fault.helps == (f"write `conv: 8 3x3`{without}", f"write `conv: 8 3x3` and `input: 28x28x1`{without}")
    assert str(network(fault.source.edited(edits_of(fault.helps[1])).text).nodes[0].read[0]) == "28x28x1"


@pytest.mark.parametrize("written", ["[0,1,2,3]", "0,1,2,3", "0 1 2 3", "(0, 1, 2, 3)"])
def test_four_numbers_of_a_border_are_sides_in_an_order_that_is_said(written: str) -> None:
    fault = faults_of(in_lines(f"pad: {written}"))[0]
    pytorch = "pad: {padding: {left: 0, right: 1, top: 2, bottom: 3}}"
    onnx = "pad: {padding: {top: 0, left: 1, bottom: 2, right: 3}}"
    assert fault.helps == (
        f"write `{pytorch}` if they are in the order of PyTorch",
        f"write `{onnx}` if they are in the order of ONNX",
    )
    for help_, ours in zip(fault.helps, (pytorch, onnx), strict=True):
        assert meant(fault.source.edited(edits_of(help_)).text) == meant(in_lines(ours))


@pytest.mark.parametrize("written", ["crop: [1, 2, 3, 4]", "crop: 1 2 3 4", "pad: 1 2 3 4 5", "group_norm: 3 0.1 7"])
def test_numbers_are_not_spread_over_parameters_without_an_order(written: str) -> None:
    assert not any("write" in help_ for fault in faults_of(in_lines(written)) for help_ in fault.helps)


@pytest.mark.parametrize("verb", ["budget", "expect"])
def test_a_limit_in_braces_has_no_commas_in_its_number(verb: str) -> None:
    text = f"input: 8x8x3\nlayers: [fc: 10]\n{verb}: {{params: 1,930, macs: 1920}}\n"
    assert faults_of(text)[0].helps == (f"write `{verb}: {{params: 1930, macs: 1920}}`",)
    assert not faults_of(helped(text))


@pytest.mark.parametrize("word", ["nn.Sequential", "Sequential", "keras.Sequential", "torch.nn.Sequential"])
def test_a_sequence_with_its_layers_below_it_is_one(word: str) -> None:
    text = f"input: 8x8x3\nlayers:\n  - {word}:\n      - conv: 8 3x3\n      - relu\n"
    assert helped(text) == text.replace(word, "sequence")


def test_a_word_for_two_kinds_has_a_help_for_each() -> None:
    (fault,) = faults_of(in_lines("pool: 2"))
    assert fault.helps == ("write `max_pool: 2`", "write `avg_pool: 2`")


@pytest.mark.parametrize(
    "written", ["Dense(num_classes)", "Conv2d(3, 6)", "Conv2d(3, 6, 5, strid=2)", "Conv2d(", "f(" * 99]
)
def test_what_cannot_be_computed_is_not_proposed(written: str) -> None:
    assert not any("`fc" in help_ or "`conv: " in help_ for help_ in faults_of(in_lines(f"'{written}'"))[0].helps)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("nn.LayerNorm([64, 7, 7])", "LayerNorm over several axes normalises the map as a whole"),
        ("nn.LayerNorm(normalized_shape=(7, 7))", "LayerNorm over several axes"),
        ("layers.LayerNormalization(axis=[1, 2, 3])", "LayerNormalization over several axes"),
        ("layers.PReLU()", "a slope for each place here, prelu one for each channel: that is shared_axes=[1, 2]"),
        ("PReLU(shared_axes=[1])", "PReLU has a slope for each place here"),
    ],
)
def test_a_layer_that_means_something_else_with_its_arguments_is_refused(written: str, why: str) -> None:
    (fault,) = faults_of(in_lines(written))
    (helped,) = fault.helps
    assert why in helped
    assert not edits_of(helped)


def test_with_other_arguments_the_same_layer_is_translated() -> None:
    assert helped(in_lines("nn.LayerNorm(64)")) == in_lines("layer_norm")
    assert helped(in_lines("layers.PReLU(shared_axes=[1, 2])")) == in_lines("prelu")
    assert helped(in_lines("nn.PReLU()")) == in_lines("prelu: true")
