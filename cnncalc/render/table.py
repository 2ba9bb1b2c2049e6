"""The table that people look at: aligned, folded, with totals and verdicts below it.

It is laid out here rather than by rich: numbers may never be cut, columns give way in a fixed order, and a pipe should
not wait for rich's import.
"""

from __future__ import annotations

from collections.abc import Sequence

from cnncalc.analysis import Report
from cnncalc.render import grid
from cnncalc.render.columns import COLUMNS, DEFAULT, LEAST_IMPORTANT_FIRST, View
from cnncalc.render.folding import Line, folded
from cnncalc.render.summary import sentences, title
from cnncalc.render.terminal import painted, printable, wrapped

Told = tuple[str, str, bool]
"""What came of an expectation or budget: which of the two, the sentence, and whether it holds."""

EXPECT = "expect"
WIDTH = 100
"""The width where there is no terminal that has one: a log, a pipe, a file."""
LABEL_WIDTH = 9
NARROWEST_TEXT = 30


def table(
    report: Report,
    *,
    width: int = WIDTH,
    depth: int | None = None,
    columns: Sequence[str] = (),
    layout: str = "hwc",
    color: bool = False,
    glyphs: str = "unicode",
    verdicts: Sequence[Told] = (),
) -> str:
    """The whole table as a text without a final newline.

    Args:
        report: what is shown.
        width: columns of the terminal; the default table gives up columns to stay within it, but cuts no number.
        depth: how many segments of a path have a line of their own; by default as many as fit at a glance.
        columns: names of `COLUMNS`, in their order; none means the default ones that fit.
        layout: sizes as `hwc` or `chw`.
        color: whether to use the terminal's styles.
        glyphs: `unicode` or `ascii`, for an encoding that lacks the others.
        verdicts: what came of the expectations and budgets.
    """
    lines = folded(report, depth)
    ascii_only = glyphs == "ascii"
    blocks = _blocks(lines, _view(report, lines, layout, glyphs), columns or DEFAULT)
    drop = () if columns else LEAST_IMPORTANT_FIRST
    kept = grid.fitted(blocks, width, drop, "..." if ascii_only else "…")
    styles = ["dim" if line.training_only else "" for line in lines]
    rule = "-" if ascii_only else "─"
    heading = title(report, layout, " - " if ascii_only else " · ")
    return "\n".join(
        [
            *(painted(part, "bold", color) for part in wrapped(heading, width)),
            "",
            *grid.lines(kept, styles, rule, color=color),
            "",
            *_totals(report, width, color=color),
            *_verdicts(verdicts, width, color=color),
        ]
    )


def unknown_columns(columns: Sequence[str]) -> list[str]:
    """Those that there are not, for the command line to name."""
    return [name for name in columns if name not in COLUMNS]


def _view(report: Report, lines: Sequence[Line], layout: str, glyphs: str) -> View:
    used = [line for line in lines if not line.training_only]
    most_params = max((line.params for line in used), default=0)
    return View(report, layout, glyphs, most_params, max((line.macs for line in used), default=0))


def _blocks(lines: Sequence[Line], view: View, columns: Sequence[str]) -> list[grid.Block]:
    return [
        grid.Block(name, column.header, column.align, column.style, [column.how(line, view) for line in lines])
        for name, column in ((name, COLUMNS[name]) for name in columns)
    ]


def _totals(report: Report, width: int, *, color: bool) -> list[str]:
    return [line for label, text in sentences(report) for line in labelled(label, text, width, "bold", color=color)]


def _verdicts(verdicts: Sequence[Told], width: int, *, color: bool) -> list[str]:
    """How many expectations hold, each budget with what is left of it, and each that fails."""
    lines = []
    promises = [passed for verb, _, passed in verdicts if verb == EXPECT]
    if promises:
        held = f"{sum(promises):,} of {len(promises):,} hold"
        lines += labelled(EXPECT, held, width, "green" if all(promises) else "red", color=color)
    for verb, text, passed in verdicts:
        if passed and verb == EXPECT:
            continue
        word, style = ("ok", "green") if passed else ("FAILED", "red")
        lines += labelled(verb, f"{word}: {printable(text)}", width, style, color=color)
    return lines


def labelled(label: str, text: str, width: int, style: str, *, color: bool) -> list[str]:
    """A label, then the text beside it, in as many lines as it takes."""
    parts = wrapped(text, max(width - LABEL_WIDTH, NARROWEST_TEXT))
    first, *rest = [" " * LABEL_WIDTH + part for part in parts]
    return [painted(label.ljust(LABEL_WIDTH), style, color) + first[LABEL_WIDTH:], *rest]
