"""Finds the text that a SPEC means: a file, or a network that ships with the package, by its bare name or a variant's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cnncalc.language.choices import ChoiceError
from cnncalc.language.load import declared
from cnncalc.language.source import read_source
from cnncalc.language.suggest import closest
from cnncalc.problem import Source

SUFFIXES = (".yaml", ".yml")
_PACKAGE = Path(__file__).resolve().parent.parent
_SHELVES = (_PACKAGE / "specs", _PACKAGE.parent / "specs")
"""Where the networks lie in an installed package, and in a source checkout."""


class Found(NamedTuple):
    """A spec's text and the variant that its name asked for. `path` is its file."""

    source: Source
    path: Path
    variant: str | None


def shelf() -> Path:
    """The folder of the networks that ship."""
    return next((folder for folder in _SHELVES if folder.is_dir()), _SHELVES[0])


def shipped() -> dict[str, Path]:
    """The files of the networks that ship, by their bare names in alphabetical order.

    >>> "resnet50" in shipped()
    True
    """
    return {path.stem: path for path in sorted(shelf().glob("*.yaml"))}


def find(spec: str) -> Found:
    """The text that SPEC means.

    A name without a folder or a suffix is a network that ships (`resnet50`), one of its variants
    (`resnet50:resnet101`), or a variant's name where it is unique (`resnet101`); everything else is a path.

    Raises:
        OSError: there is no such file, or it cannot be read.
        ChoiceError: no network that ships has that name.
        SpecError: the text is not one that a spec can have.
    """
    path = Path(spec)
    if _is_path(spec):
        return Found(_read(path, spec), path, None)
    name, _, variant = spec.partition(":")
    file = shelf() / f"{name}.yaml"
    if _is_file_name(name) and file.is_file():
        return Found(_read(file, f"{name}.yaml"), file, variant or None)
    if path.exists():
        return Found(_read(path, spec), path, None)
    owners = [] if variant else list(_owners(name))
    if len(owners) == 1:
        return Found(_read(owners[0], owners[0].name), owners[0], name)
    raise ChoiceError(_unknown(spec, name, owners))


def _is_path(spec: str) -> bool:
    return "/" in spec or "\\" in spec or spec.endswith(SUFFIXES) or spec in {"", ".", ".."}


def _is_file_name(name: str) -> bool:
    return re.fullmatch(r"[\w.-]+", name) is not None


def _read(path: Path, shown: str) -> Source:
    source = read_source(path)
    return Source(shown, source.text)


def _owners(variant: str) -> Iterator[Path]:
    """The files that ship with a variant of that name; only those that hold the word are read whole."""
    if not _is_file_name(variant):
        return
    word = re.compile(rf"^\s*['\"]?{re.escape(variant)}['\"]?\s*:", re.MULTILINE)
    for path in shipped().values():
        if word.search(path.read_text(encoding="utf-8")) and variant in variants_of(read_source(path)):
            yield path


def variants_of(source: Source) -> tuple[str, ...]:
    """The names of a spec's variants, in the order of writing."""
    spec, _ = declared(source)
    return tuple(spec.variants)


def _unknown(spec: str, name: str, owners: list[Path]) -> str:
    if owners:
        choices = ", ".join(f"{path.stem}:{name}" for path in owners)
        return f"{name} is a variant of several networks: {choices}"
    known = [*shipped()]
    for path in shipped().values():
        known += variants_of(read_source(path))
    meant = closest(name, known)
    hint = f"did you mean {meant}?" if meant else "`cnncalc specs` lists those that ship"
    return f"there is no file and no network that ships named {spec}: {hint}"
