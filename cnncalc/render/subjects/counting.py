"""The totals as another tool counts them: its figures beside ours, and what makes the difference."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from cnncalc import quantity
from cnncalc.analysis import Report
from cnncalc.conventions import OWN, PARAMS, Counting, Reason
from cnncalc.render.document import LEFT, SCREEN, Column, Document, Heading, Note, Notes, Table
from cnncalc.render.subject import Subject
from cnncalc.render.subjects.report_words import title

INDENT = 6
WRITTEN_AS = "of the network as `cnncalc explain` writes its layers"
FORM = ", each a module and in eval mode"


class Figure(NamedTuple):
    """One number: what it is called, what the tool says and what we say."""

    name: str
    theirs: int
    ours: int

    @property
    def difference(self) -> str:
        """How much more the tool counts, with its sign."""
        return signed(self.theirs - self.ours)


def signed(amount: int) -> str:
    """An amount that is added or left out."""
    return quantity.signed(amount, quantity.exact) or "0"


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
        if medium == SCREEN:
            remarks = [Note("note", remark, "") for remark in self._remarks()]
            return [*head, *self._differences(), [Notes(remarks, INDENT)]]
        notes = [
            Note(f"{self._word(reason)} {signed(reason.amount)}", _whole(reason)) for reason in self.counting.reasons
        ]
        return [*head, [Notes([*notes, *(Note("", remark) for remark in self._remarks())])]]

    @property
    def figures(self) -> list[Figure]:
        """What the tool counts; of our own convention the FLOPs too."""
        counting, convention = self.counting, self.counting.convention
        found = [Figure("params", counting.params, counting.own_params)]
        if convention.unit:
            found.append(Figure(convention.word, counting.amount, counting.own_amount))
        if convention.name == OWN:
            found.append(Figure("FLOPs", self.report.totals.flops, self.report.totals.flops))
        return found

    def _side_by_side(self) -> Table:
        convention, found = self.counting.convention, self.figures
        tool = f"{convention.name} {convention.version}".rstrip()
        columns = [
            Column("name", "", [figure.name for figure in found], LEFT),
            Column("theirs", tool, [quantity.exact(figure.theirs) for figure in found]),
            Column("ours", OWN, [quantity.exact(figure.ours) for figure in found]),
            Column("difference", "difference", [figure.difference for figure in found]),
        ]
        return Table(columns[:2] if convention.name == OWN else columns)

    def _differences(self) -> Iterator[list[Heading | Notes]]:
        """The reasons under what they are about, each with its amount; mistakes are called so."""
        widest = max((len(signed(reason.amount)) for reason in self.counting.reasons), default=0)
        for word, reasons in groupby(self.counting.reasons, self._word):
            notes = []
            for reason in reasons:
                notes.append(Note(signed(reason.amount).rjust(widest), what(reason), ""))
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


def what(reason: Reason) -> str:
    """What makes a difference, and in how many layers."""
    return f"{reason.what} ({quantity.plural(reason.layers, 'layer')})"


def _whole(reason: Reason) -> str:
    return f"{what(reason)} (wrong: {reason.wrong})" if reason.wrong else what(reason)
