"""What a plan promises to whoever calls it: one result however it is asked, in the memory that was said beforehand."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.executor.fast import Plan, needed, run
from cnncalc.executor.fast import plan as plan_module
from cnncalc.network import Network
from tests.agreement.cuts import CUTS, cut
from tests.agreement.effort import effort
from tests.agreement.running import Oracle, material, require_within_bounds
from tests.agreement.strategies import specs
from tests.executor.one_layer import output_of

BRANCHES = """
input: 17x15x3
layers:
  - {conv: 8 3x3 pad 1 act relu, name: a}
  - concat:
      one: [conv: 4 1x1]
      three: [conv: 4 1x1, conv: 8 3x3 pad 1]
      deep: [depthwise: 5x5 pad 2, batch_norm, relu]
  - {conv: 8 1x1, name: b}
  - {add: , from: [a, b]}
  - {max_pool: {kernel: 2, rounding: ceil}}
  - {conv_transpose: 4 2x2 stride 2, name: u}
  - {global_avg_pool: , from: u}
  - {fc: 5, name: scores}
  - softmax
"""


@pytest.fixture
def material_of_branches() -> tuple[Network, dict[str, Any], Any]:
    network = cnncalc.loads(BRANCHES)
    images, weights = material(network, 0)
    return network, dict(weights), np.concatenate([images["input"], images["input"][::-1] / 2])


def test_a_call_a_run_and_the_function_give_the_same_bits(material_of_branches):
    network, weights, x = material_of_branches
    plan = Plan(network, weights, images=len(x))
    called = plan(x)
    assert np.array_equal(called, output_of(plan.run(x)))
    assert np.array_equal(called, plan({"input": x}))
    assert np.array_equal(called, output_of(run(network, {"input": x}, weights)))
    assert np.array_equal(called, plan(x))


def test_batches_of_other_sizes_in_between_change_nothing(material_of_branches):
    network, weights, x = material_of_branches
    plan = Plan(network, weights)
    for images in (3, 1, 3, 4, 1):
        assert np.array_equal(plan(x[:images]), Plan(network, weights)(x[:images])), images


def test_keeping_other_rows_in_between_changes_nothing(material_of_branches):
    network, weights, x = material_of_branches
    plan = Plan(network, weights)
    first = plan(x)
    for keep in ("all", ["a"], "outputs", ["b", "u"], "all"):
        kept = plan.run(x, keep=keep)
        alone = Plan(network, weights).run(x, keep=keep)
        assert list(kept) == list(alone)
        assert all(np.array_equal(kept[path], alone[path]) for path in alone)
    assert np.array_equal(plan(x), first)


@pytest.mark.parametrize("like", [np.float64, np.uint8, np.int16, object, bool])
def test_images_of_any_numbers_are_read_as_the_plans_own(like, material_of_branches):
    network, weights, x = material_of_branches
    plan, whole = Plan(network, weights), np.abs(np.rint(x * 3))
    assert np.array_equal(plan(whole.astype(like)), plan(whole.astype(like).astype(np.float32)))


def test_images_may_lie_anywhere_in_memory(material_of_branches):
    network, weights, x = material_of_branches
    plan = Plan(network, weights)
    expected = plan(x)
    assert np.array_equal(plan(np.moveaxis(np.ascontiguousarray(np.moveaxis(x, -1, 1)), 1, -1)), expected)
    assert np.array_equal(plan(x[::-1])[::-1], expected)
    assert np.array_equal(plan(np.repeat(x, 2, axis=2)[:, :, ::2]), expected)


WITH_CHOICES = [
    "{input: 24x24x32, layers: [conv: 32 3x3 pad 1]}",
    "{input: 12x12x128, layers: [conv: 128 3x3 pad 1]}",
    "{input: 6x6x256, layers: [conv: 256 3x3 pad 1]}",
    "{input: 20x20x24, layers: [depthwise: 9x9 pad 4]}",
]


def names(network: Network, images: int | None) -> list[str]:
    _, weights = material(network, 0)
    return [step.doing.name for step in Plan(network, weights, images=images).drafted(1).steps]


def test_a_plan_for_one_image_may_choose_otherwise_than_one_for_many_and_both_are_right():
    others = []
    for text in WITH_CHOICES:
        network = cnncalc.loads(text)
        others.append(names(network, 1) != names(network, None))
        images, weights = material(network, 0)
        once, often = (Plan(network, weights, images=count)(images["input"][:1]) for count in (1, None))
        exact = Plan(network, weights, np.float64)(images["input"][:1])
        for result in (once, often):
            np.testing.assert_allclose(result, exact, rtol=0, atol=1e-5 * float(np.abs(exact).max()))
        require_within_bounds(Oracle(network).compared(keep="outputs"))
    assert any(others), "work on the weights decides nothing"


def test_a_plan_holds_more_after_its_first_run_and_no_more_after_the_next(material_of_branches):
    network, weights, x = material_of_branches
    plan = Plan(network, weights, threads=2)
    assert plan.held_bytes == 0
    plan(x)
    held = plan.held_bytes
    made = plan.drafted(len(x))
    assert held >= (made.layout.size + 2 * made.scratch + made.shared) * 4
    plan(x)
    assert plan.held_bytes == held
    plan(x[:1])
    assert plan.held_bytes < held


def test_a_draft_tells_every_step_and_profiles_time_each_alone(material_of_branches, monkeypatch):
    network, weights, x = material_of_branches
    plan = Plan(network, weights)
    made = plan.drafted(len(x))
    assert made.images == len(x)
    assert {row for step in made.steps for row in step.work.rows} >= {node.path for node in network}
    assert all(step.doing.cost > 0 for step in made.steps)
    monkeypatch.setattr(plan_module, "perf_counter", partial(next, count()))
    timed = plan.profile(x)
    assert [(one.path, one.algorithm) for one in timed] == [(step.work.path, step.doing.name) for step in made.steps]
    assert all(one.seconds == 1 for one in timed), "a step is what lies between two looks at the clock"


@contextmanager
def allocations() -> Iterator[Callable[[], int]]:
    """The most bytes that were allocated inside at a time, asked for afterwards."""
    gc.collect()  # what an earlier run let go would be used again, and not be counted
    tracemalloc.start()
    try:
        yield lambda: peak
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()


def allocated_and_said(
    network: Network, images: int, dtype: Any, threads: int, keep: str = "outputs"
) -> tuple[int, int]:
    """What a run allocates at most, and what `needed` says beside what is there already."""
    _, weights = material(network, 0)
    x = {name: np.ones((images, *entry.volume), np.float32) for name, entry in network.inputs.items()}
    need = needed(network, images, dtype, keep, threads=threads)
    here = sum(array.nbytes for array in (*x.values(), *weights.values()))
    with allocations() as peak:
        run(network, x, weights, keep=keep, dtype=dtype, threads=threads)
    return peak(), need.total - here


BOOKKEEPING = 2**17
"""What Python and NumPy allocate beside arrays."""

WHOLE: dict[str, Mapping[str, tuple[int, ...]]] = {
    "lenet5": {},
    "resnet20": {},
    "mobilenetv2": {"input": (64, 64, 3)},
    "squeezenet": {"input": (127, 127, 3)},
    "unet_small": {},
    "m5": {"input": (8000, 1)},
    "densenet121": {"input": (64, 64, 3)},
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_network_on_two_threads_allocates_no_more_than_is_said(name, dtype):
    network = cnncalc.load(name, inputs=WHOLE[name] or None)
    for images, keep in ((1, "outputs"), (3, "outputs"), (2, "all")):
        allocated, said = allocated_and_said(network, images, dtype, 2, keep)
        assert allocated <= said + BOOKKEEPING, f"{images} images, {keep}"


@pytest.mark.parametrize("name", ["resnet20", "unet_small", "squeezenet"])
def test_what_is_said_is_not_much_more_than_what_is_allocated(name):
    network = cnncalc.load(name, inputs=WHOLE[name] or None)
    allocated, said = allocated_and_said(network, 4, np.float32, 2)
    assert said < 3 * allocated


def test_drawn_networks_allocate_no_more_than_is_said():
    @effort(1 / 2)
    @given(specs(), st.sampled_from(["as planned", "by filters"]), st.sampled_from(["all", "outputs"]))
    def drawn(text, way, keep):
        with cut(way, watched=False):
            allocated, said = allocated_and_said(cnncalc.loads(text), 2, np.float32, 2, keep)
        assert allocated <= said + BOOKKEEPING

    assert "by filters" in CUTS
    drawn()
