"""Networks within a limit of memory: the same outputs, rows in order, no more memory than allowed, or one refusal."""

from __future__ import annotations

import tracemalloc
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.executor import fast, init_weights
from cnncalc.executor.fast.strips.strips import Strips
from cnncalc.executor.files.rows import ArrayRows
from cnncalc.executor.memory import MemoryRefusal
from cnncalc.network import Network
from tests.agreement.effort import effort
from tests.agreement.strategies import specs

MIB = 2**20
FULLY_BY_ROWS = """
input: 200x80x3
layers:
  - conv: 8 3x3 pad 1 act relu
    name: a
  - max_pool: 2
  - conv: 16 3x3 pad 1 act relu
  - conv_transpose: 8 2x2 stride 2
  - concat:
    from: [a, previous]
  - conv: 4 1x1
"""


class Collected:
    """A sink that holds what it was given, and requires it in order and once."""

    def __init__(self, volume: tuple[int, ...]) -> None:
        self.values = np.full(volume, np.nan)
        self.next = 0

    def write(self, start: int, values: np.ndarray) -> None:
        assert start == self.next, f"row {start} came where row {self.next} was due"
        if values.ndim == 1:
            self.values[...] = values
            self.next = 1
        else:
            self.values[start : start + len(values)] = values
            self.next = start + len(values)

    @property
    def whole(self) -> np.ndarray:
        assert self.next == (1 if self.values.ndim == 1 else len(self.values)), "rows are missing"
        return self.values


def image_for(network: Network, seed: int = 0) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {name: random.uniform(-1, 1, tuple(entry.volume)) for name, entry in network.inputs.items()}


