"""A projective field as a subject: what one pixel reaches, along each axis and by its residue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

from cnncalc import quantity
from cnncalc.derivation.reaches import Along, Projection, Reached, Turns
from cnncalc.render.document import Block, Code, Document, Heading
from cnncalc.render.subjects import Subject
from cnncalc.render.terminal import paired

SCHEMA = "cnncalc.reaches/1"
FAR = "note: far from the borders; what is no place of the map is not reached"
WINDOWS = "note: a place is reached where its window holds the pixel; dilation and wide strides leave gaps in windows"
HULL = "note: of a hull: a pixel reaches at most so many places"


class Projected(Subject):
    """What one pixel of the input reaches of a layer, and of each output."""

    projection: Projection

    def document(self, _: str) -> Document:
        """A block for each tensor."""
        found: list[Sequence[Block]] = []
        for place, reached in enumerate(self.projection.reached):
            title = f"{reached.path}: what one pixel of {reached.source} reaches"
            lines = [f"  {line}" for line in _lines(reached)]
            found.append([Heading([title], 3 if place else 2), Code(lines, flow=True)])
        return found or [[Heading([f"{self.projection.path}: no place of an input reaches it"], 2)]]

    def facts(self) -> dict[str, Any]:
        """Pixel k x `pixels` + a part's `from` reaches from place k x `places` + `first` to k x `places` + `last`."""
        return {
            "schema": SCHEMA,
            "network": self.projection.network,
            "path": self.projection.path,
            "reached": [_facts(reached) for reached in self.projection.reached],
        }


def _facts(reached: Reached) -> dict[str, Any]:
    smallest, largest = reached.counts
    axes = {along.axis: {"places": along.places, "turns": list(map(_turn, along.turns))} for along in reached.axes}
    return {
        "path": reached.path,
        "input": reached.source,
        "exact": reached.exact,
        "smallest": smallest,
        "largest": largest,
        "axes": axes,
    }


def _turn(turn: Turns) -> dict[str, Any]:
    parts = [
        {"from": part.start, "to": part.end, "first": part.first, "last": part.last, "places": part.places}
        for part in turn.parts
    ]
    return {"pixels": turn.pixels, "places": turn.places, "parts": parts, "most": turn.most}


def _lines(reached: Reached) -> list[str]:
    alike: dict[tuple[str, ...], list[str]] = {}
    for along in reached.axes:
        alike.setdefault(tuple(_along(along)), []).append(along.axis)
    pairs = []
    for texts, axes in alike.items():
        pairs += [("" if place else " and ".join(axes), text) for place, text in enumerate(texts)]
    every = prod(along.places for along in reached.axes)
    smallest, largest = reached.counts
    count = f"{largest:,}" if smallest == largest else f"{smallest:,} to {largest:,}"
    total = f"{count if reached.exact else f'at most {largest:,}'} of {quantity.plural(every, 'place')}"
    return [*paired([*pairs, ("in all", total)]), FAR, WINDOWS if reached.exact else HULL]


def _along(along: Along) -> Iterator[str]:
    """A line for each residue of the pixel that fares by itself."""
    for turn in along.turns:
        if not turn.parts:
            yield f"at most {quantity.plural(turn.most, 'place')}"
        for part in turn.parts:
            if not turn.pixels:
                yield f"pixels {part.start} to {part.end}: all of {quantity.plural(along.places, 'place')}"
                continue
            pixels = _span("pixel", turn.pixels, part.start, part.end)
            places = _span("place", turn.places, part.first, part.last)
            yield f"{pixels}: {places}, {quantity.plural(part.places, 'place')}"


def _span(noun: str, each: int, first: int, last: int) -> str:
    """Such as `pixels 8k + 1 to 8k + 7`."""
    return f"{noun} {_at(each, first)}" if first == last else f"{noun}s {_at(each, first)} to {_at(each, last)}"


def _at(each: int, offset: int) -> str:
    turn = "k" if each == 1 else f"{each}k"
    return f"{turn} {'-' if offset < 0 else '+'} {abs(offset)}" if offset else turn
