"""A report that shows itself: as a table in rich and in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis import Report
from cnncalc.render.columns import COLUMNS, DEFAULT, View
from cnncalc.render.folding import folded
from cnncalc.render.summary import sentences, title
from cnncalc.render.table import WIDTH, table

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult


class ShownReport(Report):
    """A `Report` in all its data; only how it is displayed is added, because analysis knows no words."""

    def __str__(self) -> str:
        return table(self)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        yield Text.from_ansi(table(self, width=options.max_width, color=not console.no_color))

    def _repr_html_(self) -> str:
        return html(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": table(self, width=WIDTH), "text/html": html(self)}


def shown(report: Report) -> ShownReport:
    """The same report, able to display itself."""
    return ShownReport(**{name: getattr(report, name) for name in Report.fields})


def html(report: Report, depth: int | None = None) -> str:
    """The table and its totals as HTML, every text escaped."""
    from html import escape

    lines = folded(report, depth)
    view = View(report, "hwc", "unicode", 0, 0)
    columns = [COLUMNS[name] for name in DEFAULT if not name.endswith("_bar")]
    header = "".join(f"<th>{escape(column.header)}</th>" for column in columns)
    rows = "".join(
        f"<tr{' style=opacity:.5' if line.training_only else ''}>"
        + "".join(f'<td style="text-align:{column.align}">{escape(column.how(line, view))}</td>' for column in columns)
        + "</tr>"
        for line in lines
    )
    totals = "".join(f"<li><b>{label}</b> {escape(text)}</li>" for label, text in sentences(report))
    return f"<p><b>{escape(title(report))}</b></p><table><tr>{header}</tr>{rows}</table><ul>{totals}</ul>"
