"""The number of threads changes no bit of any result, and several threads really compute."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import sleep
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.executor.fast import Plan, bound
from cnncalc.executor.fast.threads import Crew, Job
from cnncalc.network import Network
from tests.agreement.cuts import CUTS, cut
from tests.agreement.effort import effort
from tests.agreement.running import material
from tests.agreement.strategies import specs
from tests.agreement.strategies_convolutions import FAMILIES, convolutions

COUNTS = (2, 3, 7)

SHIPPED: dict[str, Mapping[str, tuple[int, ...]]] = {
    "lenet5": {},
    "lenet5_1998": {},
    "resnet20": {},
    "mobilenetv2": {"input": (64, 64, 3)},
    "squeezenet": {"input": (63, 63, 3)},
    "unet_small": {},
    "m5": {"input": (8000, 1)},
    "densenet121": {"input": (32, 32, 3)},
    "googlenet": {"input": (64, 64, 3)},
}
"""Networks that ship, with inputs that make them small."""


@contextmanager
def watched(patch: pytest.MonkeyPatch) -> Iterator[set[int]]:
    """Which threads did jobs of any crew."""
    workers: set[int] = set()
    original = Crew.do

    def do(self: Crew, jobs: Sequence[Sequence[Job]]) -> None:
        if len(jobs) > 1:
            original(self, [[_noting(job, workers) for job in own] for own in jobs])
        else:
            original(self, jobs)

    patch.setattr(Crew, "do", do)
    yield workers


def _noting(job: Job, workers: set[int]) -> Job:
    """The job, with the time that another thread takes to wake: small blocks are done before."""

    def noting() -> None:
        workers.add(threading.get_ident())
        sleep(0.0001)
        job()

    return noting


def bits(plan: Plan, images: Mapping[str, Any], keep: str) -> dict[str, bytes]:
    """Every value that is kept, as its bytes."""
    return {path: array.tobytes() for path, array in plan.run(images, keep=keep).items()}


def gives_the_same_bits(network: Network, way: str, forced: str | None = None, keep: str = "outputs") -> int:
    """Require the bits of one thread from several, and tell how many threads computed blocks at most."""
    images, weights = material(network, 0)
    most = 0
    for count in (1, 2):
        some = {name: array[:count] for name, array in images.items()}
        with cut(way, forced) as patch, watched(patch) as workers:
            alone = bits(Plan(network, weights, threads=1, forced=forced), some, keep)
            assert not workers - {threading.get_ident()}
            for threads in COUNTS:
                plan = Plan(network, weights, threads=threads, forced=forced)
                assert bits(plan, some, keep) == alone, f"{threads} threads"
                workers.clear()  # in the first run they brought the weights into order
                assert bits(plan, some, keep) == alone, f"{threads} threads, again"
                assert len(workers) <= threads
                most = max(most, len(workers))
    return most


@pytest.mark.parametrize(
    ("name", "way"),
    [*((name, "shared out") for name in SHIPPED), ("resnet20", "by filters"), ("unet_small", "by filters")],
)
def test_a_network_that_ships_gives_the_same_bits_on_any_number_of_threads(name, way):
    network = cnncalc.load(name, inputs=SHIPPED[name] or None)
    assert gives_the_same_bits(network, way) > 1, "one thread did everything"


def test_drawn_networks_give_the_same_bits_on_any_number_of_threads():
    most = []

    @effort(1 / 3)
    @given(specs(), st.sampled_from(sorted(CUTS)), st.sampled_from(["all", "outputs"]))
    def drawn(text, way, keep):
        most.append(gives_the_same_bits(cnncalc.loads(text), way, keep=keep))

    drawn()
    assert max(most) > 1, "one thread did everything"


@pytest.mark.parametrize("algorithm", FAMILIES)
def test_the_same_bits_on_any_number_of_threads_come_from(algorithm):
    most = []

    @effort(1 / 6)
    @given(convolutions(algorithm), st.sampled_from(sorted(CUTS)))
    def drawn(text, way):
        most.append(gives_the_same_bits(cnncalc.loads(text), way, algorithm))

    drawn()
    assert max(most) > 1, "one thread did everything"


def test_a_block_that_only_some_numbers_of_threads_compute_is_noticed(monkeypatch):
    original = bound.do_phase

    def do_phase(phase: bound.Phase, crew: Crew) -> None:
        original([own[:-1] for own in phase] if len(phase) == COUNTS[1] else phase, crew)

    monkeypatch.setattr(bound, "do_phase", do_phase)
    with pytest.raises(AssertionError, match="3 threads"):
        gives_the_same_bits(cnncalc.load("lenet5"), "shared out")


def residual_network() -> tuple[Network, dict[str, Any], dict[str, Any]]:
    network = cnncalc.load("resnet20")
    images, weights = material(network, 1)
    return network, dict(images), dict(weights)


def in_threads(count: int, work: Any) -> list[BaseException]:
    """What some Python threads raised that all began at once."""
    start, faults = threading.Barrier(count), []

    def run(number: int) -> None:
        try:
            start.wait(timeout=30)
            work(number)
        except BaseException as fault:  # noqa: BLE001  # told to the test
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return faults


@pytest.mark.parametrize("plans", [1, 2])
def test_python_threads_that_call_at_once_each_get_their_own_images_results(plans):
    network, images, weights = residual_network()
    with cut("shared out"):
        made = [Plan(network, weights, threads=2) for _ in range(plans)]
        inputs = [images["input"] * scale for scale in (1, -1, 2, 0.5)]
        expected = [Plan(network, weights, threads=1)(x) for x in inputs]

        def work(number: int) -> None:
            for turn in range(6):
                x = (number + turn) % len(inputs)
                result = made[number % plans](inputs[x])
                assert np.array_equal(result, expected[x])

        assert in_threads(4, work) == []
