"""Finds the text that a SPEC means: a file, or a network that ships, by its bare name or a variant's."""

from __future__ import annotations

import os
from typing import NamedTuple

from cnncalc.language.choices import ChoiceError
from cnncalc.language.yaml.source import read_source
from cnncalc.source import Source

SUFFIXES = (".yaml", ".yml")
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_SHELVES = (os.path.join(_PACKAGE, "specs"), os.path.join(os.path.dirname(_PACKAGE), "specs"))
"""Where the networks lie in an installed package, and in a source checkout."""

# Paths are texts here: importing pathlib would cost every command a twentieth of its start.


class Found(NamedTuple):
    """A spec's text, and the variant that its name asked for."""

    source: Source
    variant: str | None


def shelf() -> str:
    """The folder of the networks that ship."""
    return next((folder for folder in _SHELVES if os.path.isdir(folder)), _SHELVES[0])


def shipped() -> dict[str, str]:
    """The files of the networks that ship, by their bare names in alphabetical order.

    >>> "resnet50" in shipped()
    True
    """
    names = sorted(name for name in os.listdir(shelf()) if name.endswith(".yaml"))
    return {name.removesuffix(".yaml"): os.path.join(shelf(), name) for name in names}


def find(spec: str) -> Found:
    """The text that SPEC means.

    A name without a folder or a suffix is a network that ships (`resnet50`), one of its variants
    (`resnet50:resnet101`), or a variant's name where it is unique (`resnet101`); everything else is a path, or the
    path of a file with one of its variants (`net.yaml:wide`). A file of exactly that name comes first.

    Raises:
        OSError: there is no such file, or it cannot be read.
        ChoiceError: no network that ships has that name.
        SpecError: the text is not one that a spec can have.
    """
    path, variant = parted(spec)
    if variant is not None and not os.path.exists(spec):
        return _read(path, path, variant or None)
    if _is_path(spec):
        return _read(spec, spec)
    name, _, variant = spec.partition(":")
    file = os.path.join(shelf(), f"{name}.yaml")
    if name and os.path.isfile(file):
        return _read(file, f"{name}.yaml", variant or None)
    if os.path.exists(spec):
        return _read(spec, spec)
    owners = [] if variant else variant_owners().get(name, [])
    if len(owners) == 1:
        return _read(owners[0], os.path.basename(owners[0]), name)
    raise ChoiceError(_unknown(spec, name, owners))


def parted(spec: str) -> tuple[str, str | None]:
    """The path of a file and the variant behind it; None where there is no colon for one.

    >>> parted("nets/net.yaml:wide"), parted("main:net.yaml"), parted("main:net.yaml:wide")
    (('nets/net.yaml', 'wide'), ('main:net.yaml', None), ('main:net.yaml', 'wide'))
    """
    path, colon, variant = spec.rpartition(":")
    if colon and path.endswith(SUFFIXES) and not variant.endswith(SUFFIXES):
        return path, variant
    return spec, None


def _is_path(spec: str) -> bool:
    return "/" in spec or "\\" in spec or spec.endswith(SUFFIXES) or spec in {"", ".", ".."}


def _read(path: str, shown: str, variant: str | None = None) -> Found:
    text = read_source(path).text
    return Found(Source(shown, text, os.path.dirname(path) or "."), variant)


def variant_owners() -> dict[str, list[str]]:
    """The files that ship with a variant of each name."""
    owners: dict[str, list[str]] = {}
    for path in shipped().values():
        for variant in variants_of(read_source(path)):
            owners.setdefault(variant, []).append(path)
    return owners


def variants_of(source: Source) -> list[str]:
    """The names of the variants of a network that ships, in the order of writing.

    Read from the lines between `variants:` and the next key at the top, where each name stands indented by two: the
    whole shelf is searched for a bare name, and composing every file would take as long as the summary that follows.
    """
    names = []
    inside = False
    for line in source.text.splitlines():
        if line[:1].strip() and not line.startswith("#"):
            inside = line.startswith("variants:")
        elif inside and line[:2] == "  " and line[2:3].strip() and line[2] != "#":
            names.append(line.split(":", 1)[0].strip())
    return names


def _unknown(spec: str, name: str, owners: list[str]) -> str:
    from cnncalc.language.values.suggest import closest

    if owners:
        choices = ", ".join(f"{os.path.basename(path).removesuffix('.yaml')}:{name}" for path in owners)
        return f"{name} is a variant of several networks: {choices}"
    meant = closest(name, [*shipped(), *variant_owners()])
    hint = f"did you mean {meant}?" if meant else "`cnncalc specs` lists those that ship"
    return f"there is neither a file nor a network that ships named {spec}: {hint}"
