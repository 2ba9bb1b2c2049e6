"""Tries the helps of faults on the text itself, and leaves out what leads nowhere.

A help that shows text to write is a promise: with it, the fault is gone. Whoever proposes it computes it where it can;
here it is written into a copy of the text, which is read again. Imported when there is a fault to show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cnncalc import codes
from cnncalc.codes import ERROR
from cnncalc.problem import Diagnostic
from cnncalc.source import NOWHERE, Edit, Help, Source, edits_of

MOST_TRIALS = 40
"""So many helps of one text are tried."""
MOST_STEPS = 40_000
"""What all trials of a text may cost, in steps of about a layer each: some tenths of a second."""
CHARACTERS_A_STEP = 20
STEPS_A_FAULT = 20
"""What a fault costs that is found again in every trial."""


class Translation(Help):
    """A help that writes a whole piece anew; where one leads on, the fault needs no other."""

    __slots__ = ()


class Floored(Translation):
    """The translation before it with `rounding floor`, which its framework implies where a stride leaves a rest."""

    __slots__ = ()


class Arriving(Help):
    """A help that changes what arrives; one that leads on is shown though another mends the fault on the spot."""

    __slots__ = ()


Reader = Callable[[Source], "list[Diagnostic] | None"]

NO_FURTHER, ONWARD, MENDED = range(3)
"""Where a help leads: back, to a fault of a later stage in the same place, to no fault there."""


def helpful(found: list[Diagnostic], read: Reader, steps: int) -> list[Diagnostic]:
    """The faults with those of their helps that lead on, where they could be tried: the best of each fault's.

    Args:
        found: the faults of one text.
        read: every fault of another text; None where that lacks what the caller chose.
        steps: how many layers were looked at when the text was read.
    """
    errors = [fault for fault in found if fault.severity == ERROR]
    tries = _Tries(errors, read, steps)
    return [fault.but(helps=tries.best(fault)) if fault.severity == ERROR else fault for fault in found]


class _Tries:
    """The trials of one text."""

    def __init__(self, errors: list[Diagnostic], read: Reader, steps: int) -> None:
        self.errors = errors
        self.read = read
        self.steps = steps

    def may_try(self, source: Source) -> bool:
        """Whether one more trial is within bounds."""
        source.trials += 1
        source.trial_steps += 1 + self.steps + len(source.text) // CHARACTERS_A_STEP + STEPS_A_FAULT * len(self.errors)
        return source.trials <= MOST_TRIALS and source.trial_steps <= MOST_STEPS

    def best(self, fault: Diagnostic) -> tuple[str, ...]:
        """What leads furthest; advice that shows nothing to write stays, without edits that do not lead on."""
        if not any(map(edits_of, fault.helps)):
            return fault.helps
        helps = self.rounded(fault)
        led = [self.leads(fault, edits_of(proposal)) for proposal in helps]
        furthest = max(led)
        kept = tuple(
            proposal if where != NO_FURTHER else str(proposal)
            for proposal, where in zip(helps, led, strict=True)
            if ((where == furthest or isinstance(proposal, Arriving)) and where != NO_FURTHER)
            or not edits_of(proposal)
            or "`" not in proposal
        )
        return tuple(proposal for proposal in kept if isinstance(proposal, Translation)) or kept

    def rounded(self, fault: Diagnostic) -> tuple[str, ...]:
        """The helps with one of each translation and its floored twin: the plain one where every window is seen to fit.

        Behind another fault nobody knows what arrives, and the network must be the framework's all the same.
        """
        helps = list(fault.helps)
        for twin in [proposal for proposal in helps if isinstance(proposal, Floored)]:
            plain = helps[helps.index(twin) - 1]
            unseen = any(other is not fault and other.line < fault.line for other in self.errors)
            helps.remove(twin if not unseen and self.leads(fault, edits_of(plain)) == MENDED else plain)
        return tuple(helps)

    def leads(self, fault: Diagnostic, edits: Sequence[Edit]) -> int:
        """Where the edits of one help lead; what cannot be tried is believed."""
        if not edits:
            return NO_FURTHER
        if not self.may_try(fault.source):
            return MENDED
        after = self.read(fault.source.edited(edits))
        if after is None:
            return NO_FURTHER
        return _led(fault, [other for other in after if other.severity == ERROR], self.errors, _Change.of(fault, edits))


def _led(fault: Diagnostic, after: list[Diagnostic], errors: list[Diagnostic], change: _Change) -> int:
    """Where a change leads, after which these are the faults."""
    before = {(other.code, other.message, change.line(other.line)) for other in errors if other is not fault}
    new = [other for other in after if (other.code, other.message, other.line) not in before]
    here = [
        other for other in new if change.first <= other.line <= change.last or other.line == change.line(fault.line)
    ]
    above = [other for other in new if other.line < change.line(fault.line)]
    if any(_stage(other) <= _stage(fault) for other in above) or any(_is_same(other, fault, change) for other in here):
        return NO_FURTHER
    if not here:
        return MENDED
    return ONWARD if all(_is_later(other, fault, change) for other in here) else NO_FURTHER


_LAST = (codes.STRIDE_DOES_NOT_FIT, codes.KERNEL_TOO_LARGE)
"""A window is laid when every value of its layer is allowed."""


class _Change(NamedTuple):
    """Which lines edits touch, numbered as they are afterwards, and by how many lines what is below moves."""

    first: int
    last: int
    at: int
    more: int

    @classmethod
    def of(cls, fault: Diagnostic, edits: Sequence[Edit]) -> _Change:
        text, starts = fault.source, [edit.span or NOWHERE for edit in edits]
        added = sum(edit.text.count("\n") for edit in edits)
        removed = sum(text.text[text.offset(start) : text.offset(start) + start.length].count("\n") for start in starts)
        first = min(start.line for start in starts)
        last = max(start.line for start in starts)
        return cls(first, last + added, last, added - removed)

    def line(self, number: int) -> int:
        """Where a line is afterwards."""
        return number + self.more if number > self.at else number


def _stage(fault: Diagnostic) -> float:
    """1 for what YAML refuses, 2 and 3 for the language, 4 for a layer's values, 5 for windows that do not fit.

    Nothing is said of an item's parameters before its kind is known, and of a stride before the kernel fits.
    """
    stride, kind = fault.code == codes.STRIDE_DOES_NOT_FIT, fault.code == codes.UNKNOWN_KIND
    return int(fault.code[3]) + (fault.code in _LAST) + (stride - kind) / 2


def _is_same(other: Diagnostic, fault: Diagnostic, change: _Change) -> bool:
    return (other.code, other.message, other.line) == (fault.code, fault.message, change.line(fault.line))


def _is_later(other: Diagnostic, fault: Diagnostic, change: _Change) -> bool:
    """Whether a fault could only be found once the first was gone: it is of a later stage, or stands further on."""
    stages = _stage(other), _stage(fault)
    place, was = (other.line, other.column), (change.line(fault.line), fault.column)
    return stages[0] > stages[1] or (stages[0] == stages[1] and place > was)
