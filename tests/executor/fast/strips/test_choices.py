"""What strips decide: which rows and nodes they take, where a network is cut, what that needs, and how many threads."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

import cnncalc
from cnncalc.executor import fast, init_weights
from cnncalc.executor.fast.plan import Plan
from cnncalc.executor.fast.strips.network import computed_by_rows, strip_of
from cnncalc.executor.fast.strips.reading import Rows, reading
from cnncalc.executor.fast.strips.strips import Strips
from cnncalc.layers import KINDS
from cnncalc.network import Network
from cnncalc.volume import Volume
from tests.executor.fast.strips.test_strips import FULLY_BY_ROWS, MIB, image_for, in_strips

BY_ROWS_AND_WHOLE = """
input: 400x200x1
layers:
  - conv: 16 3x3 pad 1
  - conv: 8 3x3 pad 1
  - max_pool: 2
  - flatten
  - fc: 4
"""
JOINED = """
input: 40x8x2
layers:
  - add:
      soft:
        - max_pool: 2
        - upsample: {scale: 2, mode: bilinear}
      sharp:
        - conv: 2 3x3 pad 1
  - relu
"""
NARROW = """
input: 200x200x2
layers:
  - conv: 8 3x3 pad 1
  - max_pool: 4
  - add:
      main:
        - conv: 8 3x3 pad 1
      skip: identity
  - conv: 4 1x1
"""
WHOLE = "input: 200x100x8\nlayers: [flatten, fc: 4]\n"
"""What is left of it when the rest is done by rows."""


def need(network: Network, threads: int) -> int:
    found = fast.needed(network, 1, np.float32, threads=threads)
    return found.activations + found.scratch


def paths(text: str) -> list[str]:
    return [node.path for node in computed_by_rows(cnncalc.loads(text))]


def test_what_reads_a_map_that_is_made_as_a_whole_is_left_to_the_whole() -> None:
    assert paths(JOINED) == ["add_1/soft/max_pool_1", "add_1/sharp/conv_1"]


def test_a_map_of_one_row_is_computed_by_rows_like_any_other() -> None:
    assert paths("input: 40x8x2\nlayers: [avg_pool: 40x1, conv: 2 1x1]\n") == ["avg_pool_1", "conv_1"]


def test_only_the_rows_that_are_needed_are_read() -> None:
    enlarged = KINDS["upsample"].build(1, {"scale": 3})
    seen = reading(enlarged, (Volume((8, 1)),), Rows(18, 20))
    assert seen is not None
    assert (seen.rows, seen.extra) == (Rows(6, 7), (0, 1))


def test_strips_in_the_middle_are_one_network() -> None:
    network = cnncalc.loads(FULLY_BY_ROWS)
    (output,) = network.outputs
    likenesses = []
    for first in (40, 60, 80):
        strip = strip_of(network, computed_by_rows(network), {output: Rows(first, first + 20)})
        assert strip is not None
        assert strip.read["input"] == Rows(first - 3, first + 23)
        likenesses.append(strip.likeness)
    assert any("less" in str(name) for name, *_ in likenesses[0]), "no tensor has more rows than a reader wants"
    assert likenesses[0] == likenesses[1] == likenesses[2]


def test_a_limit_that_is_just_enough_for_the_whole_makes_no_strips() -> None:
    network = cnncalc.loads(FULLY_BY_ROWS)
    weights = init_weights(network)
    limit = need(network, threads=4)
    strips = Strips(network, weights, limit)
    assert (strips.strips, strips.peak_bytes) == (0, limit)
    limit = need(network, threads=1)
    assert Strips(network, weights, limit - 1).strips > 0


def test_a_limit_that_is_just_enough_for_the_rest_cuts_before_it() -> None:
    network, rest = cnncalc.loads(BY_ROWS_AND_WHOLE), need(cnncalc.loads(WHOLE), threads=4)
    weights = init_weights(network)
    for limit in (rest, rest + 100_000):
        strips = Strips(network, weights, limit)
        assert strips.strips > 1
        assert strips.peak_bytes == rest, "the strips take less than what comes after them"


def test_what_lies_between_strips_and_rest_counts() -> None:
    network = cnncalc.loads("input: 400x400x1\nlayers:\n  - conv: 8 3x3 pad 1\n  - max_pool: 2\n  - global_avg_pool\n")
    weights, image, limit = init_weights(network), {"input": np.zeros((400, 400, 1), np.float32)}, 9 * MIB // 2
    strips = Strips(network, weights, limit, threads=4)
    assert strips.strips > 1
    in_strips(network, strips, image)
    tracemalloc.start()
    try:
        in_strips(network, strips, image)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= limit


def test_strips_alone_take_most_of_their_limit() -> None:
    network = cnncalc.loads(FULLY_BY_ROWS)
    for limit in (MIB, 2 * MIB):
        assert 0.7 * limit < Strips(network, init_weights(network), limit).peak_bytes <= limit


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Network, int]]:
    """Every network that is planned, with its threads."""
    noted: list[tuple[Network, int]] = []

    def plan(network: Network, *arguments: Any, **named: Any) -> Plan:
        noted.append((network, named["threads"]))
        return Plan(network, *arguments, **(named | {"threads": 1}))

    monkeypatch.setattr("cnncalc.executor.fast.strips.strips.Plan", plan)
    return noted


def test_a_network_is_cut_where_one_tensor_crosses_and_as_early_as_can_be(plans: list[tuple[Network, int]]) -> None:
    network = cnncalc.loads(NARROW)
    strips = Strips(network, init_weights(network), 5 * MIB // 4)
    assert strips.strips > 1
    in_strips(network, strips, image_for(network))
    *by_rows, (rest, _) = plans
    assert all([node.path for node in strip.nodes] == ["conv_1", "max_pool_1"] for strip, _ in by_rows)
    assert [node.path for node in rest.nodes] == ["add_1/main/conv_1", "add_1", "conv_2"]


@pytest.mark.parametrize("limit", [MIB // 3, MIB // 2, MIB, 2 * MIB])
def test_as_many_threads_compute_a_strip_as_find_room(limit: int, plans: list[tuple[Network, int]]) -> None:
    network, threads = cnncalc.loads(FULLY_BY_ROWS), 64
    strips = Strips(network, init_weights(network), limit, threads=threads)
    in_strips(network, strips, image_for(network))
    assert plans
    for strip, workers in plans:
        assert need(strip, workers) <= limit
        assert workers == threads or need(strip, workers + 1) > limit
