"""Subjects in their formats, for tests."""

from __future__ import annotations

from typing import Any

from cnncalc.analysis import Report
from cnncalc.judging import Judged, Outcome, Unreadable
from cnncalc.problem import Diagnostic
from cnncalc.render.checks.checked import Checked
from cnncalc.render.formats import CHECK, CSV, EXPLANATION, JSON, MARKDOWN, SCREEN, TEX, UNBOUNDED, Screen, write
from cnncalc.render.subjects.explanation import Explained
from cnncalc.render.subjects.report import Summary


def table(report: Report, *, width: int = 100, color: bool = False, glyphs: str = "unicode", **how: Any) -> str:
    return write(Summary(report, **how), SCREEN, Screen(width, color, glyphs))


def json_text(report: Report) -> str:
    return write(Summary(report), JSON)


def csv_text(report: Report, depth: int | None = None) -> str:
    return write(Summary(report, depth), CSV)


def markdown(report: Report) -> str:
    return write(Summary(report), MARKDOWN)


def explanation_text(explanation: Any) -> str:
    return write(Explained(explanation), EXPLANATION["text"], Screen(UNBOUNDED))


def explanation_json(explanation: Any) -> str:
    return write(Explained(explanation), JSON)


def tex(explanation: Any) -> str:
    return write(Explained(explanation), TEX)


def checked(
    format_: str,
    faults: list[Diagnostic],
    networks: list[Judged] | None = None,
    unreadable: list[Unreadable] | None = None,
    **how: Any,
) -> str:
    """What `check` writes in a format; files are called by their names as they are unless `place` says otherwise."""
    return write(Checked(Outcome(faults, networks or [], unreadable or []), **{"place": str, **how}), CHECK[format_])
