"""NaN and infinity reach what they reach in the reference, and but for Winograd's tiles nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import cnncalc
from cnncalc.executor import fast, reference
from cnncalc.executor.fast import draft
from cnncalc.layers.conv import Convolving
from cnncalc.network import Network
from tests.agreement.cuts import CUTS, cut
from tests.agreement.effort import effort
from tests.agreement.examples import EXAMPLES
from tests.agreement.running import Arrays, algorithms, material
from tests.agreement.strategies_convolutions import FAMILIES, convolutions
from tests.agreement.test_fast import reaches_as_far

VALUES = (np.nan, np.inf, -np.inf)
ways, values = st.sampled_from(sorted(CUTS)), st.sampled_from(VALUES)
TILES = {"winograd2": 2, "winograd4": 4}
EXACT = [algorithm for algorithm in FAMILIES if algorithm not in TILES]


@contextmanager
def only(algorithm: str, way: str = "as planned") -> Iterator[None]:
    """Where nothing but that algorithm may be one that spreads what is not finite."""
    with cut(way, algorithm) as patch:
        patch.setattr(
            draft,
            "MAKERS",
            {name: maker for name, maker in draft.MAKERS.items() if name not in {*TILES} - {algorithm}},
        )
        yield


def stained(network: Network, value: float, seed: int) -> tuple[Arrays, Arrays]:
    """Images, the first of each input with the value in one place, and weights."""
    images, weights = material(network, seed)
    generator = np.random.default_rng(seed)
    for array in images.values():
        array[0].flat[generator.integers(array[0].size)] = value
    return images, weights


def kinds(values: NDArray) -> NDArray[np.int_]:
    """0 where a value is finite, 1 and -1 where it is infinite, 2 where it is NaN."""
    return np.where(np.isnan(values), 2, np.where(np.isinf(values), np.sign(values), 0)).astype(int)


def test_only_winograd_spreads():
    assert set(TILES) < set(FAMILIES)
    with only("winograd2"):
        assert set(draft.MAKERS) & set(TILES) == {"winograd2"}


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("algorithm", FAMILIES)
def test_nothing_is_lost_on_any_example_by(algorithm, value):
    for text in EXAMPLES.values():
        network = cnncalc.loads(text)
        with cut("as planned", algorithm):
            if algorithm in algorithms(network, np.float32, algorithm, "all").values():
                reaches_as_far(network, value, forced=algorithm)


def reaches_exactly(text: str, algorithm: str, way: str, value: float, seed: int, keep: str = "all") -> None:
    """Require what is not finite where the reference shows it, of the same kind, and nowhere else."""
    network = cnncalc.loads(text)
    images, weights = stained(network, value, seed)
    expected = reference.run(network, images, weights, keep=keep)
    with only(algorithm, way):
        computed = fast.run(network, images, weights, keep=keep, forced=algorithm, threads=2)
    for path in expected:
        assert np.array_equal(kinds(computed[path]), kinds(expected[path])), path
        assert np.isfinite(expected[path][1]).all()


@pytest.mark.parametrize("algorithm", EXACT)
def test_what_is_not_finite_reaches_exactly_what_it_reaches_by_definition_with(algorithm):
    @effort(2 / 3)
    @given(convolutions(algorithm), ways, values, st.integers(0, 9), st.sampled_from(["all", "outputs"]))
    def drawn(text, way, value, seed, keep):
        reaches_exactly(text, algorithm, way, value, seed, keep)

    drawn()


def near(places: NDArray[np.bool_], distance: int) -> NDArray[np.bool_]:
    """The places of a map that are no further than that along each axis from one that is marked."""
    reached = np.zeros_like(places)
    for row, column in np.argwhere(places):
        reached[
            max(0, row - distance) : row + distance + 1,
            max(0, column - distance) : column + distance + 1,
        ] = True
    return reached


def in_tiles(
    pixels: NDArray[np.bool_], before: Sequence[int], places: tuple[int, ...], outputs: int
) -> NDArray[np.bool_]:
    """The places of the tiles that read a marked pixel; a tile reads two more pixels than it has places."""
    reached = np.zeros(places, bool)
    for row, column in np.argwhere(pixels):
        for place in np.ndindex(*places):
            first = [index // outputs * outputs - lead for index, lead in zip(place, before, strict=True)]
            inside = [0 <= at - start < outputs + 2 for at, start in zip((row, column), first, strict=True)]
            reached[place] |= all(inside)
    return reached


def convolution_of(network: Network) -> Convolving:
    """The convolution that everything is drawn around."""
    layer = network["c"].layer
    assert isinstance(layer, Convolving)
    return layer


def stays_in_its_tile(text: str, algorithm: str, way: str, value: float, seed: int) -> bool:
    """Require what is not finite where the reference shows it, and nowhere beyond its tiles; whether it spread."""
    network = cnncalc.loads(text)
    images, weights = stained(network, value, seed)
    expected = reference.run(network, images, weights, keep=["x", "c"])
    with only(algorithm, way):
        computed = fast.run(network, images, weights, keep=["x", "c"], forced=algorithm, threads=2)
    seen, lost = (~np.isfinite(trace["c"][0]) for trace in (expected, computed))
    assert (lost >= seen).all(), "something is lost"
    before = [window.before for window in convolution_of(network).windows(network["c"].read[0])]
    pixels = (~np.isfinite(expected["x"][0])).any(-1)
    allowed = in_tiles(pixels, before, network["c"].volume.sizes, TILES[algorithm])
    assert (lost.any(-1) <= allowed).all(), "it leaves its tiles"
    assert (lost.any(-1) <= near(seen.any(-1), TILES[algorithm] - 1)).all()
    assert np.isfinite(computed["c"][1]).all(), "it reaches another image"
    return bool(lost.sum() > seen.sum())


@pytest.mark.parametrize("algorithm", TILES)
def test_what_is_not_finite_stays_in_its_tile_with(algorithm):
    spread = []

    @effort(1)
    @given(convolutions(algorithm), ways, values, st.integers(0, 9))
    def drawn(text, way, value, seed):
        spread.append(stays_in_its_tile(text, algorithm, way, value, seed))

    drawn()
    assert any(spread), "no tile was larger than what it spoils"
