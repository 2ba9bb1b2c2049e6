"""The options that several commands share, each declared once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from cnncalc.cli.completion import completed_by
from cnncalc.dtype import BYTES, PARTS, Dtype, dtype_of

if TYPE_CHECKING:
    from cnncalc.language.choices import Choices
    from cnncalc.network import Network

Command = Callable[..., Any]


def _dtype(_: click.Context, __: click.Parameter, text: str | None) -> Dtype | None:
    """The dtype that is written; what is none is a fault of the command line."""
    if text is None:
        return None
    try:
        return dtype_of(text)
    except ValueError as error:
        raise click.BadParameter(f"{error}; or each part by itself, as in weights=int8,activations=int16") from None


def completed_dtype(incomplete: str) -> list[str]:
    """The names of types, behind the name of a part where there is one."""
    part, equals, name = incomplete.rpartition("=")
    parts = [f"{known}=" for known in PARTS if known.startswith(incomplete)]
    return [*(part + equals + known for known in BYTES if known.startswith(name)), *parts]


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


dtype = click.option(
    "--dtype",
    metavar="TYPE",
    callback=_dtype,
    shell_complete=lambda _, __, incomplete: completed_dtype(incomplete),
    help=f"What memory is counted in, instead of what the spec says: {', '.join(BYTES)}, "
    "or weights=int8,activations=int16.",
)


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
    """The network that SPEC means, with what the options choose."""
    from cnncalc.language.shelf import find
    from cnncalc.lookup import networks

    return networks.network_of(find(spec), choices)
