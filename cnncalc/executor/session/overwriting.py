"""Looks at the folder of a run's maps first: what the run reads, or no run has made, is not written over."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cnncalc.executor.files.opening import ImageError
from cnncalc.executor.session.feeds import (
    ALL,
    RunError,
    chosen_labels,
    chosen_weights,
    counted,
    feeds_of,
    paths_to_save,
    pictures_of,
)

if TYPE_CHECKING:
    from cnncalc.executor.session.session import Options
    from cnncalc.network import Network


def look_before_saving(network: Network, spec: str, images: Sequence[str], options: Options, folder: str) -> list[str]:
    """What is there of earlier runs and will not be written again, in a sentence for each folder.

    Files are the same by what the system says of them: links and other spellings change nothing.

    Args:
        network: what would run.
        spec: the name that it was read by.
        images: as for a `Session`.
        options: what would be saved, and the weights and labels.
        folder: where it would be saved.

    Raises:
        RunError: a file would be written over that is read, or that no run has made; or an image, weights or a path
            that cannot be used.
    """
    if not options.save or not Path(folder).is_dir():
        return []
    feeds = feeds_of(network, images)
    files = [file for feed in feeds for file in feed.files.values()]
    own = (Path(spec), chosen_weights(network, options.weights), chosen_labels(network, options.labels))
    read = {_identity(file): file for file in (*own, *files) if file is not None}
    names = set(_names(network, options.save))
    stale: dict[str, None] = {}
    for feed in feeds:
        try:
            pictures = [*pictures_of(feed, counted(network, feed))]
        except ImageError:
            continue  # which is told in its turn
        for place in {picture.place for picture in pictures}:
            for file in _files(Path(folder) / place):
                same = read.get(_identity(file))
                if same and file.name in names:
                    raise RunError(
                        f"{file} would be written over, and it is {same}, which this run reads: name another --out"
                    )
            stale.update(dict.fromkeys(_stale(Path(folder) / place, names)))
    return [*stale]


def _stale(folder: Path, names: Collection[str]) -> Iterator[str]:
    """What is said of a folder with files of earlier runs; one of anybody else is refused."""
    from cnncalc.executor.files.earlier import PAGE, earlier

    there = earlier(folder)
    if there is None:
        raise RunError(f"{folder / PAGE} would be written over, and no run has made it: name another --out")
    foreign = {*names} - {PAGE, *there}
    for file in sorted(_files(folder)):
        if file.name in foreign:
            raise RunError(f"{file} would be written over, and {folder / PAGE} does not list it: name another --out")
    left = [name for name in there if name not in names]
    if left:
        more = f" and {len(left) - 1:,} more" if len(left) > 1 else ""
        yield f"of earlier runs there stays in {folder}: {left[0]}{more}"


def _names(network: Network, save: Sequence[str]) -> list[str]:
    """The names of all files that are saved of one picture."""
    from cnncalc.executor.files.album import Album  # Pillow's writers are slow to start

    return Album(network, paths_to_save(network, save), Path(), numbered=ALL in save).names


def _files(folder: Path) -> Iterator[Path]:
    return folder.iterdir() if folder.is_dir() else iter(())


def _identity(file: Path) -> tuple[int, int]:
    """What no two files share; that of no file for what cannot be looked at."""
    try:
        state = os.stat(file)  # noqa: PTH116
    except OSError:
        return -1, -1
    return state.st_dev, state.st_ino
