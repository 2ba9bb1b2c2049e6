"""Lints of what a network sees: receptive fields too small or far too large."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from cnncalc import codes, quantity
from cnncalc.analysis import Network, Node, ReceptiveField, Report, Row
from cnncalc.exact import Exact, ratio
from cnncalc.gate.finding import Finding

MANY_TIMES = 10
"""A receptive field so many times as large as the image sees mostly padding."""


def view_of(network: Network, report: Report) -> Iterator[Finding]:
    """What is to be said of the receptive fields of a network."""
    enough: dict[str, str] = {}
    for row, reader in _last_with_places(network, report):
        for name, field in fields_of(row, report).items():
            size = report.inputs[name][:-1]
            if not size or len(field.size) != len(size):
                continue  # a vector has no places to be seen
            where = "the input" if len(report.inputs) == 1 else f"`{name}`"
            times = _times(field, size)
            yield from _too_small(row, reader, field, size, where)
            if times >= MANY_TIMES:
                if name not in enough:
                    enough[name] = _first_that_sees_all(size, name, report)
                message = (
                    f"each place of {row.path} looks at {quantity.size(field.size)}, "
                    f"{float(times):.1f} times {where}'s {quantity.size(size)}: most of that is padding"
                )
                yield Finding(codes.SEES_TOO_MUCH, row.path, message, f"{enough[name]} already sees all of it")


def _last_with_places(network: Network, report: Report) -> list[tuple[Row, Node]]:
    """The last rows with more than one place, each with the row that gives one answer for all.

    They are found from the outputs upwards. An output that itself has places answers for each of them, and sees for
    each what it should: then there is no such row.
    """
    found: dict[str, Node] = {}
    seen: set[str] = set()
    waiting = list(report.outputs)
    while waiting:
        node = network.by_path.get(waiting.pop())
        if node is None or node.path in seen or node.volume.places > 1:
            continue
        seen.add(node.path)
        for tensor, volume in zip(node.inputs, node.read, strict=True):
            if volume.places == 1:
                waiting.append(tensor)
            elif tensor in network.by_path:
                found.setdefault(tensor, node)
    return [(report.by_path[path], node) for path, node in sorted(found.items())]


def fields_of(row: Row, report: Report) -> dict[str, ReceptiveField]:
    """What a row sees of each input."""
    seen = row.receptive_field
    return seen if isinstance(seen, dict) else {next(iter(report.inputs)): seen}


def _too_small(row: Row, reader: Node, field: ReceptiveField, size: tuple[int, ...], where: str) -> Iterator[Finding]:
    """Places that see only a part of the image.

    A fully connected layer weighs every place by itself and so may put halves together; a mean over all places cannot.
    """
    if _times(field, size) * (1 if reader.layer.pools else 2) >= 1:
        return
    share = quantity.percent(prod(map(min, field.size, size)), prod(size))  # of the image's places
    message = (
        f"each place of {row.path} sees {quantity.size(field.size)} of {where}'s {quantity.size(size)} "
        f"({share}), and {reader.path} gives one answer for all"
    )
    helps = _growth(row, field, size)
    yield Finding(codes.SEES_TOO_LITTLE, row.path, message, "the last layer that still has places", helps)


def _growth(row: Row, field: ReceptiveField, size: tuple[int, ...]) -> tuple[str, ...]:
    """How many further 3x3 convolutions would see the whole image."""
    if field.jump is None or not all(field.jump):
        return ()
    each = tuple(2 * jump for jump in field.jump)
    missing = max(-(-(whole - seen) // grown) for whole, seen, grown in zip(size, field.size, each, strict=True))
    convolutions = quantity.plural(missing, f"{quantity.size((3,) * len(size))} convolution")
    return (f"{convolutions} with padding 1 after {row.path} would see all of it; each adds {quantity.size(each)}",)


def _times(field: ReceptiveField, size: tuple[int, ...]) -> Exact:
    """How many times as large as the image a window is, along the axis where that is least."""
    return min(map(ratio, field.size, size))


def _first_that_sees_all(size: tuple[int, ...], name: str, report: Report) -> str:
    """The first row whose receptive field covers the image."""
    for row in report.layers:
        field = fields_of(row, report).get(name)
        if field is not None and len(field.size) == len(size) and _times(field, size) >= 1:
            return row.path
    return report.layers[-1].path
