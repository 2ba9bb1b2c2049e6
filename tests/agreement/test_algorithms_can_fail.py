"""The second law for algorithms: whatever is broken in one place, the tests of `test_algorithms.py` notice."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cnncalc.executor.fast.algorithms import fourier, toom_cook, winograd
from tests.agreement.breaks import ANY, ENDINGS, Break, breaks, ending_with
from tests.agreement.cuts import CUTS
from tests.agreement.examples import EXAMPLES
from tests.agreement.strategies_convolutions import FAMILIES, convolutions
from tests.agreement.test_algorithms import computes_the_reference
from tests.agreement.test_algorithms_not_finite import TILES, reaches_exactly, stays_in_its_tile

BREAKS = {found.title: found for found in breaks()}
NETWORKS = 30


@cache
def cases(algorithm: str) -> list[tuple[str, str]]:
    """What `test_algorithms.py` draws first, each with a way to cut it."""
    drawn: list[tuple[str, str]] = []

    @settings(max_examples=NETWORKS, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=True)
    @given(convolutions(algorithm), st.sampled_from(sorted(CUTS)))
    def draw(text, way):
        drawn.append((text, way))

    draw()
    return drawn


def noticed(algorithm: str) -> bool:
    """Whether some network is no longer within its bounds, or cannot be run at all."""
    examples = [(text, "as planned") for text in EXAMPLES.values()]
    for text, way in [*examples, *cases(algorithm)]:
        try:
            computes_the_reference(text, algorithm, way)
        except Exception:  # noqa: BLE001  # a fault is noticed as well as a wrong number is
            return True
    return False


@pytest.mark.parametrize("algorithm", FAMILIES)
def test_nothing_is_noticed_while_nothing_is_broken_in(algorithm):
    assert not noticed(algorithm)


@pytest.mark.parametrize("title", BREAKS)
def test_it_is_noticed_when(title, monkeypatch):
    broken: Break = BREAKS[title]
    by = FAMILIES if broken.algorithm == ANY else (broken.algorithm,)
    for algorithm in by:
        cases(algorithm)
    broken.apply(monkeypatch)
    assert any(map(noticed, by))


def not_finite_is_noticed(algorithm: str) -> bool:
    """Whether in some network a NaN reaches what it may not reach, or is lost."""
    for number, (text, way) in enumerate(cases(algorithm)):
        try:
            if algorithm in TILES:
                stays_in_its_tile(text, algorithm, way, math.nan, number)
            else:
                reaches_exactly(text, algorithm, way, math.nan, number)
        except Exception:  # noqa: BLE001  # a fault is noticed as well
            return True
    return False


@pytest.mark.parametrize("algorithm", FAMILIES)
def test_no_nan_is_noticed_while_nothing_is_broken_in(algorithm):
    assert not not_finite_is_noticed(algorithm)


@pytest.mark.parametrize("what", ENDINGS)
@pytest.mark.parametrize("algorithm", FAMILIES)
def test_it_is_noticed_that_an_algorithm(algorithm, what, monkeypatch):
    cases(algorithm)
    ending_with(algorithm, ENDINGS[what], monkeypatch)
    assert not_finite_is_noticed(algorithm)


def test_it_is_noticed_that_a_transform_meets_a_nan(monkeypatch):
    cases("fourier")
    monkeypatch.setattr(fourier.Fourier, "by_taps", lambda self, windows, weight: np.float32(0.0))
    assert not_finite_is_noticed("fourier")


def test_it_is_noticed_that_a_tile_is_larger_than_said(monkeypatch):
    monkeypatch.setitem(TILES, "winograd4", 3)
    assert not_finite_is_noticed("winograd4")


SMALL = "{input: 7x6x2, layers: [conv: {filters: 3, kernel: 3, padding: 1}]}"


@pytest.mark.parametrize("name", ["input", "kernel", "output"])
@pytest.mark.parametrize("outputs", [2, 4])
def test_an_entry_of_a_matrix_that_is_off_by_a_64th_is_noticed(outputs, name, monkeypatch):
    exact = toom_cook.matrices
    survivors = []
    for place in [
        tuple(map(int, place)) for place in zip(*getattr(exact(outputs, "float64"), name).nonzero(), strict=True)
    ]:

        def off(outputs: int, dtype: str, place: Any = place) -> Any:
            matrices = exact(outputs, dtype)
            matrix = getattr(matrices, name).copy()
            matrix[place] += 1 / 64
            return matrices._replace(**{name: matrix})

        monkeypatch.setattr(winograd, "matrices", off)
        try:
            computes_the_reference(SMALL, f"winograd{outputs}")
        except AssertionError:
            continue
        survivors.append(place)
    assert not survivors
