"""`cnncalc diff`: which layers came, went or changed, and what that does to the costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.failing import WRONG
from cnncalc.cli.terminal import deliver, glyphs, say_error, wants_color, width
from cnncalc.language.choices import ChoiceError, Choices
from cnncalc.problem import Diagnostic, SpecError

if TYPE_CHECKING:
    from cnncalc.analysis import Report
    from cnncalc.compare import Difference, Excess


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@options.choosing
@options.format_of("table", "markdown", "json")
@click.option(
    "--fail-on",
    "limits",
    metavar="METRIC:LIMIT",
    multiple=True,
    help="Exit 1 when a total goes further: params:+5%, macs:+10M, peak_activation:+64KiB, layers:0 (any growth), "
    "receptive_field:-0% (any shrinking); repeatable.",
)
@options.output
def diff(
    before: str,
    after: str,
    choices: Choices,
    format_: str,
    limits: tuple[str, ...],
    output: str | None,
) -> None:
    """Show which layers came, went or changed from A to B, and what that does to the costs.

    Each side is a SPEC, PATH:VARIANT, or REV:PATH: the file as it is in a git revision, its path relative to the
    current folder. Where a text could be several of these, a file of that very name wins, then a network that ships
    (`resnet50:resnet101`), then the variant of a file, then the revision. The options hold for both sides.
    """
    from cnncalc.compare import compare, exceeded, growth_limit

    growth_limits = [growth_limit(text) for text in limits]
    difference = compare(*_reports((before, after), choices))
    excesses = exceeded(growth_limits, difference.totals)
    deliver(_text(difference, (before, after), format_, excesses, to_file=output is not None), output)
    if excesses:
        from cnncalc.render.diff_words import failures

        say_error("\n".join(f"error: {text}" for text in failures(excesses)))
        raise SystemExit(WRONG)


def _reports(sides: Sequence[str], choices: Choices) -> list[Report]:
    """The reports of both sides; the faults of both are reported in one run."""
    reports: list[Report] = []
    faults: dict[tuple[object, ...], Diagnostic] = {}
    for side in sides:
        try:
            reports.append(_report(side, choices))
        except SpecError as error:
            faults.update(((fault.place, fault.code, fault.message), fault) for fault in error.diagnostics)
    if faults:
        raise SpecError(list(faults.values()))
    return reports


def _report(side: str, choices: Choices) -> Report:
    from cnncalc.analysis import analyze
    from cnncalc.lookup.networks import network_of
    from cnncalc.lookup.sides import find_side

    found = find_side(side)
    try:
        return analyze(network_of(found, choices))
    except ChoiceError as error:
        raise ChoiceError(f"{side}: {error}") from None


def _text(
    difference: Difference, names: tuple[str, str], format_: str, excesses: Sequence[Excess], *, to_file: bool
) -> str:
    if format_ == "json":
        from cnncalc.render.diff_data import diff_json

        return diff_json(difference)
    if format_ == "markdown":
        from cnncalc.render.diff_markdown import diff_markdown

        return diff_markdown(difference, names, excesses)
    from cnncalc.render.diff_table import diff_table

    return diff_table(
        difference,
        names,
        width=width(),
        color=not to_file and wants_color(),
        glyphs="unicode" if to_file else glyphs(),
    )
