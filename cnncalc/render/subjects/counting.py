"""The totals as another tool counts them: its figures beside ours, and what makes the difference."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from cnncalc import quantity
from cnncalc.analysis import Report
from cnncalc.conventions import OWN, PARAMS, Counting, Reason
from cnncalc.render.document import LEFT, SCREEN, Column, Document, Heading, Note, Notes, Table
from cnncalc.render.subjects import Subject
from cnncalc.render.subjects.report_words import title

INDENT = 6
WRITTEN_AS = "of the network as `cnncalc explain` writes its layers"
FORM = ", each a module and in eval mode"


class Counted(Subject):
    """A report and what another tool counts of it, sizes as `hwc` or `chw`."""

    report: Report
    counting: Counting
    layout: str = "hwc"

    listed = "layers"

    def facts(self) -> dict[str, Any]:
        """The facts of the report, with one object more at their end."""
        return {**self.report.to_dict(), "counting": self.counting.to_dict()}

    def document(self, medium: str) -> Document:
        """The figures side by side, and below them why they differ."""
        head: Document = [[Heading(title(self.report, self.layout))], [self._side_by_side()]]
        remarks, reasons = list(self._remarks()), self.counting.reasons
        if medium == SCREEN:
            return [*head, *self._differences(), [Notes([Note("note", remark, "") for remark in remarks], INDENT)]]
        notes = [Note(f"{self._word(reason)} {_signed(reason.amount)}", _whole(reason)) for reason in reasons]
        return [*head, [Notes([*notes, *(Note("", remark) for remark in remarks)])]]

    def _side_by_side(self) -> Table:
        """What the tool counts, what we say, and how much more the tool counts; of our own convention the FLOPs too."""
        counting, convention, flops = self.counting, self.counting.convention, self.report.totals.flops
        found = [("params", counting.params, counting.own_params)]
        if convention.unit:
            found.append((convention.word, counting.amount, counting.own_amount))
        if convention.name == OWN:
            found.append(("FLOPs", flops, flops))
        tool = f"{convention.name} {convention.version}".rstrip()
        columns = [
            Column("name", "", [name for name, _, _ in found], LEFT),
            Column("theirs", tool, [quantity.exact(theirs) for _, theirs, _ in found]),
            Column("ours", OWN, [quantity.exact(ours) for _, _, ours in found]),
            Column("difference", "difference", [_signed(theirs - ours) for _, theirs, ours in found]),
        ]
        return Table(columns[:2] if convention.name == OWN else columns)

    def _differences(self) -> Iterator[list[Heading | Notes]]:
        """The reasons under what they are about, each with its amount; mistakes are called so."""
        widest = max((len(_signed(reason.amount)) for reason in self.counting.reasons), default=0)
        for word, reasons in groupby(self.counting.reasons, self._word):
            notes = []
            for reason in reasons:
                notes.append(Note(_signed(reason.amount).rjust(widest), _what(reason), ""))
                if reason.wrong:
                    notes.append(Note("", f"wrong: {reason.wrong}", "yellow"))
            yield [Heading([f"What makes the difference in {word}:"], 3), Notes(notes, widest + 2)]

    def _word(self, reason: Reason) -> str:
        return PARAMS if reason.of == PARAMS else self.counting.convention.word

    def _remarks(self) -> Iterator[str]:
        convention = self.counting.convention
        if convention.name != OWN:
            yield f"{convention.counter}, {WRITTEN_AS}{FORM if convention.unit else ''}"
        yield from self.counting.remarks


def _signed(amount: int) -> str:
    return quantity.signed(amount, quantity.exact) or "0"


def _what(reason: Reason) -> str:
    """What makes a difference, and in how many layers."""
    return f"{reason.what} ({quantity.plural(reason.layers, 'layer')})"


def _whole(reason: Reason) -> str:
    return f"{_what(reason)} (wrong: {reason.wrong})" if reason.wrong else _what(reason)
