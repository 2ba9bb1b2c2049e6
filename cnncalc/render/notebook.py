"""What shows itself to a Python user: a report as a table in rich and in a notebook, a fault with its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analysis import Report
from cnncalc.render.checks.faults import text
from cnncalc.render.formats import HTML, PLAIN, SCREEN, Screen, write
from cnncalc.render.subjects.report import Summary

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

    from cnncalc.problem import SpecError


class ShownReport(Report):
    """A `Report` in all its data; only how it is displayed is added, because analysis knows no words."""

    def __str__(self) -> str:
        return write(Summary(self), SCREEN, PLAIN)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        yield Text.from_ansi(write(Summary(self), SCREEN, Screen(options.max_width, color=not console.no_color)))

    def _repr_html_(self) -> str:
        return write(Summary(self), HTML)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._repr_html_()}


def shown(report: Report) -> ShownReport:
    """The same report, able to display itself."""
    return ShownReport(**{name: getattr(report, name) for name in Report.fields})


def framed(error: SpecError) -> SpecError:
    """The same error; its text is what the command prints."""
    error.writer = text
    error.asked_in = _line_of_the_caller()
    return error


def _line_of_the_caller() -> str:
    """The line that called us from outside, as a notebook names it."""
    from inspect import currentframe
    from linecache import getline

    frame = currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "cnncalc":
        frame = frame.f_back
    if frame is None:
        return ""
    return f" in line {frame.f_lineno}: {getline(frame.f_code.co_filename, frame.f_lineno).strip()}"
