"""Every range of every parameter, from both sides: the last value that is taken, and the first that is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest

from cnncalc.codes import OUT_OF_RANGE
from cnncalc.layers import KINDS, Parameter
from cnncalc.layers.activation import FUNCTIONS
from cnncalc.layers.schema import Count, Padding, Real, Size
from cnncalc.problem import Problem

LARGEST = 2**31 - 1
"""What a dimension may be: NumPy and the frameworks count places in 32 bits."""

FROM_NOTHING = {
    ("conv_transpose", "output_padding"), ("slice", "start"), ("pad", "channels_before"), ("pad", "channels_after"),
    *(("crop", side) for side in ("top", "bottom", "left", "right", "front", "back")),
}  # fmt: skip
"""What may be 0; all other counts and sizes begin at 1."""

SHARE, SMALL = (0.0, 1.0), (5e-324, 1.0)
REALS: dict[tuple[str, str], tuple[float, float]] = {
    ("dropout", "rate"): SHARE,
    **dict.fromkeys(((f"{norm}_norm", "eps") for norm in ("batch", "layer", "group", "instance")), SMALL),
}
"""The smallest and the largest number that is taken; all other numbers may be any."""

EVERY = [(kind, entry) for kind, known in KINDS.items() for entry in known.parameters.values()]
EVERY += [(name, entry) for name, parameters in FUNCTIONS.items() for entry in parameters]


def of(*types: type) -> Any:
    """The parameters of some types."""
    chosen = [(kind, entry) for kind, entry in EVERY if isinstance(entry.type, types)]
    return pytest.mark.parametrize(
        ("kind", "entry"), chosen, ids=[f"{kind} {entry.name} {number}" for number, (kind, entry) in enumerate(chosen)]
    )


def taken(entry: Parameter, value: Any) -> bool:
    """Whether a value is in the parameter's range; whatever else is wrong with it is a fault of this test."""
    try:
        entry.type.normal(value, 2, entry.name)
    except Problem as problem:
        if problem.code != OUT_OF_RANGE:
            raise
        return False
    return True


@of(Count, Size)
def test_a_count_has_a_least_and_a_largest_value(kind: str, entry: Parameter) -> None:
    least = 0 if (kind, entry.name) in FROM_NOTHING else 1
    assert [taken(entry, value) for value in (least - 1, least, LARGEST, LARGEST + 1)] == [False, True, True, False]


@of(Padding)
def test_padding_begins_at_none(kind: str, entry: Parameter) -> None:
    assert [taken(entry, value) for value in (-1, 0, LARGEST, LARGEST + 1)] == [False, True, True, False]


@of(Real)
def test_a_number_has_the_range_that_its_definition_allows(kind: str, entry: Parameter) -> None:
    if (kind, entry.name) not in REALS:
        assert all(taken(entry, value) for value in (-1e300, -1.0, 0.0, 1.0, 1e300))
        return
    least, most = REALS[kind, entry.name]
    assert [taken(entry, value) for value in (least, most)] == [True, True]
    assert not taken(entry, math.nextafter(least, -math.inf))
    assert not taken(entry, math.nextafter(most, math.inf))


def test_every_range_that_is_stated_is_that_of_a_parameter() -> None:
    names = {(kind, entry.name) for kind, entry in EVERY}
    assert {*FROM_NOTHING, *REALS} <= names
