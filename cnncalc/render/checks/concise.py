"""Faults, one a line, as editors and `grep` read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.render.checks.faults import counts, limited, one_line
from cnncalc.render.terminal import printable

if TYPE_CHECKING:
    from cnncalc.problem import Diagnostic
    from cnncalc.render.checks.checked import Checked
    from cnncalc.render.formats import Screen


def write(checked: Checked, _: Screen) -> str:
    """path:line:col: CNN401 message."""
    shown, left_out = limited(checked.outcome.diagnostics)
    return "\n".join([*map(_line, shown), *counts(left_out)])


def _line(fault: Diagnostic) -> str:
    file, line, column = fault.place
    return f"{printable(file)}:{line}:{column}: {fault.code} {one_line(fault.message)}"
