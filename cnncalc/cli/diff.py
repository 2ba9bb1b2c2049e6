"""`cnncalc diff`: which layers came, went or changed, and what that does to the costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.completion import completed_by
from cnncalc.cli.failing import WRONG
from cnncalc.cli.named import Command
from cnncalc.cli.terminal import publish, say_error
from cnncalc.language.choices import ChoiceError
from cnncalc.problem import Diagnostic, SpecError
from cnncalc.render.formats import DIFFERENCE

if TYPE_CHECKING:
    from cnncalc.compare.difference import Difference
    from cnncalc.dtype import Dtype
    from cnncalc.language.choices import Choices
    from cnncalc.lookup.networks import Opened


@click.command(cls=Command)
@click.argument("before", metavar="A", shell_complete=completed_by("specs"))
@click.argument("after", metavar="B", shell_complete=completed_by("specs"))
@options.choosing
@options.dtype
@options.format_of(*DIFFERENCE)
@click.option(
    "--fail-on",
    "limits",
    metavar="METRIC:LIMIT",
    multiple=True,
    shell_complete=completed_by("limits"),
    help="Exit 1 when a total exceeds a limit: params:+5%, macs:+10M, peak_activation:+64KiB, layers:0 (any growth), "
    "receptive_field:-0% (any shrinking); repeatable.",
)
@options.output
def diff(
    before: str,
    after: str,
    choices: Choices,
    dtype: Dtype | None,
    format_: str,
    limits: tuple[str, ...],
    output: str | None,
) -> None:
    """Show which layers came, went or changed from A to B, and what that does to the costs.

    Each side is a SPEC, PATH:VARIANT, or REV:PATH: the file as it is in a git revision, its path relative to the
    current folder. Where a text could be several of these, a file of exactly that name wins, then a network that ships
    (`resnet50:resnet101`), then the variant of a file, then the revision. The options apply to both sides.
    """
    from cnncalc.compare.growth import exceeded, growth_limit
    from cnncalc.render.subjects.difference.compared import Compared

    growth_limits = [growth_limit(text) for text in limits]
    difference = difference_of(_opened((before, after), choices), dtype)
    excesses = exceeded(growth_limits, difference.totals)
    publish(Compared(difference, (before, after), excesses), DIFFERENCE[format_], output)
    if excesses:
        from cnncalc.render.subjects.difference.words import failure

        say_error("\n".join(f"error: {failure(excess)}" for excess in excesses))
        raise SystemExit(WRONG)


def difference_of(sides: Sequence[Opened | None], dtype: Dtype | None) -> Difference:
    """The difference of two networks, one of which may not be there, with what their variables explain of it."""
    from cnncalc.analysis import Report, analyze
    from cnncalc.compare.difference import compare
    from cnncalc.compare.variables import Variables

    there = [analyze(side.network, dtype=dtype) for side in sides if side]
    before = there[0] if sides[0] else there[-1].without_layers()
    after = there[-1] if sides[1] else there[0].without_layers()
    was, now = (side.network.variables if side else {} for side in sides)
    values = {name: (was[name], now[name]) for name in was if name in now and was[name] != now[name]}

    def set_back(names: Iterable[str]) -> Report | None:
        network = sides[1].with_variables({name: was[name] for name in names}) if sides[1] else None
        return None if network is None else analyze(network, dtype=dtype)

    return compare(before, after, Variables(before, after, values, set_back))


def _opened(sides: Sequence[str], choices: Choices) -> list[Opened | None]:
    """The networks of both sides, None for one that is not there; the faults of both are reported in one run."""
    from cnncalc.lookup.sides import AbsentError, is_one_path

    found: list[Opened | None] = []
    faults: dict[tuple[object, ...], Diagnostic] = {}
    absent: list[Exception] = []
    for side in sides:
        try:
            found.append(_side(side, choices))
        except SpecError as error:
            faults.update(((fault.place, fault.code, fault.message), fault) for fault in error.diagnostics)
        except (AbsentError, FileNotFoundError) as error:
            absent.append(error)
            found.append(None)
    if absent and not (len(absent) == 1 and is_one_path(sides)):
        raise absent[0]
    if faults:
        raise SpecError(list(faults.values()))
    return found


def _side(side: str, choices: Choices) -> Opened:
    from cnncalc.lookup.networks import opened
    from cnncalc.lookup.sides import find_side

    found = find_side(side)
    try:
        return opened(found, choices)
    except ChoiceError as error:
        raise ChoiceError(f"{side}: {error}") from None
