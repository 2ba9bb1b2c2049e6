"""Threads that share out the blocks of a step, and how many of them a process may use."""

from __future__ import annotations

import os
import weakref
from _thread import allocate_lock
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np

from cnncalc.executor.memory import control_groups, text_of

Job = Callable[[], object]
"""One block of a step, bound to the memory that it reads and writes."""

MOST_THREADS = 256


def usable_threads(root: Path = Path("/")) -> int:
    """How many processors this process may keep busy: what its affinity and its control groups leave.

    A quota of one and a half processors counts as two: rounding down would leave half of one idle.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    processors = len(affinity(0)) if affinity else os.cpu_count() or 1
    quotas = [
        quota for group in control_groups(root, "cpu") if (quota := _quota(root / "sys/fs/cgroup", group)) is not None
    ]
    return max(1, min([processors, *quotas, MOST_THREADS]))


def _quota(mount: Path, group: str) -> int | None:
    """Processors that a group's quota allows, in version 2 or version 1, rounded up; None where there is none."""
    allowed, _, period = text_of(mount / group / "cpu.max").strip().partition(" ")
    if not allowed:
        folder = mount / "cpu" / group
        allowed, period = (text_of(folder / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period"))
    if not (allowed.isdigit() and period.isdigit() and int(period)):
        return None
    return max(1, -(-int(allowed) // int(period)))


class Crew:
    """Some threads, one of them the caller's, which do the same list of jobs together.

    Args:
        size: how many, the caller among them. The others start with the first work there is and end with the crew.

    >>> crew, done = Crew(2), []
    >>> crew.do([[lambda: done.append("a"), lambda: done.append("b")]] * 2)
    >>> sorted(done)
    ['a', 'b']
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._hands: list[_Hand] = []
        self._process = 0

    def do(self, jobs: Sequence[Sequence[Job]]) -> None:
        """Do each job once; `jobs[worker]` is the same list for every worker, bound to that worker's scratch.

        Which worker takes which job is chance; what a job writes does not depend on it. The first exception is raised
        after all have stopped.
        """
        if len(jobs) > 1 and self._process != os.getpid():  # threads do not live on in a forked child
            self._process = os.getpid()
            self._hands = [_Hand() for _ in range(self.size - 1)]
            weakref.finalize(self, _send_home, self._hands)
        taken = count()
        hands = self._hands[: len(jobs) - 1]
        for hand, own in zip(hands, jobs[1:], strict=True):
            hand.start(_share(own, taken))
        faults = [_caught(_share(jobs[0], taken)), *map(_fault_of, hands)]
        for fault in faults:
            if fault is not None:
                raise fault


def _share(own: Sequence[Job], taken: Iterator[int]) -> Job:
    """Whichever of the jobs nobody else has taken."""

    def work() -> None:
        most = len(own)
        while (index := next(taken)) < most:
            own[index]()

    return work


def _caught(work: Job) -> BaseException | None:
    try:
        work()
    except BaseException as fault:  # noqa: BLE001 # raised again by whoever waits for the work
        return fault
    return None


def _fault_of(hand: _Hand) -> BaseException | None:
    """What a hand's work raised; who is interrupted meanwhile waits all the same, for the hand still writes."""
    interruption: BaseException | None = None
    while True:
        try:
            return hand.wait() or interruption
        except KeyboardInterrupt as fault:
            interruption = fault


class _Hand:
    """One thread that waits for work, does it, and says so; a plain lock wakes it sooner than a condition does."""

    def __init__(self) -> None:
        self._ready, self._done = allocate_lock(), allocate_lock()
        self._ready.acquire()
        self._done.acquire()
        self._work: Job | None = None
        self._fault: BaseException | None = None
        Thread(target=_Hand._live, args=(self,), daemon=True, name="cnncalc").start()

    def start(self, work: Job | None) -> None:
        """Hand over some work; None ends the thread."""
        self._work = work
        self._ready.release()

    def wait(self) -> BaseException | None:
        """Wait until the work is done; what it raised, if anything."""
        self._done.acquire()
        fault, self._fault = self._fault, None
        return fault

    def _live(self) -> None:
        with np.errstate(all="ignore"):  # every thread has its own: NaN and infinity pass through in silence here too
            while True:
                self._ready.acquire()
                work: Any = self._work
                if work is None:
                    return
                self._fault = _caught(work)
                self._work = work = None
                self._done.release()


def _send_home(hands: list[_Hand]) -> None:
    for hand in hands:
        hand.start(None)
