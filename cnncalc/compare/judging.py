"""Says of a layer that was there before and still is what changed of it, and why: itself, or what arrives."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from cnncalc.analysis import Report
from cnncalc.compare.alignment import Pair
from cnncalc.compare.changes import ADDED, CHANGED, FOLLOWS, REMOVED, FieldChange, LayerChange
from cnncalc.compare.matching import Match
from cnncalc.problem import Problem

TRAINING_ONLY = "training_only"
EFFECTS = ("output", "weights", "biases", "fixed_params", "macs", TRAINING_ONLY)
"""What may differ of a row because something above it does, by the report's words."""


class Verdict(NamedTuple):
    """What differs of a layer: of itself, or as a consequence of `cause`, the path of a row or the name of an input."""

    own: tuple[FieldChange, ...] = ()
    effects: tuple[FieldChange, ...] = ()
    cause: str | None = None


class Judge:
    """Judges the pairs of two reports in the order in which the second runs."""

    def __init__(self, before: Report, after: Report, match: Match) -> None:
        self.before, self.after, self.match = before, after, match
        was, now = before.layers, after.layers
        inputs = {name: name for name in before.inputs if name in after.inputs}
        # Where each tensor is now. What moved left its place and came to another one for all that stayed.
        self.everywhere = {**inputs, **{was[x].path: now[y].path for x, y in match.pairs}}
        self.in_place = {**inputs, **{was[x].path: now[y].path for x, y in match.pairs if (x, y) not in match.moved}}
        self.kept = {*self.in_place.values()}
        self.designs = {row.path: design for row, design in zip(was, before.designs, strict=True)}
        self.volumes = tuple(
            {**report.inputs, **{row.path: row.output for row in report.layers}} for report in (before, after)
        )
        self.reasons: dict[str, str | None] = {
            name: name for name, volume in after.inputs.items() if before.inputs.get(name) != volume
        }
        """For each tensor of the second report: why its volume is another one, if it is."""

    def come(self, y: int) -> None:
        """A row is new: what reads it has its volume from it, unless it hands on what arrives."""
        row, design = self.after.layers[y], self.after.designs[y]
        handed_on = tuple(design.read[0]) == row.output
        self.reasons[row.path] = (self.reasons.get(row.inputs[0]) if handed_on else None) or row.path

    def stayed(self, pair: Pair) -> Verdict:
        """A row that was there before."""
        moved = pair in self.match.heads
        own = (*self._settings(pair), *(self._place(pair) if moved else self._wiring(pair)))
        effects = tuple(self._effects(pair))
        cause = self._cause(pair) if effects else None
        own = tuple(change for change in own if not (cause and self._is_computed(pair, change.field)))
        row = self.after.layers[pair[1]]
        self.reasons[row.path] = (cause if self._keeps_volume(pair, own) else None) or (row.path if own else None)
        if own or not effects:
            return Verdict(own)
        is_led = cause or [effect.field for effect in effects] == [TRAINING_ONLY]
        return Verdict((), effects, cause) if is_led else Verdict(effects)

    def _settings(self, pair: Pair) -> Iterator[FieldChange]:
        """The parameters that are written otherwise, with the values in force; of another kind, the kind alone."""
        x, y = pair
        was, now = self.before.layers[x], self.after.layers[y]
        if was.kind != now.kind:
            yield FieldChange("kind", was.kind, now.kind)
            return
        here, there = self.before.designs[x].layer, self.after.designs[y].layer
        if here is there:
            return
        for name, value in now.parameters.items():
            if getattr(here, name) != getattr(there, name) and was.parameters[name] != value:
                yield FieldChange(name, was.parameters[name], value)

    def _wiring(self, pair: Pair) -> Iterator[FieldChange]:
        """The tensors that it reads, where others took their places and all of them were there before and still are."""
        x, y = pair
        was, now = self.before.layers[x], self.after.layers[y]
        moved_to = self.everywhere if pair in self.match.moved else self.in_place
        if self._is_rewired(was.inputs, now.inputs, moved_to):
            yield FieldChange("inputs", list(was.inputs), list(now.inputs))
        owners, owners_now = ((row.shared_with,) if row.shared_with else () for row in (was, now))
        if len(owners) != len(owners_now) or self._is_rewired(owners, owners_now, moved_to):
            yield FieldChange("shared_with", was.shared_with, now.shared_with)

    def _is_rewired(self, was: Collection[str], now: Collection[str], moved_to: Mapping[str, str]) -> bool:
        """Whether one tensor took the place of another, where neither came or went: that says so itself."""
        if len(was) == len(now):
            return any(moved_to.get(a, b) != b and b in self.kept for a, b in zip(was, now, strict=True))
        came_or_went = any(a not in moved_to for a in was) or any(b not in self.kept for b in now)
        return not came_or_went

    def _place(self, pair: Pair) -> Iterator[FieldChange]:
        """What it reads where it stands now, whether or not that is called otherwise."""
        x, y = pair
        yield FieldChange("inputs", list(self.before.layers[x].inputs), list(self.after.layers[y].inputs))

    def _effects(self, pair: Pair) -> Iterator[FieldChange]:
        """Everything that differs, whatever the reason."""
        x, y = pair
        was, now = self.before.layers[x], self.after.layers[y]
        read = [[list(volume) for volume in report.designs[index].read] for report, index in self._sides(pair)]
        if read[0] != read[1]:
            before, after = (volumes[0] if len(volumes) == 1 else volumes for volumes in read)
            yield FieldChange("input", before, after)
        if was.parameters is not now.parameters and was.kind == now.kind:
            for name, value in now.parameters.items():
                if was.parameters[name] != value:
                    yield FieldChange(name, was.parameters[name], value)
        for name in EFFECTS:
            before, after = getattr(was, name), getattr(now, name)
            if before != after:
                yield FieldChange(name, *(list(value) if name == "output" else value for value in (before, after)))

    def _sides(self, pair: Pair) -> tuple[tuple[Report, int], tuple[Report, int]]:
        return (self.before, pair[0]), (self.after, pair[1])

    def _cause(self, pair: Pair) -> str | None:
        """The nearest row upstream that explains another volume; of several inputs, that of the first that has one."""
        x, y = pair
        was, now = self.before.layers[x], self.after.layers[y]
        if len(was.inputs) != len(now.inputs):
            came = [tensor for tensor in now.inputs if tensor not in self.kept]
            went = [tensor for tensor in was.inputs if tensor not in self.in_place]
            return next(iter([*came, *went]), None)
        reasons = (
            self._reason(there, here)
            for there, here in zip(was.inputs, now.inputs, strict=True)
            if self.volumes[0][there] != self.volumes[1][here]
        )
        return next(filter(None, reasons), None)

    def _reason(self, there: str, here: str) -> str | None:
        """Why another volume arrives: because of what is gone from between, or of what is there."""
        if there not in self.in_place and there in self.designs:
            design = self.designs[there]
            handed_on = tuple(design.read[0]) == self.volumes[0][there]
            return (self.reasons.get(here) if handed_on else None) or there
        return self.reasons.get(here)

    def _is_computed(self, pair: Pair, name: str) -> bool:
        """Whether a parameter follows what arrives, by a formula that is what it was."""
        formulas = [report.designs[index].computed.get(name) for report, index in self._sides(pair)]
        return formulas[0] is not None and formulas[0] == formulas[1]

    def _keeps_volume(self, pair: Pair, own: Collection[FieldChange]) -> bool:
        """Whether what changed of a layer itself would leave its volume as it was, had nothing above it changed."""
        if not own:
            return True
        x, y = pair
        read, now = self.before.designs[x].read, self.after.designs[y].read
        if [*map(len, read)] != [*map(len, now)]:  # a layer is made for one rank
            return False
        try:
            return tuple(self.after.designs[y].layer.output_volume(*read)) == (self.before.layers[x].output)
        except Problem:  # it does not fit what arrived before
            return False


