"""What a benchmark is, and how one is run: measured, kept as JSON, and shown as its section of RESULTS.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from benchmarks.page import Section, Verdict, verdict_table
from benchmarks.timing import HERE, Numbers, answer_of

VERSIONS = (
    "import sys\nfrom importlib.metadata import version\nprint(json.dumps({n: version(n) for n in sys.argv[1:]}))"
)

Asked = argparse.Namespace


class Benchmark(NamedTuple):
    """One benchmark.

    Attributes:
        title: its heading in RESULTS.md.
        help: what it measures.
        measure: the numbers; it is given what the command line asks for and the numbers that it left the last time, and
            gives all of them each time that more are worth keeping.
        section: its section of the page, with its verdicts, from those numbers.
        rounds: how many interleaved rounds there are, unless the command line asks for others.
        parts: what `--only` may ask for, so that all other parts keep their numbers.
        peers: the packages of the peers' environment, where one is needed.
        options: adds what it alone can be asked.
    """

    title: str
    help: str
    measure: Callable[[Asked, Numbers], Iterator[Numbers]]
    section: Callable[[Numbers], Section]
    rounds: int = 9
    parts: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()
    options: Callable[[argparse.ArgumentParser], object] | None = None

    def parser(self, name: str) -> argparse.ArgumentParser:
        """Its command line."""
        parser = argparse.ArgumentParser(prog=f"python -m benchmarks {name}", description=self.help)
        parser.add_argument("--rounds", type=int, default=self.rounds, help="interleaved rounds (default: %(default)s)")
        parser.add_argument("--quick", action="store_true", help="its smallest form, for a look; nothing is kept")
        if self.parts:
            parts = f"only this part; repeatable: {', '.join(self.parts)}"
            parser.add_argument("--only", action="append", choices=self.parts, metavar="PART", help=parts)
        if self.peers:
            parser.add_argument("--python", required=True, help="the interpreter of the environment of the peers")
        if self.options:
            self.options(parser)
        return parser

    def run(self, name: str, words: list[str]) -> None:
        """Measure, keep the numbers and print the section."""
        asked = self.parser(name).parse_args(words)
        if asked.quick:
            asked.rounds = min(asked.rounds, 1)
        header: Numbers = {"machine": machine()}
        if self.peers:
            header["versions"] = answer_of(VERSIONS, *self.peers, python=asked.python)
        measured: Numbers = {}
        for numbers in self.measure(asked, {} if asked.quick else kept(name)):
            measured = {**header, **numbers}
            if not asked.quick:
                keep(name, measured)
        text, verdicts = self.section(measured)
        print(text, verdict_table(verdicts), sep="\n\n")


def kept(name: str) -> Numbers:
    """The numbers that a benchmark left the last time; none where it did not run yet."""
    file = HERE / "measured" / f"{name}.json"
    numbers: Numbers = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return numbers


def keep(name: str, measured: Mapping[str, object]) -> None:
    """Leave the numbers of a benchmark where the page is made from them."""
    (HERE / "measured" / f"{name}.json").write_text(f"{json.dumps(measured, indent=1)}\n", encoding="utf-8")


def machine() -> Numbers:
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


def section(benchmark: Benchmark, measured: Numbers) -> tuple[str, list[Verdict]]:
    """A benchmark's part of the page under its heading, with the machine that it ran on."""
    if not measured:
        return f"## {benchmark.title}\n\nNot measured yet.", []
    text, verdicts = benchmark.section(measured)
    return f"## {benchmark.title}\n\n{_where(measured['machine'])}\n\n{text}", verdicts


def _where(seen: Numbers) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in seen["versions"].items())
    busy = " **Others used the machine meanwhile**: spreads are wide, and what runs on all cores waits for them."
    return (
        f"{seen['date']}, {seen['system']}, {seen['cores']} cores, Python {seen['python']}, {versions}; "
        f"load average {seen['load']} before it began.{'' if seen['load'] < seen['cores'] / 2 else busy}"
    )
