"""Tries inputs in a process of their own, so that a crash, a hang or too much memory is a finding and not the end."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TextIO, TypeVar

from tests.hostile.fuzzing.campaign import Finding, Target, tried
from tests.memory import peak_bytes

SECONDS = 60.0
"""What takes longer does not end. No test waits so long: only the long runs look for hangs."""

MOST_BYTES = 2**30
"""What one input may add to the memory of the process."""

ROOM = 3 * 2**30
"""Addresses, of which threads of BLAS reserve more than anybody uses."""

ENDS = ("it does not end", "it takes much memory", "the process dies")
"""What a finding that is seen only from outside begins with."""

Made = TypeVar("Made")
Tried = tuple[bytes, "str | Finding"]


def tried_apart(target: Target, inputs: Iterable[bytes], seconds: float = SECONDS) -> Iterator[Tried]:
    """What came of each input; the last one may be the end of the process, and what follows it is not tried."""
    context = get_context("fork")  # the modules are imported once
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_try_all, args=(there, target, inputs), daemon=True)
    process.start()
    there.close()
    data = None
    try:
        while True:
            if not here.poll(seconds):
                yield data or b"", Finding(data or b"", "it does not end", f"after {seconds:.0f} seconds")
                return
            data, came = here.recv()
            if came is not None:
                yield data, came
                data = None
    except EOFError:
        process.join()
        if data is None and process.exitcode:
            raise RuntimeError(
                "no input could be drawn: run the target without a process of its own to see why"
            ) from None
        if data is not None:
            yield data, Finding(data, f"the process dies with {process.exitcode}", "")
    finally:
        process.kill()
        process.join()
        here.close()


def in_child(make: Callable[[], Made], seconds: float) -> Made | None:
    """What is made in a process of its own; None where it takes too long or that process dies."""
    context = get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(there, make), daemon=True)
    process.start()
    there.close()
    try:
        return here.recv() if here.poll(seconds) else None
    except EOFError:
        return None
    finally:
        process.kill()
        process.join()
        here.close()


def _send(pipe: Connection, make: Callable[[], object]) -> None:
    _alone()
    pipe.send(make())
    os._exit(0)


def _try_all(pipe: Connection, target: Target, inputs: Iterable[bytes]) -> None:
    """Send each input before it is tried, and then with what came of it."""
    _alone()
    for data in inputs:
        pipe.send((data, None))
        before = peak_bytes()
        came = tried(target, data)
        taken = peak_bytes() - before
        if taken > MOST_BYTES:
            came = Finding(data, "it takes much memory", f"{taken / 2**20:,.0f} MiB")
        pipe.send((data, came))
    pipe.close()
    os._exit(0)


def _alone() -> None:
    """Say nothing, and take no more memory than a process should."""
    nowhere: TextIO = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123  # as long as the process
    sys.stdout = sys.stderr = nowhere
    os.dup2(nowhere.fileno(), 2)  # some decoders write there themselves
    _limit_memory()


def _limit_memory() -> None:
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            reserved = int(file.read().split()[0]) * resource.getpagesize()
        limit = reserved + ROOM
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
