"""The outcome of `check` as a subject: which faults are shown, and what each says."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnncalc import quantity
from cnncalc.problem import Diagnostic
from cnncalc.render.checks.unjudged import entry
from cnncalc.render.lessons import lesson_of
from cnncalc.render.subjects import Subject
from cnncalc.safe import one_line

if TYPE_CHECKING:
    from cnncalc.judging import Outcome

MOST_IN_A_FILE = 100
"""More faults of one file than this are counted rather than shown."""
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
        """The faults and what is not judged; `left_out` counts by file the faults beyond the first hundred, if any."""
        shown, left_out = limited(self.outcome.diagnostics)
        return {
            "diagnostics": list(map(_entry, shown)),
            "not_judged": list(map(entry, self.outcome.not_judged)),
            **({"left_out": left_out} if left_out else {}),
        }


def _entry(fault: Diagnostic) -> dict[str, Any]:
    return {**{name: getattr(fault, name) for name in WORDS}, "help": fault.helps}


def limited(diagnostics: Iterable[Diagnostic]) -> tuple[list[Diagnostic], dict[str, int]]:
    """The faults to be shown, errors before warnings, then by place; and by file how many are left out."""
    seen: Counter[str] = Counter()
    shown = []
    for fault in sorted(diagnostics, key=lambda fault: fault.sort_key):
        seen[fault.source.name] += 1
        if seen[fault.source.name] <= MOST_IN_A_FILE:
            shown.append(fault)
    return shown, {name: count - MOST_IN_A_FILE for name, count in seen.items() if count > MOST_IN_A_FILE}


def counts(left_out: dict[str, int]) -> Sequence[str]:
    """How many faults of each file are not shown."""
    return [f"{name}: and {quantity.plural(number, 'fault')} more" for name, number in left_out.items()]


def said(fault: Diagnostic) -> str:
    """The message, the note and the helps, each on its line."""
    lines = [fault.message, *filter(None, [fault.note]), *(f"help: {proposal}" for proposal in fault.helps)]
    return "\n".join(map(one_line, lines))
