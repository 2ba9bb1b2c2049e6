"""Projective fields held against runs: the places that a pixel reaches are those that are made from it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

import cnncalc
from cnncalc.analysis.counting import fields_of
from cnncalc.analysis.field import Field
from cnncalc.derivation.reaches import Turns, inverted
from cnncalc.network import Network
from tests.agreement.counting import PADDING, Bits, observe
from tests.agreement.effort import effort
from tests.agreement.examples import EXAMPLES
from tests.agreement.reading import WHOLE, after
from tests.agreement.strategies import specs


def reaches_hold(network: Network) -> int:
    """Require of each row and pixel that no other places are made from it; how often they are known to be all."""
    seen, fields = observe(network), fields_of(network)
    known = dict.fromkeys(network.inputs, WHOLE)
    held = 0
    for node in network.nodes:
        known[node.path] = after(node, [known[name] for name in node.inputs])
        masks = seen.rows[node.path].masks
        for name, field in fields[node.path].items():
            bits, sizes = seen.bits[name], node.volume.sizes
            if sizes and len(sizes) == len(field.axes):
                union = np.bitwise_or.reduce(masks, axis=-1)
                held += sum(_axis_holds(field, bits, union, axis, known[node.path].tight) for axis in range(len(sizes)))
    return held


def _axis_holds(field: Field, bits: Bits, union: np.ndarray, axis: int, tight: bool) -> int:  # as it is
    """The pixels of one axis; what is in the masks of a place of that axis is seen at any place of the others."""
    offset, size = bits.axes[axis]
    every = np.bitwise_or.reduce(np.moveaxis(union, axis, 0).reshape(union.shape[axis], -1), axis=-1)
    pixels = [int(mask) >> offset & ((1 << size) - 1) for mask in every]
    filled = tight and not any(mask & PADDING or _has_gaps(seen) for mask, seen in zip(every, pixels, strict=True))
    filled = filled and all(all(axis) for axis in field.axes)
    turns = inverted(field.axes[axis], len(pixels))
    held = 0
    for pixel in range(size):
        made = {place for place, seen in enumerate(pixels) if seen >> pixel & 1}
        ranges = [_places(turn, pixel) for turn in turns]
        assert all(any(first <= place <= last for first, last, _ in ranges) for place in made), (pixel, made, ranges)
        if len(ranges) == 1 and filled:
            ((first, last, many),) = ranges
            if first <= last and first >= 0 and last < len(pixels):
                assert {min(made), max(made)} == {first, last}
                assert len(made) == many
                held += 1
    return held


def _has_gaps(seen: int) -> bool:
    """Whether a mask lacks a pixel between its first and its last."""
    return bool(seen) and (seen // (seen & -seen) + 1) & (seen // (seen & -seen)) != 0


def _places(turn: Turns, pixel: int) -> tuple[int, int, int]:
    """The first place that a pixel reaches, the last, and how many."""
    ahead, residue = divmod(pixel, turn.pixels) if turn.pixels else (0, pixel)
    for part in turn.parts:
        if part.start <= residue <= part.end:
            return part.first + ahead * turn.places, part.last + ahead * turn.places, part.places
    return 0, -1, 0


@pytest.mark.parametrize("title", EXAMPLES)
def test_a_pixel_of_an_example_reaches_what_is_made_from_it(title):
    reaches_hold(cnncalc.loads(EXAMPLES[title]))


def test_a_pixel_of_a_drawn_network_reaches_what_is_made_from_it():
    held: list[int] = []

    @effort(1)
    @given(specs())
    def collect(text: str) -> None:
        held.append(reaches_hold(cnncalc.loads(text)))

    collect()
    assert sum(held) >= len(held), f"{sum(held)} pixels in {len(held)} networks"
