"""What a spec means apart from its layout, so that two writings of it can be compared."""

from __future__ import annotations

from typing import TypeAlias

from cnncalc.editor.formatting_places import Places
from cnncalc.editor.formatting_scalars import may_be_plain, normal
from cnncalc.language.load import declared, expanded
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence
from cnncalc.problem import Source, Span

Meaning: TypeAlias = "tuple[str, bool] | tuple[Meaning, ...] | dict[str, Meaning]"

_NOWHERE = Span(0, 0)


def meaning(node: Node, where: Places, *, top: bool = True) -> Meaning:
    """The tree without its layout; the keys of the file and of items have no order, all others have one.

    A text says whether its quotes count: `"5M"` is a word and `5M` a number.
    """
    if isinstance(node, Sequence):
        return tuple(meaning(item, where, top=False) for item in node.items)
    if isinstance(node, Mapping):
        entries = {key.text: meaning(value, where, top=False) for key, value in node.entries}
        if top or id(node) in where.items:
            return entries
        return tuple(((key, False), value) for key, value in entries.items())
    return _word(node, where)


def _word(scalar: Scalar, where: Places) -> tuple[str, bool]:
    if scalar.is_empty:
        return "", False
    place = where.of(scalar)
    counts = scalar.quoted and not may_be_plain(scalar.text, place, flow=False)
    return (scalar.text if counts else normal(scalar.text, place)), counts


def network_of(source: Source) -> tuple[object, ...]:
    """Everything that a spec as written describes, but for the lines that it stands on; raises `SpecError`."""
    network = expanded(*declared(source))
    return (
        network.name,
        network.inputs,
        [
            (node.path, node.kind, node.layer, node.inputs, node.volume, node.shares, node.weights, node.training_only)
            for node in network.nodes
        ],
        (network.outputs, network.aux_outputs, network.output_names),
        network.results,
        sorted(repr(claim._replace(text="", span=_NOWHERE)) for claim in network.claims),
        network.about,
        (network.weights_file, network.labels_file, network.ignored_lints),
    )
