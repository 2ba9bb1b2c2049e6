"""Makes the layer of one item at one turn, and gives every fault of it its place, its causes and its remedies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncalc.language.declarations import Item
from cnncalc.language.formula import Unknown
from cnncalc.language.join_remedies import join_remedies
from cnncalc.language.notes import note_of
from cnncalc.language.origins import Origins
from cnncalc.language.remedies import Case, build, remedies
from cnncalc.language.scope import Lookup, Scope
from cnncalc.language.source import MAX_FAULTS
from cnncalc.language.spec_weights import check_weights, weights_of
from cnncalc.language.telling import tell
from cnncalc.language.written import Placed, no_variable
from cnncalc.layers import Kind, Layer
from cnncalc.network import Assembly, Node
from cnncalc.problem import Faults, Label, Problem, Span

_INSTEAD = {"stride": "kernel", "dilation": "kernel"}
"""Where the value of a parameter that is not written comes from another, the fault stands at that one."""


class Maker:
    """Makes layers and nodes; a fault is told with its place and `None` comes back."""

    def __init__(self, assembly: Assembly, faults: Faults, rounding: Mapping[str, str], origins: Origins) -> None:
        self.assembly = assembly
        self.faults = faults
        self.rounding = rounding
        self.origins = origins
        self._layers: dict[Any, Layer] = {}
        self._refused: set[tuple[str, Span, str]] = set()

    def node(self, item: Item, kind: Kind, inputs: tuple[str, ...], lookup: Lookup, path: str) -> Node | None:
        """The node of a layer; None where a fault hides what comes out."""
        rank = self.assembly.volumes[inputs[0]].rank
        try:
            layer = item.made.get(rank) or self._layer(item, kind, rank, lookup)
            weights = None if item.weights is None else weights_of(item.weights)
            node = self.assembly.add(path, item.word, layer, inputs, line=item.line, span=item.span, weights=weights)
        except Unknown:
            return None
        except Placed as placed:
            self.tell(placed.problem, placed.span, lookup.scope)
            return None
        except Problem as problem:
            self._refuse(problem, item, kind, inputs, lookup)
            return None
        if weights is not None and item.weights is not None:
            try:
                check_weights(node, weights)
            except Problem as problem:
                self.tell(problem, item.weights.span, lookup.scope)
        return node

    def _layer(self, item: Item, kind: Kind, rank: int, lookup: Lookup) -> Layer:
        """The layer of an item; equal values anywhere in the file give one and the same."""
        if rank == 0 and kind.layer.needs_places:
            return kind.layer.__new__(kind.layer)  # without sizes, which a vector has not: the network refuses it
        values = {name: written.at(lookup) for name, written in item.values.items()}
        key = (kind.name, rank, *[(name, _hashable(value)) for name, value in values.items()])
        layer = self._layers.get(key)
        if layer is None:
            layer = self._layers[key] = build(kind, rank, values, self.rounding)
        if all(written.constant for written in item.values.values()):
            item.made[rank] = layer
        return layer

    def check_alone(self, item: Item, kind: Kind, scope: Scope) -> None:
        """What can be told of a layer's values though nobody knows what arrives: words that mean nothing."""
        for name, written in item.values.items():
            type_ = kind.parameters[name].type
            if written.constant and type_.due in {"flag", "word", "act"}:
                try:
                    type_.normal(written.at(no_variable), 2, name)
                except Problem as problem:
                    values = {name: written.at(no_variable)}
                    if not self._has_refused(problem, written.span):
                        problem.helps = problem.helps or remedies(problem, Case(kind, values, (), self.rounding))
                        self.tell(problem, written.span, scope)

    def _refuse(self, problem: Problem, item: Item, kind: Kind, inputs: tuple[str, ...], lookup: Lookup) -> None:
        """Tell a fault of the layer's own rules. Helps and causes are computed once, and for what is shown."""
        span = place_of(problem, item)
        if self._has_refused(problem, span):
            return
        labels: tuple[Label, ...] = ()
        if len(self.faults.found) < MAX_FAULTS:
            labels = self._explain(problem, item, kind, inputs, lookup)
        self.tell(problem, span, lookup.scope, *(label for label in labels if label.span != span))

    def _has_refused(self, problem: Problem, span: Span) -> bool:
        key = (problem.code, span, problem.message)
        if key in self._refused:
            return True
        self._refused.add(key)
        return False

    def _explain(
        self, problem: Problem, item: Item, kind: Kind, inputs: tuple[str, ...], lookup: Lookup
    ) -> tuple[Label, ...]:
        """Fill in the note and the helps of a fault; the labels say where its causes are."""
        volumes = tuple(self.assembly.volumes[name] for name in inputs)
        if kind.layer.joins:
            named = input_names(item)
            if len(named) != len(volumes):
                return ()
            names = tuple(name for name, _ in named)
            problem.helps = problem.helps or join_remedies(problem, volumes, names, self.rounding)
            odd = range(len(volumes)) if len(volumes) == 2 else problem.inputs
            return tuple(Label(named[number][1], f"is {volumes[number]}") for number in odd)
        values = {name: written.at(lookup) for name, written in item.values.items()}
        case = Case(kind, values, volumes, self.rounding, inputs[0] in self.assembly.inputs)
        problem.helps = problem.helps or remedies(problem, case)
        problem.note = problem.note or _note(problem, case)
        return self.origins.label(problem.code, inputs[0]) if problem.code.startswith("CNN4") else ()

    def tell(self, problem: Problem, span: Span, scope: Scope, *labels: Label) -> None:
        """Keep a fault of this scope; inside a block the uses that lead there are labelled."""
        tell(self.faults, problem, span, *labels, *scope.labels())


def _note(problem: Problem, case: Case) -> str:
    if problem.code not in {"CNN401", "CNN402"}:
        return ""
    return note_of(problem.code, case.layer(), case.volumes[0])


def input_names(item: Item) -> list[tuple[str, Span]]:
    """What the inputs of a join are called where they are written: branches or sources."""
    if item.branches is not None:
        return [(branch.name, branch.span) for branch in item.branches]
    return [(source.name, source.span) for source in item.sources or ()]


def place_of(problem: Problem, item: Item) -> Span:
    """Where what is at fault is written: the parameter, its side, the odd source, else the kind."""
    values, field = item.values, problem.field
    written = values.get(field) or values.get(_INSTEAD.get(field, ""))
    if written is not None:
        return written.span
    padding = values.get("padding")
    if padding is not None and field in padding.keys:
        return padding.parts[padding.keys.index(field)].span
    if problem.inputs and item.sources and max(problem.inputs) < len(item.sources):
        return item.sources[problem.inputs[0]].span
    return item.span


def _hashable(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((name, _hashable(entry)) for name, entry in value.items())
    if isinstance(value, list):
        return tuple(map(_hashable, value))
    return value.__class__, value
