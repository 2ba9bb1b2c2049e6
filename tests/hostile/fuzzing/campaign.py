"""Draws inputs for a target, keeps what leads to something new as the next to spoil, and notes what breaks."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from random import Random
from typing import NamedTuple, Protocol, cast

HOME = Path(__file__).resolve().parents[1]
CORPUS = HOME / "corpus"
TARGETS = tuple(sorted(path.stem for path in (HOME / "targets").glob("[a-z]*.py")))
PACKAGE = "cnncalc"


class Target(Protocol):
    """A module of `targets`: one reader of the program, and what suits its format."""

    def target(self, data: bytes) -> str:
        """What came of an input, in few words; raises whatever the program should never raise."""

    def draw(self, chance: Random) -> bytes:
        """A new input, sound or nearly so."""

    def spoil(self, data: bytes, chance: Random) -> bytes:
        """An input like this one."""


class Finding(NamedTuple):
    """An input that breaks a promise; what it breaks, alike for inputs of one cause; and how it is seen."""

    data: bytes
    what: str
    told: str

    def __str__(self) -> str:
        return self.what


def target_named(name: str) -> Target:
    """The module of a target."""
    return cast(Target, import_module(f"tests.hostile.targets.{name}"))


def corpus_of(name: str) -> list[Path]:
    """The reduced inputs of a target."""
    return sorted(path for path in (CORPUS / name).glob("*") if path.is_file())


def tried(target: Target, data: bytes) -> str | Finding:
    """What came of an input, or what it broke."""
    try:
        return target.target(data)
    except Exception as error:  # noqa: BLE001  # whatever comes out of a target is a finding
        return Finding(data, _what(error), traceback.format_exc())


def _what(error: Exception) -> str:
    """The sort of an error and where in the program it was raised, or the promise that was broken."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if f"/{PACKAGE}/" in frame.filename]
    place = f" in {Path(frames[-1].filename).stem}.{frames[-1].name}" if frames else f": {error}"[:80]
    return f"{type(error).__name__}{place}"


class Campaign:
    """Inputs drawn one after the other. The same seed gives the same ones, as long as the outcomes are the same.

    Attributes:
        pool: inputs to spoil: the corpus, and whatever had an outcome that none had before.
        outcomes: how often each came.
        findings: the first and shortest input of each.
    """

    def __init__(self, target: Target, seed: int, pool: Iterable[bytes] = ()) -> None:
        self.target = target
        self.chance = Random(seed)  # no secret
        self.pool = list(pool)
        self.outcomes: Counter[str] = Counter()
        self.findings: dict[str, Finding] = {}

    def next(self) -> bytes:
        """An input: one of the pool spoiled, or a new one."""
        if self.pool and self.chance.random() < 0.5:
            return self.target.spoil(self.chance.choice(self.pool), self.chance)
        return self.target.draw(self.chance)

    def note(self, data: bytes, came: str | Finding) -> None:
        """Keep what is new."""
        if isinstance(came, Finding):
            known = self.findings.get(came.what)
            if known is None or len(data) < len(known.data):
                self.findings[came.what] = came
            came = f"FINDING {came.what}"
        elif came not in self.outcomes:
            self.pool.append(data)
        self.outcomes[came] += 1

    def run(self, runs: int) -> None:
        """Try so many inputs in this process."""
        for _ in range(runs):
            data = self.next()
            self.note(data, tried(self.target, data))
