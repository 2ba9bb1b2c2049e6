"""Every algorithm for a convolution computes what the reference computes, to within its own bound.

`MEASURED` says what they are off by on usual data in float32 (u = 6e-8), as shares of the largest value.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.executor.fast.draft import MAKERS
from tests.agreement.bounded import SINGLE
from tests.agreement.cuts import CUTS, cut
from tests.agreement.effort import effort
from tests.agreement.examples import EXAMPLES
from tests.agreement.running import Oracle, algorithms, require_within_bounds
from tests.agreement.strategies import specs
from tests.agreement.strategies_convolutions import FAMILIES, convolutions

DTYPES = (np.float32, np.float64)
KEEPS = ("all", "outputs")
"""Rows that are kept are computed by themselves; where only outputs are, norms and activations are done in passing."""


def test_every_algorithm_has_a_family_of_convolutions_to_be_drawn():
    assert set(FAMILIES) == {*MAKERS, "phases", "scattering"}


@lru_cache(maxsize=512)
def oracle_of(text: str) -> Oracle:
    """What the reference says of a network; it is asked once however often the executor is broken."""
    return Oracle(cnncalc.loads(text))


def computes_the_reference(text: str, algorithm: str, way: str = "as planned", threads: int | None = None) -> bool:
    """Hold a network to the algorithm's bounds in every dtype and whatever is kept; False where it cannot be used."""
    oracle = oracle_of(text)
    with cut(way, algorithm):
        used = algorithm in algorithms(oracle.network, np.float32, algorithm, "all").values()
        for dtype in DTYPES if used else ():
            for keep in KEEPS:
                require_within_bounds(oracle.compared(dtype, algorithm, keep, threads))
    return used


@pytest.mark.parametrize("algorithm", FAMILIES)
def test_every_example_is_within_the_bounds_of(algorithm):
    used = {title for title, text in EXAMPLES.items() if computes_the_reference(text, algorithm)}
    assert used, f"no example is computed by {algorithm}"


@pytest.mark.parametrize("algorithm", FAMILIES)
def test_drawn_networks_are_within_the_bounds_of(algorithm):
    used = []

    @effort(2 if algorithm.startswith("winograd") else 1)  # 3x3, stride 1, on images: they are rare
    @given(st.one_of(specs(), specs("conv")))
    def drawn(text):
        used.append(computes_the_reference(text, algorithm))

    drawn()
    assert any(used), f"no drawn network is computed by {algorithm}"


@pytest.mark.parametrize("algorithm", FAMILIES)
def test_a_convolution_however_cut_is_within_the_bounds_of(algorithm):
    @effort(1 / 2)
    @given(convolutions(algorithm), st.sampled_from(sorted(CUTS)), st.integers(1, 3))
    def drawn(text, way, threads):
        assert computes_the_reference(text, algorithm, way, threads), f"{algorithm} was not used"

    drawn()


@pytest.mark.parametrize("way", CUTS)
def test_the_default_choice_however_cut_is_within_its_bounds(way):
    @effort(1 / 4)
    @given(specs())
    def drawn(text):
        oracle = Oracle(cnncalc.loads(text))
        with cut(way):
            require_within_bounds(oracle.compared(keep="outputs", threads=2))

    drawn()


class Measured(NamedTuple):
    """The median and the largest error, and the median bound, as shares of the largest value."""

    typical: float
    worst: float
    bound: float


CONV = "{{input: 16x16x64, layers: [conv: {{filters: 64, kernel: {}, padding: half}}]}}"
MEASURED: dict[str, tuple[str, Measured]] = {
    "columns": (CONV.format(3), Measured(4e-8, 7e-7, 1.3e-4)),
    "pointwise": (CONV.format(1), Measured(1.7e-8, 2.5e-7, 6e-6)),
    "winograd2": (CONV.format(3), Measured(3.5e-8, 3e-7, 1.4e-4)),
    "winograd4": (CONV.format(3), Measured(1e-7, 1.3e-6, 1.1e-3)),
    "depthwise": ("{input: 16x16x64, layers: [depthwise: 3x3 pad 1]}", Measured(7e-9, 1.2e-7, 3.5e-7)),
    "fourier": ("{input: 16x16x64, layers: [depthwise: 11x11 pad 5]}", Measured(1e-8, 9e-8, 4.5e-5)),
    "connected columns": (
        "{input: 16x16x3, layers: [conv: {filters: 2, kernel: 5, connections: [[0, 1, 2], [0, 2]]}]}",
        Measured(1.1e-8, 8.5e-8, 8e-6),
    ),
    "phases": (
        "{input: 8x8x64, layers: [conv_transpose: {filters: 64, kernel: 4, stride: 2, padding: 1}]}",
        Measured(2.7e-8, 7e-7, 1.7e-4),
    ),
    "scattering": (
        "{input: 8x8x64, layers: [conv_transpose: {filters: 64, kernel: 4, stride: 2, padding: 1}]}",
        Measured(2.7e-8, 7e-7, 1.7e-4),
    ),
}
"""Typical error, worst error and bound of each algorithm; another BLAS may round in another order."""


def measured(algorithm: str, dtype: Any) -> Measured:
    with cut("as planned", algorithm):
        (row,) = Oracle(cnncalc.loads(MEASURED[algorithm][0])).compared(dtype, algorithm)
    largest = np.max(np.abs(row.expected))
    error = np.abs(row.computed - row.expected)
    return Measured(*(float(share / largest) for share in (np.median(error), np.max(error), np.median(row.bound))))


@pytest.mark.parametrize("algorithm", FAMILIES)
def test_the_errors_are_those_of_the_table(algorithm):
    table, now = MEASURED[algorithm][1], measured(algorithm, np.float32)
    assert all(1 / 6 < seen / said < 4 for seen, said in zip(now, table, strict=True)), now


@pytest.mark.parametrize("algorithm", FAMILIES)
def test_float64_is_as_much_better_as_its_unit_roundoff(algorithm):
    table, now = MEASURED[algorithm][1], measured(algorithm, np.float64)
    assert now.worst < 8 * table.worst * 2.0**-29
    assert now.bound < 16 * table.bound * 2.0**-29


@pytest.mark.parametrize("algorithm", FAMILIES)
def test_no_bound_is_so_wide_that_it_says_nothing(algorithm):
    _, worst, bound = MEASURED[algorithm][1]
    assert SINGLE < worst < bound < 1e-2
