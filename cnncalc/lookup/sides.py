"""Finds what a side of a comparison means: a SPEC as everywhere, or `REV:PATH`."""

from __future__ import annotations

import os

from cnncalc.language.choices import ChoiceError
from cnncalc.language.shelf import SUFFIXES, Found, find, shipped
from cnncalc.language.yaml.source import read_source

# Paths are texts here, as on the shelf: importing pathlib would cost a twentieth of the start.


def find_side(text: str) -> Found:
    """The spec of one side, read.

    A file of that very name comes first, then a network that ships, then `PATH:VARIANT` of a file, and what is left
    and has a colon is `REV:PATH` or `REV:PATH:VARIANT`.

    Raises:
        ChoiceError: nothing has that name.
        OSError: the file cannot be read.
        SpecError: the text is not one that a spec can have.
    """
    if ":" not in text:
        return find(text)
    if os.path.exists(text):
        return Found(read_source(text), None)
    if _ships(text):
        return find(text)
    name, variant = _parted(text)
    if os.path.exists(name) or ":" not in name:
        return find(name)._replace(variant=variant)
    from cnncalc.lookup.revisions import read_revision

    revision, _, path = name.partition(":")
    if not revision or not path:
        raise ChoiceError(f"{text!r} is not REV:PATH: it names no {'path' if revision else 'revision'}")
    return Found(read_revision(revision, path), variant)


def _ships(text: str) -> bool:
    """Whether it reads as a network that ships and a variant, and not as a branch of that name and a path."""
    name, _, rest = text.partition(":")
    return name in shipped() and "/" not in rest and not rest.endswith(SUFFIXES)


def _parted(text: str) -> tuple[str, str | None]:
    """A variant that stands behind the name of a file."""
    name, _, variant = text.rpartition(":")
    if name.endswith(SUFFIXES) and not variant.endswith(SUFFIXES):
        return name, variant or None
    return text, None
