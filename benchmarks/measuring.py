"""Times commands and calls side by side: interleaved rounds, ratios taken pair by pair, medians with their spread.

Standard library only, so that the process that measures stays small: a child's peak memory, as the system tells it, is
never less than that of the process that started it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

MEASURED = Path(__file__).resolve().parent / "measured"
"""Where every script leaves its numbers; results.py makes the page from them."""

CNNCALC = str(Path(sysconfig.get_path("scripts")) / "cnncalc")
BARE = (sys.executable, "-c", "pass")
"""An interpreter that starts and leaves: what no Python program can be faster than."""

Command = Sequence[str]


class Process(NamedTuple):
    """One process from its start to its end."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


def watched(command: Command, environment: Mapping[str, str] | None = None) -> Process:
    """Run a command, its output thrown away; one that fails ends the benchmark with what it said."""
    with tempfile.TemporaryFile() as errors:
        begin = perf_counter()
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env={**os.environ, **(environment or {})},
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
    """What a command prints as JSON on its last line."""
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})}
    )
    return json.loads(done.stdout.splitlines()[-1])


def interleaved(actions: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, list[Any]]:
    """What each action gives, round after round: whatever disturbs the machine disturbs all of them alike.

    One round more than is asked for; the first warms caches and is left out.
    """
    seen: dict[str, list[Any]] = {name: [] for name in actions}
    for turn in range(rounds + 1):
        for name, action in actions.items():
            result = action()
            if turn:
                seen[name].append(result)
    return seen


def side_by_side(
    commands: Mapping[str, Command], rounds: int, base: str, environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Whole processes: time and peak memory of each, and its time as a multiple of the base's in the same round.

    Wall time is what a user waits and what a target means; processor time hardly moves when others use the machine.
    """
    runs = interleaved({name: partial(watched, command, environment) for name, command in commands.items()}, rounds)
    return {
        name: {
            "ms": spread(1000 * run.seconds for run in seen),
            "cpu_ms": spread(1000 * run.cpu_seconds for run in seen),
            "ratio": spread(run.seconds / by.seconds for run, by in zip(seen, runs[base], strict=True)),
            "cpu_ratio": spread(run.cpu_seconds / by.cpu_seconds for run, by in zip(seen, runs[base], strict=True)),
            "peak_mib": spread(run.peak_mib for run in seen),
        }
        for name, seen in runs.items()
    }


def spread(samples: Iterable[float]) -> dict[str, float]:
    """Median, quartiles and least of some samples."""
    values = sorted(samples)
    low, median, high = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    return {"median": median, "low": low, "high": high, "least": values[0], "rounds": len(values)}


def told(numbers: Mapping[str, float], unit: str = "") -> str:
    """A median with its quartiles, to three digits: `12.3 (11.9-13.0)`."""
    return f"{digits(numbers['median'])}{unit} ({digits(numbers['low'])}-{digits(numbers['high'])})"


def digits(value: float) -> str:
    """Three digits that count, and never less than the whole part."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def machine() -> dict[str, Any]:
    """The class of machine and the versions that a time depends on; nothing that says whose it is."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": cores,
        "load": round(os.getloadavg()[0], 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in ("cnncalc", "numpy", "click", "PyYAML", "rich")},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def rounds_asked(default: int, description: str | None) -> int:
    """How many rounds the command line asks for."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=default, help="interleaved rounds (default: %(default)s)")
    rounds: int = parser.parse_args().rounds
    return rounds


def kept(name: str) -> dict[str, Any]:
    """The numbers that one script left the last time; none where it did not run yet."""
    file = MEASURED / f"{name}.json"
    numbers: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return numbers


def keep(name: str, measured: Mapping[str, Any]) -> None:
    """Leave the numbers of one script where results.py finds them."""
    MEASURED.mkdir(exist_ok=True)
    text = json.dumps(measured, indent=1)
    (MEASURED / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
