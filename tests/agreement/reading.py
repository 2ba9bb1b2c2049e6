"""Receptive fields held against the places that the units of a run were really made from."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from cnncalc.analysis import ReceptiveField, Report
from cnncalc.layers.conv import Conv
from cnncalc.layers.pool import AdaptiveAvgPool
from cnncalc.layers.reshape import Pad
from cnncalc.network import Network, Node
from tests.agreement.counting import PADDING, Bits, Observation, Seen, Span

SPREADING = ("upsample", "depth_to_space", "conv_transpose")
"""Their windows are hulls: what a place reads lies inside, and need not reach both ends."""
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
    hulls: dict[tuple[str, str], bool] = {}
    moving: dict[tuple[str, str], bool] = {}
    exact = 0
    for node, row in zip(network.nodes, report.layers, strict=True):
        known[node.path] = after(node, [known[name] for name in node.inputs])
        shown = seen.rows[row.path]
        fields = by_input(row.receptive_field, seen)
        for name, field in fields.items():
            hulls[node.path, name] = spreads(node, [moving.get((path, name), True) for path in node.inputs]) or any(
                hulls.get((path, name), False) for path in node.inputs
            )
            moving[node.path, name] = field.jump is None or any(field.jump)
            assert field.exact != hulls[node.path, name], f"{row.path}: whether the field is exact"
        union = shown.masks if shown.masks.ndim == 1 else np.bitwise_or.reduce(shown.masks, axis=-1)
        if shown.masks.ndim == 1:  # a vector is one place
            union = np.array(np.bitwise_or.reduce(shown.masks), object)
        for name, bits in seen.bits.items():
            read = any(bits.read(mask) for mask in union.flat)
            assert name in fields or not read, f"{row.path} reads {name}, and the report does not say so"
            padded = any(mask & PADDING for mask in union.flat)
            must_read = name in fields and known[node.path].tight and not padded
            assert read or not must_read, f"{row.path} does not read {name}, and the report says so"
            if read:
                tight = known[node.path].tight
                exact += _field_holds(row.path, fields[name], bits, shown, union, tight=tight)
                if node.kind in REORDERING and all(known[path].tight for path in node.inputs):
                    exact += _whole_holds(row.path, fields[name], bits, shown)
    return exact


def by_input(told: ReceptiveField | dict[str, ReceptiveField], seen: Observation) -> Mapping[str, ReceptiveField]:
    """The fields by the names of the network's inputs, of which a report names only several."""
    return told if isinstance(told, dict) else dict.fromkeys(seen.bits, told)


def spreads(node: Node, moving: list[bool]) -> bool:
    """Whether a row's windows are hulls: it spreads places over more places, or cuts unequal bins.

    What reads a whole map already (jump 0 along every axis) cannot be spread.
    """
    if isinstance(node.layer, AdaptiveAvgPool):
        x = node.read[0]
        return any(moving) and any(s % b for s, b in zip(x.sizes, node.layer.output, strict=True))
    return any(moving) and node.kind in SPREADING


def after(node: Node, inputs: list[Knowledge]) -> Knowledge:
    """What is known of a row's output."""
    layer = node.layer
    tight = all(entry.tight for entry in inputs)
    mixed = any(entry.mixed for entry in inputs)
    if node.kind in (*SPREADING, *REORDERING):
        return Knowledge(tight=False, mixed=True)
    if node.kind in ("concat", "space_to_depth") or (isinstance(layer, Pad) and _adds_channels(layer)):
        return Knowledge(tight, mixed=True)
    if isinstance(layer, AdaptiveAvgPool):
        x = node.read[0]
        return Knowledge(tight and all(s % b == 0 for s, b in zip(x.sizes, layer.output, strict=True)), mixed)
    if isinstance(layer, Conv) and layer.connections is not None:
        return Knowledge(tight and not mixed and any(layer.connections), mixed=True)
    if node.kind == "slice":
        return Knowledge(tight and not mixed, mixed)
    if node.kind == "fc" or (isinstance(layer, Conv) and layer.groups == 1):
        return Knowledge(tight, mixed=False)
    return Knowledge(tight, mixed)


def _adds_channels(layer: Pad) -> bool:
    return bool(layer.channels_before or layer.channels_after)


