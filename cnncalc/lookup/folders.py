"""The specs that arguments mean: files and names as they are, folders with the specs below them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from cnncalc.language.shelf import SUFFIXES

EMPTY = "there is no spec (*.yaml, *.yml) below this folder"


class Listed(NamedTuple):
    """What was found of the arguments.

    Attributes:
        files: the specs, each once, in the order of the arguments and by name within a folder.
        unread: folders that hold no spec or could not be listed, each with the reason.
        links: what might be a spec or hold one, but is a link in a folder, and links are not followed there.
    """

    files: list[str]
    unread: list[tuple[str, str]]
    links: list[str]

    @property
    def links_told(self) -> str:
        """One sentence on the links; empty where there is none."""
        if not self.links:
            return ""
        more = f" and {len(self.links) - 1:,} more" if len(self.links) > 1 else ""
        return f"links in folders are not followed: {self.links[0]}{more}"


def spec_files(arguments: Iterable[str]) -> Listed:
    """The specs that the arguments mean, and what of them could not be looked at."""
    files: dict[str, None] = {}
    unread: list[tuple[str, str]] = []
    links: list[str] = []
    for argument in arguments:
        if not os.path.isdir(argument):  # noqa: PTH112  # unlike `Path`, it takes any text for an answer
            files[argument] = None
            continue
        below = _below(argument)
        files.update(dict.fromkeys(below.files))
        links += below.links
        unread += below.unread or ([] if below.files else [(argument, EMPTY)])
    return Listed(list(files), unread, links)


def _below(folder: str) -> Listed:
    """What a folder holds at any depth. Names alone decide what is a spec: reading tells what is no file."""
    from pathlib import Path

    found = Listed([], [], [])
    waiting = [str(Path(folder))]
    while waiting:
        place = waiting.pop()
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    _sort_in(entry, str(Path(place, entry.name)), found, waiting)
        except OSError as error:
            found.unread.append((place, (error.strerror or str(error)).lower()))
    return Listed(sorted(found.files), sorted(found.unread), sorted(found.links))


def _sort_in(entry: os.DirEntry[str], path: str, found: Listed, waiting: list[str]) -> None:
    """A spec, a link, or a folder that waits to be listed; other files are none of ours."""
    if entry.is_symlink():
        if _is_spec(path) or entry.is_dir():
            found.links.append(path)
    elif entry.is_dir(follow_symlinks=False):
        waiting.append(path)
    elif _is_spec(path):
        found.files.append(path)


def _is_spec(path: str) -> bool:
    return os.path.splitext(path)[1].lower() in SUFFIXES  # noqa: PTH122  # many files are looked at
