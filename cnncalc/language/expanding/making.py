"""Makes the layer of one item at one turn, and gives every fault of it its place, its causes and its remedies."""

from __future__ import annotations

from typing import Any

from cnncalc.language.expanding.scope import Lookup, Scope
from cnncalc.language.expanding.walk import Walk
from cnncalc.language.reading.declarations import Item
from cnncalc.language.reading.written import no_variable
from cnncalc.layers import Kind, Layer, refuse_vector
from cnncalc.problem import Problem
from cnncalc.volume import Volume


def make(walk: Walk, item: Item, kind: Kind, inputs: tuple[str, ...], lookup: Lookup, path: str) -> None:
    """The node of a layer at its path; raises `Problem`, or `Unknown` where a fault hides a value."""
    x = walk.assembly.volumes[inputs[0]]
    try:
        layer = item.made.get(x.rank) or _layer(walk, item, kind, x, lookup)
        node = walk.assembly.add(path, item.word, layer, inputs, item.span)
    except Problem as problem:
        raise _explained(walk, problem, item, kind, inputs, lookup) from None
    if item.weights is not None:
        from cnncalc.language.reading.spec_weights import check_weights

        node.weights, span = item.weights
        try:
            check_weights(node, node.weights)
        except Problem as problem:
            walk.report(problem.at(span), lookup.scope)


def _layer(walk: Walk, item: Item, kind: Kind, x: Volume, lookup: Lookup) -> Layer:
    """The layer of an item; equal values anywhere in the file give one and the same."""
    refuse_vector(kind.layer, x)  # before it is asked for the sizes that a vector has not
    values = {name: written.at(lookup) for name, written in item.values.items()}
    key = (kind.name, x.rank, *[(name, _hashable(value)) for name, value in values.items()])
    layer = walk.layers.get(key)
    if layer is None:
        layer = walk.layers[key] = kind.build(x.rank, values, walk.spec.rounding)
    if all(written.constant for written in item.values.values()):
        item.made[x.rank] = layer
    return layer


def check_alone(walk: Walk, item: Item, kind: Kind, scope: Scope) -> None:
    """What can be said of a layer's values though nobody knows what arrives: words that mean nothing."""
    for name, written in item.values.items():
        type_ = kind.parameters[name].type
        if written.constant and type_.due in {"flag", "word", "act"}:
            try:
                type_.normal(written.at(no_variable), 2, name)
            except Problem as problem:
                from cnncalc.language.remedies.explaining import explain_value

                walk.report(explain_value(problem, kind, name, written), scope)


def _explained(
    walk: Walk, problem: Problem, item: Item, kind: Kind, inputs: tuple[str, ...], lookup: Lookup
) -> Problem:
    """A fault of the layer's own rules with its place. Helps and causes are computed once, and for what is shown."""
    from cnncalc.language.remedies.explaining import explain, place_of

    if problem.span:  # of a value, where it is written
        return problem
    problem = problem.at(place_of(problem, item))
    if walk.faults.are_many or walk.faults.keeps(problem):
        return problem
    return explain(problem, item, kind, inputs, lookup, walk.assembly, walk.spec, walk.faults.source)


def _hashable(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((name, _hashable(entry)) for name, entry in value.items())
    if isinstance(value, list):
        return tuple(map(_hashable, value))
    return value.__class__, value
