"""`cnncalc specs`: the networks that ship."""

from __future__ import annotations

from pathlib import Path

import click

from cnncalc.cli.completion import completed_by
from cnncalc.cli.named import Command
from cnncalc.cli.terminal import publish, say
from cnncalc.render.formats import SCREEN


@click.command(cls=Command)
@click.argument("name", required=False, shell_complete=completed_by("shipped_names"))
def specs(name: str | None) -> None:
    """List the networks that ship with their totals, or print the one called NAME."""
    from cnncalc.language.choices import ChoiceError
    from cnncalc.language.shelf import find, shelf

    if name is not None:
        found = find(name).source
        if not Path(found.folder or ".").samefile(shelf()):  # its text would reach a log as it is
            raise ChoiceError(f"{name} is a file of yours: this prints networks that ship")
        say(found.text.removesuffix("\n"))
        return
    from cnncalc.render.subjects.shelf import Shelf

    publish(Shelf(_totals()), SCREEN)


def _totals() -> list[tuple[str, str, str, int, int]]:
    """Name, title, output, params and MACs of every network that ships, variants below their file."""
    from cnncalc.analysis import analyze
    from cnncalc.language.choices import Choices
    from cnncalc.language.load import declared, expanded
    from cnncalc.language.shelf import shipped
    from cnncalc.language.yaml.source import read_source

    rows = []
    for name, path in shipped().items():
        spec, faults = declared(read_source(path))
        for variant in (None, *spec.variants):
            network = expanded(spec, faults, Choices(variant))
            totals, output = analyze(network).totals, str(network.volume(network.outputs[0]))
            title = f"  {variant}" if variant else name, "" if variant and not network.variant_named else network.name
            rows.append((*title, output, totals.params, totals.macs))
    return rows
