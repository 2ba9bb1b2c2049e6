"""Tells a fault at its place; what might have been meant is looked for only where it will be read."""

from __future__ import annotations

from collections.abc import Callable

from cnncalc.codes import Code
from cnncalc.language.reading.written import Placed
from cnncalc.language.yaml.source import MAX_FAULTS
from cnncalc.problem import Faults, Label, Problem, Span


class Guess(Problem):
    """A fault whose helps are a search, such as the nearest known word: `guess` gives them when they are to be read.

    >>> from cnncalc import codes
    >>> helps_of(Guess(codes.UNKNOWN_NAME, "unknown name `encl`", lambda: ("did you mean `enc1`?",)), 0)
    ('did you mean `enc1`?',)
    """

    def __init__(self, code: Code, message: str, guess: Callable[[], tuple[str, ...]]) -> None:
        super().__init__(code, "", message)
        self.guess = guess


def helps_of(problem: Problem, told: int) -> tuple[str, ...]:
    """The helps of a fault; none once so many have been told that this one is only counted."""
    if told >= MAX_FAULTS:
        return ()
    return problem.guess() if isinstance(problem, Guess) else problem.helps


def tell(faults: Faults, problem: Problem, span: Span, *labels: Label) -> None:
    """Keep a fault with its place."""
    helps = helps_of(problem, len(faults.found))
    faults.add(problem.code, span, problem.message, note=problem.note, labels=labels, helps=helps)


def tell_placed(faults: Faults, placed: Placed, *labels: Label) -> None:
    """Keep a fault that brought its place along."""
    tell(faults, placed.problem, placed.span, *labels)
