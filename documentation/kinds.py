"""The reference of the kinds, from their own declarations."""

from __future__ import annotations

import sys
from inspect import cleandoc, getdoc
from itertools import groupby

import cnncalc
from cnncalc.glossary.examples import EXAMPLES
from cnncalc.glossary.kinds import AS_A_FUNCTION, default_words, type_words
from cnncalc.layers import KINDS, Kind, Parameter
from cnncalc.layers.activation import FUNCTIONS
from documentation.markdown import cell, table

SHORTER = {"Layers that move values about and compute nothing, or only copies and means of neighbours": "Moving values"}
"""Titles for what a module says of itself in one long sentence."""

HEAD = """\
# Kinds
Every word that an item of `layers` may begin with, made from the declarations that the program itself reads. How items
are written, and what the modifiers beside them do, is told in [the language](../language.md). The first parameter
needs no name in the short form.
"""


def page() -> str:
    """The whole reference as Markdown."""
    layers = [kind for kind in KINDS.values() if kind.name not in FUNCTIONS]
    parts = [HEAD]
    for module, members in groupby(layers, key=lambda kind: kind.layer.__module__):
        parts.append(_heading(cleandoc(sys.modules[module].__doc__ or "").partition("\n")[0]))
        parts.extend(map(section, members))
    parts.append(_activations())
    return "\n\n".join(parts) + "\n"


def _heading(said: str) -> str:
    """What a module says of itself as a heading, with what it says after the colon below it."""
    title, _, rest = said.rstrip(".").partition(":")
    if title in SHORTER:
        return f"## {SHORTER[title]}\n{title}."
    return f"## {title}\n{_capital(rest.strip())}{'.' if rest else ''}"


def section(kind: Kind) -> str:
    """One kind: what it does, its parameters, an example with what comes out."""
    said = (getdoc(kind.layer) or "").partition(">>>")[0].strip()
    parts = [f"### `{kind.name}` {{ #{kind.name} }}", said.replace("\nSource:", "\n*Source:*")]
    if kind.parameters and kind.name != "act":
        parts.append(_parameters(kind))
    parts.append(_example(*EXAMPLES[kind.name]))
    return "\n\n".join(parts)


def _parameters(kind: Kind) -> str:
    rows = [
        [f"`{entry.name}`", _linked(type_words(entry.type)), _default(entry), cell(entry.doc)]
        for entry in kind.parameters.values()
    ]
    return table(["parameter", "value", "default", "meaning"], rows)


def _linked(words: str) -> str:
    return words.replace("activation,", "[activation](#activations),")


def _default(entry: Parameter) -> str:
    return default_words(entry).replace("required", "**required**")


def _example(size: str, item: str) -> str:
    spec = f"input: {size}\nlayers:\n  - {item}\n"
    network = cnncalc.loads(spec)
    report = cnncalc.analyze(network)
    output = network.volume(network.outputs[0])
    totals = report.totals
    costs = [f"{totals.params:,} params"] if totals.params else []
    costs += [f"{totals.fixed_params:,} fixed"] if totals.fixed_params else []
    costs += [f"{totals.macs:,} MACs"] if totals.macs else []
    return f"```yaml\n{spec}```\n\nOut comes **{output}**; {', '.join(costs) or 'no parameters, no MACs'}."


def _activations() -> str:
    rows = [
        [f"`{name}`", "<br>".join(f"`{entry.name}` {default_words(entry)}: {cell(entry.doc)}" for entry in entries)]
        for name, entries in FUNCTIONS.items()
    ]
    return f"### The activations {{ #activations }}\n{AS_A_FUNCTION}\n\n{table(['activation', 'parameter'], rows)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
