"""The words that may complete a parameter: names, files, and what a spec declares.

A word is whole: it begins with what is written already. One that ends in `/`, `=` or `:` goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnncalc.language.shelf import SUFFIXES, find, shipped

if TYPE_CHECKING:
    from cnncalc.language.reading.declarations import Spec

Words = Callable[[click.Context, str], Iterable[str]]

WEIGHTS = (".npz", ".safetensors")
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".npy")


def files(incomplete: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    """Folders, and files with one of the suffixes, in the folder that is written; hidden ones behind a written dot."""
    written, slash, begun = incomplete.rpartition("/")
    folder = Path(written + slash).expanduser()
    for path in sorted(folder.iterdir()):
        if not path.name.startswith(begun) or (path.name.startswith(".") and not begun):
            continue
        name = written + slash + path.name
        if path.is_dir():
            yield f"{name}/"
        elif path.name.lower().endswith(suffixes):
            yield name


def spec_files(_: click.Context, incomplete: str) -> Iterator[str]:
    """Files that may be specs."""
    return files(incomplete, SUFFIXES)


def shipped_names(_: click.Context, incomplete: str) -> Iterator[str]:
    """The networks that ship; behind a colon the variants of one, and without it those that one network alone has."""
    from cnncalc.language.shelf import variant_owners, variants_of
    from cnncalc.language.yaml.source import read_source

    paths = shipped()
    name, colon, _begun = incomplete.partition(":")
    if not colon:
        yield from paths
        if incomplete:
            yield from (variant for variant, having in variant_owners().items() if len(having) == 1)
    elif name in paths:
        yield from (f"{name}:{variant}" for variant in variants_of(read_source(paths[name])))


def specs(context: click.Context, incomplete: str) -> Iterator[str]:
    """Whatever SPEC may be: also a variant of a file."""
    yield from shipped_names(context, incomplete)
    yield from spec_files(context, incomplete)
    file, colon, _ = incomplete.rpartition(":")
    if colon and file.endswith(SUFFIXES):
        yield from (f"{file}:{variant}" for variant in _declared(file).variants)


def subjects(context: click.Context, incomplete: str) -> Iterator[str]:
    """What `explain` explains: a SPEC; a code or a word of the language as soon as a letter of it is written."""
    if incomplete:
        from cnncalc.codes import CODES
        from cnncalc.glossary import words

        yield from (word for word in words() if " " not in word)
        yield from (incomplete + code[len(incomplete) :] for code in CODES if code.startswith(incomplete.upper()))
    yield from specs(context, incomplete)


def layers(context: click.Context, incomplete: str) -> Iterator[str]:
    """The layers of the spec as far as the next `/`: a network may have thousands."""
    from cnncalc.lookup.networks import choices_of, network_of

    chosen = context.params
    choices = choices_of(chosen.get("variant"), chosen.get("settings") or (), chosen.get("sizes") or ())
    network = network_of(find(_spec(context)), choices)
    found: dict[str, None] = {}
    for path in (*network.by_path, *network.results):
        if path.startswith(incomplete):
            end = path.find("/", len(incomplete))
            found[path if end < 0 else path[: end + 1]] = None
    return iter(found)


def maps(context: click.Context, incomplete: str) -> Iterator[str]:
    """What `--save` saves."""
    yield "all"
    yield from layers(context, incomplete)


def variants(context: click.Context, _: str) -> Iterable[str]:
    """The variants that the spec declares."""
    return _declared(_spec(context)).variants


def variables(context: click.Context, _: str) -> Iterator[str]:
    """The variables that the spec declares, each with the sign that its value follows."""
    return (f"{name}=" for name in _declared(_spec(context)).variables)


def sizes(context: click.Context, _: str) -> Iterator[str]:
    """The names of inputs, where the spec has several."""
    return (f"{name}=" for name in _several_inputs(context))


def images(context: click.Context, incomplete: str) -> Iterator[str]:
    """Pictures and arrays, and the pictures that ship; behind the name of an input where there are several."""
    from cnncalc.executor.files.rows import sample_images

    name, equals, image = incomplete.rpartition("=")
    names = _several_inputs(context)
    if names and not equals:
        return iter([f"{name}=" for name in names])
    before = name + equals
    return (before + word for word in (*sample_images(), *files(image, PICTURES)))


def weights(_: click.Context, incomplete: str) -> Iterator[str]:
    """Weight files."""
    return files(incomplete, WEIGHTS)


def columns(_: click.Context, incomplete: str) -> Iterator[str]:
    """The columns of a table, behind those that are written already."""
    from cnncalc.render.subjects.report_table import COLUMNS

    before, comma, _begun = incomplete.rpartition(",")
    written = before.split(",")
    return (before + comma + name for name in ("help", *COLUMNS) if name not in written)


def lints(_: click.Context, incomplete: str) -> Iterator[str]:
    """The codes of lints, in the letters in which one was begun."""
    from cnncalc.codes import CODES, WARNING

    known = (code for code in CODES.values() if code.severity == WARNING)
    return (incomplete + code[len(incomplete) :] for code in known if code.startswith(incomplete.upper()))


def limits(_: click.Context, __: str) -> Iterator[str]:
    """The metrics whose growth may be limited, each with the sign that its limit follows."""
    from cnncalc.metrics import LIMITED

    return (f"{metric}:" for metric in LIMITED)


WORDS: dict[str, Words] = {
    words.__name__: words
    for words in (
        spec_files, shipped_names, specs, subjects, layers, maps, variants, variables, sizes, images, weights,
        columns, lints, limits,
    )
}  # fmt: skip
"""By the names that the commands use."""


def _spec(context: click.Context) -> str:
    """The SPEC that is written already; a file that cannot be there where there is none."""
    for parameter in ("spec", "subject", "before", "specs"):
        written = context.params.get(parameter)
        if written:
            return written if isinstance(written, str) else str(written[0])
    return context.args[0] if context.args else ""  # where click stopped at an option that lacks its value


def _declared(spec: str) -> Spec:
    """What a spec declares, as far as it can be read."""
    from cnncalc.language.load import declared

    return declared(find(spec).source)[0]


def _several_inputs(context: click.Context) -> list[str]:
    spec = _declared(_spec(context))
    return [declaration.name for declaration in spec.inputs] if spec.several_inputs else []
