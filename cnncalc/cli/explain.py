"""`cnncalc explain`: how a number came about, or what a fault means."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnncalc.cli.choosing import choices_of, choosing
from cnncalc.cli.failing import fail
from cnncalc.cli.summarize import DTYPES, deliver
from cnncalc.cli.terminal import say, wants_color

if TYPE_CHECKING:
    from cnncalc.derivation import Explanation, Overview
    from cnncalc.network import Network

LESSONS = Path(__file__).resolve().parent.parent / "lessons"
FORMATS = ("text", "json", "markdown")


@click.command()
@click.argument("subject", metavar="SPEC|CODE")
@click.argument("layer", required=False)
@choosing
@click.option("--batch", type=click.IntRange(1, 10**9), default=1, show_default=True, help="Images at once.")
@click.option("--dtype", type=click.Choice(DTYPES), default="float32", show_default=True)
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--tex", "as_tex", is_flag=True, help="Equations for slides, in TeX.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to a file instead.")
def explain(
    subject: str,
    layer: str | None,
    variant: str | None,
    settings: tuple[str, ...],
    sizes: tuple[str, ...],
    batch: int,
    dtype: str,
    format_: str,
    as_tex: bool,  # noqa: FBT001  # click passes options by name
    output: str | None,
) -> None:
    """Derive each number of LAYER of SPEC step by step, or the totals of SPEC; or say what the fault CODE means.

    LAYER is a path as `summarize` prints it; that of a block means its rows together and the row that gives its result.
    A fault has a code such as CNN401.
    """
    if layer is None and re.fullmatch(r"(?i)CNN\d{1,4}", subject):
        say(_lesson(subject.upper()))
        return
    from cnncalc.analysis import analyze
    from cnncalc.cli.choosing import network_of

    network = network_of(subject, choices_of(variant, settings, sizes))
    report = analyze(network, batch=batch, dtype=dtype)
    from cnncalc.derivation import explain_group, explain_network, explain_row

    explained: Explanation | Overview
    if layer is None:
        explained = explain_network(network, report)
    elif layer in network.by_path:
        explained = explain_row(network, report, layer)
    elif layer in network.results:
        explained = explain_group(network, report, layer)
    else:
        fail(unknown_layer(layer, network))
    deliver(_text(explained, "tex" if as_tex else format_, to_file=output is not None), output)


def _text(explained: Explanation | Overview, format_: str, *, to_file: bool) -> str:
    if format_ == "tex":
        from cnncalc.render.tex import tex

        return tex(explained)
    if format_ == "json":
        from cnncalc.render.explanation_data import explanation_json

        return explanation_json(explained)
    from cnncalc.render.explanation import explanation_markdown, explanation_text

    if format_ == "markdown":
        return explanation_markdown(explained)
    return explanation_text(explained, color=not to_file and wants_color())


def unknown_layer(layer: str, network: Network) -> str:
    """The nearest path, else the nearest last segment of one, else a few that there are."""
    from cnncalc.language.values.suggest import closest

    known = {**network.by_path, **network.results}
    if layer in network.inputs:
        return f"{layer} is an input of the network: nothing computes it"
    ends = [path for path in known if path.endswith(f"/{layer}")]
    meant = ends[0] if ends else closest(layer, known)
    few = ", ".join([*known][:5])
    hint = f"did you mean {meant}?" if meant else f"there are {few}{', ...' if len(known) > 5 else ''}"
    return f"there is no layer {layer}: {hint}"


def _lesson(code: str) -> str:
    """The lesson behind a code; one that does not exist is told with the nearest."""
    lesson = LESSONS / f"{code}.md"
    if not lesson.is_file():
        fail(f"there is no fault {code}; the nearest is {_nearest(code)}")
    return lesson.read_text(encoding="utf-8").removesuffix("\n")


def _nearest(code: str) -> str:
    number = int(code[3:])
    return min((path.stem for path in LESSONS.glob("CNN*.md")), key=lambda stem: (abs(int(stem[3:]) - number), stem))
