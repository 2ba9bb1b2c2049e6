"""What follows from what: the nearest layer upstream that explains it, and formulas of what arrives."""

from __future__ import annotations

import pytest

from cnncalc.compare.difference import ADDED, CHANGED, FOLLOWS, REMOVED, SAME
from tests.compare.edits import difference as told
from tests.compare.networks import difference, fates, fields

STRIDE = """\
input: 64x64x3
rounding: floor
vars: {s: 2}
layers:
  - conv: {filters: 16, kernel: 3, stride: $s, padding: 1}
  - relu
  - conv: {filters: 16, kernel: 3, padding: 1}
  - relu
  - conv: {filters: 16, kernel: 3, stride: 2, padding: 1}
  - relu
  - conv: {filters: 16, kernel: 3, padding: 1}
  - relu
  - global_avg_pool
  - fc: 10
"""


def causes(found):
    return {layer.path: layer.cause for layer in found.layers if layer.change == FOLLOWS}


def test_one_stride_is_one_cause_and_what_is_behind_it_the_same_layers_on_larger_maps():
    found = told(STRIDE, STRIDE.replace("s: 2", "s: 1"))
    assert [found.count(change) for change in (CHANGED, FOLLOWS, SAME, ADDED, REMOVED)] == [1, 8, 1, 0, 0]
    assert set(causes(found).values()) == {"conv_1"}
    (cause,) = found.causes
    assert (cause.paths, cause.changes, cause.follows) == (("conv_1",), (("stride", [2, 2], [1, 1]),), 8)
    assert cause.variables == (("s", 2, 1),)


CHANNELS = """\
input: 32x32x3
blocks:
  Unit:
    params: {f: $input.channels}
    layers: [conv: $f 3x3 pad 1, relu]
layers:
  - conv: 16 3x3 pad 1
  - Unit
  - conv: {filters: $previous.channels, kernel: 3, padding: same, stride: 2, rounding: floor}
  - fc: 10
"""


def test_a_parameter_that_is_computed_from_what_arrives_follows():
    found = difference(CHANNELS, CHANNELS.replace("conv: 16", "conv: 24"))
    assert causes(found) == dict.fromkeys(("Unit_1/conv_1", "Unit_1/relu_1", "conv_2", "fc_1"), "conv_1")
    assert "filters" in fields(found.layers[1])


def test_a_formula_that_is_edited_is_a_change_of_its_own():
    found = difference(CHANNELS, CHANNELS.replace("$previous.channels", "2*$previous.channels"))
    assert fates(found) == [(CHANGED, "conv_2"), (FOLLOWS, "fc_1")]


def test_padding_that_follows_from_the_size_is_no_change():
    found = difference(CHANNELS, CHANNELS.replace("32x32x3", "31x31x3"))
    assert found.count(CHANGED) == 0
    assert set(causes(found).values()) == {"input"}
    assert [(cause.what, cause.changes) for cause in found.causes] == [
        ("input", (("input", [32, 32, 3], [31, 31, 3]),))
    ]


CHAIN = "input: 9x9x2\nlayers:\n  - conv: 4 1x1\n  - batch_norm\n  - conv: 4 3x3\n  - relu\n  - fc: 3\n"


def test_of_several_causes_the_nearest_explains():
    found = difference(CHAIN, CHAIN.replace("4 1x1", "8 1x1").replace("4 3x3", "6 3x3"))
    assert causes(found) == {"batch_norm_1": "conv_1", "relu_1": "conv_2", "fc_1": "conv_2"}


def test_a_change_that_leaves_the_volume_alone_explains_no_other():
    wider = CHAIN.replace("9x9x2", "11x11x2").replace("batch_norm", "batch_norm: {eps: 0.01}")
    assert causes(difference(CHAIN, wider)) == dict.fromkeys(("conv_1", "conv_2", "relu_1", "fc_1"), "input")


def test_what_is_gone_from_between_explains_what_arrives_instead():
    found = difference(CHAIN, CHAIN.replace("  - conv: 4 3x3\n", ""))
    assert causes(found) == {"relu_1": "conv_2", "fc_1": "conv_2"}
    assert [layer.path for layer in found.layers if layer.change == REMOVED] == ["conv_2"]


JOIN = """\
input: 8x8x4
layers:
  - add: {left: [{conv: 4 3x3 pad 1, name: a}], right: [{conv: 4 1x1, name: b}]}
  - {relu: , name: out}
"""


@pytest.mark.parametrize(
    ("edit", "renamed"),
    [(("left:", "near:"), ("add_1/left", "add_1/near")), (("name: out", "name: end"), ("out", "end"))],
)
def test_a_name_alone_is_told_once(edit, renamed):
    found = difference(JOIN, JOIN.replace(*edit))
    assert found.count(SAME) == len(found.layers)
    assert [(cause.change, cause.changes) for cause in found.causes] == [("renamed", (("path", *renamed),))]


def test_a_branch_that_came_explains_what_joins_it():
    found = difference(
        JOIN.replace("add:", "concat:"), JOIN.replace("add:", "concat:").replace("right:", "mid: [conv: 2 1x1], right:")
    )
    assert fates(found) == [(ADDED, "concat_1/mid/conv_1"), (FOLLOWS, "concat_1"), (FOLLOWS, "out")]
    assert set(causes(found).values()) == {"concat_1/mid/conv_1"}


def test_other_outputs_are_a_cause_of_their_own():
    text = "input: 8x8x4\noutputs: [a, b]\nlayers: [{relu: , name: a}, {tanh: , name: b}]"
    found = difference(text, text.replace("[a, b]", "[b, a]"))
    assert fates(found) == []
    assert [(cause.what, cause.changes) for cause in found.causes] == [
        ("outputs", (("outputs", ["a", "b"], ["b", "a"]),))
    ]


def test_what_only_training_has_follows_from_what_reads_it():
    text = (
        "input: 8x8x4\n{aux}outputs: [end]\nlayers:\n  - {{tanh: , name: a}}\n  - {{relu: , from: input, name: end}}\n"
    )
    joined = text.replace("relu: , from: input", "add: , from: [input, a]")
    found = difference(text.format(aux="aux_outputs: [a]\n"), joined.format(aux="aux_outputs: [a]\n"))
    assert [(layer.path, layer.cause) for layer in found.layers if layer.change == FOLLOWS] == [("a", "end")]


def test_layers_that_change_with_one_variable_are_one_cause():
    text = STRIDE.replace("vars: {s: 2}", "vars: {s: 2, w: 4}").replace("filters: 16", "filters: 4*$w")
    found = told(text, text.replace("w: 4", "w: 2").replace("fc: 10", "fc: 11"))
    variable, fc = found.causes
    assert (variable.what, variable.variables, len(variable.layers)) == ("vars", (("w", 4, 2),), 4)
    assert (fc.paths, fc.variables) == (("fc_1",), ())


def test_a_variable_that_cannot_be_set_back_leaves_the_layers_named():
    text = "input: 9x9x1\nvars: {k: 9}\nlayers:\n  - conv: {filters: 2, kernel: $k}\n"
    found = told(text, text.replace("9x9x1", "5x5x1").replace("k: 9", "k: 3"))
    assert [(cause.what, cause.variables) for cause in found.causes] == [("input", ()), ("layer", ())]