def _field_holds(path: str, field: ReceptiveField, bits: Bits, shown: Seen, union: np.ndarray, *, tight: bool) -> int:
    assert len(field.size) == len(bits.axes), f"{path}: a size for each axis of the input"
    if field.jump is None or field.start is None:
        return _sizes_hold(path, field, bits, union, tight=tight)
    same_axes = union.ndim == len(bits.axes)
    exact = 0
    for place, mask in np.ndenumerate(union):
        for axis in range(len(bits.axes)):
            window = window_at(field, axis, place[axis] if same_axes else 0)
            for unit in {*(shown.masks[place].flat if same_axes and union.ndim else shown.masks.flat)}:
                span = bits.span(unit, axis)
                inside = span is None or (window[0] <= span[0] and span[1] <= window[1])
                assert inside, f"{path} at {place}: reads {span} of axis {axis}, outside of {window}"
            if tight and not mask & PADDING:
                span = bits.span(mask, axis)
                assert span == window, f"{path} at {place}: reads {span} of axis {axis}, not {window}"
                exact += 1
    return exact


def window_at(field: ReceptiveField, axis: int, index: int) -> Span:
    """The first and the last pixel of the window of one place."""
    assert field.jump is not None
    assert field.start is not None
    centre = Fraction(field.start[axis]) + index * Fraction(field.jump[axis])
    half = Fraction(field.size[axis] - 1) / 2
    return centre - half, centre + half


def _sizes_hold(path: str, field: ReceptiveField, bits: Bits, union: np.ndarray, *, tight: bool) -> int:
    """Unequal paths have no common jump; their size is the largest union, which lies at one of the two ends."""
    exact = 0
    for axis, size in enumerate(field.size):
        at_ends: dict[int, int | Fraction] = {}
        for place, mask in np.ndenumerate(union):
            span = bits.span(mask, axis)
            width = 0 if span is None else span[1] - span[0] + 1
            assert width <= size, f"{path} at {place}: reads {width} places of axis {axis}, more than {size}"
            if union.ndim == len(bits.axes) and place[axis] in (0, union.shape[axis] - 1) and not mask & PADDING:
                at_ends[place[axis]] = width
        if tight and union.ndim == len(bits.axes) and len(at_ends) == min(2, union.shape[axis]):
            assert max(at_ends.values()) == size, f"{path}: the largest union of axis {axis} is not {size}"
            exact += len(at_ends)
    return exact


def _whole_holds(path: str, field: ReceptiveField, bits: Bits, shown: Seen) -> int:
    """What only reorders the values of a map: all its units together read the whole map's window."""
    everything = int(np.bitwise_or.reduce(shown.masks, axis=None))
    if everything & PADDING:
        return 0
    for axis in range(len(bits.axes)):
        span, window = bits.span(everything, axis), window_at(field, axis, 0)
        assert span == window, f"{path} reads {span} of axis {axis} as a whole, not {window}"
    return len(bits.axes)


def hulls_are_snug(network: Network, report: Report, seen: Observation) -> None:
    """Where a window is a hull of what is read, some place comes within half a jump of its either end.

    For maps that are long enough to show every phase of the spreading; a drawn network's may be shorter.
    """
    known = dict.fromkeys(network.inputs, WHOLE)
    jumps = {name: (Fraction(1),) * entry.volume.rank for name, entry in network.inputs.items()}
    for node, row in zip(network.nodes, report.layers, strict=True):
        known[node.path] = after(node, [known[name] for name in node.inputs])
        field = row.receptive_field
        if isinstance(field, dict) or field.jump is None:
            continue
        jumps[node.path] = tuple(map(Fraction, field.jump))
        before = jumps.get(node.inputs[0])
        if known[node.path].tight or node.kind in REORDERING or not known[node.inputs[0]].tight or before is None:
            continue
        (bits,) = seen.bits.values()
        for axis in range(len(bits.axes)):
            slack_low, slack_high = _slack(field, bits, seen.rows[row.path].masks, axis)
            half = before[axis] / 2
            assert slack_low < half, f"{row.path}: no place comes nearer than {slack_low} to the low end"
            assert slack_high < half, f"{row.path}: no place comes nearer than {slack_high} to the high end"


def _slack(field: ReceptiveField, bits: Bits, masks: np.ndarray, axis: int) -> Span:
    lows: list[int | Fraction] = []
    highs: list[int | Fraction] = []
    for place, mask in np.ndenumerate(masks):
        span = bits.span(mask, axis)
        if span is not None and not mask & PADDING:
            low, high = window_at(field, axis, place[axis])
            lows.append(span[0] - low)
            highs.append(high - span[1])
    return min(lows), min(highs)
