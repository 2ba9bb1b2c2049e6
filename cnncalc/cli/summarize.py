"""`cnncalc summarize`: what comes out of each layer, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.completion import completed_by
from cnncalc.cli.named import Command
from cnncalc.cli.terminal import publish, say
from cnncalc.render.formats import COUNTING, REPORT
from cnncalc.render.subjects.report import Summary

if TYPE_CHECKING:
    from cnncalc.dtype import Dtype
    from cnncalc.language.choices import Choices
    from cnncalc.render.subjects.counting import Counted

COUNTINGS = ("cnncalc", "torch", "fvcore", "ptflops", "torchinfo", "thop", "keras")


@click.command(cls=Command)
@click.argument("spec", shell_complete=completed_by("specs"))
@options.choosing
@options.format_of(*REPORT)
@click.option(
    "--depth", type=click.IntRange(min=1), help="Fold blocks below this depth; by default as the table needs."
)
@click.option(
    "--columns",
    shell_complete=completed_by("columns"),
    help="Which columns, by name or header, separated by commas; `--columns help` lists them.",
)
@options.batch
@options.dtype
@click.option(
    "--layout", type=click.Choice(("hwc", "chw")), default="hwc", show_default=True, help="How to print shapes."
)
@click.option(
    "--macs",
    type=click.Choice(("padded", "inside")),
    default="padded",
    show_default=True,
    help="Count the taps that meet padding, or leave them out.",
)
@click.option(
    "--field",
    type=click.Choice(("strict", "windows")),
    default="strict",
    show_default=True,
    help="What a value sees: all that it depends on, or without the statistics of whole maps and gates.",
)
@click.option("--counting", type=click.Choice(COUNTINGS), help="The totals as another tool counts them, and why.")
@options.output
def summarize(
    spec: str,
    choices: Choices,
    format_: str,
    depth: int | None,
    columns: str | None,
    batch: int,
    dtype: Dtype | None,
    layout: str,
    macs: str,
    field: str,
    counting: str | None,
    output: str | None,
) -> None:
    """Print what comes out of each layer of SPEC, and what it costs."""
    from cnncalc.analysis import analyze

    if counting is not None and (format_ not in COUNTING or depth is not None or columns is not None):
        of_layers = ", ".join(name for name in REPORT if name not in COUNTING)
        raise click.UsageError(
            f"--counting prints only totals, so it cannot be combined with {of_layers}, --depth or --columns"
        )
    network = options.network_of(spec, choices)
    report = analyze(network, batch=batch, dtype=dtype, macs=macs, field=field)
    subject: Summary | Counted
    if counting is not None:
        from cnncalc.conventions import counted
        from cnncalc.render.subjects.counting import Counted

        subject = Counted(report, counted(network, report, counting), layout)
    elif format_ == "table":
        from cnncalc.gate import judge, sentences, unjudged_sentences

        verdicts, not_judged = sentences(judge(report, network)), unjudged_sentences(network.unjudged)
        subject = Summary(report, depth, _columns(columns), layout, verdicts, not_judged)
    else:
        subject = Summary(report, depth, layout=layout)
    publish(subject, REPORT[format_], output)


def _columns(written: str | None) -> list[str]:
    """The columns that were asked for; for unknown ones those that there are."""
    from cnncalc.render.subjects.report_table import COLUMNS, names_of

    if written == "help":
        say("\n".join(f"{name:28} {column.header}" for name, column in COLUMNS.items()))
        raise SystemExit(0)
    names, unknown = names_of([word.strip() for word in (written or "").split(",") if word.strip()])
    if unknown:
        raise click.UsageError(f"there is no column {', '.join(unknown)}; the columns are {', '.join(COLUMNS)}")
    return names