def in_strips(network: Network, strips: Strips, image: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    sinks = {row: Collected(network.volume(row)) for row in network.outputs}
    strips.run({name: ArrayRows(array) for name, array in image.items()}, sinks)
    return {row: sink.whole for row, sink in sinks.items()}


SHIPPED: list[tuple[str, tuple[int, ...] | None, float]] = [
    ("edges", (300, 200, 1), 0.5),
    ("unet_small", None, 0.7),
    ("resnet18", (160, 160, 3), 0.6),
    ("mobilenetv2", (128, 128, 3), 0.55),
    ("googlenet", (192, 192, 3), 0.65),
    ("m5", None, 0.5),
]


@pytest.mark.parametrize(("name", "size", "share"), SHIPPED)
def test_strips_give_what_the_whole_gives(name: str, size: tuple[int, ...] | None, share: float) -> None:
    network = cnncalc.load(name, inputs={"input": size} if size else None)
    weights, image = init_weights(network), image_for(network)
    need = fast.needed(network, 1, np.float64, threads=1)
    limit = int(share * (need.activations + need.scratch))
    strips = Strips(network, weights, limit, np.float64)
    assert strips.strips > 1
    assert strips.peak_bytes <= limit
    outputs = in_strips(network, strips, image)
    expected = fast.run(network, {name: array[None] for name, array in image.items()}, weights, dtype=np.float64)
    for row in network.outputs:
        np.testing.assert_allclose(outputs[row], expected[row][0], rtol=1e-9, atol=1e-9)


@effort(1 / 2)
@given(specs(), st.floats(0.2, 1.0), st.integers(0, 9))
def test_drawn_networks_give_in_strips_what_they_give_as_a_whole(text: str, share: float, seed: int) -> None:
    network = cnncalc.loads(text)
    weights, image = init_weights(network, seed), image_for(network, seed)
    need = fast.needed(network, 1, np.float64, threads=1)
    expected = fast.run(network, {name: array[None] for name, array in image.items()}, weights, dtype=np.float64)
    try:
        strips = Strips(network, weights, int(share * (need.activations + need.scratch)), np.float64)
    except MemoryRefusal:
        return  # maps of a few pixels are mostly one row's worth of Python's own objects
    for row, values in in_strips(network, strips, image).items():
        np.testing.assert_allclose(values, expected[row][0], rtol=1e-9, atol=1e-9, equal_nan=True)


def test_every_row_of_a_network_may_be_made_by_strips() -> None:
    network = cnncalc.loads(FULLY_BY_ROWS)
    weights, image = init_weights(network), image_for(network)
    strips = Strips(network, weights, MIB)
    assert strips.strips > 2
    expected = fast.run(network, {name: array[None] for name, array in image.items()}, weights)
    for row, values in in_strips(network, strips, image).items():
        np.testing.assert_allclose(values, expected[row][0], rtol=1e-4, atol=1e-5)


def test_a_limit_that_holds_everything_makes_no_strips() -> None:
    network = cnncalc.load("lenet5")
    assert Strips(network, init_weights(network), 64 * MIB).strips == 0


def test_the_number_of_threads_changes_no_bit() -> None:
    network = cnncalc.load("resnet18", inputs={"input": (96, 96, 3)})
    weights, image = init_weights(network), image_for(network)
    runs = [in_strips(network, Strips(network, weights, 5 * MIB, threads=threads), image) for threads in (1, 2, 5)]
    assert all(np.array_equal(run[row], runs[0][row]) for run in runs for row in network.outputs)


def test_rows_that_are_kept_are_handed_out_too() -> None:
    network = cnncalc.loads(FULLY_BY_ROWS)
    weights, image = init_weights(network), image_for(network)
    strips = Strips(network, weights, MIB, keep=["a"])
    sinks = {row: Collected(network.volume(row)) for row in (*network.outputs, "a")}
    strips.run({name: ArrayRows(array) for name, array in image.items()}, sinks)
    expected = fast.run(network, {name: array[None] for name, array in image.items()}, weights, keep=["a"])
    np.testing.assert_allclose(sinks["a"].whole, expected["a"][0], rtol=1e-4, atol=1e-5)


def test_a_run_holds_no_more_than_its_limit_beside_weights_and_outputs() -> None:
    network = cnncalc.load("edges", inputs={"input": (1500, 800, 1)})
    weights = init_weights(network)
    image = np.zeros((1500, 800, 1), np.float32)
    kept = {row: np.empty(network.volume(row), np.float32) for row in network.outputs}

    class Written:
        def __init__(self, row: str) -> None:
            self.row = row

        def write(self, start: int, values: np.ndarray) -> None:
            kept[self.row][start : start + len(values)] = values

    limit = 8 * MIB
    tracemalloc.start()
    try:
        strips = Strips(network, weights, limit)
        strips.run({"input": ArrayRows(image)}, {row: Written(row) for row in kept})
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert strips.strips > 1
    assert peak <= limit + MIB


def test_progress_counts_the_strips() -> None:
    network = cnncalc.loads(FULLY_BY_ROWS)
    strips = Strips(network, init_weights(network), MIB)
    told: list[tuple[int, int]] = []
    sinks = {row: Collected(network.volume(row)) for row in network.outputs}
    sources = {name: ArrayRows(array) for name, array in image_for(network).items()}
    strips.run(sources, sinks, progress=lambda done, total: told.append((done, total)))
    assert told == [(number, strips.strips) for number in range(1, strips.strips + 1)]


def test_what_not_even_one_row_fits_into_is_refused() -> None:
    network = cnncalc.load("vgg16")
    weights = {name: np.broadcast_to(np.float32(0), array.shape) for name, _, array in network.kept()}
    with pytest.raises(MemoryRefusal, match=r"do not hold its rows even one at a time"):
        Strips(network, weights, MIB)


def test_run_takes_a_limit_and_gives_a_trace_as_ever() -> None:
    network = cnncalc.load("unet_small")
    weights = init_weights(network)
    images = np.stack([image_for(network, seed)["input"] for seed in range(2)])
    within = cnncalc.run(network, images, weights, keep=["enc1"], memory=6 * MIB)
    whole = cnncalc.run(network, images, weights, keep=["enc1"])
    assert list(within) == list(whole)
    np.testing.assert_allclose(np.asarray(within.output), np.asarray(whole.output), rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(within["enc1"], whole["enc1"], rtol=1e-3, atol=1e-4)
