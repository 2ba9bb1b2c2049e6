"""What runs well within a limit of memory also runs there with every map kept: the same values in more passes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.executor import fast, init_weights
from cnncalc.executor.fast.strips.passes import Passes
from cnncalc.executor.fast.strips.strips import Strips
from cnncalc.executor.files.rows import ArrayRows
from cnncalc.executor.memory import MemoryRefusal
from cnncalc.network import Network
from tests.agreement.effort import effort
from tests.agreement.strategies import specs
from tests.executor.fast.strips.test_strips import Collected, image_for

NETWORKS = [("lenet5", None), ("unet_small", None), ("edges", (120, 90, 1))]


def least_limit(network: Network) -> int:
    """Nearly the fewest bytes within which a network runs while nothing but its outputs is kept."""
    weights = init_weights(network)
    refused, enough = 0, fast.needed(network, 1, np.float64, threads=1)
    runs = enough.activations + enough.scratch
    while runs - refused > refused // 20 + 1:
        middle = (refused + runs) // 2
        try:
            Strips(network, weights, middle, np.float64, threads=1)
        except MemoryRefusal:
            refused = middle
        else:
            runs = middle
    return runs


def require_all_kept(network: Network, limit: int) -> Passes:
    weights, image = init_weights(network), image_for(network)
    kept = [node.path for node in network.inference]
    passes = Passes(network, weights, limit, np.float64, threads=1, keep=kept)
    assert passes.peak_bytes <= limit
    sinks = {row: Collected(network.volume(row)) for row in kept}
    told: list[tuple[int, int]] = []
    sources = {name: ArrayRows(array) for name, array in image.items()}
    passes.run(sources, sinks, progress=lambda done, total: told.append((done, total)))
    assert told == [(number, passes.strips) for number in range(1, passes.strips + 1)]
    given_ = {name: array[None] for name, array in image.items()}
    expected = fast.run(network, given_, weights, keep=kept, dtype=np.float64)
    for row, sink in sinks.items():
        np.testing.assert_allclose(sink.whole, expected[row][0], rtol=1e-9, atol=1e-9, equal_nan=True)
    return passes


@pytest.mark.parametrize(("name", "size"), NETWORKS)
def test_a_twentieth_above_the_least_limit_is_enough_to_keep_all_maps(name: str, size: tuple[int, ...] | None) -> None:
    network = cnncalc.load(name, inputs={"input": size} if size else None)
    limit = 21 * least_limit(network) // 20  # at the very least, unet_small cannot keep each of its maps
    with pytest.raises(MemoryRefusal):
        Strips(network, init_weights(network), limit, np.float64, keep=[node.path for node in network.inference])
    assert len(require_all_kept(network, limit).passes) > 1


@effort(1 / 4)
@given(specs(), st.floats(0.2, 1.0))
def test_drawn_networks_keep_all_maps_wherever_they_run(text: str, share: float) -> None:
    network = cnncalc.loads(text)
    need = fast.needed(network, 1, np.float64, threads=1)
    limit = int(share * (need.activations + need.scratch))
    try:
        Strips(network, init_weights(network), limit, np.float64)
    except MemoryRefusal:
        return
    require_all_kept(network, limit)


def test_what_fits_together_is_one_pass() -> None:
    network = cnncalc.load("lenet5")
    kept = [node.path for node in network.inference]
    assert len(Passes(network, init_weights(network), 2**26, keep=kept).passes) == 1
