"""Which threads do the jobs of a step, how many there may be, and what becomes of them when something goes wrong."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.executor import init_weights
from cnncalc.executor.fast import Plan, bound
from cnncalc.executor.fast.blas import blas
from cnncalc.executor.fast.threads import MOST_THREADS, Crew, usable_threads
from cnncalc.network import Network


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """A root with some files, on a machine of 8 processors: how many threads are usable there."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: range(8), raising=False)

    def usable(**files: str) -> int:
        for name, text in files.items():
            path = tmp_path / PLACES.get(name, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return usable_threads(tmp_path)

    return usable


PLACES = {
    "own": "proc/self/cgroup",
    "mount": "sys/fs/cgroup/cpu.max",
    "outer": "sys/fs/cgroup/a/cpu.max",
    "inner": "sys/fs/cgroup/a/b/cpu.max",
    "mount_quota": "sys/fs/cgroup/cpu/cpu.cfs_quota_us",
    "mount_period": "sys/fs/cgroup/cpu/cpu.cfs_period_us",
    "quota": "sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us",
    "period": "sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us",
}


@pytest.mark.parametrize(
    ("files", "threads"),
    [
        ({}, 8),
        ({"own": "0::/\n", "mount": "max 100000\n"}, 8),
        ({"own": "0::/\n", "mount": "200000 100000\n"}, 2),
        ({"own": "0::/\n", "mount": "150000 100000\n"}, 2),
        ({"own": "0::/\n", "mount": "100001 100000\n"}, 2),
        ({"own": "0::/\n", "mount": "20000 100000\n"}, 1),
        ({"own": "0::/\n", "mount": "1600000 100000\n"}, 8),
        ({"own": "", "mount": "300000 100000\n"}, 3),
        ({"own": "0::/a/b\n", "outer": "300000 100000\n", "inner": "max 100000\n"}, 3),
        ({"own": "0::/a/b\n", "outer": "300000 100000\n", "inner": "500000 100000\n"}, 3),
        ({"own": "0::/a/b\n", "outer": "max 100000\n", "inner": "500000 100000\n"}, 5),
        ({"own": "0::/a\n", "inner": "100000 100000\n"}, 8),
        ({"own": "0::/../a\n", "outer": "400000 100000\n"}, 4),
        ({"own": "4:cpu,cpuacct:/docker/x\n", "quota": "250000\n", "period": "100000\n"}, 3),
        ({"own": "4:cpu,cpuacct:/docker/x\n", "quota": "-1\n", "period": "100000\n"}, 8),
        ({"own": "4:memory:/docker/x\n", "quota": "250000\n", "period": "100000\n"}, 8),
        ({"own": "4:cpu:/elsewhere\n", "mount_quota": "400000\n", "mount_period": "100000\n"}, 4),
        ({"own": "1:cpu:/docker/x\n0::/\n", "quota": "600000\n", "period": "100000\n", "mount": "700000 100000"}, 6),
        ({"own": "0::/\n", "mount": "100000 0\n"}, 8),
        ({"own": "0::/\n", "mount": "nonsense\n"}, 8),
        ({"own": "nonsense\n", "mount": "100000\n"}, 8),
    ],
)
def test_the_usable_threads_are_what_affinity_and_every_group_around_leave(files, threads, machine):
    assert machine(**files) == threads


def test_without_affinity_every_processor_counts(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 5)
    assert usable_threads(tmp_path) == 5
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert usable_threads(tmp_path) == 1
    monkeypatch.setattr(os, "cpu_count", lambda: 10_000)
    assert usable_threads(tmp_path) == MOST_THREADS


@given(st.integers(1, 5), st.lists(st.integers(0, 30), max_size=4))
def test_every_job_of_every_list_is_done_once(size, lists):
    crew = Crew(size)
    for jobs in lists:
        done: Counter[int] = Counter()
        own = [partial(done.update, [number]) for number in range(jobs)]
        crew.do([own] * size)
        assert done == Counter(range(jobs))


def test_a_worker_does_its_own_jobs_and_no_others():
    crew = Crew(3)
    done: list[tuple[int, int, int]] = []
    meeting = threading.Barrier(3)

    def job(worker: int, number: int) -> None:
        meeting.wait(timeout=30)
        done.append((threading.get_ident(), worker, number))

    for _ in range(5):
        done.clear()
        crew.do([[partial(job, worker, number) for number in range(3)] for worker in range(3)])
        assert sorted(number for _, _, number in done) == [0, 1, 2]
        assert len({thread for thread, _, _ in done}) == len({worker for _, worker, _ in done}) == 3
        assert (threading.get_ident(), 0) in {(thread, worker) for thread, worker, _ in done}


def test_a_list_for_one_worker_wakes_nobody():
    before = threading.active_count()
    crew = Crew(4)
    done: list[object] = []
    crew.do([[partial(done.append, threading.active_count)]])
    assert len(done) == 1
    assert threading.active_count() == before


class Broken(Exception):
    pass


def broken() -> None:
    raise Broken("a job that fails")


@pytest.mark.parametrize("place", [0, 5, 9])
def test_an_exception_reaches_the_caller_after_all_have_stopped_and_the_crew_goes_on(place):
    crew, running = Crew(3), []

    def slow() -> None:
        running.append(1)
        sleep(0.002)
        running.pop()

    for _ in range(3):
        jobs: list[Any] = [slow] * 10
        jobs[place] = broken
        with pytest.raises(Broken, match="a job that fails"):
            crew.do([jobs] * 3)
        assert running == []
        done: list[int] = []
        crew.do([[partial(done.append, number) for number in range(7)]] * 3)
        assert sorted(done) == list(range(7))


def test_an_exception_of_another_thread_is_raised_in_the_callers():
    crew, caller = Crew(2), threading.get_ident()
    meeting = threading.Barrier(2)

    def job() -> None:
        meeting.wait(timeout=30)
        if threading.get_ident() != caller:
            broken()

    with pytest.raises(Broken):
        crew.do([[job, job]] * 2)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows interrupts no lock")
def test_an_interrupted_caller_waits_for_the_others_and_the_crew_goes_on():
    crew, caller = Crew(2), threading.get_ident()
    assert caller == threading.main_thread().ident
    late: list[str] = []
    meeting = threading.Barrier(2)

    def job() -> None:
        meeting.wait(timeout=30)
        if threading.get_ident() != caller:
            sleep(0.02)
            signal.pthread_kill(caller, signal.SIGINT)
            sleep(0.05)
            late.append("late")

    with pytest.raises(KeyboardInterrupt):
        crew.do([[job, job]] * 2)
    assert late == ["late"]
    for _ in range(3):
        done: list[int] = []
        crew.do([[partial(done.append, number) for number in range(5)]] * 2)
        assert sorted(done) == list(range(5))


def threads_of_crews() -> int:
    return sum(thread.name == "cnncalc" for thread in threading.enumerate())


def eventually(condition: Callable[[], bool]) -> bool:
    for _ in range(400):
        if condition():
            return True
        sleep(0.005)
    return False


def small_plan(threads: int) -> tuple[Plan, np.ndarray]:
    network: Network = cnncalc.loads(
        "{input: 20x20x3, layers: [conv: 8 3x3, relu, conv: 8 3x3 pad 1, max_pool: 2, fc: 5]}"
    )
    plan = Plan(network, init_weights(network, 0), threads=threads)
    return plan, np.random.default_rng(0).standard_normal((3, 20, 20, 3)).astype(np.float32)


@pytest.fixture
def sharing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks are shared out however small they are."""
    monkeypatch.setattr("cnncalc.executor.fast.bound.WORTH_SHARING", 0)
    monkeypatch.setattr("cnncalc.executor.fast.algorithms.convolving.SMALLEST_BLOCK", 1)


def test_the_threads_of_a_plan_begin_with_its_work_and_end_with_it(sharing):
    gc.collect()
    sleep(0.05)
    others = threads_of_crews()
    plan, x = small_plan(threads=4)
    assert threads_of_crews() == others
    for _ in range(2):
        plan(x)
        assert threads_of_crews() == others + 3
    del plan
    gc.collect()
    assert eventually(lambda: threads_of_crews() == others)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere a fork is not safe, or there is none")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_computes_with_a_plan_that_had_threads(sharing):
    plan, x = small_plan(threads=3)
    expected = plan(x)
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=lambda: theirs.send(plan(x).tobytes()))
    child.start()
    try:
        assert ours.poll(30), "the child waits for threads that it has not"
        assert ours.recv() == expected.tobytes()
    finally:
        child.kill()
        child.join()
    assert np.array_equal(plan(x), expected)


def test_a_job_that_fails_fails_the_run_and_the_plan_computes_again(sharing, monkeypatch):
    plan, x = small_plan(threads=2)
    expected = plan(x)
    before = [library.num_threads for library in blas()._libraries]
    with monkeypatch.context() as patch:
        patch.setattr(bound, "do_phase", lambda phase, crew: crew.do([[broken, broken]] * 2))
        with pytest.raises(Broken):
            plan(x)
    assert [library.num_threads for library in blas()._libraries] == before
    assert np.array_equal(plan(x), expected)


def test_overflow_and_nan_are_silent_in_every_thread():
    meeting = threading.Barrier(2)

    def job() -> None:
        meeting.wait(timeout=30)
        np.exp(np.full(4, 1e4, np.float32))

    crew = Crew(2)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error")
        crew.do([[job, job]] * 2)
