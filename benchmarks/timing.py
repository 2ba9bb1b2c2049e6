"""Times commands and calls side by side: interleaved rounds, ratios taken pair by pair, medians with their quartiles.

Standard library only, so that the process that measures stays small: a child's peak memory, as the system reports it,
is never less than that of the process that started it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from math import ceil
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

Numbers = dict[str, Any]
Command = Sequence[str]

HERE = Path(__file__).resolve().parent
CNNCALC = str(Path(sysconfig.get_path("scripts")) / "cnncalc")
BARE = "python -c pass"
"""An interpreter that starts and leaves: what no Python program can be faster than."""
SHORTEST = 0.02
"""Seconds that one sample takes at least: calls that are faster are repeated in it."""
LONG = 0.2
"""Seconds from which on a call fills its caches itself, so that it needs no other call before it."""


class Process(NamedTuple):
    """One process from its start to its end."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


def module(name: str, *words: str, python: str = sys.executable) -> Command:
    """The command that runs a module of this package."""
    return python, "-m", f"benchmarks.{name}", *words


def watched(command: Command, environment: Mapping[str, str] | None = None) -> Process:
    """Run a command, its output thrown away; one that fails ends the benchmark with what it said."""
    with tempfile.TemporaryFile() as errors:
        begin = perf_counter()
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, **surroundings(environment)
        )
        _, status, usage = os.wait4(child.pid, 0)
        seconds = perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            errors.seek(0)
            raise SystemExit(f"{' '.join(command)} ended with {child.returncode}:\n{errors.read().decode()}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Process(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 2**20)


def answer(command: Command, environment: Mapping[str, str] | None = None) -> Any:
    """What a command prints as JSON: on its last line, or on all of them."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **surroundings(environment))
    try:
        return json.loads(done.stdout)
    except ValueError:
        return json.loads(done.stdout.splitlines()[-1])


def answer_of(code: str, *words: str, python: str = sys.executable) -> Any:
    """What some Python prints as JSON, run where nothing of the checkout is in its way."""
    return answer((python, "-P", "-c", f"import json\n{code}", *words))


def surroundings(environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Where a command runs, for whoever starts it: at the top of the checkout, so that it finds this package."""
    return {"cwd": HERE.parent, "env": {**os.environ, **(environment or {})}}


class Sampler:
    """Seconds of a call, each sample long enough to be told from noise."""

    def __init__(self, call: Callable[[], Any], shortest: float = SHORTEST) -> None:
        self.call = call
        self.shortest = shortest
        self.seconds = 0.0
        """What a call took the last time."""

    def once(self) -> Any:
        """What one call gives."""
        begin = perf_counter()
        answer = self.call()
        self.seconds = perf_counter() - begin
        return answer

    def sample(self) -> float:
        """Seconds of a call, after one that brings the caches back from whoever worked before."""
        if self.seconds < LONG:
            self.once()
        repeats = max(1, ceil(self.shortest / self.seconds))
        begin = perf_counter()
        for _ in range(repeats):
            self.call()
        self.seconds = (perf_counter() - begin) / repeats
        return self.seconds


def interleaved(actions: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, list[Any]]:
    """What each action gives, round after round: whatever disturbs the machine disturbs all of them alike.

    One round more than is asked for; the first warms caches and is left out. What gives None sits a round out.
    """
    seen: dict[str, list[Any]] = {name: [] for name in actions}
    for turn in range(rounds + 1):
        for name, action in actions.items():
            result = action()
            if turn and result is not None:
                seen[name].append(result)
    return seen


def side_by_side(
    commands: Mapping[str, Command], rounds: int, base: str = BARE, environment: Mapping[str, str] | None = None
) -> Numbers:
    """Whole processes: time and peak memory of each, and its time as a multiple of the base's in the same round.

    Wall time is what a user waits and what a target means; processor time hardly moves when others use the machine.
    """
    commands = {**({BARE: (sys.executable, "-c", "pass")} if base == BARE else {}), **commands}
    runs = interleaved({name: partial(watched, command, environment) for name, command in commands.items()}, rounds)
    wall = {name: [run.seconds for run in seen] for name, seen in runs.items()}
    cpu = {name: [run.cpu_seconds for run in seen] for name, seen in runs.items()}
    return {
        name: {
            "ms": milliseconds(wall[name]),
            "cpu_ms": milliseconds(cpu[name]),
            "ratio": ratio(wall, name, base),
            "cpu_ratio": ratio(cpu, name, base),
            "peak_mib": spread(run.peak_mib for run in seen),
        }
        for name, seen in runs.items()
    }


def spread(samples: Iterable[float]) -> dict[str, float]:
    """Median, quartiles and least of some samples."""
    values = sorted(samples)
    low, median, high = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    return {"median": median, "low": low, "high": high, "least": values[0], "rounds": len(values)}


def milliseconds(seconds: Iterable[float]) -> dict[str, float]:
    """The spread of some times."""
    return spread(1000 * one for one in seconds)


def ratio(seconds: Mapping[str, Sequence[float]], of: str, by: str) -> dict[str, float]:
    """One's time as a multiple of another's, for each round in which both took part."""
    return spread(one / other for one, other in zip(seconds[of], seconds[by], strict=False))
