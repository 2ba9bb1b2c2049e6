"""Measures the constants of the fast executor's cost model; with --choices also how good its choices are.

The executor itself measures nothing: what it chooses on one machine it chooses on all that have the same BLAS.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Collection, Mapping
from math import floor, log2, log10
from pathlib import Path
from typing import Any

import measuring
import racing
from regret import Regret, for_many, for_one, regret

COSTS = Path(__file__).resolve().parents[1] / "cnncalc" / "executor" / "fast" / "costs.py"
POWERS_OF_TWO = {"CACHE_BYTES"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="interleaved rounds (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="put what is measured into costs.py, to two digits")
    parser.add_argument("--choices", action="store_true", help="time the algorithms beside each other, too")
    parser.add_argument("--of", action="append", help="only the choices in this network or grid; repeatable")
    asked = parser.parse_args()
    racing.use_the_native_kernel()
    # Only now: OpenBLAS takes its kernel when NumPy is imported.
    from blas import blas

    measured = measuring.kept("calibrate")
    if not (asked.of and measured):
        measured |= {"machine": measuring.machine(), "blas": blas()}
        measured["constants"] = constants(asked.rounds, write=asked.write)
        measuring.keep("calibrate", measured)
    if asked.choices or asked.of:
        choices(measured, asked.rounds, asked.of)


def constants(rounds: int, *, write: bool) -> dict[str, Any]:
    """Each constant as costs.py has it and as it is here."""
    from constants import MEASURES

    from cnncalc.executor.fast import costs
    from cnncalc.executor.fast.blas import blas

    with blas():
        seen = measuring.interleaved({name: make() for name, make in MEASURES.items()}, rounds)
    measured = {name: measuring.spread(samples) for name, samples in seen.items()}
    have = {name: getattr(costs, name) for name in measured}
    if write:
        have = {name: rounded(name, here["median"]) for name, here in measured.items()}
        COSTS.write_text(rewritten(COSTS.read_text("utf-8"), have), encoding="utf-8")
    print(f"{'constant':16}{'in costs.py':>12}   {'measured here':32}{'ratio':>5}")
    for name, here in measured.items():
        print(f"{name:16}{have[name]:>12,.8g}   {measuring.told(here):32}{here['median'] / have[name]:5.2f}")
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


def choices(measured: dict[str, Any], rounds: int, names: Collection[str] | None) -> None:
    """Every convolution's algorithms, kept after each group; groups that are not asked for keep their numbers."""
    import targets
    from choices import first_runs, groups, judged

    kept = measured.setdefault("choices", {})
    once = measured.setdefault("once", {})
    for name, group in groups().items():
        if names and name not in names:
            continue
        kept[name] = list(judged(group, rounds))
        if name in targets.NETWORKS:
            once[name] = first_runs(name, rounds)
        measuring.keep("calibrate", measured)
        show(name, kept[name])
        if name in once:
            print(f"  the first run for one image: {measuring.told(once[name]['ratio'], 'x')} one by columns alone")


def show(name: str, rows: list[Mapping[str, Any]]) -> None:
    """The choices that were wrong, and what they cost together."""
    for row in rows:
        least = min(row["ms"], key=row["ms"].__getitem__)
        if least != row["chosen"]:
            ratio = row["ms"][row["chosen"]] / row["ms"][least]
            print(f"  {row['what']}, batch {row['batch']}: {row['chosen']} takes {ratio:.2f}x {least}")
    for batch in sorted({row["batch"] for row in rows}):
        some = [row for row in rows if row["batch"] == batch]
        print(f"{name}, batch {batch}: {_told(regret(some, for_many))}; for one: {_told(regret(some, for_one))}")


def _told(one: Regret) -> str:
    return f"regret {one.share:.2%}, worst {one.worst:.2f}"


if __name__ == "__main__":
    main()
