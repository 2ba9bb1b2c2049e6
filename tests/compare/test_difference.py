"""What becomes of layers: matched by what they are, so that only what changed is changed."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.compare.difference import ADDED, CHANGED, FOLLOWS, REMOVED, SAME, compare
from tests.compare.networks import PLAIN, difference, fates, fields, report


def test_a_network_and_itself_are_the_same():
    assert fates(difference(PLAIN, PLAIN)) == []


def test_lines_and_comments_make_no_difference():
    moved = PLAIN.replace("  - relu\n", "  # a comment\n\n  - relu\n")
    found = difference(PLAIN, moved)
    assert fates(found) == []
    assert any(layer.before.line != layer.after.line for layer in found.layers if layer.before and layer.after)


def test_an_inserted_layer_changes_none_below_although_their_numbers_shift():
    found = difference(PLAIN, PLAIN.replace("layers:\n", "layers:\n  - conv: 3 3x3 pad 1\n"))
    assert fates(found) == [(ADDED, "conv_1")]
    last_conv = found.layers[-3]
    assert last_conv.before is not None
    assert (last_conv.change, last_conv.before.path, last_conv.path) == (SAME, "conv_3", "conv_4")


def test_a_deleted_layer_stands_where_it_stood():
    found = difference(PLAIN.replace("layers:\n", "layers:\n  - conv: 3 3x3 pad 1\n"), PLAIN)
    assert fates(found) == [(REMOVED, "conv_1")]
    assert found.layers[0].change == REMOVED


def test_each_of_several_insertions_is_found():
    found = difference(PLAIN, PLAIN.replace("pad 1\n", "pad 1\n  - batch_norm\n"))
    assert fates(found) == [(ADDED, f"batch_norm_{number}") for number in (1, 2, 3)]


def test_a_setting_changes_its_layer_and_those_behind_it_follow():
    found = difference(PLAIN, PLAIN.replace("conv: 32", "conv: 64"))
    assert fates(found) == [(CHANGED, "conv_3"), (FOLLOWS, "relu_3"), (FOLLOWS, "fc_1")]
    conv, relu, fc = found.layers[-3:]
    assert conv.changes == (("filters", 32, 64),)
    assert [layer.cause for layer in (conv, relu, fc)] == [None, "conv_3", "conv_3"]
    assert fields(relu) == ["input", "output"]
    assert fields(fc) == ["input", "weights", "macs"]


def test_a_layer_that_only_reads_more_channels_follows_from_what_gives_them():
    found = difference(PLAIN, PLAIN.replace("layers:\n", "layers:\n  - conv: 8 3x3 pad 1\n"))
    assert fates(found) == [(ADDED, "conv_1"), (FOLLOWS, "conv_2")]
    assert found.layers[1].cause == "conv_1"


def test_from_another_input_size_every_layer_follows():
    found = difference(PLAIN, PLAIN.replace("32x32x3", "48x48x3"))
    assert [(layer.change, layer.cause) for layer in found.layers] == [(FOLLOWS, "input")] * 7
    assert all(layer.before and layer.before.path == layer.path for layer in found.layers)


def test_receptive_field_and_live_memory_change_no_layer():
    wider = PLAIN.replace("layers:\n", "layers:\n  - conv: 3 5x5 pad 2\n")
    found = difference(PLAIN, wider)
    conv = found.layers[1]
    assert conv.before is not None
    assert conv.after is not None
    assert conv.change == SAME
    assert conv.before.receptive_field != conv.after.receptive_field


def test_a_renamed_layer_is_the_same():
    found = difference(PLAIN, PLAIN.replace("  - fc: 10", "  - {fc: 10, name: head}"))
    assert fates(found) == []
    assert [(cause.change, cause.changes) for cause in found.causes] == [("renamed", (("path", "fc_1", "head"),))]


def test_layers_gathered_into_a_sequence_are_the_same():
    gathered = PLAIN.replace("  - conv: 32 3x3 pad 1\n  - relu\n", "  - sequence: [conv: 32 3x3 pad 1, relu]\n")
    assert fates(difference(PLAIN, gathered)) == []


def test_of_equal_layers_the_one_with_the_new_name_is_added():
    before = "input: 8x8x4\nlayers: [{conv: 4 1x1, name: a}, {conv: 4 1x1, name: c}]"
    after = "input: 8x8x4\nlayers: [{conv: 4 1x1, name: a}, {conv: 4 1x1, name: b}, {conv: 4 1x1, name: c}]"
    assert fates(difference(before, after)) == [(ADDED, "b")]


def test_a_named_layer_of_another_kind_is_changed():
    before = "input: 8x8x4\nlayers: [{max_pool: 2x2, name: shrink}]"
    found = difference(before, before.replace("max_pool: 2x2", "conv: 4 2x2 stride 2"))
    assert fates(found) == [(CHANGED, "shrink")]
    assert found.layers[0].changes == (("kind", "max_pool", "conv"),)


def test_a_layer_that_moved_is_changed_and_those_around_it_are_the_same():
    text = "input: 8x8x4\nlayers: [{conv: 4 3x3 pad 1, name: a}, relu, batch_norm, {conv: 4 1x1, name: b}]"
    moved = "input: 8x8x4\nlayers: [relu, batch_norm, {conv: 4 1x1, name: b}, {conv: 4 3x3 pad 1, name: a}]"
    found = difference(text, moved)
    assert fates(found) == [(CHANGED, "a")]
    assert found.layers[-1].changes == (("inputs", ["input"], ["b"]),)
    assert [(cause.change, cause.paths) for cause in found.causes] == [("moved", ("a",))]


SKIP = """\
input: 8x8x4
layers:
  - {conv: 4 3x3 pad 1, name: one}
  - {conv: 4 3x3 pad 1, name: two}
  - {conv: 4 3x3 pad 1, name: three}
  - {add: , from: [previous, one]}
