"""Breaks a room of the program in small ways, one at a time, and lists what its tests do not notice.

At the top of the checkout: python -m benchmarks.mutants layers --count 20 --seed 1

First every test of the room runs once, and what it calls is noted. A mutant then meets the tests that call the function
around it, the quickest first, and after them all others of its room. What no test can notice stands with its reason in
`equivalent.toml`. The exit code is 0 where everything else was noticed, and otherwise 1.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.mutants.changes import Mutant, broken, mutants_of
from benchmarks.mutants.watching import PROFILE, Seen, read

TOP = Path(__file__).resolve().parents[2]
COPIED = ("cnncalc", "tests", "specs", "docs", "benchmarks", "documentation", "pyproject.toml", "README.md")
EQUIVALENT = Path(__file__).with_name("equivalent.toml")

ROOMS = {
    "window": (["window.py"], ["layers", "agreement/test_windows.py", "agreement/test_report.py"]),
    "layers": (["layers"], ["layers", "executor/reference", "language/reading", "agreement/test_report.py",
                            "agreement/test_fast.py", "frameworks", "derivation", "gate",
                            "executor/fast/test_reading.py", "executor/fast/strips"]),
    "analysis": (["analysis"], ["analysis", "agreement/test_report.py", "gate", "conventions", "derivation",
                                "interface"]),
    "gate": (["gate"], ["gate", "language/test_lessons.py", "cli/test_check.py", "judging"]),
    "language": (["language"], ["language", "interface", "gate"]),
}  # fmt: skip
"""By room: its files in the package, and the tests that can reach them."""

FIRST = 10.0
"""Seconds of tests that meet a mutant before all others are collected."""

PATIENCE = 60.0, 10.0
"""Seconds, and a multiple of what its tests take: a mutant that takes longer than both does not end, and is noticed."""

PASSED = pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED
"""A mutant may also leave nothing of a table that some tests are made from; nobody who runs them would notice."""


def main() -> None:
    """Draw mutants of a room, try each, and list those that lived."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--likely", action="store_true", help="only the tests that meet a mutant first: quick, and strict"
    )
    parser.add_argument("--notes", type=Path, help="keep what the tests call in this file, or take it from there")
    asked = parser.parse_args()
    every, known = mutants_in(asked.room), equivalents()
    chance = random.Random(asked.seed)  # noqa: S311 # nobody is to be kept from guessing
    drawn = chance.sample(every, min(asked.count, len(every)))
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        workplace = Workplace(Path(folder), asked.room, asked.notes or Path(folder) / "notes")
        for mutant in drawn:
            reason = known.get(key(mutant))
            outcome = (
                "equivalent"
                if reason is not None
                else "noticed"
                if workplace.notices(mutant, likely=asked.likely)
                else "lived"
            )
            outcomes[outcome] += 1
            print(f"{outcome}: {shown(mutant)}{f': {reason}' if reason else ''}", flush=True)
    counts = ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in ("noticed", "equivalent", "lived"))
    print(f"{len(drawn)} of {len(every)} mutants of {asked.room}, seed {asked.seed}: {counts}")
    sys.exit(min(outcomes["lived"], 1))


def mutants_in(room: str) -> list[Mutant]:
    """Every mutant of a room, in the order of its files and their text."""
    roots = [TOP / "cnncalc" / place for place in ROOMS[room][0]]
    files = [file for root in roots for file in ([root] if root.is_file() else sorted(root.rglob("*.py")))]
    return [mutant for file in files for mutant in mutants_of(file)]


Key = tuple[str, str, str, str]
"""What a mutant is known by, wherever its line moves: its file, the text of its line, and what became of what."""


def key(mutant: Mutant) -> Key:
    return mutant.file.relative_to(TOP).as_posix(), mutant.text, mutant.before, mutant.after


def equivalents() -> dict[Key, str]:
    """The mutants that mean the same as the program, with their reasons."""
    entries = tomllib.loads(EQUIVALENT.read_text("utf-8"))["mutant"]
    return {(entry["file"], entry["line"], entry["before"], entry["after"]): entry["reason"] for entry in entries}


def shown(mutant: Mutant) -> str:
    return f"{mutant.file.relative_to(TOP)}:{mutant.line}: {mutant.before}  ->  {mutant.after}"


class Workplace:
    """A copy of the checkout in which a room is broken, and what its tests call there."""

    def __init__(self, folder: Path, room: str, notes: Path) -> None:
        self.folder = folder / "checkout"
        self.folder.mkdir()
        for name in COPIED:
            source = TOP / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, self.folder / name)
        places, tests = ROOMS[room]
        self.chosen, self.own = folder / "chosen", f"tests/{tests[0]}/"
        self.tests = [f"cnncalc/{place}" for place in places] + [f"tests/{name}" for name in tests]
        told = {"MUTANTS_NOTE": str(notes.absolute())}
        if not notes.exists() and self._fails(self.tests, told) and self._fails(self.tests, {}):
            raise SystemExit("the tests of the room fail before anything is broken")
        self.seen = read(notes)

    def notices(self, mutant: Mutant, *, likely: bool) -> bool:
        """Whether a test of the room, or an example in one of its files, fails on a mutant."""
        place = self.folder / mutant.file.relative_to(TOP)
        place.write_text(broken(mutant), "utf-8")
        try:
            return any(self._fail(tests) for tests in self._turns(mutant)[: 1 if likely else None])
        finally:
            shutil.copy(mutant.file, place)

    def _turns(self, mutant: Mutant) -> list[list[str]]:
        """The tests of the room in two turns: those that are likely to notice a mutant at once, then all others."""
        file = mutant.file.relative_to(TOP).as_posix()

        def rank(test: tuple[str, Seen]) -> tuple[bool, bool, float]:
            name, seen = test
            # What is in no function runs when its file is imported, before any test: the room's own tests know tables.
            near = (file, mutant.function) in seen.functions if mutant.function else name.startswith(self.own)
            return not near, all(file != at for at, _ in seen.functions), seen.seconds

        ordered = sorted(self.seen.items(), key=rank)
        passed, first = 0.0, 0
        while first < len(ordered) and passed < FIRST:
            passed += ordered[first][1].seconds
            first += 1
        names = [name for name, _ in ordered]
        return [turn for turn in (names[:first], names[first:]) if turn]

    def _fail(self, tests: list[str]) -> bool:
        """Whether one of some tests fails, or they do not end."""
        self.chosen.write_text("\n".join(tests), "utf-8")
        least, times = PATIENCE
        patience = max(least, times * sum(self.seen[test].seconds for test in tests))
        files = list(dict.fromkeys(test.split("::")[0] for test in tests))
        return self._fails(files, {"MUTANTS_RUN": str(self.chosen)}, patience)

    def _fails(self, tests: list[str], told: dict[str, str], patience: float | None = None) -> bool:
        quiet = ["-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "benchmarks.mutants.watching"]
        paths = {"PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1", "HYPOTHESIS_PROFILE": PROFILE}
        with subprocess.Popen(
            [sys.executable, "-m", "pytest", *quiet, *tests],
            cwd=self.folder,
            env={**os.environ, **paths, **told},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as run:
            try:
                return run.wait(patience) not in PASSED
            except subprocess.TimeoutExpired:
                os.killpg(run.pid, signal.SIGKILL)  # whatever it has started ends with it
                return True


if __name__ == "__main__":
    main()
