"""The files that a command line names: an empty name is none, and no command writes over what it reads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import click

from cnncalc.language.shelf import SUFFIXES, shelf

READ = frozenset({"spec", "specs", "subject", "before", "after", "name", "files", "images", "weights", "labels"})
"""The parameters of all commands that name what is read; a name may stand behind `NAME=` or before `:VARIANT`."""
WRITTEN = frozenset({"output"})
FOLDERS = frozenset({"out"})
"""What is written there depends on the network: the run looks at it itself."""


class Command(click.Command):
    """A command that looks at the names before it does anything else."""

    def invoke(self, ctx: click.Context) -> Any:
        for parameter, text in _named(ctx, READ | WRITTEN | FOLDERS):
            if not text or (text.endswith("=") and not os.path.exists(text)):  # noqa: PTH110  # pathlib is slow to start
                raise click.BadParameter("an empty name is not the name of a file", ctx, parameter)
        for parameter, text in _named(ctx, WRITTEN):
            _refuse_to_write_over_what_is_read(ctx, parameter, text)
        return super().invoke(ctx)


def _named(ctx: click.Context, names: frozenset[str]) -> Iterator[tuple[click.Parameter, str]]:
    """The texts that are given for some parameters."""
    for parameter in ctx.command.params:
        given = ctx.params.get(parameter.name or "")
        if parameter.name in names and given is not None:
            yield from ((parameter, text) for text in (given if isinstance(given, tuple) else (given,)))


def _refuse_to_write_over_what_is_read(ctx: click.Context, parameter: click.Parameter, path: str) -> None:
    """Files are the same by what the system says of them: links and other spellings change nothing."""
    there = _state(path)
    if there is None:
        return
    walks = there.st_nlink > 1 or os.path.realpath(path).lower().endswith(SUFFIXES)
    for _, text in _named(ctx, READ):
        for file in _meant(text, walks=walks):
            state = _state(file)
            if state is not None and os.path.samestat(state, there):
                raise click.BadParameter(f"{path} is {file}, which this command reads: name another", ctx, parameter)


def _state(path: str) -> os.stat_result | None:
    """What is there; None for nothing."""
    try:
        return os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None


def _meant(text: str, *, walks: bool) -> Iterator[str]:
    """The files that a text may mean, whether they are there or not."""
    yield text
    yield text.partition("=")[2]
    name, _, _variant = text.rpartition(":")
    if name.endswith(SUFFIXES):
        yield name
    yield os.path.join(shelf(), f"{text.partition(':')[0]}.yaml")  # noqa: PTH118
    if walks and os.path.isdir(text):  # noqa: PTH112
        from cnncalc.lookup.folders import spec_files

        yield from spec_files([text]).files
