"""`cnncalc check`: the gate. Language, shapes, expectations and budgets, for every variant unless one is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from cnncalc.cli.choosing import choices_of, choosing, merged
from cnncalc.cli.failing import UNUSABLE, WRONG, reason, show
from cnncalc.cli.summarize import DTYPES
from cnncalc.cli.terminal import say, say_error
from cnncalc.language.choices import ChoiceError, Choices
from cnncalc.language.shelf import SUFFIXES, Found, find
from cnncalc.problem import Diagnostic, SpecError

FORMATS = ("text", "concise", "json")


class Outcome(NamedTuple):
    """What the gate found: its diagnostics, how many networks it judged, and the files it could not read."""

    diagnostics: list[Diagnostic]
    networks: int
    unreadable: list[str]


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@choosing
@click.option("--dtype", type=click.Choice(DTYPES), default="float32", show_default=True, help="For memory.")
@click.option("--verify", is_flag=True, help="Execute each network too, and hold the report against what ran.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
def check(
    specs: tuple[str, ...],
    variant: str | None,
    settings: tuple[str, ...],
    sizes: tuple[str, ...],
    dtype: str,
    verify: bool,  # noqa: FBT001  # click passes options by name
    format_: str,
) -> None:
    """Judge each SPEC: its language and shapes, and what it expects and may cost. A folder means the specs below it."""
    choices = choices_of(variant, settings, sizes)
    diagnostics: list[Diagnostic] = []
    unreadable: list[str] = []
    networks = 0
    files = _files(specs, unreadable)
    for spec in files:
        outcome = _judged(spec, choices, dtype, verify=verify)
        diagnostics += outcome.diagnostics
        unreadable += outcome.unreadable
        networks += outcome.networks
    _write(diagnostics, format_)
    for message in unreadable:
        say_error(f"error: {message}")
    errors = sum(fault.severity == "error" for fault in diagnostics)
    if format_ == "text":
        say_error(_last_line(len(files), networks, errors, len(diagnostics) - errors, len(unreadable)))
    raise SystemExit(UNUSABLE if unreadable else WRONG if errors else 0)


def _files(specs: tuple[str, ...], unreadable: list[str]) -> list[str]:
    """The specs to judge: folders are walked, links in them are not followed."""
    files: list[str] = []
    for spec in specs:
        if not Path(spec).is_dir():
            files.append(spec)
            continue
        below = sorted(str(path) for path in _regular_files(Path(spec)) if path.suffix in SUFFIXES)
        if not below:
            unreadable.append(f"there is no spec (*.yaml, *.yml) below {spec}")
        files += below
    return files


def _regular_files(folder: Path) -> Iterator[Path]:
    """The files below a folder; links are not followed, and what cannot be listed is passed over."""
    import os

    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _judged(spec: str, choices: Choices, dtype: str, *, verify: bool) -> Outcome:
    """One file with all its variants, or with the one that is named."""
    from cnncalc.language.load import declared

    try:
        found = find(spec)
        chosen = merged(choices, found)
        declaration, _ = declared(found.source)
    except SpecError as error:
        return Outcome(error.diagnostics, 0, [])
    except ChoiceError as error:
        return Outcome([], 0, [str(error)])
    except OSError as error:
        return Outcome([], 0, [reason(error)])
    variants = [chosen.variant] if chosen.variant else [None, *declaration.variants]
    told: dict[tuple[object, ...], Diagnostic] = {}
    for variant in variants:
        try:
            diagnostics = _judged_network(found, chosen._replace(variant=variant), dtype, verify=verify)
        except ChoiceError as error:
            return Outcome(list(told.values()), 0, [f"{found.source.name}: {error}"])
        for fault in diagnostics:
            told.setdefault((fault.code, fault.span, fault.message), fault)
    return Outcome(sorted(told.values(), key=lambda fault: fault.sort_key), len(variants), [])


def _judged_network(found: Found, choices: Choices, dtype: str, *, verify: bool) -> list[Diagnostic]:
    from cnncalc.analysis import analyze
    from cnncalc.gate import diagnostics, judge
    from cnncalc.language.load import declared, expanded

    try:
        network = expanded(*declared(found.source), choices)
    except SpecError as error:
        return error.diagnostics
    network.folder = found.folder
    report = analyze(network, dtype=dtype)
    faults = [*network.warnings, *diagnostics(judge(report, network), found.source)]
    if verify:
        from cnncalc.cli.verifying import verified

        faults += verified(network, report, found.source)
    return faults


def _write(diagnostics: list[Diagnostic], format_: str) -> None:
    from cnncalc.render import diagnostics as render

    ordered = sorted(diagnostics, key=lambda fault: fault.sort_key)
    if format_ == "json":
        say(render.json_text(ordered))
    elif format_ == "concise":
        say(render.concise(ordered))
    else:
        show(ordered)


def _last_line(files: int, networks: int, errors: int, warnings: int, unreadable: int) -> str:
    """What happened, in one line that a person can read."""
    parts = [f"{_plural(files, 'spec')}, {_plural(networks, 'network')}"]
    parts.append(_plural(errors, "error") if errors else "no errors")
    if warnings:
        parts.append(_plural(warnings, "warning"))
    if unreadable:
        parts.append(f"{unreadable} not readable")
    return f"checked {': '.join(parts[:2])}{''.join(', ' + part for part in parts[2:])}"


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
