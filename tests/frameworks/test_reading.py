"""What the tables write for PyTorch and Keras, read back, is the same layer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncalc.frameworks import FRAMEWORKS, KERAS, PYTORCH, Call, Framework, Site
from cnncalc.frameworks.reading import Called, Part, read_call
from cnncalc.language.remedies.meanings import translations
from cnncalc.language.remedies.spelling import spelled
from cnncalc.layers import KINDS, Layer
from cnncalc.volume import Volume
from tests.agreement.strategies_layers import layer, suiting
from tests.language.specs import network

by_framework = pytest.mark.parametrize("framework", FRAMEWORKS, ids=[framework.name for framework in FRAMEWORKS])
ROUNDINGS = {"conv": "floor", "pool": "floor"}
AMBIGUOUS = {"scale", "subsample", "global_avg_pool", "adaptive_avg_pool", "prelu", "lrn"}
"""Kinds that are written as another one, or whose values follow from what arrives or are divided on the way."""


def read_back(framework: Framework, kind: str) -> bool:
    """Whether a kind is one module of the framework that means it."""
    return kind not in AMBIGUOUS and kind in {kind for kind, module in framework.held() if module.means}


KINDS_READ = [
    pytest.param(framework, kind, id=f"{framework.name}-{kind}")
    for framework in FRAMEWORKS
    for kind in KINDS
    if read_back(framework, kind)
]


def loaded(parts: tuple[Part, ...], x: Volume) -> Layer:
    """The layer that is spelled."""
    (part,) = parts
    item = spelled(part, x.rank)
    text = f"input: {list(x)}\nrounding: floor\nlayers:\n  - {item if ':' in item else item + ':'}\n"
    return network(text).nodes[0].layer


def meaning(made: Layer, x: Volume) -> dict[str, Any]:
    """The values of a layer, with the padding that is in force; what only rounds is left out where nothing remains."""
    values = {name: getattr(made, name) for name in KINDS[made.kind].parameters if name != "rounding"}
    if hasattr(made, "windows"):
        values["padding"] = [(window.before, window.after) for window in made.windows(x)]
    if "count_padding" in values:
        values["count_padding"] = values["count_padding"] is not False or not any(map(any, values["padding"]))
    return values


@pytest.mark.parametrize(("framework", "kind"), KINDS_READ)
@settings(max_examples=15)
@given(data=st.data())
def test_a_drawn_layer_that_is_one_call_comes_back(framework: Framework, kind: str, data: st.DataObject) -> None:
    x = data.draw(suiting(kind))
    drawn = layer(data.draw, kind, x, ROUNDINGS)
    site = Site.of(drawn.layer, (x,), drawn.volume)
    if framework.refusal(site):
        return
    lines = framework.lines(site)
    if len(lines) != 1 or not isinstance(lines[0], Call):
        return
    line = lines[0]
    if "lambda" in str(line):  # a function of the program
        return
    reading = read_call(framework, Called(line.module, line.positional, line.named))
    assert reading is not None, str(line)
    if reading.parts[0].kind != kind:  # a convolution with as many groups as channels is depthwise
        assert {reading.parts[0].kind, kind} == {"conv", "depthwise"}
        return
    assert meaning(loaded(reading.parts, x), x) == meaning(drawn.layer, x), str(line)
    (found,) = translations(str(line), x.rank)
    assert found.parts == reading.parts


@by_framework
def test_a_name_of_the_users_program_is_no_number(framework: Framework) -> None:
    assert read_call(framework, Called("Dense", ("num_classes",))) is None
    assert read_call(framework, Called("Linear", (120, "num_classes"))) is None


@pytest.mark.parametrize(
    ("framework", "call", "parts"),
    [
        (PYTORCH, Called("nn.Dropout"), (Part("dropout", {"rate": 0.5}),)),
        (PYTORCH, Called("nn.LeakyReLU"), (Part("leaky_relu"),)),
        (KERAS, Called("LeakyReLU"), (Part("leaky_relu", {"slope": 0.3}),)),
        (KERAS, Called("MaxPooling2D"), (Part("max_pool", {"kernel": 2}),)),
        (KERAS, Called("BatchNormalization"), (Part("batch_norm", {"eps": 0.001}),)),
        (PYTORCH, Called("nn.BatchNorm2d", (64,)), (Part("batch_norm"),)),
        (KERAS, Called("Dense", (10, "softmax")), (Part("fc", {"units": 10}), Part("softmax"))),
        (KERAS, Called("ReLU", (6,)), (Part("relu6"),)),
        (PYTORCH, Called("nn.AdaptiveAvgPool2d", ((1, 1),)), (Part("global_avg_pool"),)),
        (
            PYTORCH,
            Called("nn.Conv2d", (32, 64, 3), {"groups": 32}),
            (Part("depthwise", {"multiplier": 2, "kernel": 3}),),
        ),
        (PYTORCH, Called("nn.ZeroPad2d", ((1, 2, 3, 4),)), (Part("pad", {"padding": ((3, 4), (1, 2))}),)),
        (
            KERAS,
            Called("Cropping2D", (((1, 1), (0, 2)),)),
            (Part("crop", {"top": 1, "bottom": 1, "right": 2}),),
        ),
        (
            KERAS,
            Called("SeparableConv2D", (100, (5, 5))),
            (Part("depthwise", {"kernel": (5, 5), "bias": False}), Part("conv", {"filters": 100, "kernel": 1})),
        ),
    ],
)
def test_a_framework_has_its_own_defaults(framework: Framework, call: Called, parts: tuple[Part, ...]) -> None:
    reading = read_call(framework, call)
    assert reading is not None
    assert reading.parts == parts


@pytest.mark.parametrize(("kernel", "stride", "size"), [(3, 2, 12), (4, 2, 12), (2, 2, 12), (2, 3, 18), (5, 3, 18)])
def test_keras_same_enlarges_by_the_stride(kernel: int, stride: int, size: int) -> None:
    call = Called("Conv2DTranspose", (4, kernel), {"strides": stride, "padding": "same"})
    reading = read_call(KERAS, call)
    assert reading is not None
    item = spelled(reading.parts[0], 2)
    assert str(network(f"input: 6x6x3\nlayers:\n  - {item}\n").nodes[0].volume) == f"{size}x{size}x4"


def test_an_argument_that_nobody_knows_is_no_translation() -> None:
    assert read_call(PYTORCH, Called("nn.Conv2d", (3, 6, 5), {"strid": 2})) is None
    reading = read_call(PYTORCH, Called("nn.Conv2d", (3, 6, 5), {"padding_mode": "zeros"}))
    assert reading is not None
    assert reading.left_out == ("padding_mode",)
