"""Faults as people read them: with the lines of their source, or one a line."""

from __future__ import annotations

from collections.abc import Iterable

from cnncalc.problem import Diagnostic
from cnncalc.render.checks.checked import Checked, counts, limited
from cnncalc.render.checks.snippet import gutter_width, snippet
from cnncalc.render.checks.unjudged import lines_of
from cnncalc.render.formats import UNBOUNDED
from cnncalc.render.terminal import hanging, painted
from cnncalc.safe import log, one_line

WIDTH = 120
"""Of a line of a source at most; messages are as wide as the terminal."""
SEVERITY_STYLES = {"error": "red", "warning": "yellow"}


def full(checked: Checked) -> str:
    """Each fault with the lines that it is about, without colour, and what is not judged."""
    parts = [text(checked.outcome.diagnostics), "\n".join(lines_of(checked.outcome.not_judged))]
    return log("\n\n".join(filter(None, parts)))


def concise(checked: Checked) -> str:
    """One fault a line, as editors and `grep` read them: path:line:col: CNN401 message; and so what is not judged."""
    shown, left_out = limited(checked.outcome.diagnostics)
    lines = [f"{_where(fault)}: {fault.code} {one_line(fault.message)}" for fault in shown]
    return log("\n".join([*lines, *map(one_line, counts(left_out)), *lines_of(checked.outcome.not_judged)]))


def text(diagnostics: Iterable[Diagnostic], *, color: bool = False, width: int = UNBOUNDED) -> str:
    """Each fault with the lines that it is about, as rustc shows them; empty where there is none."""
    shown, left_out = limited(diagnostics)
    parts = [*(_whole(fault, color=color, width=width) for fault in shown), *map(one_line, counts(left_out))]
    return log("\n\n".join(parts))


def _whole(fault: Diagnostic, *, color: bool, width: int) -> str:
    margin = " " * gutter_width(fault)
    head, *rest = hanging(f"{fault.severity}[{fault.code}]: ", one_line(fault.message), width)
    title = len(f"{fault.severity}[{fault.code}]")
    lines = [
        painted(head[:title], SEVERITY_STYLES.get(fault.severity, "bold"), color)
        + painted(head[title:], "bold", color),
        *(painted(line, "bold", color) for line in rest),
        f"{margin}{painted('-->', 'blue', color)} {_where(fault)}",
        *snippet(fault, color=color, width=min(width, WIDTH)),
    ]
    if fault.helps:
        lines.append(f"{margin} {painted('|', 'blue', color)}")
    for proposal in fault.helps:
        first, *rest = hanging("help: ", one_line(proposal), width)
        lines += [painted("help", "cyan", color) + first.removeprefix("help"), *rest]
    return "\n".join(lines)


def _where(fault: Diagnostic) -> str:
    file, line, column = fault.place
    return f"{one_line(file)}:{line}:{column}"
