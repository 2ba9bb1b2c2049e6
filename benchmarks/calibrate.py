"""The constants of the fast executor's cost model, and how good its choices are.

The executor itself measures nothing: what it chooses on one machine it chooses on all that have the same BLAS.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping
from math import floor, log2, log10

from benchmarks import targets
from benchmarks.benchmark import Asked, Benchmark
from benchmarks.calibrate_page import section
from benchmarks.peers.turns import use_the_native_kernel
from benchmarks.timing import HERE, Numbers, interleaved, spread

COSTS = HERE.parent / "cnncalc" / "executor" / "fast" / "costs.py"
POWERS_OF_TWO = {"CACHE_BYTES"}
GRIDS = ("3x3", "1x1", "5x5", "strided", "large", "32 groups", *(f"depthwise {k}x{k}" for k in (3, 5, 7, 15, 31)))
"""What choices.py calls the lines of its grid."""


def measure(asked: Asked, before: Numbers) -> Iterator[Numbers]:
    use_the_native_kernel()
    # Only now: OpenBLAS takes its kernel when NumPy is imported.
    from benchmarks.inside.blas import blas

    measured = {"choices": {}, "once": {}, **before}
    if not (asked.only and before):
        measured |= {"blas": blas(), "constants": _constants(asked.rounds, write=asked.write)}
        yield measured
    if not asked.constants:
        yield from _choices(measured, asked)


def _constants(rounds: int, *, write: bool) -> Numbers:
    """Each constant as costs.py has it and as it is here."""
    from benchmarks.inside.constants import MEASURES
    from cnncalc.executor.fast import costs
    from cnncalc.executor.fast.blas import blas

    with blas():
        seen = interleaved({name: make() for name, make in MEASURES.items()}, rounds)
    measured = {name: spread(samples) for name, samples in seen.items()}
    have = {name: getattr(costs, name) for name in measured}
    if write:
        have = {name: rounded(name, here["median"]) for name, here in measured.items()}
        COSTS.write_text(rewritten(COSTS.read_text("utf-8"), have), encoding="utf-8")
    return {name: {"costs": have[name], "measured": here} for name, here in measured.items()}


def rounded(name: str, value: float) -> float:
    """A constant to two digits that count, or to a power of two."""
    return 2.0 ** round(log2(value)) if name in POWERS_OF_TWO else round(value, _places(value))


def rewritten(text: str, constants: Mapping[str, float]) -> str:
    """The module with other numbers and nothing else changed."""
    for name, value in constants.items():
        places = max(0, _places(value))
        number = f"2**{round(log2(value))}" if name in POWERS_OF_TWO else f"{value:.{places}f}"
        text, found = re.subn(rf"^{name} = .+$", f"{name} = {number}", text, flags=re.MULTILINE)
        if found != 1:
            raise SystemExit(f"{COSTS} has {found} lines that begin with {name} =")
    return text


def _places(value: float) -> int:
    """Decimal places of a number that has two digits."""
    return 1 - floor(log10(value))


def _choices(measured: Numbers, asked: Asked) -> Iterator[Numbers]:
    """Every convolution's algorithms, kept after each group."""
    from benchmarks.inside.choices import first_runs, groups, judged

    for name, group in groups().items():
        if not asked.only or name in asked.only:
            measured["choices"][name] = list(judged(group, asked.rounds))
            if name in targets.NETWORKS:
                measured["once"][name] = first_runs(name, asked.rounds)
            yield measured


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--write", action="store_true", help="put what is measured into costs.py, to two digits")
    parser.add_argument("--constants", action="store_true", help="the constants alone")


BENCHMARK = Benchmark(
    "The choice of algorithms",
    __doc__,
    measure,
    section,
    parts=(*targets.NETWORKS, *GRIDS),
    options=_options,
)
