"""`cnncalc check`: the gate. Language, shapes, claims and lints, for every variant unless one is named."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from cnncalc import quantity
from cnncalc.cli import options
from cnncalc.cli.completion import completed_by
from cnncalc.cli.failing import UNUSABLE, WRONG, say_fault, show
from cnncalc.cli.named import Command
from cnncalc.cli.terminal import error_width, publish, say_error, watched
from cnncalc.codes import CODES, ERROR, WARNING
from cnncalc.judging import Outcome, Unreadable
from cnncalc.judging.judge import Conditions, judge_all, together
from cnncalc.language.choices import Choices
from cnncalc.lookup.folders import spec_files
from cnncalc.render.checks.checked import Checked
from cnncalc.render.checks.unjudged import lines_of
from cnncalc.render.formats import CHECK
from cnncalc.render.terminal import hanging
from cnncalc.safe import log, one_line

SUMMARY = "GITHUB_STEP_SUMMARY"
"""GitHub's name for the file whose Markdown it shows on the page of a run."""


def _lints(_: click.Context, __: click.Parameter, codes: tuple[str, ...]) -> frozenset[str]:
    """The codes of `--ignore`, each of which must be a lint."""
    known = [code for code in CODES.values() if code.severity == WARNING]
    for code in codes:
        if code.upper() not in known:
            raise click.BadParameter(f"{code} is not a lint; the lints are {', '.join(known)}")
    return frozenset(code.upper() for code in codes)


@click.command(cls=Command)
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...", shell_complete=completed_by("specs"))
@options.choosing
@options.batch
@options.dtype
@click.option("--verify", is_flag=True, help="Also run each network, and compare the report with what ran.")
@click.option("--strict", is_flag=True, help="Turn warnings into errors.")
@click.option(
    "--ignore",
    "ignored",
    multiple=True,
    metavar="CODE",
    callback=_lints,
    help="A lint to leave out; repeatable.",
    shell_complete=completed_by("lints"),
)
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes to use; by default as many as help.")
@options.format_of(*CHECK)
@options.output
def check(
    specs: tuple[str, ...], choices: Choices, jobs: int | None, format_: str, output: str | None, **conditions: Any
) -> None:
    """Judge each SPEC: its language and shapes, what it expects and may cost, and what it should not do.

    A folder means the specs below it. Lints are warnings; nothing fails because of them without --strict. Text goes to
    standard error (`2> log`); every other format goes to standard output, and -o writes any of them to a file.
    """
    listed = spec_files(specs)
    files = listed.files
    outcomes = judge_all(files, Conditions(choices, **conditions), jobs)
    outcome = together(watched(outcomes, len(files), "checking"))
    outcome.unreadable[:0] = [Unreadable(*entry) for entry in listed.unread]
    _publish(outcome, format_, output)
    for entry in outcome.unreadable:
        say_fault(entry.message)
    if listed.links:
        say_error(f"note: {one_line(listed.links_told)}")
    errors = sum(fault.severity == ERROR for fault in outcome.diagnostics)
    say_error(_broken(_last_line(len(files), outcome, errors)))
    raise SystemExit(UNUSABLE if outcome.unreadable else WRONG if errors else 0)


def _publish(outcome: Outcome, format_: str, output: str | None) -> None:
    """Text goes to standard error, which is for diagnostics; every other format, and what has a file, is a result."""
    checked = Checked(outcome)
    if format_ == "github":
        _append_summary(checked)
    if output is None and format_ == "text":
        show(outcome.diagnostics)
        open_lines = list(map(_broken, lines_of(outcome.not_judged)))
        say_error(log("\n".join(["", *open_lines] if open_lines and outcome.diagnostics else open_lines)))
    else:
        publish(checked, CHECK[format_], output)


def _broken(line: str) -> str:
    return "\n".join(hanging("", line, error_width()))


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

        say_error(f"note: the summary could not be written: {one_line(reason(error))}")


def _last_line(files: int, outcome: Outcome, errors: int) -> str:
    """What happened, in one line that a person can read."""
    warnings = len(outcome.diagnostics) - errors
    parts = [
        quantity.plural(len(outcome.networks), "network"),
        quantity.plural(errors, "error") if errors else "no errors",
    ]
    if warnings:
        parts.append(quantity.plural(warnings, "warning"))
    if outcome.not_judged:
        parts.append(f"{len(outcome.not_judged):,} not judged")
    if outcome.unreadable:
        parts.append(f"{len(outcome.unreadable)} not readable")
    return f"checked {quantity.plural(files, 'spec')}: {', '.join(parts)}"
