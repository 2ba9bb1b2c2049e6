"""Judges specs, and says what came of them: their networks, faults and figures, and what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.codes import ERROR

if TYPE_CHECKING:
    from cnncalc.analysis.report import Totals
    from cnncalc.gate import Budget
    from cnncalc.problem import Diagnostic


class Judged(NamedTuple):
    """One network of a file: the file as written, or one of its variants. Without totals it could not be made.

    `variant_named` says that the name is the variant's own.
    """

    file: str
    name: str
    variant: str | None
    faults: tuple[Diagnostic, ...]
    totals: Totals | None
    budgets: tuple[Budget, ...]
    seconds: float
    variant_named: bool = False

    @property
    def title(self) -> str:
        """What a person calls it."""
        beside = f" ({self.variant})" if self.variant and not self.variant_named else ""
        return (self.name or self.file) + beside

    @property
    def errors(self) -> list[Diagnostic]:
        """What makes it fail."""
        return [fault for fault in self.faults if fault.severity == ERROR]


class Unreadable(NamedTuple):
    """A file, or what was given for one, that could not be judged at all, and why."""

    spec: str
    reason: str

    @property
    def message(self) -> str:
        """The reason with the spec that it is about, once."""
        return self.reason if self.spec in self.reason else f"{self.spec}: {self.reason}"


class Outcome(NamedTuple):
    """What came of specs: their faults, each once, their networks one by one, and what could not be judged."""

    diagnostics: list[Diagnostic]
    networks: list[Judged]
    unreadable: list[Unreadable]
