"""Faults as people read them: each with the lines of its source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cnncalc.problem import Diagnostic
from cnncalc.render.checks.faults import counts, limited, one_line
from cnncalc.render.checks.snippet import gutter_width, snippet
from cnncalc.render.terminal import painted, printable

if TYPE_CHECKING:
    from cnncalc.render.checks.checked import Checked
    from cnncalc.render.formats import Screen

WIDTH = 120
SEVERITY_STYLES = {"error": "red", "warning": "yellow"}


def write(checked: Checked, screen: Screen) -> str:
    """All faults; a page is as wide as the lines of a spec may be."""
    return text(checked.outcome.diagnostics, color=screen.color)


def text(diagnostics: Iterable[Diagnostic], *, color: bool = False, width: int = WIDTH) -> str:
    """Each fault with the lines that it is about, as rustc shows them; empty where there is none."""
    shown, left_out = limited(diagnostics)
    return "\n\n".join([*(_whole(fault, color=color, width=width) for fault in shown), *counts(left_out)])


def _whole(fault: Diagnostic, *, color: bool, width: int) -> str:
    file, line, column = fault.place
    margin = " " * gutter_width(fault)
    head = painted(f"{fault.severity}[{fault.code}]", SEVERITY_STYLES.get(fault.severity, "bold"), color)
    lines = [
        head + painted(f": {one_line(fault.message)}", "bold", color),
        f"{margin}{painted('-->', 'blue', color)} {printable(file)}:{line}:{column}",
        *snippet(fault, color=color, width=width),
    ]
    if fault.helps:
        lines.append(f"{margin} {painted('|', 'blue', color)}")
    lines += [f"{painted('help', 'cyan', color)}: {one_line(proposal)}" for proposal in fault.helps]
    return "\n".join(lines)
