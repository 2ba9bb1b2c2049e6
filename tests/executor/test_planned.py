"""The plan as data: every layer is computed once, and the totals are those of what a plan then does."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import cnncalc
from cnncalc.executor import init_weights
from cnncalc.executor.fast import Plan
from cnncalc.executor.planned import Planned, planned
from cnncalc.language.shelf import shipped

RESIDUAL = """
input: 16x16x8
layers:
  - conv: 8 3x3 pad 1 bias false
    name: first
  - batch_norm
  - relu
  - add:
      main:
        - conv: 8 3x3 pad 1
        - batch_norm
      skip: identity
  - relu
  - concat:
      left: [conv: 4 1x1 act tanh]
      right: [max_pool: {kernel: 3, stride: 1, padding: 1}]
"""


def step(plan: Planned, path: str):
    return next(step for step in plan.steps if step.path == path)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_row_of_inference_is_computed_once(name):
    network = cnncalc.load(name)
    rows = [row for step in planned(network).steps for row in step.rows]
    computed = [node.path for node in network.inference if not node.layer.hands_on]
    assert sorted(row for row in rows if row in network.by_path) == sorted(computed)
    assert len(rows) == len(set(rows))


def test_what_is_computed_together_is_told_together():
    plan = planned(cnncalc.loads(RESIDUAL))
    first = step(plan, "relu_1")
    assert first.rows == ("first", "batch_norm_1", "relu_1")
    assert (first.kind, first.reads, first.folded, first.act) == ("conv", ("input",), ("batch_norm_1",), "relu")
    joined = step(plan, "relu_2")
    assert joined.rows == ("add_1/main/conv_1", "add_1/main/batch_norm_1", "add_1", "relu_2")
    assert joined.residual == "relu_1"
    assert step(plan, "concat_1/left/conv_1").act == "tanh"


def test_the_part_of_a_concat_takes_its_own_channels_and_the_border_counts():
    plan = planned(cnncalc.loads(RESIDUAL))
    assert step(plan, "concat_1/left/conv_1").output_bytes == 16 * 16 * 4 * 4
    assert step(plan, "concat_1").output_bytes == 16 * 16 * 12 * 4
    assert step(plan, "relu_1").output_bytes == 18 * 18 * 8 * 4


def test_a_row_that_is_kept_is_computed_by_itself():
    network = cnncalc.loads(RESIDUAL)
    assert step(planned(network, keep=("first",)), "first").rows == ("first",)
    assert all(len(step.rows) == 1 for step in planned(network, keep="all").steps)


def test_bytes_go_with_the_batch_and_the_dtype():
    network = cnncalc.loads(RESIDUAL)
    one, four = planned(network), planned(network, 4, "float64")
    for single, many in zip(one.steps, four.steps, strict=True):
        assert many.output_bytes == 8 * single.output_bytes
    params = sum(array.size for array in init_weights(network).values())
    assert one.weight_bytes == 4 * params
    assert four.weight_bytes == (4 + 8) * params
    assert (one.images, four.images, four.dtype) == (1, 4, "float64")


def test_the_totals_are_those_of_the_steps_and_of_a_real_plan():
    network = cnncalc.load("squeezenet")
    plan = planned(network, threads=2)
    assert plan.packed_bytes == sum(step.packed_bytes for step in plan.steps)
    assert plan.nanoseconds == sum(step.nanoseconds for step in plan.steps)
    assert plan.scratch_bytes == max(step.scratch_bytes for step in plan.steps)
    drafted = Plan(network, init_weights(network)).drafted()
    assert [step.algorithm for step in plan.steps] == [step.doing.name for step in drafted.steps]
    assert plan.activation_bytes == 4 * drafted.layout.size
    assert plan.threads == 2


def test_work_on_weights_that_few_images_do_not_repay_is_left_out():
    network = cnncalc.loads("{input: 14x14x256, layers: [conv: 256 3x3 pad 1]}")
    once, often = planned(network, runs=1), planned(network)
    assert (once.runs, often.runs) == (1, None)
    assert once.packed_bytes <= often.packed_bytes
    assert once.nanoseconds > often.nanoseconds


def test_no_weights_are_made_for_a_plan():
    network = cnncalc.loads("{input: 1000x1000x1000, layers: [fc: 1000000]}")
    assert planned(network).weight_bytes == 4 * (10**15 + 10**6)


def test_a_plan_says_nothing_that_a_run_does_not_do():
    network = cnncalc.loads(RESIDUAL)
    images = np.random.default_rng(0).random((1, 16, 16, 8), np.float32)
    timed = Plan(network, init_weights(network)).profile(images)
    assert [(entry.path, entry.algorithm) for entry in timed] == [
        (step.path, step.algorithm) for step in planned(network).steps
    ]


def test_of_blocks_whose_names_are_equally_long_a_plan_names_the_first():
    (phases,) = planned(cnncalc.loads("{input: 4x4x3, layers: [conv_transpose: 2 3x3 stride 2]}")).steps
    assert phases.block == "4 x 25 places x 2 filters"


def test_a_plan_takes_little_memory_for_each_layer() -> None:
    network = cnncalc.loads("input: 8x8x4\nlayers:\n  - conv: 4 3x3 pad 1\n    repeat: 4000\n")
    planned(network)
    tracemalloc.start()
    try:
        planned(network)
        assert tracemalloc.get_traced_memory()[1] < 3000 * len(network)
    finally:
        tracemalloc.stop()
