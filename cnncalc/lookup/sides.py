"""Finds what a side of a comparison means: a SPEC as everywhere, or a file in a git revision, as `main:net.yaml`.

Git is asked for the tree's entry and then for the blob by its hash: neither question needs a filter or a driver.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from cnncalc.language.choices import ChoiceError
from cnncalc.language.shelf import SUFFIXES, Found, find, parted, shipped
from cnncalc.language.yaml.source import HEAD, MAX_BYTES, source_of_bytes, too_large
from cnncalc.lookup.git import first_bytes, git
from cnncalc.source import Source

# Paths are texts here, as on the shelf: importing pathlib would cost a twentieth of the start.

SYMLINK, BLOB = "120000", "blob"


class AbsentError(ChoiceError):
    """A revision that is there lacks a path."""


class TreeEntry(NamedTuple):
    """What a tree says of a path. Sizes are bytes."""

    mode: str
    type: str
    hash: str
    size: int


def find_side(text: str) -> Found:
    """The spec of one side, read.

    A file of that very name comes first, then a network that ships, then `PATH:VARIANT` of a file, and what is left
    and has a colon is `REV:PATH` or `REV:PATH:VARIANT`.

    Raises:
        ChoiceError: nothing has that name.
        OSError: the file cannot be read.
        SpecError: the text is not one that a spec can have.
    """
    name, variant = parted(text)
    if ":" not in name or os.path.exists(text) or os.path.exists(name) or _ships(text):
        return _found(text)
    revision, _, path = name.partition(":")
    if not revision or not path:
        raise ChoiceError(f"{text!r} is not REV:PATH: it names no {'path' if revision else 'revision'}")
    return Found(read_revision(revision, path), variant or None)


def _found(text: str) -> Found:
    """What is there by this name; for a bare revision, that a file in it is wanted."""
    try:
        return find(text)
    except (ChoiceError, FileNotFoundError):
        if not text.endswith(SUFFIXES) and _is_revision(text):
            raise ChoiceError(f"{text} is a revision: name a file or a folder in it, as in {text}:net.yaml") from None
        raise


def _is_revision(text: str) -> bool:
    """Whether git knows a commit by this name."""
    if text.startswith("-") or not text.isprintable():
        return False
    try:
        return bool(git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{text}^{{commit}}"))
    except ChoiceError:  # no git, no repository, or no such commit
        return False


def is_one_path(texts: Iterable[str]) -> bool:
    """Whether sides are one path at different times: in a revision and here, or in two revisions."""
    parts = {(revision, os.path.normpath(path)) for revision, path in map(revision_of, texts)}
    return len({path for _, path in parts}) == 1 < len(parts)


def revision_of(text: str) -> tuple[str, str]:
    """The revision that a side names and the path in it; no revision for a file as it is.

    >>> revision_of("HEAD~1:nets/net.yaml:wide"), revision_of("nets/net.yaml")
    (('HEAD~1', 'nets/net.yaml'), ('', 'nets/net.yaml'))
    """
    name, _ = parted(text)
    if os.path.exists(text) or os.path.exists(name) or ":" not in name:
        return "", name
    revision, _, path = name.partition(":")
    return revision, path


def _ships(text: str) -> bool:
    """Whether it reads as a network that ships and a variant, and not as a branch of that name and a path."""
    name, _, rest = text.partition(":")
    return name in shipped() and "/" not in rest and not rest.endswith(SUFFIXES)


def read_revision(revision: str, path: str) -> Source:
    """The text that a path had in a revision; the path is relative to the current folder, as everywhere else.

    Raises:
        ChoiceError: git is missing, this is no repository, it has no such revision, or no such file there.
        SpecError: it is no text, larger than 1 MiB, or not one that a spec can have.
    """
    name = f"{revision}:{path}"
    if not revision or revision.startswith("-") or not path or not name.isprintable():
        raise ChoiceError(f"{name!r} is not REV:PATH")
    entry = entry_of(revision, path)
    if entry.mode == SYMLINK:
        raise ChoiceError(f"{name} is a symbolic link: name the file that it points to")
    if entry.type != BLOB:
        raise ChoiceError(f"{name} is a {'folder' if entry.type == 'tree' else entry.type}, not a file")
    if entry.size > MAX_BYTES:
        from cnncalc.language.yaml.binary import not_text

        raise not_text(first_bytes(HEAD, "cat-file", BLOB, entry.hash), name) or too_large(name, entry.size)
    return source_of_bytes(git("cat-file", BLOB, entry.hash), name)


def entry_of(revision: str, path: str) -> TreeEntry:
    """The entry of a path in the tree of a revision."""
    # Without its end, a folder's name means the folder and not what lies in it.
    here = os.path.relpath(path.rstrip("/") or path)
    listing = git("ls-tree", "-z", "--long", "--end-of-options", revision, "--", here)
    entries = [entry for entry in listing.split(b"\0") if entry]
    if len(entries) != 1:
        raise AbsentError(f"there is no {path} in {revision}{_elsewhere(revision, path)}")
    return read_entry(entries[0])


def read_entry(line: bytes) -> TreeEntry:
    """What one line of `git ls-tree --long` says."""
    mode, type_, hash_, size = line.partition(b"\t")[0].decode("ascii").split()
    return TreeEntry(mode, type_, hash_, int(size) if size.isdigit() else 0)


def _elsewhere(revision: str, path: str) -> str:
    """A hint for who wrote the path from the top of the repository, as `git show REV:PATH` wants it."""
    top = os.fsdecode(git("rev-parse", "--show-cdup").rstrip(b"\n"))
    if not top or path.startswith("/"):
        return ""
    from_top = f"{top}{path}"
    if not git("ls-tree", "-z", "--end-of-options", revision, "--", from_top):
        return ""
    return f": paths start from the current folder; did you mean {revision}:{from_top}?"
