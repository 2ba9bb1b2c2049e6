"""The reference of the kinds, from their own declarations."""

from __future__ import annotations

import sys
from inspect import cleandoc, getdoc
from itertools import groupby

import cnncalc
from cnncalc.layers import KINDS, Kind, Parameter
from cnncalc.layers.activation import FUNCTIONS
from cnncalc.layers.schema import REQUIRED, Act, Count, Inherited, Like, ParameterType, Real
from documentation.markdown import cell, table

EXAMPLES: dict[str, tuple[str, str]] = {
    "conv": ("32x32x3", "conv: 10 5x5 pad 2"),
    "depthwise": ("56x56x64", "depthwise: 3x3 stride 2 pad same"),
    "conv_transpose": ("16x16x128", "conv_transpose: 64 2x2 stride 2"),
    "max_pool": ("55x55x96", "max_pool: 3x3 stride 2"),
    "avg_pool": ("28x28x6", "avg_pool: 2x2"),
    "global_avg_pool": ("7x7x2048", "global_avg_pool"),
    "global_max_pool": ("16x7x7x512", "global_max_pool"),
    "adaptive_avg_pool": ("13x13x256", "adaptive_avg_pool: {output: 6x6}"),
    "fc": ("32x32x3", "fc: 10"),
    "identity": ("32x32x3", "identity"),
    "dropout": ("4096", "dropout: 0.5"),
    "flatten": ("5x5x16", "flatten"),
    "reshape": ("6272", "reshape: {output: 7x7x128}"),
    "slice": ("56x56x128", "slice: {start: 64, stop: 128}"),
    "channel_shuffle": ("28x28x240", "channel_shuffle: 3"),
    "pad": ("224x224x3", "pad: 3"),
    "crop": ("64x64x512", "crop: {top: 4, bottom: 4, left: 4, right: 4}"),
    "upsample": ("16x16x64", "upsample: 2"),
    "depth_to_space": ("120x160x48", "depth_to_space: 4"),
    "space_to_depth": ("32x32x3", "space_to_depth: 2"),
    "batch_norm": ("56x56x64", "batch_norm"),
    "layer_norm": ("56x56x96", "layer_norm"),
    "group_norm": ("56x56x64", "group_norm: 32"),
    "instance_norm": ("256x256x32", "instance_norm"),
    "lrn": ("55x55x96", "lrn"),
    "scale": ("56x56x64", "scale"),
    "softmax": ("1000", "softmax"),
    "log_softmax": ("1000", "log_softmax"),
    "add": ("56x56x64", "add: {main: [conv: 64 3x3 pad 1], skip: identity}"),
    "subtract": ("56x56x64", "subtract: {left: [conv: 64 1x1], right: identity}"),
    "multiply": ("7x7x64", "multiply: {map: identity, gate: [global_avg_pool, conv: 64 1x1 act sigmoid]}"),
    "concat": ("28x28x192", "concat: {one: [conv: 64 1x1], three: [conv: 128 3x3 pad 1]}"),
    "subsample": ("28x28x6", "subsample: 2x2"),
    "rbf": ("84", "rbf: 10"),
    "act": ("28x28x6", "act: {leaky_relu: 0.1}"),
}
"""An input and an item of each kind; what comes out is computed."""

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
        [f"`{entry.name}`", type_words(entry.type), default_words(entry), cell(entry.doc)]
        for entry in kind.parameters.values()
    ]
    return table(["parameter", "value", "default", "meaning"], rows)


def type_words(type_: ParameterType) -> str:
    """What may be written for a type, in a few words.

    >>> type_words(Count(0)), type_words(Real(0.0, 1.0))
    ('whole number from 0', 'number from 0 to 1')
    """
    if isinstance(type_, Count):
        return f"whole number from {type_.minimum}"
    if isinstance(type_, Real):
        bounds = ((" above", type_.above), (" from", type_.minimum), (" to", type_.maximum))
        return "number" + "".join(f"{word} {bound:g}" for word, bound in bounds if bound is not None)
    words = ", ".join(f"`{word}`" for word in type_.words)
    match type_.due:
        case "flag" | "word":
            return words
        case "size":
            return "size"
        case "padding":
            return ", ".join(("number", "size", "map of sides", *filter(None, [words])))
        case "act":
            return "[activation](#activations), `none`"
        case "volume":
            return "volume"
        case "table":
            return "list of lists"
        case due:
            raise NotImplementedError(f"the reference does not know what a {due} is")


def default_words(entry: Parameter) -> str:
    """The default of a parameter, as its reader would write it."""
    match entry.default:
        case default if default is REQUIRED:
            return "**required**"
        case None:
            return ""
        case Like(field):
            return f"the {field}'s"
        case Inherited(family):
            return f"the file's, for `{family}`"
        case Act(function):
            return f"`{function}`"
        case bool(flag):
            return f"`{str(flag).lower()}`"
        case default:
            return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


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
    said = (
        "Each is a kind of its own (`- relu`), a word for `act` (`conv: 6 5x5 act relu`), or a map where it has a"
        " parameter (`act: {leaky_relu: 0.1}`). As `act:` it is applied in place: no row, no memory."
    )
    return f"### The activations {{ #activations }}\n{said}\n\n{table(['activation', 'parameter'], rows)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
