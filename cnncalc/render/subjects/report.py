"""A report as a subject: the table that people look at, and the facts for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.render.subjects import Subject

if TYPE_CHECKING:
    from cnncalc.analysis import Report
    from cnncalc.render.document import Document

Verdict = tuple[str, str, bool]
"""What came of an expectation or budget: which of the two, the sentence, and whether it holds."""


class Summary(Subject):
    """A report and how it is looked at.

    Attributes:
        report: what is shown.
        depth: how many segments of a path have a line of their own; by default as many as fit at a glance.
        columns: names of `COLUMNS`, in their order; none means the default ones that fit.
        layout: sizes as `hwc` or `chw`.
        verdicts: what came of the expectations and budgets.
        unjudged: which of the two, and a sentence that says what of it is not judged and why.
    """

    report: Report
    depth: int | None = None
    columns: Sequence[str] = ()
    layout: str = "hwc"
    verdicts: Sequence[Verdict] = ()
    unjudged: Sequence[tuple[str, str]] = ()

    listed: ClassVar[str] = "layers"

    def facts(self) -> dict[str, Any]:
        """Exactly `report.to_dict()`."""
        return self.report.to_dict()

    def document(self, medium: str) -> Document:
        """Title, table and totals; in a terminal the verdicts too."""
        from cnncalc.render.subjects.report_table import document

        return document(self, medium)

    def records(self) -> list[dict[str, Any]]:
        """A record for each layer, or folded at the depth."""
        from cnncalc.render.subjects.report_table import records

        return records(self.report, self.depth)
