"""Judges many specs: on several processors where that pays, in the order in which they were given."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial

from cnncalc.judging import Outcome
from cnncalc.judging.judge import Conditions, judge_spec

PAYS_FROM = 25
"""So many specs take about as long as starting one more process."""
MOST_WORKERS = 8
CHUNK = 8
"""Specs handed out at once: few enough that all processes end at about the same time."""


def judge_all(specs: Sequence[str], conditions: Conditions, jobs: int | None = None) -> Iterator[Outcome]:
    """The outcome of each spec, in order. `jobs` is the number of processes; without it as many as pay."""
    workers = min(jobs or _workers(len(specs)), len(specs))
    if len(specs) > 1:
        _collect_garbage()
    done = 0
    with suppress(_Unshared):
        for outcome in _shared_out(specs, conditions, workers) if workers > 1 else ():
            yield outcome
            done += 1
    yield from map(partial(judge_spec, conditions=conditions), specs[done:])


class _Unshared(Exception):
    """There can be no further processes here, or one of them died: one process does what is left."""


def _shared_out(specs: Sequence[str], conditions: Conditions, workers: int) -> Iterator[Outcome]:
    try:
        from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
        from multiprocessing import get_context

        # A spawned process inherits no threads and no locks; a forked one might inherit a lock that is held.
        pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin)
    except (ImportError, OSError, NotImplementedError) as error:  # no semaphores, as in some sandboxes
        raise _Unshared from error
    try:
        yield from pool.map(partial(judge_spec, conditions=conditions), specs, chunksize=CHUNK)
    except (BrokenExecutor, OSError) as error:
        raise _Unshared from error
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """What a worker does first: an interrupt is for the parent to report."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _collect_garbage()


def _collect_garbage() -> None:
    """Collect garbage again, which a short command does not: each network is a heap of cycles that is then let go."""
    gc.freeze()
    gc.enable()


def _workers(specs: int) -> int:
    return max(1, min(_processors(), MOST_WORKERS, specs // PAYS_FROM))


def _processors() -> int:
    """The processors that this process may use."""
    affinity: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """One outcome of all specs: errors before warnings, then by place."""
    every = Outcome([], [], [])
    for outcome in outcomes:
        every.diagnostics.extend(outcome.diagnostics)
        every.networks.extend(outcome.networks)
        every.unreadable.extend(outcome.unreadable)
    every.diagnostics.sort(key=lambda fault: fault.sort_key)
    return every
