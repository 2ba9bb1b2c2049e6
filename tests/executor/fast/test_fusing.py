"""Which rows are computed together, and in which turns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.executor import fast, reference
from cnncalc.executor.fast.fusing import fuse
from cnncalc.network import Network
from tests.agreement.effort import effort
from tests.agreement.running import material
from tests.agreement.strategies import specs

A, B, R = "{conv: 2 1x1, name: a}", "{conv: 2 1x1, name: b, from: input}", "{relu: , name: r}"


def loaded(layers: str, header: str = "") -> Network:
    return cnncalc.loads(f"{{input: 4x4x2, {header}layers: [{layers}]}}")


def works(network: Network, *kept: str) -> list[list[str]]:
    return [work.rows for work in fuse(network, frozenset((*network.outputs, *kept))).works]


@pytest.mark.parametrize(
    ("layers", "together"),
    [
        ("conv: 2 1x1, batch_norm, relu", [["conv_1", "batch_norm_1", "relu_1"]]),
        ("conv: 2 1x1, batch_norm, scale, gelu", [["conv_1", "batch_norm_1", "scale_1", "gelu_1"]]),
        ("depthwise: 3x3, batch_norm, relu6", [["depthwise_1", "batch_norm_1", "relu6_1"]]),
        ("conv_transpose: 2 2x2, batch_norm, prelu", [["conv_transpose_1", "batch_norm_1", "prelu_1"]]),
        ("conv: 2 1x1, dropout: 0.5, batch_norm, identity, relu", [["conv_1", "batch_norm_1", "relu_1"]]),
        ("conv: 2 1x1, act: none, relu", [["conv_1", "relu_1"]]),
        ("max_pool: 2, relu", [["max_pool_1", "relu_1"]]),
        ("batch_norm, relu", [["batch_norm_1", "relu_1"]]),
        ("{add: , from: [input, input]}, relu", [["add_1", "relu_1"]]),
        (f"{A}, {B}, {{add: , from: [a, b]}}, relu", [["a"], ["b", "add_1", "relu_1"]]),
        (f"{A}, {B}, {{add: , from: [b, a]}}", [["a"], ["b", "add_1"]]),
        (f"{A}, batch_norm, {{add: , from: [input, previous]}}, relu", [["a", "batch_norm_1", "add_1", "relu_1"]]),
        (f"{A}, {R}, {B}, {{add: , from: [previous, r]}}, relu", [["a", "r"], ["b", "add_1", "relu_2"]]),
    ],
)
def test_these_are_computed_together(layers, together):
    assert works(loaded(layers)) == together


@pytest.mark.parametrize(
    ("layers", "apart"),
    [
        ("conv: 2 1x1, relu, batch_norm", [["conv_1", "relu_1"], ["batch_norm_1"]]),
        ("conv: 2 1x1 act relu, batch_norm", [["conv_1"], ["batch_norm_1"]]),
        ("conv: 2 1x1, relu, tanh", [["conv_1", "relu_1"], ["tanh_1"]]),
        ("conv: 2 1x1 act relu, tanh", [["conv_1"], ["tanh_1"]]),
        ("max_pool: 2, batch_norm", [["max_pool_1"], ["batch_norm_1"]]),
        ("flatten, fc: 3, batch_norm", [["flatten_1"], ["fc_1"], ["batch_norm_1"]]),
        (f"{A}, relu, {{add: , from: [input, previous]}}", [["a", "relu_1"], ["add_1"]]),
        (f"{A}, {{add: , from: [input, previous]}}, batch_norm", [["a", "add_1"], ["batch_norm_1"]]),
        (f"{A}, {{add: , from: [a, a]}}", [["a"], ["add_1"]]),
        (f"{A}, {{add: , from: [a, input, a]}}", [["a"], ["add_1"]]),
        (f"{A}, {B}, {{add: , from: [a, b, input]}}", [["a"], ["b"], ["add_1"]]),
        (f"{A}, {{subtract: , from: [input, previous]}}", [["a"], ["subtract_1"]]),
        (f"{A}, {B}, {{concat: , from: [a, b]}}, relu", [["a"], ["b"], ["concat_1"], ["relu_1"]]),
        (f"{A}, {R}, {{abs: , from: a}}, {{add: , from: [previous, r]}}", [["a"], ["r"], ["abs_1"], ["add_1"]]),
        (f"{A}, max_pool: 1, {{add: , from: [a, previous]}}", [["a"], ["max_pool_1"], ["add_1"]]),
    ],
)
def test_these_are_not(layers, apart):
    assert works(loaded(layers)) == apart


def test_a_row_that_is_kept_ends_what_is_computed_together():
    network = loaded("conv: 2 1x1, batch_norm, relu")
    assert works(network, "conv_1") == [["conv_1"], ["batch_norm_1", "relu_1"]]
    assert works(network, "batch_norm_1") == [["conv_1", "batch_norm_1"], ["relu_1"]]
    network = loaded("conv: 2 1x1, identity, relu")
    assert works(network, "identity_1") == [["conv_1"], ["relu_1"]]


def test_an_output_that_others_read_is_not_taken_further():
    network = loaded("{conv: 2 1x1, name: a}, {relu: , name: b}", "outputs: [a, b], ")
    assert works(network) == [["a"], ["b"]]


def test_what_an_auxiliary_head_reads_is_taken_further_all_the_same():
    network = loaded("{conv: 2 1x1, name: a}, {fc: 2, name: head}, {relu: , from: a}", "aux_outputs: [head], ")
    assert works(network) == [["a", "relu_1"]]


def test_rows_that_share_weights_take_their_own_norms_upon_them():
    network = loaded(
        "{conv: 2 1x1, name: a}, {batch_norm: , name: n}, {conv: 2 1x1, from: input, share: a, name: b}, "
        "{batch_norm: {affine: false}, name: m}, {add: , from: [n, m]}"
    )
    assert works(network) == [["a", "n"], ["b", "m", "add_1"]]
    images, weights = material(network, 0)
    computed, expected = (engine.run(network, images, weights) for engine in (fast, reference))
    np.testing.assert_allclose(computed.output, expected.output, rtol=1e-4, atol=1e-5)


def test_a_map_that_an_fc_reads_is_first_brought_into_its_order():
    fused = fuse(loaded("conv: 2 1x1, fc: 3, fc: 2, relu"), frozenset({"relu_1"}))
    assert [work.rows for work in fused.works] == [["conv_1"], ["fc_1 reads"], ["fc_1"], ["fc_2", "relu_1"]]


def test_branches_are_done_in_the_same_turns():
    layers = (
        f"{A}, {R}, {{conv: 3 1x1, name: b, from: input}}, {{conv: 2 3x3 pad 1, name: c}}, {{concat: , from: [r, c]}}"
    )
    fused = fuse(loaded(layers), frozenset({"concat_1"}))
    assert [(work.path, level) for work, level in zip(fused.works, fused.levels, strict=True)] == [
        ("r", 0),
        ("b", 0),
        ("c", 1),
        ("concat_1", 2),
    ]


def is_whole(network: Network, kept: frozenset[str]) -> None:
    """Every row is done once, after what it reads, and whatever is kept or read is stored."""
    fused = fuse(network, kept)
    rows = [row for work in fused.works for row in work.rows if row in network.by_path]
    assert sorted(rows) == sorted(node.path for node in network.inference if not node.layer.hands_on)
    assert fused.levels == sorted(fused.levels)
    done = dict.fromkeys(network.inputs, -1)
    for work, level in zip(fused.works, fused.levels, strict=True):
        assert work.rows[-1] == work.path
        assert all(done.get(name, level) < level for name in work.every_read), (
            f"{work.path} reads what is not there yet"
        )
        done[work.path] = level
    assert {fused.stored[row] for row in kept} <= set(done)
    for node in network.inference:
        if node.layer.hands_on:
            assert fused.stored[node.path] == fused.stored[node.inputs[0]]


@effort(2)
@given(specs(), st.data())
def test_every_row_of_a_drawn_network_is_done_once_after_what_it_reads(text, data):
    network = cnncalc.loads(text)
    some = data.draw(st.sets(st.sampled_from([node.path for node in network.inference])))
    is_whole(network, frozenset(network.outputs) | some)


def test_works_in_a_wrong_order_are_noticed(monkeypatch):
    network = loaded(f"{A}, {B}, {{add: , from: [a, b]}}")
    fused = fuse(network, frozenset(network.outputs))
    assert fused.levels == [0, 1]
    monkeypatch.setitem(is_whole.__globals__, "fuse", lambda *arguments: fused._replace(works=fused.works[::-1]))
    with pytest.raises(AssertionError, match="is not there yet"):
        is_whole(network, frozenset(network.outputs))
