"""Writes what `check` found: to where its format belongs, and to the summary page of a CI run."""

from __future__ import annotations

import os
from pathlib import Path

from cnncalc.cli.failing import show
from cnncalc.cli.terminal import publish, say_error
from cnncalc.judging.outcome import Outcome
from cnncalc.render.checks.checked import Checked
from cnncalc.render.formats import CHECK

SUMMARY = "GITHUB_STEP_SUMMARY"
"""GitHub's name for the file whose Markdown it shows on the page of a run."""


def publish_outcome(outcome: Outcome, format_: str, output: str | None) -> None:
    """Text goes to standard error, which is for diagnostics; every other format, and what has a file, is a result."""
    checked = Checked(outcome)
    if format_ == "github":
        _append_summary(checked)
    if output is None and format_ == "text":
        show(outcome.diagnostics)
    else:
        publish(checked, CHECK[format_], output)


def _append_summary(checked: Checked) -> None:
    """A table for the page of the run; that it cannot be written is no verdict on a network."""
    path = os.environ.get(SUMMARY)
    if not path:
        return
    from cnncalc.render.checks.step_summary import step_summary

    try:
        with Path(path).open("a", encoding="utf-8", errors="replace") as file:
            file.write(step_summary(checked) + "\n")
    except OSError as error:
        from cnncalc.files import reason

        say_error(f"note: the summary could not be written: {reason(error)}")
