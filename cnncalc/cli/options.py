"""The options that several commands share, each declared once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from cnncalc.cli.completion import completed_by
from cnncalc.cli.terminal import say_error

if TYPE_CHECKING:
    from cnncalc.language.choices import Choices
    from cnncalc.network import Network

Command = Callable[..., Any]

DTYPES = ("float32", "float16", "bfloat16", "int8")

variant = click.option(
    "--variant", metavar="NAME", help="One of the file's variants.", shell_complete=completed_by("variants")
)
settings = click.option(
    "--set",
    "settings",
    metavar="VAR=VALUE",
    multiple=True,
    help="A value for one of the file's vars; repeatable.",
    shell_complete=completed_by("variables"),
)
sizes = click.option(
    "--input",
    "sizes",
    metavar="SIZE",
    multiple=True,
    help="Another input size, such as 224x224x3; NAME=SIZE if there are several inputs.",
    shell_complete=completed_by("sizes"),
)
batch = click.option("--batch", type=click.IntRange(1, 10**9), default=1, show_default=True, help="Images in a batch.")
output = click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to a file instead.")


def dtype(*names: str, help: str | None = None) -> Callable[[Command], Command]:  # noqa: A002  # click's own word
    """`--dtype`, one of some names; the first of them without it."""
    names = names or DTYPES
    return click.option("--dtype", type=click.Choice(names), default=names[0], show_default=True, help=help)


def format_of(*formats: str) -> Callable[[Command], Command]:
    """`--format`, one of some names; the first of them without it."""
    return click.option("--format", "format_", type=click.Choice(formats), default=formats[0], show_default=True)


def choosing(command: Command) -> Command:
    """Give a command `--variant`, `--set` and `--input`, which arrive together as its `choices`."""

    @wraps(command)
    def chosen(*, variant: str | None, settings: tuple[str, ...], sizes: tuple[str, ...], **options: Any) -> Any:
        from cnncalc.lookup.networks import choices_of  # help and the other commands need no language

        return command(choices=choices_of(variant, settings, sizes), **options)

    return variant(settings(sizes(chosen)))


def network_of(spec: str, choices: Choices) -> Network:
    """The network that SPEC means, with what the options choose; a note where that leaves its claims unjudged."""
    from cnncalc.language.shelf import find
    from cnncalc.lookup import networks

    network = networks.network_of(find(spec), choices)
    # A changed network is another design: the promises were made for the file as written.
    if (choices.variables or choices.inputs) and not network.claims:
        say_error("note: `expect` and `budget` apply to the file as written and are not judged here")
    return network
