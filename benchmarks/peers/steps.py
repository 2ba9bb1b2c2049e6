"""A network's inference as a plain list of steps, which the peers' models are built from without cnncalc."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple


class Step(NamedTuple):
    """One operation: what it reads, what it gives, its arrays by role as the weight file names them, and its settings.

    Sizes and paddings are given along each axis, height first; a padding is (before, after).
    """

    output: str
    operation: str
    inputs: tuple[str, ...]
    arrays: dict[str, str]
    settings: dict[str, Any]


class Steps(NamedTuple):
    """The steps in the order in which they run, and how a picture becomes the input."""

    input: str
    shape: tuple[int, int, int]
    """Height, width, channels."""
    scale: float
    mean: tuple[float, ...]
    std: tuple[float, ...]
    steps: tuple[Step, ...]

    @property
    def output(self) -> str:
        """The tensor that the network gives."""
        return self.steps[-1].output

    def last_readers(self) -> dict[str, Step]:
        """For each tensor the step after which nobody reads it any more."""
        return {name: step for step in self.steps for name in step.inputs}

    def times_read(self) -> Counter[str]:
        """How many times each tensor is read."""
        return Counter(name for step in self.steps for name in step.inputs)


def write(file: Path, steps: Steps) -> None:
    """Leave the steps in a file."""
    file.write_text(json.dumps(steps), encoding="utf-8")


def read(file: Path) -> Steps:
    """The steps that a file holds."""
    *header, rows = json.loads(file.read_text(encoding="utf-8"))
    return Steps(*header, tuple(Step(*row) for row in rows))
