"""A lint of branches that look beside each other, unless what moves one of them is meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cnncalc import codes, quantity
from cnncalc.analysis import Network, Node, Report, Row
from cnncalc.analysis.field import MISALIGNED
from cnncalc.analysis.sliding import padding_word
from cnncalc.exact import Exact, ratio
from cnncalc.gate.finding import Finding
from cnncalc.gate.lints_view import fields_of

TIME = ("length", "depth")
"""The axes along which a network may look back only."""

STEPS = {"length": "sample", "depth": "frame", "height": "pixel", "width": "pixel"}
"""In what a distance along each axis is counted."""


class Centre(NamedTuple):
    """Where along an axis the first window is centred, apart from what is meant; whether it looks back only."""

    at: Exact
    causal: bool = False


Centres = tuple[Centre, ...]


def misaligned(network: Network, report: Report) -> Iterator[Finding]:
    """Joins whose inputs look at different places of the input from the same place."""
    rows = [
        (row, name)
        for row in report.layers
        for name, field in fields_of(row, report).items()
        if field.paths == MISALIGNED
    ]
    if not rows:
        return
    centres = {name: _centres(name, network, report) for name in dict.fromkeys(name for _, name in rows)}
    for row, name in rows:
        found = [centres[name][tensor] for tensor in row.inputs if tensor in centres[name]]
        if len({tuple(centre.at for centre in each) for each in found}) > 1:
            yield _beside(row, name, network, report)


def _centres(name: str, network: Network, report: Report) -> dict[str, Centres]:
    """The centres of every tensor that sees an input, as if each shift that is meant had not happened."""
    rank = len(report.inputs[name]) - 1
    centres: dict[str, Centres] = {name: (Centre(0),) * rank}
    jumps: dict[str, tuple[Exact, ...] | None] = {name: (1,) * rank}
    for node in network.nodes:
        field = fields_of(report.by_path[node.path], report).get(name)
        jumps[node.path] = field.jump if field else None
        tensor = next((tensor for tensor in node.inputs if tensor in centres), None)
        if tensor is not None:
            centres[node.path] = _moved(centres[tensor], jumps[tensor], node)
    return centres


def _moved(centres: Centres, jumps: tuple[Exact, ...] | None, node: Node) -> Centres:
    """Where the windows stand behind a layer, a shift that is meant left out.

    Meant are `same`, whose larger side depends on the size alone; a padding before an axis and none after it, as causal
    convolutions have it; and what is then cut off one end, or off one end of a sequence or of a clip's frames. Each
    counts as if both sides had half of it.
    """
    steps = () if node.layer.reads_whole_map else node.layer.field(node.read[0])
    if jumps is None or not len(steps) == len(jumps) == len(centres) or padding_word(node) == "same":
        return centres
    found = []
    for axis, (centre, jump, step) in enumerate(zip(centres, jumps, steps, strict=True)):
        before, after = _sides(node, axis)
        leads = before > 0 and after == 0
        causal = centre.causal or leads
        cut = min(before, after) < 0 and before * after == 0 and (causal or node.read[0].axes[axis] in TIME)
        meant = ratio(before - after, 2) if leads or cut else 0
        found.append(Centre(centre.at + (step.shift + meant) * jump, causal))
    return tuple(found)


def _sides(node: Node, axis: int) -> tuple[Exact, Exact]:
    """What a layer adds before and after an axis, in places that it reads; below 0 where it cuts off."""
    x, layer = node.read[0], node.layer
    windows = layer.windows(x)
    if windows:
        window = windows[axis]
        sides = window.before, window.after
        return (ratio(-sides[0], window.stride), ratio(-sides[1], window.stride)) if layer.scatters else sides
    lead = -layer.field(x)[axis].shift
    return lead, node.volume[axis] - x[axis] - lead


def _beside(row: Row, name: str, network: Network, report: Report) -> Finding:
    starts = {}
    for tensor in row.inputs:
        seen = report.by_path.get(tensor)
        field = fields_of(seen, report).get(name) if seen else None
        # The network's own input looks at itself: place 0 at its own first place.
        start = field.start if field else (0,) * len(report.inputs[name][:-1]) if tensor == name else None
        if start is not None:
            starts[tensor] = start
    centres = ", ".join(f"{tensor} at {_place(start)}" for tensor, start in starts.items())
    apart = _apart(list(starts.values()), network.inputs[name].volume.axes)
    message = f"the branches of {row.path} are misaligned" + (f" by {apart}" if apart else "")
    note = f"their first windows are centred: {centres}" if apart else ""
    others = tuple((tensor, f"centred at {_place(start)}") for tensor, start in starts.items() if tensor != name)
    return Finding(codes.MISALIGNED_BRANCHES, row.path, message, note, (), others if apart else ())


def _place(start: tuple[Exact, ...]) -> str:
    return "x".join(quantity.shortest(value) for value in start)


def _apart(starts: list[tuple[Exact, ...]], axes: tuple[str, ...]) -> str:
    """By how much the starts differ, at most, along the axis on which they differ most."""
    if len(starts) < 2:
        return ""
    apart = [max(column) - min(column) for column in zip(*starts, strict=True)]
    widest = max(apart)
    noun = STEPS[axes[apart.index(widest)]]
    return f"{quantity.shortest(widest)} {noun}{'s' if widest != 1 else ''}"
