"""`cnncalc explain`: how a number came about, or what a fault means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.failing import fail
from cnncalc.cli.terminal import publish, say
from cnncalc.render.formats import EXPLANATION, TEX, UNBOUNDED

if TYPE_CHECKING:
    from cnncalc.derivation.step import Explanation, Overview
    from cnncalc.language.choices import Choices


@click.command()
@click.argument("subject", metavar="SPEC|CODE")
@click.argument("layer", required=False)
@options.choosing
@options.batch
@options.dtype()
@options.format_of(*EXPLANATION)
@click.option("--tex", "as_tex", is_flag=True, help="Equations for slides, in TeX.")
@options.output
def explain(
    subject: str,
    layer: str | None,
    choices: Choices,
    batch: int,
    dtype: str,
    format_: str,
    as_tex: bool,  # noqa: FBT001  # click passes options by name
    output: str | None,
) -> None:
    """Derive each number of LAYER of SPEC step by step, or the totals of SPEC; or explain the fault CODE.

    LAYER is a path as `summarize` prints it; a block's path means its rows together and the row that gives its result.
    A fault has a code such as CNN401.
    """
    if layer is None and re.fullmatch(r"(?i)CNN\d{1,4}", subject):
        say(_lesson(subject.upper()))
        return
    from cnncalc.analysis import analyze
    from cnncalc.derivation.explain import explain_row
    from cnncalc.derivation.totals import explain_group, explain_network
    from cnncalc.lookup.networks import unknown_layer
    from cnncalc.render.subjects.explanation import Explained

    network = options.network_of(subject, choices)
    report = analyze(network, batch=batch, dtype=dtype)
    explained: Explanation | Overview
    if layer is None:
        explained = explain_network(network, report)
    elif layer in network.by_path:
        explained = explain_row(network, report, layer)
    elif layer in network.results:
        explained = explain_group(network, report, layer)
    else:
        raise unknown_layer(layer, network)
    publish(Explained(explained), TEX if as_tex else EXPLANATION[format_], output, UNBOUNDED)


def _lesson(code: str) -> str:
    """The lesson behind a code; for one that does not exist, the nearest is named."""
    from cnncalc.render.lessons import lesson_of, nearest

    lesson = lesson_of(code)
    if not lesson:
        fail(f"there is no fault {code}; the nearest is {nearest(code)}")
    return lesson.removesuffix("\n")
