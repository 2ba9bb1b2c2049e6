"""The specs that arguments mean: files and names as they are, folders with the specs below them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from cnncalc.language.shelf import SUFFIXES

EMPTY = "there is no spec (*.yaml, *.yml) below this folder"


def spec_files(arguments: Iterable[str]) -> tuple[list[str], list[str]]:
    """The specs, each once, and the folders that hold none."""
    files: dict[str, None] = {}
    empty = []
    for argument in arguments:
        if not argument or not Path(argument).is_dir():  # `Path("")` is the current folder
            files[argument] = None
            continue
        below = sorted(str(path) for path in _regular_files(Path(argument)) if path.suffix in SUFFIXES)
        files.update(dict.fromkeys(below))
        if not below:
            empty.append(argument)
    return list(files), empty


def _regular_files(folder: Path) -> Iterator[Path]:
    """The files below a folder; links are not followed, and what cannot be listed is passed over."""
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if path.is_file() and not path.is_symlink():
                yield path
