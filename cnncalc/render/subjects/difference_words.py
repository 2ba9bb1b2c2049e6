"""Says what changed: cells, totals and sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cnncalc import quantity
from cnncalc.compare.difference import ADDED, CHANGED, REMOVED, SAME, Difference, LayerChange
from cnncalc.compare.growth import PERCENT, Excess
from cnncalc.compare.totals import Change, SizeChange
from cnncalc.exact import Exact
from cnncalc.metrics import COUNTED, METRICS, Metric
from cnncalc.render.document import LEFT, NOTHING, PATH, RIGHT
from cnncalc.render.subjects.columns import amount, field_text
from cnncalc.render.subjects.difference_lines import DiffLine

MARKS: Mapping[str, str] = {SAME: "", ADDED: "+", REMOVED: "-", CHANGED: "~"}
LONGEST_SETTING = 24
PERCENT_PLACES = 2


class Filling(NamedTuple):
    """A column of the changed layers: its header, how a line fills it, and on which side it is flush."""

    header: str
    how: Callable[[DiffLine], str]
    align: str = RIGHT


def signed(value: Exact, text: Callable[[Any], str]) -> str:
    """A change with its sign; nothing for no change.

    >>> signed(1200, quantity.exact), signed(-2048, quantity.memory), signed(0, quantity.exact)
    ('+1,200', '-2.0 KiB', '')
    """
    if not value:
        return ""
    return f"{'+' if value > 0 else '-'}{text(abs(value))}"


def percent(change: Change) -> str:
    """The change in percent, with its sign; in words where there was nothing before.

    >>> percent(Change(80, 82)), percent(Change(0, 5)), percent(Change(5, 5))
    ('+2.50 %', 'from 0', '')
    """
    if not change.change:
        return ""
    if not change.before:
        return "from 0"
    share = max(change.change, -change.change)
    part, whole = share.numerator * change.before.denominator, share.denominator * change.before.numerator
    text = quantity.percent(part, whole, PERCENT_PLACES)
    return f"{'+' if change.change > 0 else '-'}{text}"


def _became(before: str, after: str) -> str:
    """One text where nothing changed, and both where something did; a side that is not there is left out."""
    return f"{before} → {after}" if before and after and before != after else after or before


def _layer(line: DiffLine) -> str:
    if line.entries:
        return f"{line.path} (training only)" if line.now and line.now.training_only else line.path
    return f"({line.skipped:,} {'the same' if line.change == SAME else 'more'})"


def _what(line: DiffLine) -> str:
    """What a layer is, or what changed about it; of a group, how many layers met with what."""
    if len(line.entries) > 1:
        return _group(line)
    if line.change == CHANGED and line.entries:
        return _setting_changes(line.entries[0])
    return line.now.kind if line.now else ""


def _group(line: DiffLine) -> str:
    number = f"{len(line.entries):,}"
    if line.change != CHANGED:
        return f"{number} layers"
    fates = [(change, sum(entry.change == change for entry in line.entries)) for change in (ADDED, REMOVED, CHANGED)]
    changes = ", ".join(f"{count:,} {change}" for change, count in fates if count)
    return f"{changes} of {number}" if any(entry.change == SAME for entry in line.entries) else changes


def _setting_changes(entry: LayerChange) -> str:
    """The parameters that differ, before and after; where there are none, what else does."""
    before, after = entry.before, entry.after
    if before is None or after is None:
        return ""
    changes = [_became(before.kind, after.kind)] if before.kind != after.kind else []
    for name in {**before.parameters, **after.parameters}:
        was, now = before.parameters.get(name), after.parameters.get(name)
        if was != now and before.kind == after.kind:
            changes.append(_setting_change(name, was, now))
    if not changes:
        changes = [
            "reads another layer" if entry.differs == ("inputs",) and before.output == after.output else after.kind
        ]
    return ", ".join(changes)


def _setting_change(name: str, was: Any, now: Any) -> str:
    before, after = setting(name, was), setting(name, now)
    if max(len(before), len(after)) > LONGEST_SETTING:
        return f"other {name}"
    return f"{name} {before} → {after}"


def setting(name: str, value: Any) -> str:
    """A parameter's value as one would write it: a kernel as a size, other sizes by one number where all are equal.

    >>> setting("kernel", [3, 3]), setting("stride", [2, 2]), setting("padding", {"top": 1, "bottom": 2})
    ('3x3', '2', 'top 1 bottom 2')
    >>> setting("bias", True), setting("connections", None)
    ('true', 'none')
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (dict, list, tuple)):
        return str(value)
    amounts = list(map(str, value.values() if isinstance(value, dict) else value))
    if name != "kernel" and len(set(amounts)) == 1:
        return amounts[0]
    if isinstance(value, dict):
        return " ".join(f"{side} {amount}" for side, amount in value.items())
    return "x".join(amounts)


