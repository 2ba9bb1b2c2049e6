"""`cnncalc run`: the network on pictures and arrays, or the plan of such a run."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import click

from cnncalc.cli import options as shared
from cnncalc.cli.completion import completed_by
from cnncalc.cli.failing import UNUSABLE, fail, say_fault
from cnncalc.cli.named import Command
from cnncalc.cli.terminal import publish, say_error, wants_bar
from cnncalc.language.values.limits import amount
from cnncalc.problem import Problem
from cnncalc.render.formats import RUN, UNBOUNDED
from cnncalc.safe import one_line

if TYPE_CHECKING:
    from cnncalc.executor.session import Options, Result, Session
    from cnncalc.language.choices import Choices
    from cnncalc.network import Network

FOLDER = "activations"
"""Where maps are saved."""
MEMORY = "it takes a size such as 1GiB, 256MiB or 500M; a bare number is bytes"


def _memory(_: click.Context, __: click.Parameter, text: str | None) -> int | None:
    """The whole bytes that `--memory` names, at least one."""
    if text is None:
        return None
    try:
        size, _unit = amount(text.strip())
    except Problem as problem:
        raise click.BadParameter(f"{MEMORY}, not {text!r}: {problem.line}") from None
    if size < 1:
        raise click.BadParameter(f"{MEMORY}, not {text!r}, which holds nothing")
    return int(size)


@click.command(cls=Command)
@click.argument("spec", shell_complete=completed_by("specs"))
@click.argument("images", nargs=-1, metavar="IMAGE...", shell_complete=completed_by("images"))
@shared.choosing
@click.option(
    "--weights", type=click.Path(), shell_complete=completed_by("weights"), help="A .npz or .safetensors file."
)
@click.option("--seed", type=click.IntRange(0, 2**63), default=0, show_default=True, help="The seed of random weights.")
@click.option("--top", type=click.IntRange(1, 1000), default=5, show_default=True, help="How many classes to show.")
@click.option("--labels", type=click.Path(), help="A text file, one class on each line.")
@click.option(
    "--save",
    multiple=True,
    shell_complete=completed_by("maps"),
    metavar="PATH|all",
    help="Layers whose maps are saved; repeatable.",
)
@click.option("--out", type=click.Path(file_okay=False), show_default=FOLDER, help="The folder that --save writes to.")
@click.option("--batch", type=click.IntRange(1, 4096), default=1, show_default=True, help="Images in a batch.")
@click.option("--executor", type=click.Choice(("fast", "reference")), default="fast", show_default=True)
@click.option(
    "--dtype",
    type=click.Choice(("float32", "float64")),
    default="float32",
    show_default=True,
    help="The type to compute in, with either executor.",
)
@click.option(
    "--threads",
    type=click.IntRange(1, 256),
    help="Threads of the fast executor; by default as many as the process may use.",
)
@click.option(
    "--memory",
    callback=_memory,
    metavar="SIZE",
    help="A limit for activations and scratch, such as 1GiB; a larger run is computed in strips of rows.",
)
@click.option("--plan", is_flag=True, help="Show how the network would be computed, and run nothing.")
@shared.format_of(*RUN)
def run(
    spec: str,
    images: tuple[str, ...],
    choices: Choices,
    memory: int | None,
    top: int,
    out: str | None,
    plan: bool,  # noqa: FBT001  # click passes it by name
    format_: str,
    **options: Any,
) -> None:
    """Run SPEC on each IMAGE: a picture, an .npy array (channels last), or the name of a picture that ships.

    With several inputs an IMAGE is left=a.png, and every input gets the same number of them. --plan needs none.
    """
    _refuse_what_does_not_go_together(images, memory, out, plan=plan, **options)
    out = out or FOLDER
    network = shared.network_of(spec, choices)
    from cnncalc.judging.unforeseen import require_room_for_arrays

    require_room_for_arrays()
    from cnncalc.executor.session import (
        LimitedSession,
        Options,
        RunError,
        Session,
        look_before_saving,
    )

    asked = Options(**options, memory=memory or 0)
    if plan:
        _show_plan(network, images, format_, asked)
        return
    from cnncalc.render.subjects.answers import Answers

    gc.enable()  # many pictures make garbage
    try:
        stale = look_before_saving(network, spec, images, asked, out)
        session = (LimitedSession if memory else Session)(network, images, asked)
        results = _watched(session, top, out)
    except RunError as error:
        fail(*str(error).split("\n"))  # of weights it says all that is wrong
    pictures = [result for result in results if not result.fault]
    if pictures or format_ == "json":
        weights, dtype = session.weights_told, session.options.dtype
        answers = Answers(pictures, network.name, weights, dtype, session.limited, session.labels)
        publish(answers, RUN[format_], columns=UNBOUNDED)
    for told in stale:
        say_error(f"note: {one_line(told)}")
    for result in results:
        if result.fault:
            say_fault(*result.fault.split("\n"))
    if len(pictures) < len(results):
        raise SystemExit(UNUSABLE)


def _refuse_what_does_not_go_together(
    images: tuple[str, ...],
    memory: int | None,
    out: str | None,
    *,
    plan: bool,
    executor: str,
    batch: int,
    save: tuple[str, ...],
    **_: Any,
) -> None:
    slow, limited = executor == "reference", memory is not None
    refusals = (
        (not images and not plan, "Missing argument 'IMAGE...'."),
        (out is not None and not save, "--out is the folder that --save writes to: add --save all, or --save PATH"),
        (plan and slow, "the reference computes as the definitions are written: only --executor fast has a plan"),
        (plan and limited, "--plan shows a run in one piece; --memory computes one in strips"),
        (limited and slow, "the reference holds whole maps: only --executor fast keeps to a --memory limit"),
        (limited and batch > 1, f"--memory takes one image at a time and cannot be combined with --batch {batch}"),
    )
    for due, message in refusals:
        if due:
            raise click.UsageError(message)


def _show_plan(network: Network, images: tuple[str, ...], format_: str, options: Options) -> None:
    """Print the plan for the images, or for very many where none is named; nothing is run and no weights are made."""
    from cnncalc.executor.files.opening import ImageError
    from cnncalc.executor.planned import planned
    from cnncalc.executor.session.feeds import RunError, counted, feeds_of, paths_to_save
    from cnncalc.render.subjects.plan import Planned

    try:
        runs = sum(counted(network, feed) for feed in feeds_of(network, images)) if images else None
        keep = paths_to_save(network, options.save)
        plan = planned(network, options.batch, options.dtype, keep=keep, runs=runs, threads=options.threads)
    except (RunError, ImageError) as error:
        fail(str(error))
    inputs = {name: entry.volume for name, entry in network.inputs.items()}
    stored = str(network.dtype)
    publish(Planned(network.name, network.variant, inputs, plan, network.variant_named, stored), RUN[format_])


def _watched(session: Session, top: int, out: str) -> list[Result]:
    """What came of each picture, with a bar where there is a while to wait and somebody watches."""
    from cnncalc.render.run_bar import RunBar

    results = []
    with RunBar(len(session.feeds), wanted=wants_bar()) as bar:
        for result in session.results(top, out, bar.within):
            results.append(result)
            bar.advance()
    return results
