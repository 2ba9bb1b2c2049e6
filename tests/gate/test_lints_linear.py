"""The lint of linear layers in a row: what it tells is true, and what is meant it leaves alone."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

import cnncalc
from cnncalc.executor import reference
from cnncalc.gate.lints_linear import linear_rows
from cnncalc.layers.activation import PASS_THROUGH
from cnncalc.network import Network, Node
from tests.agreement.examples import EXAMPLES
from tests.agreement.strategies import specs
from tests.gate.specs import lints
from tests.steps import growth

CODE = "CNN621"


def net(*items: str, size: str = "32x32x3") -> str:
    return f"input: {size}\nrounding: floor\nlayers:\n" + "".join(f"  - {item}\n" for item in items)


def told(spec: str) -> list[str]:
    return [fault.message for fault in lints(spec) if fault.code == CODE]


MISTAKES = [
    (("conv: 8 5x5", "conv: 16 5x5", "relu", "fc: 9"), "conv_1", "conv_2", "a 9x9 convolution with 16 filters"),
    (("conv: 8 3x3 stride 2", "conv: 1 3x3", "relu", "fc: 9"), "conv_1", "conv_2", "a 7x7 convolution with 1 filter"),
    (
        ("conv: 8 3x3 dilation 2", "conv: 9 1x3", "fc: 9 act relu"),
        "conv_1",
        "conv_2",
        "a 5x7 convolution with 9 filters",
    ),
    (
        ("conv: 8 3x3", "batch_norm", "dropout: 0.1", "conv: 8 3x3 pad 1", "relu"),
        "conv_1",
        "conv_2",
        "a 5x5 convolution with 8 filters (the border aside)",
    ),
    *(
        (
            ("conv: 8 3x3", f"conv: {{filters: 8, kernel: 3, padding: {{{side}: 1}}}}", "relu"),
            "conv_1",
            "conv_2",
            "a 5x5 convolution with 8 filters (the border aside)",
        )
        for side in ("top", "bottom", "left", "right")
    ),
    (
        ("conv: 8 3x3 pad 1", "conv: 8 3x3", "relu"),
        "conv_1",
        "conv_2",
        "a 5x5 convolution with 8 filters",  # with the first one's own border
    ),
    (
        ("conv: 8 3x3", "conv: 8 3x3 pad 1x0", "relu"),
        "conv_1",
        "conv_2",
        "a 5x5 convolution with 8 filters (the border aside)",
    ),
    (("conv: 8 3x3", "avg_pool: 2", "conv: 8 3x3", "relu"), "conv_1", "conv_2", "one that gives 13x13x8"),
    (("conv: 8 3x3", "upsample: 2", "conv: 3 3x3 pad 1", "tanh"), "conv_1", "conv_2", "one that gives 60x60x3"),
    (("depthwise: 3x3", "depthwise: 3x3", "relu"), "depthwise_1", "depthwise_2", "a 5x5 convolution with 3 filters"),
    (("conv: 8 3x3", "flatten", "fc: 10"), "conv_1", "fc_1", "an fc of 10 units"),
    (("conv: 8 3x3", "fc: 10"), "conv_1", "fc_1", "an fc of 10 units"),
    (("conv: 8 3x3", "global_avg_pool", "fc: 10"), "conv_1", "fc_1", "an fc of 10 units"),
    (("conv: 64 3x3 act relu", "conv: 4 3x3", "fc: 10"), "conv_2", "fc_1", "an fc of 10 units"),
    (("fc: 120", "dropout: 0.5", "fc: 84"), "fc_1", "fc_2", "an fc of 84 units"),
    (("fc: 3600", "reshape: 60x60x1", "conv: 3 3x3", "relu"), "fc_1", "conv_1", "an fc of 10,092 units"),
    (("conv: 8 3x3", "softmax", "conv: 4 1x1", "conv: 9 3x3"), "conv_2", "conv_3", "a 3x3 convolution with 9 filters"),
]


@pytest.mark.parametrize(("items", "first", "second", "one"), MISTAKES)
def test_two_linear_layers_in_a_row_are_told_with_the_one_that_does_the_same(items, first, second, one):
    message = f"no activation between {first} and {second}: two linear layers in a row compute what one can, here {one}"
    if items[-1].startswith("conv: 9 3x3"):
        items = ("conv: 2 1x1 act relu", *items[1:])
    assert message in told(net(*items))


def test_the_commonest_mistake_is_told_at_each_of_its_layers():
    found = [fault for fault in lints(net("conv: 8 3x3", "conv: 16 3x3", "fc: 64", "fc: 10")) if fault.code == CODE]
    assert [fault.place[1] for fault in found] == [4, 5, 6]
    assert [[label.span.line for label in fault.labels] for fault in found] == [[5], [6], [7]]


MEANT = {
    "MobileNetV2": ("conv: 48 3x3 act relu", "conv: 12 1x1", "batch_norm", "conv: 72 1x1 act relu"),
    "an autoencoder's code": ("fc: 128 act relu", "fc: 16", "fc: 128 act relu"),
    "an embedding": ("conv: 8 3x3 act relu", "flatten", "fc: 64", "batch_norm", "fc: 1000"),
    "a policy head": ("conv: 64 3x3 act relu", "conv: 1 1x1", "fc: 2000"),
    "a separable convolution": ("conv: 16 3x3 act relu", "depthwise: 3x3", "conv: 32 1x1", "batch_norm", "relu"),
    "Xception's order": ("conv: 16 3x3 act relu", "conv: 32 1x1", "depthwise: 3x3", "relu"),
    "ShuffleNet": ("conv: 24 3x3 act relu", "depthwise: 3x3", "channel_shuffle: 3", "conv: 48 1x1 groups 3", "relu"),
    "factorised": ("conv: 16 3x3 act relu", "conv: 16 1x3", "conv: 16 3x1", "relu"),
    "FPN": ("conv: 256 3x3 act relu", "conv: 64 1x1", "conv: 64 3x3"),
    "FCN": ("conv: 256 3x3 act relu", "conv: 21 1x1", "conv_transpose: 21 4x4 stride 2"),
    "a sub-pixel convolution": ("conv: 8 3x3 act relu", "conv: 32 3x3", "depth_to_space: 2", "conv: 3 3x3"),
    "max pooling": ("conv: 8 3x3", "max_pool: 2", "conv: 8 3x3", "max_pool: 2", "fc: 10"),
    "AlexNet's lrn": ("conv: 8 3x3", "lrn", "conv: 8 3x3", "relu"),
    "ConvNeXt": ("conv: 24 4x4 stride 4", "layer_norm", "depthwise: 7x7 pad 3", "layer_norm", "conv: 96 1x1 act gelu"),
    "preactivation": ("conv: 8 3x3", "batch_norm", "relu", "conv: 8 3x3", "batch_norm", "relu", "fc: 10"),
    "EDSR": (
        "conv: 8 3x3 pad 1",
        "add: {main: [conv: 8 3x3 pad 1 act relu, conv: 8 3x3 pad 1], skip: identity}",
        "add: {main: [conv: 8 3x3 pad 1 act relu, conv: 8 3x3 pad 1], skip: identity}",
        "conv: 3 3x3 pad 1",
    ),
    "a gate": ("multiply: {a: [conv: 8 3x3], b: [conv: 8 3x3]}", "conv: 8 3x3", "relu"),
    "a projection in a skip": (
        "conv: 8 3x3 act relu",
        "add: {main: [conv: 16 3x3 pad 1 act relu, conv: 16 3x3 pad 1], skip: [conv: 16 1x1, batch_norm]}",
        "conv: 16 3x3 act relu",
    ),
    "a lecture's sizes": ("conv: 6 5x5", "conv: 10 5x5", "max_pool: 2", "conv: 8 3x3"),
    "written filters": ("conv: 3 3x3 bias false\n    weights: [sobel_x, sobel_y, outline]", "conv: 5 3x3 act relu"),
    "one of two followers": (
        "conv: 32 3x3 act relu",
        "conv: 16 1x1",
        "concat: {a: [conv: 8 1x1 act relu], b: [conv: 32 1x1 act relu]}",
    ),
    "an output": ("conv: 8 3x3\n    name: seen", "conv: 8 3x3", "relu:\n    name: last\noutputs: [seen, last]"),
    "two readers": (
        "conv: 8 3x3\n    name: a",
        "relu",
        "conv: 8 3x3 act relu\n    name: b",
        "conv: 8 3x3 act relu\n    from: a",
        "add:\n    from: [previous, b]",
    ),
    "a head shared by levels": (
        "conv: 8 3x3 act relu\n    name: x",
        "conv: 8 3x3",
        "conv: 8 3x3 act relu\n    name: head",
        "conv: 8 3x3\n    from: x\n    name: y",
        "conv: 8 3x3 act relu\n    share: head",
        "add:\n    from: [previous, head]",
    ),
}


@pytest.mark.parametrize("design", MEANT)
def test_what_is_meant_is_not_told(design):
    assert told(net(*MEANT[design])) == []


def test_no_network_of_the_lecture_is_told():
    page = (Path(__file__).parents[2] / "docs" / "lecture.md").read_text(encoding="utf-8")
    specs = [text for text in re.findall(r"```yaml.*?\n(.*?)```", page, re.DOTALL) if "stride 3" not in text]
    assert len(specs) > 5
    assert [told(text) for text in specs] == [[]] * len(specs)


def test_a_residual_block_without_any_activation_is_told_and_so_is_what_follows_it():
    block = "add: {main: [conv: 8 3x3 pad 1, batch_norm], skip: identity}"
    found = told(net("conv: 8 3x3 act relu", block, "conv: 8 3x3 pad 1", "relu"))
    assert [message.split(":")[0] for message in found] == ["no activation between add_1/main/conv_1 and conv_2"]


@pytest.mark.parametrize("items", [items for items, *_ in MISTAKES])
def test_the_help_is_applied_until_nothing_is_told(items):
    spec = net(*items)
    for _ in items:
        found = next((fault for fault in lints(spec) if fault.code == CODE), None)
        if found is None:
            return
        (help_,) = found.helps
        spec = applied(help_, found.place[1], spec)
    assert told(spec) == []


def test_the_help_of_a_map_is_a_key():
    spec = net("conv: {filters: 8, kernel: 3}", "fc: 10")
    (found,) = (fault for fault in lints(spec) if fault.code == CODE)
    assert found.helps == ("`act: relu` on conv_1 makes them two",)


def applied(help_: str, line: int, spec: str) -> str:
    """The spec with what a help proposes: words behind an item, or an item below another."""
    lines = spec.splitlines()
    (text,) = re.findall("`(.*?)`", help_)
    if text.startswith("- "):
        below = next(number for number, found in enumerate(lines[line:], line) if "batch_norm" in found)
        lines.insert(below + 1, f"  {text}")
    else:
        lines[line - 1] += f" {text}"
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_one_convolution_sees_what_both_see_and_is_linear(number):
    items, _, _, one = MISTAKES[number]
    height, width = map(int, re.findall(r"(\d+)x(\d+)", one)[0])
    network = cnncalc.loads(net(*items[:2], size=f"{height}x{width}x3"))
    assert network.volume("conv_2").sizes == (1, 1)
    weights = cnncalc.init_weights(network, seed=1)
    x = np.random.default_rng(2).normal(size=(2, height, width, 3)).astype(np.float32)
    run = [np.asarray(cnncalc.run(network, images, weights=weights).output) for images in (x, x[:1] + x[1:], 0 * x[:1])]
    assert run[0].sum(axis=0) == pytest.approx((run[1] + run[2])[0], rel=1e-4, abs=1e-4)


def test_a_kind_is_linear_where_a_run_shows_a_sum_of_inputs_as_the_sum_of_outputs():
    """Every kind of every example: f(x + y) + f(0) = f(x) + f(y), or else it is not linear."""
    random = np.random.default_rng(3)
    seen = set()
    for text in EXAMPLES.values():
        for node in cnncalc.loads(text).nodes:
            if str(node.layer.act) != "none":
                continue
            arrays = {entry.name: random.uniform(0.5, 2.0, entry.shape) for entry in node.arrays}
            x, y = ([random.normal(size=volume) for volume in node.read] for _ in range(2))
            both = [first + second for first, second in zip(x, y, strict=True)]
            nothing = [0 * first for first in x]
            backend = reference.Elementwise(reference.FLOAT64)
            f = [reference.forward(node.layer, tuple(read), arrays, backend) for read in (both, nothing, x, y)]
            held = np.allclose(f[0] + f[1], f[2] + f[3])
            assert held == node.layer.linear or node.volume.places == node.volume.channels == 1, (text, node)
            seen.add(node.layer.__class__)
    from cnncalc.layers import KINDS

    assert {kind.layer for kind in KINDS.values()} <= seen


def test_between_two_layers_that_are_told_a_run_of_a_drawn_network_is_linear():
    told_of = []

    @settings(max_examples=60, deadline=None)
    @given(specs())
    def hold(text):
        network = cnncalc.loads(text)
        for finding in linear_rows(network):
            (second, _), *_ = finding.others
            chain = _chain(network, finding.path, second)
            if chain:
                x, y = (np.random.default_rng(seed).normal(size=chain[0].read[0]) for seed in (1, 2))
                f = [_through(chain, value) for value in (x + y, 0 * x, x, y)]
                assert np.allclose(f[0] + f[1], f[2] + f[3]), (text, finding)
                told_of.append(finding)

    hold()
    assert len(told_of) > 5


def _chain(network: Network, first: str, second: str) -> list[Node]:
    """The rows from one layer to another; none where a join lies between."""
    rows = [network.by_path[second]]
    while rows[0].path != first:
        before = network.by_path.get(rows[0].inputs[0])
        if before is None or len(rows[0].inputs) > 1:
            return []
        rows.insert(0, before)
    return rows


def _through(chain: list[Node], values: np.ndarray) -> np.ndarray:
    """What some rows make of an array, without the activation of the last."""
    backend = reference.Elementwise(reference.FLOAT64)
    for node in chain:
        random = np.random.default_rng(5)
        arrays = {entry.name: random.uniform(0.5, 2.0, entry.shape) for entry in node.arrays}
        layer = node.layer.changed(act=PASS_THROUGH) if hasattr(node.layer, "act") else node.layer
        values = reference.forward(layer, (values,), arrays, backend)
    return values


def test_many_layers_without_an_activation_cost_no_more_a_row():
    def judging(turns):
        block = f"  - concat: {{main: [conv: 1 1x1], skip: identity}}\n    repeat: {turns}\n"
        network = cnncalc.loads(f"input: 2x2x1\nlayers:\n{block}  - global_avg_pool\n")
        return lambda: list(linear_rows(network))

    assert growth(judging, few=200, many=1_000) < 1.1
