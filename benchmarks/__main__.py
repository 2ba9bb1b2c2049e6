"""Runs a benchmark by its name, lists them, or makes RESULTS.md: `python -m benchmarks [NAME] [--help]`."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from benchmarks import calibrate, check, executor, executors, linear, startup, summaries
from benchmarks.benchmark import Benchmark, kept, section
from benchmarks.page import verdict_table
from benchmarks.timing import HERE, module, watched

BENCHMARKS: dict[str, Benchmark] = {
    "startup": startup.BENCHMARK,
    "linear": linear.BENCHMARK,
    "executors": executors.BENCHMARK,
    "executor": executor.BENCHMARK,
    "calibrate": calibrate.BENCHMARK,
    "check": check.BENCHMARK,
    "peers": summaries.BENCHMARK,
}
"""In the order of the page; the name is also that of the file in `measured/`."""
PAGE = HERE / "RESULTS.md"


def page() -> str:
    """The whole page, from the numbers that there are."""
    sections = [section(benchmark, kept(name)) for name, benchmark in BENCHMARKS.items()]
    verdicts = [verdict for _, judged in sections for verdict in judged]
    found = Counter(verdict.met for verdict in verdicts)
    counted = f"{found[True]} of {len(verdicts)} met, {found[False]} missed"
    if found[None]:
        counted += f", {found[None]} not judged"
    head = (
        "# Results\n\nMade by `python -m benchmarks page` from `measured/*.json`, which the benchmarks leave; no "
        "number here is typed by hand. Each is a median with its quartiles, `12 (11-13)`, and each ratio is "
        "that of two runs that took turns. Ratios carry over between machines better than times. "
        "A peak of memory is never less than that of the process that measures, which `python -c pass` shows. "
        "All of it again, the picture too: `python -m benchmarks all --python peers-env/bin/python`, "
        "with the environment that `benchmarks/peers/README.md` describes.\n\n"
        f"## Targets: {counted}\n\n{verdict_table(verdicts)}"
    )
    return "\n\n".join((head, *(text for text, _ in sections))) + "\n"


def everything(words: list[str]) -> None:
    """Every benchmark that the environments at hand allow, then the picture and the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks all", description=everything.__doc__)
    parser.add_argument("--python", help="the interpreter of the environment of the peers, which also draws")
    python = parser.parse_args(words).python
    for name, benchmark in BENCHMARKS.items():
        if python or not benchmark.peers:
            benchmark.run(name, ["--python", python] if benchmark.peers else [])
    if python:
        watched(module("peers.plot", python=python))
    PAGE.write_text(page(), encoding="utf-8")


def listed() -> str:
    """The names with what each measures."""
    lines = {name: benchmark.help.partition("\n")[0] for name, benchmark in BENCHMARKS.items()}
    lines |= {"page": "RESULTS.md, from what was measured.", "all": "All of them, then the picture and the page."}
    return "\n".join(f"{name:10} {line}" for name, line in lines.items())


def main() -> None:
    match sys.argv[1:]:
        case ["page"]:
            PAGE.write_text(page(), encoding="utf-8")
        case ["all", *words]:
            everything(words)
        case [name, *words] if name in BENCHMARKS:
            BENCHMARKS[name].run(name, words)
        case []:
            print(listed())
        case [unknown, *_]:
            raise SystemExit(f"there is no benchmark {unknown!r}\n{listed()}")


if __name__ == "__main__":
    main()
