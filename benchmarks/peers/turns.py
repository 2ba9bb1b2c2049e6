"""Contenders as processes that stay: exactly one of them is at work at any moment."""

from __future__ import annotations

import json
import os
import select
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import process_time, sleep
from typing import Any

from benchmarks import targets
from benchmarks.timing import module, surroundings

OWN = "cnncalc"
MEASURES = MULTIPLYING, READING = "sgemm", "reading"
"""Two measures of the machine that take their turns like everybody else: how fast it multiplies, how fast it reads."""
SLOW_ROUNDS = 3
"""The rounds in which the slow peer takes part."""
PATIENCE = 60.0
"""Seconds that one call of the slow peer may take; where it takes longer, it is left out."""
THREADS_OF = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
NOT_NATIVE = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
"""What would make OpenBLAS take another kernel than the machine's own."""
TICKS = os.sysconf("SC_CLK_TCK")
REST = 0.05
"""Seconds between two turns: BLAS and OpenMP threads spin for a while after their work, and would disturb the next."""


class Late(Exception):
    """An answer that did not come in time."""


class Contender:
    """One process, made ready: `command` is that of `contender.py`, of which `name` is one of the CONTENDERS."""

    def __init__(self, name: str, command: Sequence[str], threads: int) -> None:
        self.name = name
        self.rounds = 0
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **surroundings(limited(threads))
        )
        self._answer()

    def ask(self, request: str) -> Any:
        """The answer to a request.

        Raises:
            Late: the slow peer took longer than there is patience for; its process is ended.
        """
        print(request, file=self.process.stdin, flush=True)
        return self._answer()

    def take_turn(self) -> float | None:
        """Seconds of a call; the slow peer sits out the first round, which nobody counts, and most of the others."""
        self.rounds += 1
        if self.name == targets.SLOW and not 1 < self.rounds <= 1 + SLOW_ROUNDS:
            return None
        sleep(REST)
        seconds: float = self.ask("sample")
        return seconds

    def _answer(self) -> Any:
        answers = self.process.stdout
        assert answers is not None  # noqa: S101  # a pipe was asked for
        ready, _, _ = select.select([answers], [], [], PATIENCE if self.name == targets.SLOW else None)
        if not ready:
            self.process.kill()
            raise Late(f"{self.name} needs more than {PATIENCE:.0f} s")
        line = answers.readline()
        if not line:
            raise SystemExit(f"{self.name} ended with {self.process.wait()}; what it said stands above")
        return json.loads(line)

    @property
    def processor_seconds(self) -> float:
        """What all its threads have used since it started."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / TICKS  # utime and stime, the 14th and 15th of proc(5)

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


def limited(threads: int) -> dict[str, str]:
    """The environment variables that give a process so many threads."""
    return dict.fromkeys(THREADS_OF, str(threads))


def use_the_native_kernel() -> None:
    """Let every process that is started from now on multiply as this machine does it best."""
    for name in NOT_NATIVE:
        os.environ.pop(name, None)


@contextmanager
def started(names: Sequence[str], python: str, folder: Path, batch: int, threads: int) -> Iterator[list[Contender]]:
    """The contenders, made ready one after the other; `python` is the peers', the others run in this environment."""
    with ExitStack() as stack:
        ready = []
        for name in names:
            words = (name, str(folder), str(batch), str(threads))
            where = {} if name in {OWN, *MEASURES} else {"python": python}
            ready.append(Contender(name, module("peers.contender", *words, **where), threads))
            stack.callback(ready[-1].close)
        yield ready


class Watch:
    """How much of the machine others use while the contenders take turns; a ratio means little where that is much."""

    def __init__(self, contenders: Sequence[Contender]) -> None:
        self.contenders = contenders
        self.begin = self._now()

    def share(self) -> float:
        """The part of all cores' time that went to others since the watch began."""
        passed, used, own = (now - then for now, then in zip(self._now(), self.begin, strict=True))
        return max(0.0, (used - own) / passed)

    def _now(self) -> tuple[float, float, float]:
        """Seconds of all cores: how many there were, how many were used, and how many of those by us."""
        line, _, _ = Path("/proc/stat").read_text(encoding="utf-8").partition("\n")
        user, nice, system, idle, waiting, *rest = (int(field) / TICKS for field in line.split()[1:9])
        used = user + nice + system + sum(rest)
        own = process_time() + sum(contender.processor_seconds for contender in self.contenders)
        return used + idle + waiting, used, own
