"""The report as Markdown: a table that GitHub shows, and the totals as a list."""

from __future__ import annotations

from cnncalc.analysis import Report
from cnncalc.render.columns import COLUMNS, RIGHT, View
from cnncalc.render.folding import folded
from cnncalc.render.summary import sentences, title

SHOWN = ("layer", "kind", "output", "receptive_field", "params", "params_share", "macs", "macs_share", "live_bytes")


def markdown(report: Report, depth: int | None = None, layout: str = "hwc") -> str:
    """Heading, table and totals; folded as the table is."""
    view = View(report, layout, "ascii", 0, 0)
    columns = [COLUMNS[name] for name in SHOWN]
    rows = [[escaped(column.how(line, view)) for column in columns] for line in folded(report, depth)]
    return "\n".join(
        [
            f"## {escaped(title(report, layout))}",
            "",
            _row([column.header for column in columns]),
            _row(["---:" if column.align == RIGHT else "---" for column in columns]),
            *map(_row, rows),
            "",
            *(f"- **{label}**: {escaped(text)}" for label, text in sentences(report)),
        ]
    )


def escaped(text: str) -> str:
    r"""The text with what Markdown would take for its own made literal.

    >>> escaped("conv2/a_b|c [1]")
    'conv2/a\\_b\\|c \\[1\\]'
    """
    return "".join(f"\\{character}" if character in "\\`*_{}[]<>#|~" else character for character in text)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
