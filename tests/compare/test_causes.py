"""The law of `diff`: what somebody did is named as the cause, in either direction, and nothing else is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cnncalc.compare import causes, judging, matching, variables
from cnncalc.compare.difference import ADDED, CHANGED, FOLLOWS, SAME
from cnncalc.render.formats import DIFFERENCE, write
from cnncalc.render.subjects.difference.compared import Compared
from tests.compare.edits import (
    Chain,
    Edit,
    chains,
    difference,
    drawn_specs,
    edits,
    inside_a_block,
    moved,
    pairs_of_edits,
    parameter,
    put_in,
    told,
    variable,
)


def the_edit_is_the_cause(edit: Edit) -> None:
    found = difference(edit.before, edit.after)
    assert sorted(map(told, found.causes)) == sorted(edit.causes), f"{edit.before}\n---\n{edit.after}"
    for metric in ("params", "fixed_params", "macs", "activations"):
        sides = [
            sum(getattr(row, metric) for row in rows if row and not row.training_only)
            for rows in zip(
                *((layer.before, layer.after) for layer in found.layers if layer.change != SAME), strict=True
            )
        ]
        moved = sides[1] - sides[0] if sides else 0
        assert moved == found.totals.counted[metric].change


@given(edits())
def test_an_edit_is_the_only_cause_in_either_direction(edit):
    both_ways(edit)


@given(pairs_of_edits())
def test_two_edits_are_two_causes(edit):
    both_ways(edit)


def what_is_behind_follows(before: Chain, after: Chain, edits: Sequence[tuple[int, str]]) -> None:
    found = difference(before.text, after.text)
    fields = dict(edits)
    cause = None
    for number, layer in enumerate(found.layers):
        if number in fields:
            assert (layer.change, layer.cause) == (CHANGED, None)
            assert [change.field for change in layer.changes] == [fields[number]]
            cause = layer.path
        else:
            assert layer.change in (SAME, FOLLOWS)
            assert layer.cause is None or layer.change == FOLLOWS
            assert layer.change == SAME or layer.cause in [found.layers[edited].path for edited in fields]
            assert layer.change == SAME or cause is not None
    assert len(found.causes) == len(fields)
    assert sum(cause.follows for cause in found.causes) == found.count(FOLLOWS)


@given(st.integers(1, 3).flatmap(chains))
def test_what_stands_behind_changed_layers_follows_from_them(drawn):
    chain_both_ways(drawn)


BREAKS = {
    "rows that changed are never kept": (edits(parameter), matching._Matcher, "_row_price", lambda *_: None),
    "names are everything": (pairs_of_edits(), matching, "RENAME", 100 * matching.ROW),
    "what stands elsewhere came and went": (edits(moved), matching._Matcher, "move", lambda *_: None),
    "every wire counts": (edits(put_in), judging.Judge, "_is_rewired", lambda _, was, now, __: was != now),
    "every turn is an edit": (edits(parameter, inside_a_block), causes, "_item", lambda path: path),
    "variables explain nothing": (edits(variable), variables.Variables, "explain", lambda *_: ()),
    "every difference is its own": (chains(2), judging.Judge, "_cause", lambda *_: None),
    "the shortest way is not looked for": (pairs_of_edits(), matching, "cheapest", lambda *_: None),
}


@pytest.mark.parametrize("title", BREAKS)
def test_a_difference_that_blames_others_is_noticed(title, monkeypatch):
    drawn, owner, name, broken = BREAKS[title]
    monkeypatch.setattr(owner, name, broken)
    law = given(drawn)(chain_both_ways if name == "_cause" else both_ways)
    quick = settings(phases=[Phase.generate], report_multiple_bugs=False)
    with pytest.raises(AssertionError):
        quick(law)()


def both_ways(edit: Edit) -> None:
    the_edit_is_the_cause(edit)
    the_edit_is_the_cause(edit.reversed)


def chain_both_ways(drawn: tuple[Chain, Chain, list[tuple[int, str]]]) -> None:
    before, after, edits = drawn
    what_is_behind_follows(before, after, edits)
    what_is_behind_follows(after, before, edits)


@given(drawn_specs(), drawn_specs())
def test_any_two_networks_have_a_difference_that_every_format_shows(first, second):
    found = difference(first.text, second.text)
    assert [layer.after for layer in found.layers if layer.after] == list(found.after.layers)
    assert Counter(layer.before.path for layer in found.layers if layer.before) == Counter([*found.before.by_path])
    ways = {layer.path: layer for layer in found.layers if layer.before is None or layer.after}
    for layer in found.layers:
        assert (layer.cause is not None) == (layer.change == FOLLOWS)
        assert bool(layer.changes) == (layer.change in (CHANGED, FOLLOWS))
        was_there = layer.cause in found.after.inputs or layer.cause in found.before.by_path
        assert layer.cause is None or was_there or ways[layer.cause].change in (ADDED, CHANGED)
    assert bool(found.causes) or found.count(SAME) == len(found.layers)
    for writer in DIFFERENCE.values():
        assert write(Compared(found, ("a", "b")), writer)
