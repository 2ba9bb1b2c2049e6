"""Receptive fields held against the places that the units of a run were really made from."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from cnncalc.analysis import ReceptiveField, Report
from cnncalc.analysis.counting import fields_of
from cnncalc.analysis.field import Field
from cnncalc.layers.conv import Conv, ConvTranspose
from cnncalc.layers.reshape import Pad
from cnncalc.network import Network, Node
from tests.agreement.counting import PADDING, Bits, Observation, Seen, Span

REORDERING = ("flatten", "reshape")
"""Their report is the whole map, and each of their values comes from one place."""


class Knowledge(NamedTuple):
    """What is known of a tensor by its kinds alone.

    Attributes:
        tight: at each place that met no padding the channels together read exactly the window.
        mixed: channels of one place may have read different places (after concat, space_to_depth, ...).
    """

    tight: bool
    mixed: bool


WHOLE = Knowledge(tight=True, mixed=False)
"""An input reads itself."""


def fields_hold(network: Network, report: Report, seen: Observation) -> int:
    """Require every unit's places inside its window, and exactly the window where that can be; how many were exact."""
    known = dict.fromkeys(network.inputs, WHOLE)
    fields = fields_of(network)
    exact = 0
    for node, row in zip(network.nodes, report.layers, strict=True):
        known[node.path] = after(node, [known[name] for name in node.inputs])
        if not node.layer.reads_whole_map:
            steps_hold(node)
        shown = seen.rows[row.path]
        union = shown.masks if shown.masks.ndim == 1 else np.bitwise_or.reduce(shown.masks, axis=-1)
        if shown.masks.ndim == 1:  # a vector is one place
            union = np.array(np.bitwise_or.reduce(shown.masks), object)
        told = by_input(row.receptive_field, seen)
        assert told.keys() == fields[row.path].keys(), f"{row.path}: which inputs it sees"
        for name, bits in seen.bits.items():
            read = any(bits.read(mask) for mask in union.flat)
            assert name in told or not read, f"{row.path} reads {name}, and the report does not say so"
            if name not in told:
                continue
            field = fields[row.path][name]
            assert field.exact, f"{row.path} has only a hull"
            tells(row.path, told[name], field, node.volume.sizes)
            padded = any(mask & PADDING for mask in union.flat)
            sees = all(any(classes) for classes in field.axes)
            assert read or padded or not known[node.path].tight or not sees, f"{row.path} does not read {name}"
            if read:
                exact += _windows_hold(row.path, field, bits, shown, union, tight=known[node.path].tight)
                if node.kind in REORDERING and all(known[path].tight for path in node.inputs):
                    exact += _whole_holds(row.path, field, bits, shown)
    return exact


def steps_hold(node: Node) -> None:
    """What a layer says of all its places is the mean of what it says of each residue, and a hull that is snug."""
    for step in node.layer.field(node.read[0]):
        if step.phases:
            turns = [(turn, taps) for turn, taps in enumerate(step.phases) if taps.first <= taps.last]
            ends = [(taps.first - turn * step.pace, taps.last - turn * step.pace) for turn, taps in turns]
            reach = max((max(step.shift - first, last - step.shift) for first, last in ends), default=Fraction(0))
            assert not turns or 0 <= step.grow - 2 * reach < 1, node.path
            centres = [Fraction(taps.first + taps.last) / 2 - turn * step.pace for turn, taps in turns]
            assert not centres or step.shift == sum(centres) / len(centres), node.path


