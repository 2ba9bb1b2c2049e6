"""`cnncalc summarize`: what comes out of each layer, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.terminal import deliver, glyphs, say, wants_color, width

if TYPE_CHECKING:
    from cnncalc.analysis import Report
    from cnncalc.language.choices import Choices
    from cnncalc.network import Network

COUNTINGS = ("cnncalc", "torch", "fvcore", "ptflops", "torchinfo", "thop", "keras")


@click.command()
@click.argument("spec")
@options.choosing
@options.format_of("table", "json", "markdown", "csv")
@click.option("--depth", type=click.IntRange(min=1), help="Blocks are folded below it; by default as the table needs.")
@click.option("--columns", help="Which columns, comma-separated; `--columns help` names them.")
@options.batch
@options.dtype()
@click.option("--layout", type=click.Choice(("hwc", "chw")), default="hwc", show_default=True, help="How shapes print.")
@click.option(
    "--macs",
    type=click.Choice(("padded", "inside")),
    default="padded",
    show_default=True,
    help="Count the taps that meet padding, or leave them out.",
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
    dtype: str,
    layout: str,
    macs: str,
    counting: str | None,
    output: str | None,
) -> None:
    """Print what comes out of each layer of SPEC, and what it costs."""
    from cnncalc.analysis import analyze

    if counting is not None and (format_ == "csv" or depth is not None or columns is not None):
        raise click.UsageError("--counting prints totals, so that csv, --depth and --columns have no place beside it")
    network = options.network_of(spec, choices)
    report = analyze(network, batch=batch, dtype=dtype, macs=macs)
    if counting is not None:
        text = _counted(network, report, counting, format_, layout, to_file=output is not None)
    elif format_ == "json":
        from cnncalc.render.data import json_text

        text = json_text(report)
    elif format_ == "csv":
        from cnncalc.render.data import csv_text

        text = csv_text(report, depth)
    elif format_ == "markdown":
        from cnncalc.render.markdown import markdown

        text = markdown(report, depth=depth, layout=layout)
    else:
        text = _table(network, report, depth, columns, layout, to_file=output is not None)
    deliver(text, output)


def _table(
    network: Network, report: Report, depth: int | None, columns: str | None, layout: str, *, to_file: bool
) -> str:
    from cnncalc.gate import judge, sentences
    from cnncalc.render.table import table

    return table(
        report,
        width=width(),
        depth=depth,
        columns=_columns(columns),
        layout=layout,
        color=not to_file and wants_color(),
        glyphs="unicode" if to_file else glyphs(),
        verdicts=sentences(judge(report, network)),
    )


def _counted(network: Network, report: Report, tool: str, format_: str, layout: str, *, to_file: bool) -> str:
    from cnncalc.conventions import counted
    from cnncalc.render import counting as render

    found = counted(network, report, tool)
    if format_ == "json":
        return render.json_text(report, found)
    if format_ == "markdown":
        return render.markdown(report, found, layout)
    return render.table(
        report,
        found,
        width=width(),
        layout=layout,
        color=not to_file and wants_color(),
        glyphs="unicode" if to_file else glyphs(),
    )


def _columns(written: str | None) -> list[str]:
    """The columns that were asked for; for unknown ones those that there are."""
    from cnncalc.render.columns import COLUMNS
    from cnncalc.render.table import unknown_columns

    if written == "help":
        say("\n".join(f"{name:28} {column.header}" for name, column in COLUMNS.items()))
        raise SystemExit(0)
    names = [name.strip() for name in (written or "").split(",") if name.strip()]
    unknown = unknown_columns(names)
    if unknown:
        raise click.UsageError(f"there is no column {', '.join(unknown)}; there are {', '.join(COLUMNS)}")
    return names
