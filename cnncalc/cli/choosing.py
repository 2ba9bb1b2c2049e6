"""The SPEC argument and the options that every command shares: variant, variables, sizes of inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from cnncalc.cli.terminal import say_error
from cnncalc.language.choices import ChoiceError, Choices, value_of
from cnncalc.language.shelf import Found, find
from cnncalc.language.values.sizes import size
from cnncalc.problem import Problem
from cnncalc.volume import Volume, checked

if TYPE_CHECKING:
    from cnncalc.network import Network

Command = Callable[..., Any]


def choosing(command: Command) -> Command:
    """Give a command the options --variant, --set and --input."""
    options = (
        click.option("--variant", metavar="NAME", help="One of the file's variants."),
        click.option(
            "--set",
            "settings",
            metavar="VAR=VALUE",
            multiple=True,
            help="A value for one of the file's vars; repeatable.",
        ),
        click.option(
            "--input",
            "sizes",
            metavar="SIZE",
            multiple=True,
            help="Another size, such as 224x224x3; NAME=SIZE where there are several inputs.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def choices_of(variant: str | None, settings: tuple[str, ...], sizes: tuple[str, ...]) -> Choices:
    """What the options say; raises `ChoiceError`."""
    return Choices(variant, dict(map(_setting, settings)), dict(map(_size, sizes)))


def network_of(spec: str, choices: Choices) -> Network:
    """The network that SPEC means, with what the options choose; warnings of the file go to standard error."""
    from cnncalc.language.load import declared, expanded

    found = find(spec)
    network = expanded(*declared(found.source), merged(choices, found))
    network.folder = found.folder
    if choices.variables or choices.inputs:
        _say_unjudged(network)
    return network


def merged(choices: Choices, found: Found) -> Choices:
    """The choices with the variant that SPEC itself names."""
    if found.variant and choices.variant and found.variant != choices.variant:
        raise ChoiceError(f"two variants are named: {found.variant} and {choices.variant}")
    return choices._replace(variant=choices.variant or found.variant)


def _say_unjudged(network: Network) -> None:
    # A changed network is another design: the promises were made for the file as written.
    if not network.claims:
        say_error("note: `expect` and `budget` are for the file as written and are not judged here")


def _setting(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise ChoiceError(f"--set takes var=value, such as --set width=0.5, not {text!r}")
    return name.strip(), value_of(value.strip())


def _size(text: str) -> tuple[str, Volume]:
    name, equals, written = text.rpartition("=")
    try:
        return (name if equals else "input"), checked(size(written.strip()))
    except Problem as problem:
        raise ChoiceError(f"--input takes a size such as 224x224x3: {problem}") from None
