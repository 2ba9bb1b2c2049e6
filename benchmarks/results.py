"""Makes RESULTS.md and its picture from what the other scripts measured; with --measure it runs them first."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import measuring
from sections import calibration, check, executor, executors, linear, peers, startup
from sections.parts import Numbers, Verdict, table

HERE = Path(__file__).resolve().parent
PAGE = HERE / "RESULTS.md"
PLOT = str(HERE / "plot.py")
ALONE = {"startup": (), "linear": (), "executor": (), "check": (), "calibrate": ("--choices",)}
"""The scripts that need nothing but an installed cnncalc, with what they are asked for."""
BESIDE = ("beside_peers", "executors")
"""The scripts that need the peers, which have an environment of their own."""

SECTIONS: dict[str, tuple[str, Callable[[Numbers], tuple[str, list[Verdict]]]]] = {
    "startup": ("Start-up", startup.section),
    "linear": ("Cost by layer", linear.section),
    "executors": ("Beside other executors", executors.section),
    "executor": ("The fast executor beside plain products", executor.section),
    "calibrate": ("The choice of algorithms", calibration.section),
    "check": ("The gate", check.section),
    "peers": ("Beside the peers", peers.section),
}


def page() -> str:
    """The whole page, from the numbers that there are."""
    parts, verdicts = [], []
    for name, (title, section) in SECTIONS.items():
        measured = measuring.kept(name)
        if not measured:
            parts.append(f"## {title}\n\nNot measured yet.")
            continue
        text, judged = section(measured)
        verdicts += judged
        parts.append(f"## {title}\n\n{_machine(measured['machine'])}\n\n{text}")
    found = Counter(verdict.met for verdict in verdicts)
    counted = f"{found[True]} of {len(verdicts)} met, {found[False]} missed"
    if found[None]:
        counted += f", {found[None]} not judged"
    targets = table(("what", "target", "measured", ""), (verdict.cells for verdict in verdicts))
    head = (
        "# Results\n\nMade by `python benchmarks/results.py` from `measured/*.json`, which the scripts beside it "
        "write; no number here is typed by hand. Each is a median with its quartiles, `12 (11-13)`, and each ratio is "
        "that of two runs that took turns. Ratios carry over between machines better than times. "
        "A peak of memory is never told as less than that of the process that measures, which `python -c pass` shows. "
        "All of it again, the pictures too: `python benchmarks/results.py --measure --python peers-env/bin/python`, "
        "with the environment that `benchmarks/peers/README.md` describes.\n\n"
        f"## Targets: {counted}\n\n{targets}"
    )
    return "\n\n".join((head, *parts)) + "\n"


def _machine(seen: Numbers) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in seen["versions"].items())
    return (
        f"{seen['date']}, {seen['system']}, {seen['cores']} cores, Python {seen['python']}, {versions}; "
        f"load average {seen['load']} before it began.{_busy(seen)}"
    )


def _busy(seen: Numbers) -> str:
    """What a reader must know where others used the machine."""
    if seen["load"] < seen["cores"] / 2:
        return ""
    return " **Others used the machine meanwhile**: spreads are wide, and what runs on all cores waits for them."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true", help="first run the scripts, those that --python allows")
    parser.add_argument("--python", help="the interpreter of the environment that holds the peers; it also draws")
    asked = parser.parse_args()
    if asked.measure:
        for script, asked_for in ALONE.items():
            subprocess.run((sys.executable, str(HERE / f"{script}.py"), *asked_for), check=True)
        for script in BESIDE if asked.python else ():
            subprocess.run((sys.executable, str(HERE / f"{script}.py"), "--python", asked.python), check=True)
    if asked.python:
        subprocess.run((asked.python, PLOT), check=True)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
