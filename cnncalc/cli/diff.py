"""`cnncalc diff`: which layers came, went or changed, and what that does to the costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
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
    from cnncalc.compare.files import FileDifference
    from cnncalc.dtype import Dtype
    from cnncalc.language.choices import Choices
    from cnncalc.language.shelf import Found
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
    from cnncalc.lookup.folder_sides import are_folders
    from cnncalc.render.subjects.difference.compared import Compared
    from cnncalc.render.subjects.difference.folders import ComparedFolders
    from cnncalc.render.subjects.difference.words import failure

    growth_limits = [growth_limit(text) for text in limits]
    if are_folders((before, after)):
        files = _files((before, after), choices, dtype)
        publish(ComparedFolders(files, (before, after)), DIFFERENCE[format_], output)
        _end(
            f"{file.path}: {failure(excess)}"
            for file in files
            for excess in exceeded(growth_limits, file.difference.totals)
        )
        return
    difference = difference_of(_opened((before, after), choices), dtype)
    excesses = exceeded(growth_limits, difference.totals)
    publish(Compared(difference, (before, after), excesses), DIFFERENCE[format_], output)
    _end(failure(excess) for excess in excesses)


def _end(failures: Iterable[str]) -> None:
    """End with 1 where a limit is exceeded."""
    told = [f"error: {text}" for text in failures]
    if told:
        say_error("\n".join(told))
        raise SystemExit(WRONG)


def _files(folders: tuple[str, str], choices: Choices, dtype: Dtype | None) -> list[FileDifference]:
    """The networks of two folders, each with its difference; the faults of all are reported in one run."""
    from cnncalc.compare.files import FileDifference
    from cnncalc.language.shelf import Found
    from cnncalc.lookup.folder_sides import folder_pairs

    faults = _Faults()
    files = []
    for pair in folder_pairs(*folders):
        sides = []
        for side in pair:
            with faults.kept():
                sides.append(side and _chosen(side[1].name, Found(side[1], None), choices))
        if len(sides) == len(pair):
            names = [side and side[0] for side in pair]
            files.append(FileDifference(names[0], names[1], difference_of(sides, dtype)))
    faults.stop_if_any()
    return files


class _Faults:
    """The faults of several specs, each told once."""

    def __init__(self) -> None:
        self.found: dict[tuple[object, ...], Diagnostic] = {}

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the faults of one spec and go on."""
        try:
            yield
        except SpecError as error:
            self.found.update(((fault.place, fault.code, fault.message), fault) for fault in error.diagnostics)

    def stop_if_any(self) -> None:
        """Raise what was kept."""
        if self.found:
            raise SpecError(list(self.found.values()))


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
    from cnncalc.lookup.sides import AbsentError, find_side, is_one_path

    found: list[Opened | None] = []
    faults = _Faults()
    absent: list[Exception] = []
    for side in sides:
        try:
            with faults.kept():
                found.append(_chosen(side, find_side(side), choices))
        except (AbsentError, FileNotFoundError) as error:
            absent.append(error)
            found.append(None)
    if absent and not (len(absent) == 1 and is_one_path(sides)):
        raise absent[0]
    faults.stop_if_any()
    return found


def _chosen(name: str, found: Found, choices: Choices) -> Opened:
    from cnncalc.lookup.networks import opened

    try:
        return opened(found, choices)
    except ChoiceError as error:
        raise ChoiceError(f"{name}: {error}") from None
