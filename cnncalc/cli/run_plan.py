"""`cnncalc run --plan`: how a network would be computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.cli.failing import fail
from cnncalc.cli.terminal import glyphs, say, wants_color, width

if TYPE_CHECKING:
    from cnncalc.network import Network


def show_plan(
    network: Network,
    images: tuple[str, ...],
    format_: str,
    *,
    batch: int,
    dtype: str,
    threads: int | None,
    save: tuple[str, ...],
    **_: Any,
) -> None:
    """Print the plan for the images, or for very many where none is named; nothing is run and no weights are made."""
    from cnncalc.executor.files.images import ImageError
    from cnncalc.executor.planned import planned
    from cnncalc.executor.session.feeds import RunError, counted, feeds_of, known_rows
    from cnncalc.render import plan_table

    try:
        runs = sum(counted(network, feed) for feed in feeds_of(network, images)) if images else None
        plan = planned(network, batch, dtype, keep=known_rows(network, save), runs=runs, threads=threads)
    except (RunError, ImageError) as error:
        fail(str(error))
    inputs = {name: entry.volume for name, entry in network.inputs.items()}
    shown = plan_table.Planned(network.name, network.variant, inputs, plan)
    if format_ == "json":
        say(plan_table.json_text(shown))
    else:
        say(plan_table.table(shown, columns=width(), color=wants_color(), glyphs=glyphs()))
