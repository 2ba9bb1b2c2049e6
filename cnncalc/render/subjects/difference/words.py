"""Says what changed: cells and sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cnncalc import quantity
from cnncalc.compare.difference import ADDED, CHANGED, FOLLOWS, REMOVED, SAME, Difference, FieldChange, LayerChange
from cnncalc.compare.growth import PERCENT, Excess
from cnncalc.compare.totals import Change
from cnncalc.metrics import METRICS, Metric
from cnncalc.render.document import LEFT, PATH, Filling
from cnncalc.render.subjects.difference.lines import DiffLine
from cnncalc.render.subjects.report_table import amount, field_text, path_text
from cnncalc.render.subjects.report_words import setting

WHAT = "what"
MARKS = {SAME: "", ADDED: "+", REMOVED: "-", CHANGED: "~", FOLLOWS: ">"}
FATES = {ADDED: ADDED, REMOVED: REMOVED, CHANGED: CHANGED, FOLLOWS: "follow"}
LONGEST_SETTING = 24
LONGEST_READ = 40
PERCENT_PLACES = 2


def percent(change: Change) -> str:
    """The change in percent, with its sign; in words where there was nothing before.

    >>> percent(Change(80, 82)), percent(Change(0, 5)), percent(Change(5, 5))
    ('+2.50 %', 'from 0', '')
    """
    if change.change and not change.before:
        return "from 0"
    return quantity.signed(change.change, lambda part: quantity.percent(part, change.before, PERCENT_PLACES))


def changes_text(changes: Iterable[FieldChange]) -> str:
    """What somebody changed of a layer."""
    return ", ".join(map(_change_text, changes))


def _change_text(change: FieldChange) -> str:
    field, was, now = change
    if field == "kind":
        return f"{was} → {now}"
    if field == "inputs":
        before, after = ", ".join(was), ", ".join(now)
        return f"reads {before} → {after}" if len(before + after) <= LONGEST_READ else "reads other layers"
    if field == "shared_with":
        return f"shares the weights of {now}" if now else f"no longer shares the weights of {was}"
    if field == "training_only":
        return "only in training" if now else "no longer only in training"
    return _setting_change(field, was, now)


def _setting_change(name: str, was: Any, now: Any) -> str:
    before, after = _setting(name, was), _setting(name, now)
    if max(len(before), len(after)) > LONGEST_SETTING:
        return f"other {name}"
    return f"{name} {before} → {after}"


def _setting(name: str, value: Any) -> str:
    """A parameter's value as one would write it: a kernel as a size, other sizes by one number where all are equal.

    >>> _setting("kernel", [3, 3]), _setting("stride", [2, 2]), _setting("padding", {"top": 1, "bottom": 2})
    ('3x3', '2', 'top 1 bottom 2')
    >>> _setting("bias", True), _setting("connections", None)
    ('true', 'none')
    """
    if value is None:
        return "none"
    if not isinstance(value, (dict, list, tuple)):
        return setting(value)
    parts = list(map(str, value.values() if isinstance(value, dict) else value))
    if name != "kernel" and len(set(parts)) == 1:
        return parts[0]
    return setting(value) if isinstance(value, dict) else "x".join(parts)


def dtypes(difference: Difference) -> str:
    """What bytes are counted in, where it is not what everybody expects, or not the same on both sides."""
    before, after = difference.before.dtype, difference.after.dtype
    if before == after:
        return "" if before.is_default else f"memory in {before}"
    return f"memory in {before} before, in {after} after"


def _fates(layers: Iterable[LayerChange]) -> str:
    """How many layers came, went, changed or follow from others."""
    numbers = Counter(layer.change for layer in layers)
    return ", ".join(f"{numbers[change]:,} {word}" for change, word in FATES.items() if numbers[change])


def _layer(line: DiffLine) -> str:
    if line.now:
        return path_text(line.now)
    return f"({len(line.entries):,} {'the same' if line.change == SAME else 'more'})"


def _what(line: DiffLine) -> str:
    """What a layer is, or what changed about it; of a group, how many layers met with what."""
    if not line.now:
        return ""
    if len(line.entries) > 1:
        return _group(line.change, line.entries)
    entry = line.entries[0]
    if line.change == FOLLOWS:
        return f"follows {entry.cause}"
    return changes_text(entry.changes) if line.change == CHANGED else line.now.kind


def _group(change: str, entries: Sequence[LayerChange]) -> str:
    if change not in (CHANGED, FOLLOWS):
        return f"{len(entries):,} layers"
    whole = f" of {len(entries):,}" if any(entry.change == SAME for entry in entries) else ""
    return _fates(entries) + whole


def _became(texts: Iterable[str]) -> str:
    """One text where nothing changed, and both where something did."""
    return " → ".join(dict.fromkeys(texts))


def _delta(metric: Metric) -> Filling:
    """What a line has of a metric more or less; a side that is not there has nothing."""

    def how(line: DiffLine) -> str:
        before, after = (amount(metric, side) if side else 0 for side in (line.before, line.after))
        return quantity.signed(after - before, metric.unit.exactly)

    return Filling(metric.label, how)


def _memory(line: DiffLine) -> str:
    """What is alive more or less; a layer that came or went has what is alive, and nothing to compare that to."""
    if line.before and line.after:
        return quantity.signed(line.after.live_bytes - line.before.live_bytes, quantity.memory)
    return quantity.memory(line.now.live_bytes) if line.now else ""


COLUMNS: Mapping[str, Filling] = {
    "mark": Filling("", lambda line: MARKS[line.change] if line.now else "", LEFT),
    PATH: Filling("layer", _layer, LEFT),
    WHAT: Filling("what", _what, LEFT),
    "output": Filling("output", lambda line: _became(quantity.size(side.output) for side in line.sides)),
    "params": _delta(METRICS["params"]),
    "macs": _delta(METRICS["macs"]),
    "live_bytes": Filling("memory", _memory),
    "receptive_field": Filling("sees", lambda line: _became(field_text(side.receptive_field) for side in line.sides)),
}
"""Params and MACs are changes; memory is what is alive during the step, or how much more or less that is."""


def counts(difference: Difference) -> str:
    """How many layers met with what, in one sentence."""
    moved, same = _fates(difference.layers), difference.count(SAME)
    return f"layers: {moved}, {same:,} the same" if moved else f"all {quantity.plural(same, 'layer')} are the same"


def side_effects(difference: Difference) -> Iterator[str]:
    """What changed for layers that are the same, because of where they stand."""
    same = [layer for layer in difference.layers if layer.change == SAME]
    meanings = {
        "receptive_field": ("has another receptive field", "have another receptive field"),
        "live_bytes": ("runs with other memory alive", "run with other memory alive"),
    }
    for name, (of_one, of_many) in meanings.items():
        moved = sum(getattr(layer.before, name) != getattr(layer.after, name) for layer in same)
        if moved:
            yield f"{moved:,} of the unchanged layers {of_one if moved == 1 else of_many}"


def failure(excess: Excess) -> str:
    """A sentence for a limit that is exceeded."""
    limit, change = excess
    text = METRICS[limit.metric].unit.exactly
    verb = "grew" if change.change > 0 else "shrank"
    by = text(max(change.change, -change.change))
    share = f" ({percent(change)})" if change.before else ""
    sides = f"from {text(change.before)} to {text(change.after)}"
    return f"{limit.metric} {verb} by {by}{share}, {sides}: {_allowed(excess)}"


def _allowed(excess: Excess) -> str:
    limit = excess.limit
    noun = limit.direction
    if not limit.most:
        return f"no {noun} is allowed"
    if limit.unit == PERCENT:
        return f"{noun} of at most {quantity.shortest(limit.most)} % is allowed"
    unit = limit.unit or METRICS[limit.metric].unit.bare
    return f"{noun} of at most {quantity.shortest(limit.most, unit)} is allowed"