def tells(path: str, told: ReceptiveField, field: Field, sizes: tuple[int, ...]) -> None:
    """What a report says of a field is true of the windows of all places."""
    assert told.exact == field.exact, path
    for axis in range(len(field.axes)):
        places = range(sizes[axis] if len(sizes) == len(field.axes) else 1)
        widths = [_width(field.window(axis, place)) for place in places]
        assert told.size[axis] == max(widths), f"{path}: the largest window of axis {axis}"
        assert told.smallest[axis] == min(widths), f"{path}: the smallest window of axis {axis}"
        if told.jump is None or told.start is None:
            continue
        period = len(field.axes[axis])
        jump, centres = told.jump[axis], []
        for place in range(period):
            window, later = field.window(axis, place), field.window(axis, place + period)
            if window is not None and later is not None:
                assert later[0] - window[0] == later[1] - window[1] == period * jump, f"{path}: the jump of axis {axis}"
                centres.append(Fraction(window[0] + window[1]) / 2 - place * jump)
        assert not centres or told.start[axis] == sum(centres) / len(centres), f"{path}: the start of axis {axis}"


def _width(window: Span | None) -> int | Fraction:
    return window[1] - window[0] + 1 if window else 0


def by_input(told: ReceptiveField | dict[str, ReceptiveField], seen: Observation) -> Mapping[str, ReceptiveField]:
    """The fields by the names of the network's inputs, of which a report names only several."""
    return told if isinstance(told, dict) else dict.fromkeys(seen.bits, told)


def after(node: Node, inputs: list[Knowledge]) -> Knowledge:
    """What is known of a row's output."""
    layer = node.layer
    tight = all(entry.tight for entry in inputs)
    mixed = any(entry.mixed for entry in inputs)
    if node.kind in REORDERING:
        return Knowledge(tight=False, mixed=True)
    if node.kind == "depth_to_space":  # each place has some of the channels
        return Knowledge(tight and not mixed, mixed=mixed)
    if node.kind in ("concat", "space_to_depth") or (isinstance(layer, Pad) and _adds_channels(layer)):
        return Knowledge(tight, mixed=True)
    if isinstance(layer, Conv) and layer.connections is not None:
        return Knowledge(tight and not mixed and any(layer.connections), mixed=True)
    if node.kind == "slice":
        return Knowledge(tight and not mixed, mixed)
    if node.kind == "fc" or (isinstance(layer, (Conv, ConvTranspose)) and layer.groups == 1):
        return Knowledge(tight, mixed=False)
    return Knowledge(tight, mixed)


def _adds_channels(layer: Pad) -> bool:
    return bool(layer.channels_before or layer.channels_after)


def _windows_hold(path: str, field: Field, bits: Bits, shown: Seen, union: np.ndarray, *, tight: bool) -> int:
    """What each unit reads lies in the window of its place, and all channels of a place together read just that."""
    assert len(field.axes) == len(bits.axes), f"{path}: a window for each axis of the input"
    same_axes = union.ndim == len(bits.axes)
    exact = 0
    for place, mask in np.ndenumerate(union):
        windows = [field.window(axis, place[axis] if same_axes else 0) for axis in range(len(bits.axes))]
        blind = None in windows  # what sees nothing along one axis sees nothing at all
        for axis, window in enumerate(windows):
            for unit in {*(shown.masks[place].flat if same_axes and union.ndim else shown.masks.flat)}:
                span = bits.span(unit, axis)
                inside = span is None or (window is not None and window[0] <= span[0] and span[1] <= window[1])
                assert inside, f"{path} at {place}: reads {span} of axis {axis}, outside of {window}"
            if tight and not mask & PADDING:
                span, seen = bits.span(mask, axis), None if blind else window
                assert span == seen, f"{path} at {place}: reads {span} of axis {axis}, not {seen}"
                exact += 1
    return exact


def _whole_holds(path: str, field: Field, bits: Bits, shown: Seen) -> int:
    """What only reorders the values of a map: all its units together read the whole map's window."""
    everything = int(np.bitwise_or.reduce(shown.masks, axis=None))
    if everything & PADDING:
        return 0
    for axis in range(len(bits.axes)):
        span, window = bits.span(everything, axis), field.window(axis, 0)
        assert span == window, f"{path} reads {span} of axis {axis} as a whole, not {window}"
    return len(bits.axes)
