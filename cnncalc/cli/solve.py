"""`cnncalc solve`: which parameters of a layer, or which sizes and variables of a network, give what is wanted."""

from __future__ import annotations

from typing import Any

import click

from cnncalc.cli import options
from cnncalc.cli.completion import completed_by
from cnncalc.cli.failing import WRONG
from cnncalc.cli.named import Command
from cnncalc.cli.terminal import publish, watched
from cnncalc.language.choices import ChoiceError
from cnncalc.render.formats import SOLUTION, UNBOUNDED


@click.command(cls=Command)
@click.argument("spec", shell_complete=completed_by("specs"))
@click.argument("layer", required=False, shell_complete=completed_by("layers"))
@click.option("--output", "wanted", metavar="SIZE", help="What LAYER should give: 14x14, 14x14x64, or 14.")
@click.option("--kernel", metavar="A..B", help="Kernels to try.")
@click.option("--stride", metavar="A..B", help="Strides to try.")
@click.option("--padding", metavar="A..B", help="Paddings to try.")
@click.option(
    "--input",
    "sizes",
    multiple=True,
    metavar="A..B",
    shell_complete=completed_by("sizes"),
    help="Input sizes to try, 200..300 or 200..300x320; NAME=A..B if there are several inputs.",
)
@click.option(
    "--vary",
    multiple=True,
    metavar="VAR=A..B",
    shell_complete=completed_by("variables"),
    help="Values of a variable to try: width=0.25..2, or act=relu,tanh; repeatable.",
)
@click.option(
    "--step", metavar="NUMBER", help="The step between values; by default 1 between whole numbers, else 0.01."
)
@click.option("--exact", is_flag=True, help="Only sizes at which no window leaves a place over, whatever the rounding.")
@click.option(
    "--under", multiple=True, metavar="LIMIT", help='What must hold, such as "peak_activation <= 1 MiB"; repeatable.'
)
@options.variant
@options.settings
@options.batch
@options.dtype
@click.option("--most", type=click.IntRange(min=1), default=10, show_default=True, help="How many answers to print.")
@options.format_of(*SOLUTION)
def solve(
    spec: str,
    layer: str | None,
    wanted: str | None,
    kernel: str | None,
    stride: str | None,
    padding: str | None,
    sizes: tuple[str, ...],
    variant: str | None,
    settings: tuple[str, ...],
    most: int,
    format_: str,
    **wishes: Any,
) -> None:
    """Find what gives a wanted result, by trying every value of the given ranges.

    \b
    cnncalc solve SPEC LAYER --output 14x14        the kernel, stride or padding that gives 14x14
    cnncalc solve SPEC --input 200..300 --exact    the input sizes that fit exactly
    cnncalc solve SPEC --vary width=0.25..2 --under "peak_activation <= 1 MiB"

    Each answer is a fragment to paste into the spec. Exit code 1: there is no answer.
    """  # noqa: D301  # click takes the control character for "do not wrap"
    from cnncalc.render.subjects.solution import Solved
    from cnncalc.solver.network import Wish, solve_network

    wish = Wish(sizes, layer, **wishes)
    ranges = {"kernel": kernel, "stride": stride, "padding": padding}
    if wanted is not None:
        from cnncalc.lookup.networks import choices_of
        from cnncalc.solver.layer import solve_layer

        if layer is None:
            raise ChoiceError(
                "--output is what a layer should give: name the layer, as in `solve SPEC conv1 --output 14x14`"
            )
        if wish.vary or wish.exact or wish.under:
            raise ChoiceError("--output is about one layer; --vary, --exact and --under are about the network")
        solution = solve_layer(spec, layer, wanted, ranges, choices_of(variant, settings, sizes))
    else:
        if any(ranges.values()):
            raise ChoiceError("--kernel, --stride and --padding go with a LAYER and its --output")
        solution = solve_network(spec, wish, variant, settings, watched)
    publish(Solved(solution, most), SOLUTION[format_], columns=UNBOUNDED)
    if not solution.answers:
        raise SystemExit(WRONG)
