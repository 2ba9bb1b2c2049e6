"""Writes what `check` found: in one of its formats, to where it belongs, and to the summary page of a CI run."""

from __future__ import annotations

import os
from pathlib import Path

from cnncalc.cli.failing import show
from cnncalc.cli.terminal import say, say_error
from cnncalc.judging.outcome import Outcome

FORMATS = ("text", "concise", "json", "github", "sarif", "junit")
SUMMARY = "GITHUB_STEP_SUMMARY"
"""GitHub's name for the file whose Markdown it shows on the page of a run."""


def publish(outcome: Outcome, format_: str, output: str | None) -> None:
    """Text goes to standard error, which is for diagnostics; every other format, and what has a file, is a result."""
    if format_ == "github":
        _append_summary(outcome)
    if output is not None:
        from cnncalc.files import write_whole

        text = _text(outcome, format_)
        write_whole(output, f"{text}\n".encode(errors="replace") if text else b"")
    elif format_ == "text":
        show(outcome.diagnostics)
    else:
        say(_text(outcome, format_))


def _text(outcome: Outcome, format_: str) -> str:
    from cnncalc.render import diagnostics as render

    faults = outcome.diagnostics
    if format_ == "json":
        return render.json_text(faults)
    if format_ == "concise":
        return render.concise(faults)
    if format_ == "github":
        from cnncalc.render.github import github

        return github(faults, outcome.unreadable, place)
    if format_ == "sarif":
        from cnncalc import __version__
        from cnncalc.cli.lessons import lesson_of
        from cnncalc.render.sarif import rule_of, sarif

        rules = {code: rule_of(code, lesson_of(code)) for code in {fault.code for fault in faults}}
        return sarif(faults, outcome.unreadable, rules, uri, __version__)
    if format_ == "junit":
        from cnncalc.render.junit import junit

        return junit(outcome.networks, outcome.unreadable, place)
    return render.text(faults)


def place(file: str) -> str:
    """A file as a repository names it: relative to the folder we are in, with forward slashes."""
    path = _whole(file)
    folder = Path.cwd()
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()


def uri(file: str) -> str:
    """The same for SARIF: what lies outside this folder has a URI of its own."""
    path = _whole(file)
    return place(file) if path.is_relative_to(Path.cwd()) else path.as_uri()


def _whole(file: str) -> Path:
    """The path from the root on, `.` and `..` resolved and links as they are: a repository knows a link by its name."""
    return Path(os.path.normpath(Path.cwd() / file))


def _append_summary(outcome: Outcome) -> None:
    """A table for the page of the run; that it cannot be written is no verdict on a network."""
    path = os.environ.get(SUMMARY)
    if not path:
        return
    from cnncalc.render.step_summary import step_summary

    try:
        with Path(path).open("a", encoding="utf-8", errors="replace") as file:
            file.write(step_summary(outcome.networks, outcome.unreadable, place) + "\n")
    except OSError as error:
        from cnncalc.files import reason

        say_error(f"note: the summary could not be written: {reason(error)}")