def _output(line: DiffLine) -> str:
    before, after = line.before, line.after
    return _became(quantity.size(before.output) if before else "", quantity.size(after.output) if after else "")


def _delta(metric: Metric) -> Filling:
    """What a line has of a metric more or less; a side that is not there has nothing."""

    def how(line: DiffLine) -> str:
        before, after = (amount(metric, side) if side else 0 for side in (line.before, line.after))
        return signed(after - before, metric.unit.exactly)

    return Filling(metric.label, how)


def _memory(line: DiffLine) -> str:
    """What is alive more or less; a layer that came or went has what is alive, and nothing to compare that to."""
    if line.before and line.after:
        return signed(line.after.live_bytes - line.before.live_bytes, quantity.memory)
    return quantity.memory(line.now.live_bytes) if line.now else ""


def _field(line: DiffLine) -> str:
    was, now = (field_text(side.receptive_field) if side else "" for side in (line.before, line.after))
    return _became(was, now)


COLUMNS: Mapping[str, Filling] = {
    "mark": Filling("", lambda line: MARKS[line.change] if line.entries else "", LEFT),
    PATH: Filling("layer", _layer, LEFT),
    "what": Filling("what", _what, LEFT),
    "output": Filling("output", _output),
    "params": _delta(METRICS["params"]),
    "macs": _delta(METRICS["macs"]),
    "live_bytes": Filling("memory", _memory),
    "receptive_field": Filling("sees", _field),
}
"""Params and MACs are changes; memory is what is alive during the step, or how much more or less that is."""


TotalLine = tuple[str, str, str, str, str]
HEADERS: TotalLine = ("total", "before", "after", "change", "%")


def total_lines(difference: Difference) -> list[TotalLine]:
    """Every total; without those that are 0 or repeat the params on both sides."""
    counted = difference.totals.counted
    lines = []
    for metric in COUNTED:
        change, text = counted[metric.total], metric.unit.exactly
        if change == Change(0, 0) or (metric.in_training and change == counted["params"]):
            continue
        moved = signed(change.change, text) or NOTHING
        lines.append((metric.label, text(change.before), text(change.after), moved, percent(change)))
    return [*lines, _field_line(difference.totals.receptive_field)]


def _field_line(field: SizeChange) -> TotalLine:
    sides = field.sides
    moved = percents = ""
    if sides and any(side.change for side in sides):
        moved = "x".join(signed(side.change, quantity.exact) or "0" for side in sides)
        percents = percent(field.larger_side)
    label = METRICS["receptive_field"].label
    return label, quantity.size(field.before), quantity.size(field.after), moved or NOTHING, percents


def counts(difference: Difference) -> str:
    """How many layers met with what, in one sentence."""
    changes = [f"{number:,} {change}" for change in (ADDED, REMOVED, CHANGED) if (number := difference.count(change))]
    same = difference.count(SAME)
    if not changes:
        return f"all {quantity.plural(same, 'layer')} are the same"
    return f"layers: {', '.join(changes)}, {same:,} the same"


def side_effects(difference: Difference) -> Iterator[str]:
    """What changed for layers that are the same, because of where they stand."""
    same = [layer for layer in difference.layers if layer.change == SAME]
    meanings = {
        "receptive_field": "see another receptive field",
        "live_bytes": "run while other memory is alive",
    }
    for name, meaning in meanings.items():
        moved = sum(getattr(layer.before, name) != getattr(layer.after, name) for layer in same)
        if moved:
            yield f"{moved:,} of those that are the same {meaning}"


def failures(excesses: Sequence[Excess]) -> list[str]:
    """A sentence for each limit that is exceeded."""
    return [_failure(excess) for excess in excesses]


def _failure(excess: Excess) -> str:
    limit, change = excess
    text = METRICS[limit.metric].unit.exactly
    verb = "grew" if change.change > 0 else "shrank"
    by = text(max(change.change, -change.change))
    share = f" ({percent(change)})" if change.before else ""
    return (
        f"{limit.metric} {verb} by {by}{share}, from {text(change.before)} to {text(change.after)}: {_allowed(excess)}"
    )


def _allowed(excess: Excess) -> str:
    limit = excess.limit
    noun = limit.direction
    if not limit.most:
        return f"no {noun} is allowed"
    if limit.unit == PERCENT:
        return f"{noun} of at most {quantity.shortest(limit.most)} % is allowed"
    unit = limit.unit or METRICS[limit.metric].unit.bare
    return f"{noun} of at most {quantity.shortest(limit.most, unit)} is allowed"