"""


def skip_from(name):
    return SKIP.replace("previous, one", f"previous, {name}")


def test_a_join_that_reads_another_layer_is_changed():
    found = difference(skip_from("one"), skip_from("two"))
    assert fates(found) == [(CHANGED, "add_1")]
    assert fields(found.layers[-1]) == ["inputs"]


def test_a_join_whose_source_is_new_is_the_same():
    inserted = skip_from("new").replace("name: one}\n", "name: one}\n  - {relu: , name: new}\n")
    assert fates(difference(skip_from("one"), inserted)) == [(ADDED, "new")]


def test_sharing_other_weights_is_a_change():
    shared = "input: 8x8x4\nlayers: [{conv: 4 1x1, name: a}, {conv: 4 1x1, name: b}, {conv: 4 1x1, name: c, share: a}]"
    found = difference(shared, shared.replace("share: a", "share: b"))
    assert fates(found) == [(CHANGED, "c")]
    assert found.layers[2].changes == (("shared_with", "a", "b"),)


def test_a_replaced_layer_was_removed_before_its_successor_is_added():
    found = difference(PLAIN, PLAIN.replace("  - fc: 10", "  - global_avg_pool"))
    assert fates(found) == [(REMOVED, "fc_1"), (ADDED, "global_avg_pool_1")]


@pytest.mark.parametrize(("before", "after"), [("resnet50", "resnet101"), ("resnet18", "resnet34")])
def test_a_deeper_resnet_only_adds_whole_blocks(before, after):
    shallow, deep = (cnncalc.analyze(cnncalc.load(name)) for name in (before, after))
    found = compare(shallow, deep)
    assert (found.count(REMOVED), found.count(CHANGED), found.count(SAME)) == (0, 0, len(shallow))
    assert found.count(ADDED) == len(deep) - len(shallow)
    backwards = compare(deep, shallow)
    assert (backwards.count(ADDED), backwards.count(CHANGED), backwards.count(SAME)) == (0, 0, len(shallow))


lists_of_layers = st.lists(
    st.sampled_from(["conv: 4 3x3 pad 1", "conv: 8 3x3 pad 1", "relu", "batch_norm", "conv: 4 1x1", "max_pool: 2x2"]),
    min_size=1,
    max_size=9,
)


def spec(items):
    return "input: 1024x1024x4\nlayers:\n" + "".join(f"  - {item}\n" for item in items)


@given(lists_of_layers, lists_of_layers)
def test_every_row_of_both_reports_is_told_once(before, after):
    found = difference(spec(before), spec(after))
    assert [layer.after.path for layer in found.layers if layer.after] == [row.path for row in found.after.layers]
    was = [layer.before.path for layer in found.layers if layer.before]
    assert sorted(was) == sorted(row.path for row in found.before.layers)


@given(lists_of_layers, lists_of_layers)
def test_the_changes_of_the_layers_add_up_to_those_of_the_totals(before, after):
    found = difference(spec(before), spec(after))
    for metric in ("params", "fixed_params", "macs", "activations"):
        moved = sum(
            (getattr(layer.after, metric) if layer.after else 0)
            - (getattr(layer.before, metric) if layer.before else 0)
            for layer in found.layers
            if layer.change != SAME
        )
        assert moved == found.totals.counted[metric].change


@given(lists_of_layers)
def test_equal_specs_have_nothing_but_the_same(items):
    assert fates(difference(spec(items), spec(items))) == []


def test_two_thousand_insertions_are_found_each():
    before = report("input: 8x8x4\nlayers:\n  - sequence: [conv: 4 1x1, relu]\n    repeat: 2000")
    after = report("input: 8x8x4\nlayers:\n  - sequence: [conv: 4 1x1, batch_norm, relu]\n    repeat: 2000")
    found = compare(before, after)
    assert (found.count(SAME), found.count(ADDED), len(found.layers)) == (4000, 2000, 6000)


def test_the_json_has_the_promised_keys():
    found = difference(PLAIN, PLAIN.replace("conv: 32", "conv: 64").replace("  - relu\n  - fc", "  - fc"))
    told = json.loads(json.dumps(found.to_dict()))
    assert list(told) == ["schema", "dtype", "causes", "layers", "totals"]
    assert told["dtype"] == {"before": "float32", "after": "float32"}
    assert told["schema"] == "cnncalc.diff/1"
    keys = ["path", "kind", "change", "cause", "changes", "before", "after"]
    assert all(list(layer) == keys for layer in told["layers"])
    changed = next(layer for layer in told["layers"] if layer["change"] == CHANGED)
    assert changed["changes"] == [{"field": "filters", "before": 32, "after": 64}]
    removed = next(layer for layer in told["layers"] if layer["change"] == REMOVED)
    assert removed["after"] is None
    assert removed["before"] == found.before["relu_3"].to_dict()
    assert told["totals"]["layers"] == {"before": 7, "after": 6, "change": -1, "percent": pytest.approx(-100 / 7)}


def test_rows_keep_their_order():
    found = difference(PLAIN, PLAIN.replace("conv: 32", "conv: 64"))
    lines = [layer.after.line for layer in found.layers if layer.after]
    assert all(a < b for a, b in pairwise(lines))
