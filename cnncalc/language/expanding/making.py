"""Makes the layer of one item at one turn, and gives every fault of it its place, its causes and its remedies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncalc.language.expanding.origins import Origins
from cnncalc.language.expanding.scope import Lookup, Scope
from cnncalc.language.formulas.formula import Unknown
from cnncalc.language.reading.declarations import Item
from cnncalc.language.reading.written import Written, no_variable
from cnncalc.layers import Kind, Layer, refuse_vector
from cnncalc.network import Assembly, Node
from cnncalc.problem import Faults, Label, Problem, Span
from cnncalc.volume import Volume


class Maker:
    """Makes layers and nodes; a fault is reported with its place and `None` comes back."""

    def __init__(self, assembly: Assembly, faults: Faults, rounding: Mapping[str, str], origins: Origins) -> None:
        self.assembly = assembly
        self.faults = faults
        self.rounding = rounding
        self.origins = origins
        self._layers: dict[Any, Layer] = {}
        self._refused: set[tuple[str, Span, str]] = set()

    def node(self, item: Item, kind: Kind, inputs: tuple[str, ...], lookup: Lookup, path: str) -> Node | None:
        """The node of a layer; None where a fault hides what comes out."""
        x = self.assembly.volumes[inputs[0]]
        try:
            layer = item.made.get(x.rank) or self._layer(item, kind, x, lookup)
            node = self.assembly.add(path, item.word, layer, inputs, item.span)
        except Unknown:
            return None
        except Problem as problem:
            if problem.span:  # of a value, where it is written
                self.report(problem, lookup.scope)
            else:
                self._refuse(problem, item, kind, inputs, lookup)
            return None
        if item.weights is not None:
            self._write(node, item.weights, lookup.scope)
        return node

    def _write(self, node: Node, written: Written, scope: Scope) -> None:
        """Give a node the weights that stand in the spec."""
        from cnncalc.language.reading.spec_weights import check_weights, weights_of

        node.weights = weights_of(written)
        try:
            check_weights(node, node.weights)
        except Problem as problem:
            self.report(problem.at(written.span), scope)

    def _layer(self, item: Item, kind: Kind, x: Volume, lookup: Lookup) -> Layer:
        """The layer of an item; equal values anywhere in the file give one and the same."""
        refuse_vector(kind.layer, x)  # before it is asked for the sizes that a vector has not
        values = {name: written.at(lookup) for name, written in item.values.items()}
        key = (kind.name, x.rank, *[(name, _hashable(value)) for name, value in values.items()])
        layer = self._layers.get(key)
        if layer is None:
            layer = self._layers[key] = kind.build(x.rank, values, self.rounding)
        if all(written.constant for written in item.values.values()):
            item.made[x.rank] = layer
        return layer

    def check_alone(self, item: Item, kind: Kind, scope: Scope) -> None:
        """What can be said of a layer's values though nobody knows what arrives: words that mean nothing."""
        for name, written in item.values.items():
            type_ = kind.parameters[name].type
            if written.constant and type_.due in {"flag", "word", "act"}:
                try:
                    type_.normal(written.at(no_variable), 2, name)
                except Problem as problem:
                    if not self._has_refused(problem, written.span):
                        from cnncalc.language.remedies.explaining import explain_value

                        self.report(explain_value(problem, kind, name, written), scope)

    def _refuse(self, problem: Problem, item: Item, kind: Kind, inputs: tuple[str, ...], lookup: Lookup) -> None:
        """Report a fault of the layer's own rules. Helps and causes are computed once, and for what is shown."""
        from cnncalc.language.remedies.explaining import explain, place_of

        span = place_of(problem, item)
        if self._has_refused(problem, span):
            return
        problem = problem.at(span)
        if not self.faults.are_many:
            problem = explain(problem, item, kind, inputs, lookup, self.origins, self.rounding)
        self.report(problem, lookup.scope)

    def _has_refused(self, problem: Problem, span: Span) -> bool:
        key = (problem.code, span, problem.message)
        if key in self._refused:
            return True
        self._refused.add(key)
        return False

    def report(self, problem: Problem, scope: Scope, *labels: Label) -> None:
        """Keep a fault of this scope; inside a block the uses that lead there are labelled."""
        self.faults.add(problem, *labels, *scope.labels())


def _hashable(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((name, _hashable(entry)) for name, entry in value.items())
    if isinstance(value, list):
        return tuple(map(_hashable, value))
    return value.__class__, value
