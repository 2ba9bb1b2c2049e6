"""The outcome of `check` as a subject."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cnncalc.judging import Outcome
from cnncalc.problem import Diagnostic
from cnncalc.render.checks.faults import limited
from cnncalc.render.lessons import lesson_of
from cnncalc.render.subjects import Subject

WORDS = ("code", "severity", "message", "file", "line", "column")


def place(file: str) -> str:
    """A file as a repository names it: relative to the folder we are in if it lies below it, with forward slashes."""
    # `.` and `..` are resolved and links stay as they are: a repository knows a link by its name.
    path = Path(os.path.normpath(Path.cwd() / file))
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.as_posix()


class Checked(Subject):
    """An outcome, the path by which readers know a file, and what a code means."""

    outcome: Outcome
    place: Callable[[str], str] = place
    lesson_of: Callable[[str], str] = lesson_of

    def facts(self) -> dict[str, Any]:
        """The faults; `left_out` counts by file what is beyond the first hundred, where there is such."""
        shown, left_out = limited(self.outcome.diagnostics)
        return {"diagnostics": list(map(_entry, shown)), **({"left_out": left_out} if left_out else {})}


def _entry(fault: Diagnostic) -> dict[str, Any]:
    return {**{name: getattr(fault, name) for name in WORDS}, "help": fault.helps}