def led(layers: Sequence[LayerChange]) -> list[LayerChange]:
    """The layers with the causes of those that only training has, or has no longer, because of what reads them.

    Nothing above such a layer explains it: what reads it came, went or was changed, or follows from what reads that.
    """
    if not any(layer.change == FOLLOWS and layer.cause is None for layer in layers):
        return [*layers]
    read_by: dict[int, dict[str, list[LayerChange]]] = {0: {}, 1: {}}
    found: list[LayerChange] = []
    for told in reversed(layers):
        layer = _led_by(told, read_by) if told.change == FOLLOWS and told.cause is None else told
        found.append(layer)
        for side, row in enumerate((layer.before, layer.after)):
            for tensor in row.inputs if row else ():
                read_by[side].setdefault(tensor, []).append(layer)
    return found[::-1]


def _led_by(layer: LayerChange, read_by: Mapping[int, Mapping[str, Sequence[LayerChange]]]) -> LayerChange:
    for side, row in ((1, layer.after), (0, layer.before)):
        for reader in reversed(read_by[side].get(row.path, ()) if row else ()):
            if reader.change in (ADDED, REMOVED, CHANGED):
                return layer._replace(cause=reader.path)
            if reader.cause and reader.changes[-1].field == TRAINING_ONLY:
                return layer._replace(cause=reader.cause)
    return layer._replace(change=CHANGED)
