"""`cnncalc run`: the network on pictures and arrays."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import click

from cnncalc.cli.choosing import choices_of, choosing, network_of
from cnncalc.cli.failing import UNUSABLE, fail, say_fault
from cnncalc.cli.terminal import say, wants_color

if TYPE_CHECKING:
    from cnncalc.executor.session import Session
    from cnncalc.render.answers import Picture


@click.command()
@click.argument("spec")
@click.argument("images", nargs=-1, required=True, metavar="IMAGE...")
@choosing
@click.option("--weights", type=click.Path(), help="A .npz or .safetensors file.")
@click.option("--seed", type=click.IntRange(0, 2**63), default=0, show_default=True, help="For random weights.")
@click.option("--top", type=click.IntRange(1, 1000), default=5, show_default=True, help="How many classes to show.")
@click.option("--labels", type=click.Path(), help="A text file, one class a line.")
@click.option("--save", multiple=True, metavar="PATH|all", help="Layers whose maps are saved; repeatable.")
@click.option(
    "--out", type=click.Path(file_okay=False), default="activations", show_default=True, help="Where to save."
)
@click.option("--batch", type=click.IntRange(1, 4096), default=1, show_default=True, help="Images at once.")
@click.option("--executor", type=click.Choice(("fast", "reference")), default="fast", show_default=True)
@click.option("--format", "format_", type=click.Choice(("table", "json")), default="table", show_default=True)
def run(
    spec: str,
    images: tuple[str, ...],
    variant: str | None,
    settings: tuple[str, ...],
    sizes: tuple[str, ...],
    weights: str | None,
    seed: int,
    top: int,
    labels: str | None,
    save: tuple[str, ...],
    out: str,
    batch: int,
    executor: str,
    format_: str,
) -> None:
    """Run SPEC on each IMAGE: a picture, an .npy array (channels last), or the name of a picture that ships.

    With several inputs an IMAGE is left=a.png, and each input has as many of them.
    """
    network = network_of(spec, choices_of(variant, settings, sizes))
    from cnncalc.executor.session import RunError, Session

    gc.enable()  # many pictures make garbage
    try:
        session = Session(
            network, images, weights=weights, seed=seed, labels=labels, save=save, executor=executor, batch=batch
        )
        pictures, failed = _answers(session, top, out)
    except RunError as error:
        fail(str(error))
    _write(pictures, session, format_)
    for message in failed:
        say_fault(message)
    if failed:
        raise SystemExit(UNUSABLE)


def _answers(session: Session, top: int, out: str) -> tuple[list[Picture], list[str]]:
    """What the network says of each picture, with a progress bar where there are many and somebody watches."""
    from cnncalc.render.answers import Picture, progress

    pictures: list[Picture] = []
    failed: list[str] = []
    with progress(len(session.feeds), wanted=wants_color(error=True)) as advance:
        for result in session.results(top, out):
            if result.fault:
                failed.append(result.fault)
            else:
                pictures.append(Picture(result.name, result.answers, result.saved))
            advance()
    return pictures, failed


def _write(pictures: list[Picture], session: Session, format_: str) -> None:
    from cnncalc.render import answers

    if format_ == "json":
        say(answers.json_text(pictures, session.network.name, session.weights_told, session.labels))
        return
    if pictures:
        say(answers.table(pictures, session.labels, color=wants_color()))
        say(f"weights: {session.weights_told}")
