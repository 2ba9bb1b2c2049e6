"""How long `cnncalc summarize` takes beside `python -c pass`, what it imports, and where its time goes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from benchmarks import targets
from benchmarks.benchmark import Asked, Benchmark
from benchmarks.page import Section, Verdict, at_most, least_to_least, median_of, spread_of, spread_text, table
from benchmarks.timing import BARE, CNNCALC, HERE, Numbers, answer, side_by_side, spread

FORMATS = ("json", "csv", "table", "markdown")
HEAVY = ("numpy", "PIL", "rich", "safetensors")
PHASES = (sys.executable, "-P", str(HERE / "inside" / "phases.py"))
WORDS = (*(f"summarize resnet152 --format {format_}" for format_ in FORMATS), "summarize lenet5", "--help")
"""The commands that are timed."""


def measure(asked: Asked, _: Numbers) -> Iterator[Numbers]:
    turns = [answer(PHASES) for _ in range(asked.rounds)]
    yield {
        "commands": side_by_side({words: (CNNCALC, *words.split()) for words in WORDS}, asked.rounds),
        "loaded": {format_: _loaded(format_) for format_ in FORMATS},
        "phases": {name: spread(turn[name] for turn in turns) for name in turns[0]},
    }


def _loaded(format_: str) -> Numbers:
    """How many modules a summary imports from its start to its end, which are its own, and which of them are heavy."""
    command = (sys.executable, "-P", "-X", "importtime", "-m", "cnncalc", "summarize", "resnet152", "--format", format_)
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    modules = {line.rpartition("|")[2].strip() for line in said.splitlines() if line.startswith("import time:")}
    packages = [name.partition(".")[0] for name in modules]
    heavy = [name for name in HEAVY if name in packages]
    return {"modules": len(modules), "own": packages.count("cnncalc"), "heavy": heavy}


def section(measured: Numbers) -> Section:
    commands, loaded = measured["commands"], measured["loaded"]
    times = table(
        {
            "process": lambda name, _: f"`{name}`",
            "ms": spread_of("ms"),
            f"times `{BARE}`": spread_of("ratio"),
            "least : least": lambda _, run: least_to_least(run["ms"], commands[BARE]["ms"]),
            "in processor time": spread_of("cpu_ratio"),
            "peak MiB": median_of("peak_mib"),
        },
        commands.items(),
    )
    modules = table(
        {
            "`summarize resnet152`": lambda format_, _: f"`--format {format_}`",
            "modules": lambda _, seen: str(seen["modules"]),
            "of them cnncalc's": lambda _, seen: str(seen["own"]),
            "of NumPy, Pillow, rich, safetensors": lambda _, seen: ", ".join(seen["heavy"]) or "none",
        },
        loaded.items(),
    )
    phases = table(
        {
            "phase of `summarize resnet152`": lambda name, _: name,
            "ms of processor time": lambda _, ms: spread_text(ms),
        },
        measured["phases"].items(),
    )
    words = {format_: f"summarize resnet152 --format {format_}" for format_ in targets.SUMMARIZE}
    verdicts = [
        at_most(f"`{words[format_]}` : `{BARE}`", most, commands[words[format_]]["ratio"])
        for format_, most in targets.SUMMARIZE.items()
    ]
    for format_ in targets.SUMMARIZE:
        heavy = loaded[format_]["heavy"]
        what = f"heavy imports of `summarize --format {format_}`"
        verdicts.append(Verdict(what, "none", ", ".join(heavy) or "none", not heavy))
    text = f"{times}\n\nWhat a summary has loaded when it ends:\n\n{modules}\n\n"
    return f"{text}Where the time goes, after the interpreter's own start:\n\n{phases}", verdicts


BENCHMARK = Benchmark("Start-up", __doc__, measure, section, rounds=15)
