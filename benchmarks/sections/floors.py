"""What stops a network whose target is missed: the machine's own pace beside the layers that take the time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import racing
import targets
from measuring import digits, told
from sections.parts import Numbers, table

MOST_ROWS = 12
"""Layers that are shown one by one; the others are added up."""


def shown(networks: Mapping[str, Numbers]) -> Iterator[str]:
    """For each network and number of threads that misses a ratio: floors, and its profile."""
    for name, numbers in networks.items():
        for run in numbers["runs"]:
            missed = [target.peer for target in targets.of(name, run["batch"]) if targets.reached(target, run) is False]
            if missed:
                yield f"### {name}, threads {run['threads']}: slower than wanted beside {' and '.join(missed)}"
                yield _floors(numbers["facts"], run)
                yield _profile(run)


def _floors(facts: Numbers, run: Numbers) -> str:
    pace = run["pace"][racing.READING]
    reading = facts["weight_mib"] * 2**20 / 1e6 / pace["median"]
    speed = 2 * run["pace"][racing.MULTIPLYING]["median"]
    return (
        f"An image takes {told(run['ms']['cnncalc'], ' ms')}. Its {facts['macs'] / 1e6:,.1f} M MACs take "
        f"{told(run['ms'][racing.AT_PEAK], ' ms')} at the peak of {digits(speed)} GFLOP/s, and only an algorithm that "
        f"multiplies less can take less; its {digits(facts['weight_mib'])} MiB of weights, read once at "
        f"{digits(pace['median'])} GB/s, take {digits(reading)} ms."
    )


def _profile(run: Numbers) -> str:
    """The layers that take the most, each with its part of their sum."""
    rows = sorted(run["profile"], key=lambda row: row[2], reverse=True)
    total = sum(seconds for *_, seconds in rows)
    lines = [(path, how, digits(1000 * taken), f"{taken / total:.0%}") for path, how, taken in rows[:MOST_ROWS]]
    rest = sum(seconds for *_, seconds in rows[MOST_ROWS:])
    if rest:
        lines.append((f"{len(rows) - MOST_ROWS} others", "", digits(1000 * rest), f"{rest / total:.0%}"))
    return table(("layer", "how", "ms", "of all"), lines)
