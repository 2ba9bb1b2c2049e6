"""The files that a command line names: an empty name is none, and no report replaces what is read or a spec."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import Any

import click

from cnncalc.language.shelf import SUFFIXES, parted, shelf
from cnncalc.language.yaml.source import MAX_BYTES

READ = frozenset({"spec", "specs", "subject", "before", "after", "name", "files", "images", "weights", "labels"})
"""The parameters of all commands that name what is read; a name may stand behind `NAME=` or before `:VARIANT`."""
WRITTEN = frozenset({"output"})
FOLDERS = frozenset({"out"})
"""What is written there depends on the network: the run looks at it itself."""


LAYERS = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:(?:[ \t#%\-\]}].*|[\"']?\w[\w-]*[\"']?[ \t]*:.*|)\r?\n)*[\"']?layers[\"']?[ \t]*:"
    rb"|\s*\{(?s:.*)\blayers\b[\"']?\s*:"
)
"""A spec's text up to the key that every spec has: keys, what is indented and comments; or all within braces."""
OURS = re.compile(rb"\s*\{\s*\"\$?schema\"")
"""How the reports begin that are JSON."""


class Command(click.Command):
    """A command that looks at the names before it does anything else."""

    def invoke(self, ctx: click.Context) -> Any:
        for parameter, text in _named(ctx, READ | WRITTEN | FOLDERS):
            if not text or (text.endswith("=") and not os.path.exists(text)):  # noqa: PTH110  # pathlib is slow to start
                raise click.BadParameter("an empty name is not the name of a file", ctx, parameter)
        for parameter, text in _named(ctx, WRITTEN):
            refusal = self._refusal(ctx, text)
            if refusal:
                raise click.BadParameter(refusal, ctx, parameter)
        return super().invoke(ctx)

    def reads(self, ctx: click.Context) -> list[str]:
        """The texts of a call that name what is read."""
        return [text for _, text in _named(ctx, READ)]

    def _refusal(self, ctx: click.Context, path: str) -> str:
        """Why a report is not written there; empty where it may be."""
        there = _state(path)
        like_a_spec = "\0" not in path and os.path.realpath(path).lower().endswith(SUFFIXES)
        if there is None and not like_a_spec:
            return ""
        read = self.reads(ctx)
        if there:
            same = _same(read, there, walks=like_a_spec or there.st_nlink > 1)
            if same:
                return f"{path} is {same}, which this command reads: name another"
        if like_a_spec:
            folder = _folder_above(path, read)
            if folder:
                return (
                    f"{path} would be taken for a spec when {folder} is read again: name it otherwise, as .txt or .json"
                )
            if there and _is_a_spec(path):
                return f"{path} is a spec, which the report would replace: name another"
        return ""


def _named(ctx: click.Context, names: frozenset[str]) -> Iterator[tuple[click.Parameter, str]]:
    """The texts that are given for some parameters."""
    for parameter in ctx.command.params:
        given = ctx.params.get(parameter.name or "")
        if parameter.name in names and given is not None:
            yield from ((parameter, text) for text in (given if isinstance(given, tuple) else (given,)))


def _same(read: Iterable[str], there: os.stat_result, *, walks: bool) -> str:
    """The file of those that are read that this one is, by what the system says: links and spellings change nothing."""
    for text in read:
        for file in _meant(text, walks=walks):
            state = _state(file)
            if state is not None and os.path.samestat(state, there):
                return file
    return ""


def _state(path: str) -> os.stat_result | None:
    """What is there; None for nothing."""
    try:
        return os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None


def _meant(text: str, *, walks: bool) -> Iterator[str]:
    """The files that a text may mean, whether they are there or not."""
    yield from _places(text)
    yield os.path.join(shelf(), f"{text.partition(':')[0]}.yaml")  # noqa: PTH118
    for folder in filter(os.path.isdir, _places(text) if walks else ()):
        from cnncalc.lookup.folders import spec_files

        yield from spec_files([folder]).files


def _places(text: str) -> Iterator[str]:
    """The paths in a text: all of it, what stands behind `NAME=`, before `:VARIANT`, and behind `REV:`."""
    name, _ = parted(text)
    yield from dict.fromkeys((text, text.partition("=")[2], name, text.partition(":")[2], name.partition(":")[2]))


def _folder_above(path: str, read: Iterable[str]) -> str:
    """The folder of those that are read below which a path lies; links in it are not followed."""
    place = os.path.join(os.path.realpath(os.path.dirname(path) or os.curdir), "")  # noqa: PTH118, PTH120
    for text in read:
        for folder in filter(os.path.isdir, _places(text)):
            if place.startswith(os.path.join(os.path.realpath(folder), "")):  # noqa: PTH118
                return folder
    return ""


def _is_a_spec(path: str) -> bool:
    """Whether a file with a spec's name has a spec's text, sound or not; a report may have such a name too."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            text = file.read(MAX_BYTES)
    except OSError:  # which is told where it is written
        return False
    return bool(LAYERS.match(text)) and not OURS.match(text)
