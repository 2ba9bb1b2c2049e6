"""Pairs the specs of two folders, each as it is or in a git revision: by their paths, then by what stands in them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from cnncalc.language.choices import ChoiceError
from cnncalc.language.shelf import SUFFIXES
from cnncalc.language.yaml.source import MAX_BYTES, read_source, source_of_bytes, too_large
from cnncalc.lookup.folders import spec_files
from cnncalc.lookup.git import git
from cnncalc.lookup.sides import BLOB, SYMLINK, entry_of, read_entry, revision_of
from cnncalc.source import Source

MOST_LIKENESSES = 10_000
"""So many files that are gone are held against files that are new; of more, only equal ones are the same."""


class FilePair(NamedTuple):
    """A spec in two folders: its path in each, and its text; None where there is none."""

    before: tuple[str, Source] | None
    after: tuple[str, Source] | None


def are_folders(texts: Iterable[str]) -> bool:
    """Whether every side is a folder, as it is or in a revision."""
    return all(map(_is_folder, texts))


def _is_folder(text: str) -> bool:
    revision, path = revision_of(text)
    if not revision or not path or path.endswith(SUFFIXES):
        return Path(text).is_dir()
    try:
        return os.path.normpath(path) == os.curdir or entry_of(revision, path).type == "tree"
    except ChoiceError:  # there is none, which is told where it is read
        return False


def folder_pairs(before: str, after: str) -> list[FilePair]:
    """The specs of two folders, in the order of their paths in the second.

    Raises:
        ChoiceError: there is no spec in either, or git has no answer.
        OSError: a file cannot be read.
        SpecError: one of them has not a text that a spec can have.
    """
    was, now = dict(_specs(before)), dict(_specs(after))
    if not was and not now:
        raise ChoiceError(f"there is no spec (*.yaml, *.yml) below {before} or {after}")
    gone = {path: source for path, source in was.items() if path not in now}
    names = {path: path for path in was if path in now}
    names.update(_renamed(gone, {path: source for path, source in now.items() if path not in was}))
    pairs = {path: FilePair(None, (path, source)) for path, source in now.items()}
    pairs.update((new, FilePair((old, was[old]), (new, now[new]))) for old, new in names.items())
    pairs.update((path, FilePair((path, was[path]), None)) for path in was if path not in names)
    return [pairs[path] for path in sorted(pairs)]


def _specs(text: str) -> Iterator[tuple[str, Source]]:
    """The specs below a folder, by their paths in it."""
    revision, folder = revision_of(text)
    if not revision:
        for path in spec_files([text])[0]:
            yield os.path.relpath(path, text).replace(os.sep, "/"), read_source(path)
        return
    here = os.path.relpath(folder)
    listing = git("ls-tree", "-r", "-z", "--long", "--end-of-options", revision, "--", f"{here}/")
    for line in filter(None, listing.split(b"\0")):
        name = os.fsdecode(line.partition(b"\t")[2])
        entry = read_entry(line)
        if name.endswith(SUFFIXES) and entry.type == BLOB and entry.mode != SYMLINK:
            if entry.size > MAX_BYTES:
                raise too_large(f"{revision}:{name}", entry.size)
            source = source_of_bytes(git("cat-file", BLOB, entry.hash), f"{revision}:{name}")
            yield os.path.relpath(name, here).replace(os.sep, "/"), source


def _renamed(gone: Mapping[str, Source], new: Mapping[str, Source]) -> Iterator[tuple[str, str]]:
    """Files that are called otherwise: those that share most lines first, and no less than half of all."""
    lines = {path: Counter(source.text.split("\n")) for side in (gone, new) for path, source in side.items()}
    few = len(gone) * len(new) <= MOST_LIKENESSES
    likely = []
    for old, was in gone.items():
        for path, now in new.items():
            if few or was.text == now.text:
                shared = (lines[old] & lines[path]).total()
                every = lines[old].total() + lines[path].total()
                if 4 * shared >= every:
                    likely.append((-shared / every, old, path))
    taken: set[str] = set()
    for _, old, path in sorted(likely):
        if not taken & {f"-{old}", f"+{path}"}:
            taken |= {f"-{old}", f"+{path}"}
            yield old, path
