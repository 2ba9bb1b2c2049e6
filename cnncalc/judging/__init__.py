"""Judges specs, and says what came of them: their networks, faults and figures, and what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.codes import ERROR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.analysis.report import Totals
    from cnncalc.gate import Budget
    from cnncalc.network import Unjudged
    from cnncalc.problem import Diagnostic
    from cnncalc.source import Span


class NotJudged(NamedTuple):
    """One line of `expect` or `budget` on which there is no verdict for one design, and why.

    Attributes:
        file: the file that holds it.
        span: where the limit or volume is written.
        variant: the design on which there is no verdict; None for the file as written.
        verb: ``expect`` or ``budget``.
        metric: what it is about.
        subject: the path or output whose volume is meant, where it is one.
        why: one sentence that begins as a part of another.
    """

    file: str
    span: Span
    variant: str | None
    verb: str
    metric: str
    subject: str
    why: str

    @property
    def line(self) -> int:
        """Its line in the file, counted from 1."""
        return self.span.line


def not_judged(file: str, variant: str | None, unjudged: Iterable[Unjudged]) -> tuple[NotJudged, ...]:
    """What one design of a file is not held to."""
    return tuple(
        NotJudged(file, entry.span, variant, entry.verb, entry.metric, entry.subject, entry.why) for entry in unjudged
    )


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
    not_judged: tuple[NotJudged, ...] = ()

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

    @property
    def not_judged(self) -> list[NotJudged]:
        """The lines on which there is no verdict, by their places; of one line the designs in their order."""
        found = (entry for network in self.networks for entry in network.not_judged)
        return sorted(found, key=lambda entry: (entry.file, entry.span))
