"""Measures how long `cnncalc summarize` takes beside `python -c pass`, what it imports, and where its time goes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import measuring

TARGETS = {"json": 8, "csv": 8, "table": 12}
"""The most that `summarize resnet152` may cost, as a multiple of `python -c pass`."""
HEAVY = ("numpy", "PIL", "rich", "safetensors")
PHASES = (sys.executable, str(Path(__file__).resolve().parent / "phases.py"))


def commands() -> dict[str, measuring.Command]:
    """What is timed, by what the page calls it."""
    resnet = {
        f"summarize resnet152 --format {format_}": (measuring.CNNCALC, "summarize", "resnet152", "--format", format_)
        for format_ in ("json", "csv", "table", "markdown")
    }
    return {
        "python -c pass": measuring.BARE,
        **resnet,
        "summarize lenet5": (measuring.CNNCALC, "summarize", "lenet5"),
        "--help": (measuring.CNNCALC, "--help"),
    }


def loaded(format_: str) -> dict[str, Any]:
    """How many modules a summary imports from its start to its end, which are its own, and which of them are heavy."""
    command = (sys.executable, "-P", "-X", "importtime", "-m", "cnncalc", "summarize", "resnet152", "--format", format_)
    told = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    modules = {line.rpartition("|")[2].strip() for line in told.splitlines() if line.startswith("import time:")}
    packages = {name.partition(".")[0] for name in modules}
    return {
        "modules": len(modules),
        "own": sum(name.partition(".")[0] == "cnncalc" for name in modules),
        "heavy": [name for name in HEAVY if name in packages],
    }


def phases(rounds: int) -> dict[str, Any]:
    """Milliseconds of each phase of one process, medians over processes."""
    turns = [measuring.answer(PHASES) for _ in range(rounds)]
    return {name: measuring.spread(turn[name] for turn in turns) for name in turns[0]}


def main() -> None:
    rounds = measuring.rounds_asked(15, __doc__)
    measured = {
        "machine": measuring.machine(),
        "targets": TARGETS,
        "commands": measuring.side_by_side(commands(), rounds, base="python -c pass"),
        "loaded": {format_: loaded(format_) for format_ in ("json", "csv", "table", "markdown")},
        "phases": phases(rounds),
    }
    for name, numbers in measured["commands"].items():
        ratio, cpu = measuring.told(numbers["ratio"], "x"), measuring.told(numbers["cpu_ratio"], "x")
        print(f"{name:36} {measuring.told(numbers['ms'], ' ms'):24} {ratio:20} of processor time {cpu}")
    for format_, modules in measured["loaded"].items():
        print(f"{format_}: {modules['modules']} modules, {modules['own']} of them cnncalc's; heavy: {modules['heavy']}")
    for phase, milliseconds in measured["phases"].items():
        print(f"{phase:40} {measuring.told(milliseconds, ' ms')}")
    measuring.keep("startup", measured)


if __name__ == "__main__":
    main()
