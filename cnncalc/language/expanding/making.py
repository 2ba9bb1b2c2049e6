"""Makes the layer of one item at one turn, and gives every fault of it its place, its causes and its remedies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncalc import codes
from cnncalc.language.expanding.scope import Lookup, Scope, asks_what_arrives
from cnncalc.language.expanding.walk import Refused, Walk
from cnncalc.language.formulas.formula import Unknown
from cnncalc.language.reading.declarations import Item
from cnncalc.layers import Kind, Layer, refuse_vector
from cnncalc.problem import Problem, together
from cnncalc.volume import AXES, SIDES, Volume


def make(walk: Walk, item: Item, kind: Kind, inputs: tuple[str, ...], lookup: Lookup, path: str) -> None:
    """The node of a layer at its path; raises `Problem`, or `Unknown` where a fault hides a value."""
    x = walk.assembly.volumes[inputs[0]]
    layer: Layer | None = None
    try:
        layer = item.made.get(x.rank) or _layer(walk, item, kind, x, lookup)
        node = walk.assembly.add(path, item.word, layer, inputs, item.span)
        if x.rank not in item.made:
            asked = ((name, asks_what_arrives(written, lookup.scope)) for name, written in item.values.items())
            node.computed = {name: formula for name, formula in asked if formula}
    except Problem as problem:
        if layer is not None:
            read = tuple(walk.assembly.volumes[name] for name in inputs)
            walk.refused[path] = Refused(path, item.word, layer, read)
        found = _independent(problem, item, kind, x, lookup)
        raise together(_explained(walk, one, item, kind, inputs, lookup) for one in found) from None
    if item.weights is not None:
        from cnncalc.language.reading.spec_weights import check_weights

        node.weights, written = item.weights
        try:
            check_weights(node, node.weights, written)
        except Problem as problem:
            walk.report(problem, lookup.scope)


def _layer(walk: Walk, item: Item, kind: Kind, x: Volume, lookup: Lookup) -> Layer:
    """The layer of an item; equal values anywhere in the file give one and the same."""
    refuse_vector(kind.layer, x)  # before it is asked for the sizes that a vector has not
    values = _values(item, lookup)
    key = (kind.name, x.rank, *[(name, _hashable(value)) for name, value in values.items()])
    layer = walk.layers.get(key)
    if layer is None:
        layer = walk.layers[key] = kind.build(x.rank, values, walk.spec.rounding)
    if all(written.constant for written in item.values.values()):
        item.made[x.rank] = layer
    return layer


def _values(item: Item, lookup: Lookup) -> dict[str, Any]:
    """The parameters that are written, at this turn; the faults of all of them are raised together."""
    try:
        return {name: written.at(lookup) for name, written in item.values.items()}
    except (Problem, Unknown):
        raise _together(item, lookup) from None


def _together(item: Item, lookup: Lookup) -> Exception:
    problems = []
    for written in item.values.values():
        try:
            written.at(lookup)
        except Problem as problem:
            problems.append(problem)
        except Unknown:
            continue
    return together(problems) if problems else Unknown()


def _independent(problem: Problem, item: Item, kind: Kind, x: Volume, lookup: Lookup) -> list[Problem]:
    """A fault of a layer, with what else is wrong whatever becomes of it: a layer stops at its first."""
    if problem.span:  # of a value, with those of the other values
        return list(problem.each)
    if problem.code == codes.VECTOR_WITHOUT_PLACES:
        return [problem, *wrong_values(item, kind, Lookup(lookup.scope, None))]
    wrong: list[Problem] = []
    for name, written in item.values.items():
        try:
            kind.parameters[name].type.normal(written.at(lookup), x.rank, name)
        except Problem as one:
            wrong += one.each
    missing = [problem] if problem.code == codes.PARAMETER_MISSING else []
    return [*missing, *wrong] or list(problem.each)


def check_alone(walk: Walk, item: Item, kind: Kind, scope: Scope) -> None:
    """Report what can be said of a layer's values though nobody knows what arrives."""
    lookup = Lookup(scope, None)
    for problem in wrong_values(item, kind, lookup):
        from cnncalc.language.remedies.explaining import explain_value

        walk.report(problem if problem.span else explain_value(problem, item, kind, lookup), scope)


def wrong_values(item: Item, kind: Kind, lookup: Lookup) -> list[Problem]:
    """The faults of values that are wrong for images, sequences and whatever else may arrive."""
    wrong: list[Problem] = []
    for name, written in item.values.items():
        type_ = kind.parameters[name].type
        try:
            value = written.at(lookup)
            rank = _rank_of(value) if type_.due in {"size", "padding"} else 2
            if rank is not None:
                type_.normal(value, rank, name)
        except Problem as problem:
            wrong += problem.each
        except Unknown:  # it asks for what arrives, or a fault further up hides it
            continue
    return wrong


def _rank_of(value: object) -> int | None:
    """A rank at which a value has as many factors as there are axes, or names their sides; None where none has."""
    if isinstance(value, tuple):
        return len(value) if len(value) in AXES else None
    if isinstance(value, Mapping):
        named = (rank for rank, pairs in SIDES.items() if {side for pair in pairs for side in pair} >= set(value))
        return next(named, None)
    return 2


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
