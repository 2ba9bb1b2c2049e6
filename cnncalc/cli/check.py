"""`cnncalc check`: the gate. Language, shapes, claims and lints, for every variant unless one is named."""

from __future__ import annotations

from collections.abc import Iterable

import click

from cnncalc import quantity
from cnncalc.cli.choosing import choices_of, choosing
from cnncalc.cli.failing import UNUSABLE, WRONG
from cnncalc.cli.judging import Outcome, Terms
from cnncalc.cli.many import judge_all
from cnncalc.cli.progress import shown
from cnncalc.cli.publishing import FORMATS, publish
from cnncalc.cli.spec_files import spec_files
from cnncalc.cli.summarize import DTYPES
from cnncalc.cli.terminal import say_error
from cnncalc.codes import CODES, ERROR, WARNING
from cnncalc.render.terminal import printable


def _lints(_: click.Context, __: click.Parameter, codes: tuple[str, ...]) -> frozenset[str]:
    """The codes of `--ignore`, each of which must be a lint."""
    known = [code for code in CODES.values() if code.severity == WARNING]
    for code in codes:
        if code.upper() not in known:
            raise click.BadParameter(f"{code} is no lint; there are {', '.join(known)}")
    return frozenset(code.upper() for code in codes)


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@choosing
@click.option("--dtype", type=click.Choice(DTYPES), default="float32", show_default=True, help="For memory.")
@click.option("--verify", is_flag=True, help="Execute each network too, and hold the report against what ran.")
@click.option("--strict", is_flag=True, help="Make errors of warnings.")
@click.option("--ignore", multiple=True, metavar="CODE", callback=_lints, help="A lint not to tell; repeatable.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes at once; by default as many as pay.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to a file instead.")
def check(
    specs: tuple[str, ...],
    variant: str | None,
    settings: tuple[str, ...],
    sizes: tuple[str, ...],
    dtype: str,
    verify: bool,  # noqa: FBT001  # click passes options by name
    strict: bool,  # noqa: FBT001
    ignore: frozenset[str],
    jobs: int | None,
    format_: str,
    output: str | None,
) -> None:
    """Judge each SPEC: its language and shapes, what it expects and may cost, what it should not do.

    A folder means the specs below it. Lints are warnings and fail nothing without --strict.
    """
    terms = Terms(choices_of(variant, settings, sizes), dtype, ignore, strict, verify)
    files, empty = spec_files(specs)
    outcome = _together(shown(judge_all(files, terms, jobs), len(files), "checking"))
    outcome.unreadable[:0] = empty
    publish(outcome, format_, output)
    for entry in outcome.unreadable:
        say_error(f"error: {printable(entry.told)}")
    errors = sum(fault.severity == ERROR for fault in outcome.diagnostics)
    say_error(_last_line(len(files), outcome, errors))
    raise SystemExit(UNUSABLE if outcome.unreadable else WRONG if errors else 0)


def _together(outcomes: Iterable[Outcome]) -> Outcome:
    """One outcome of all files: errors before warnings, then by place."""
    every = Outcome([], [], [])
    for outcome in outcomes:
        every.diagnostics.extend(outcome.diagnostics)
        every.networks.extend(outcome.networks)
        every.unreadable.extend(outcome.unreadable)
    every.diagnostics.sort(key=lambda fault: fault.sort_key)
    return every


def _last_line(files: int, outcome: Outcome, errors: int) -> str:
    """What happened, in one line that a person can read."""
    warnings = len(outcome.diagnostics) - errors
    parts = [
        quantity.plural(len(outcome.networks), "network"),
        quantity.plural(errors, "error") if errors else "no errors",
    ]
    if warnings:
        parts.append(quantity.plural(warnings, "warning"))
    if outcome.unreadable:
        parts.append(f"{len(outcome.unreadable)} not readable")
    return f"checked {quantity.plural(files, 'spec')}: {', '.join(parts)}"
