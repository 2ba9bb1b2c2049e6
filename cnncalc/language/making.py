"""Makes the layer of one item at one turn, and gives every fault of it its place and its remedies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncalc.language.declarations import Item
from cnncalc.language.formula import Unknown
from cnncalc.language.remedies import remedies
from cnncalc.language.scope import Lookup, Scope
from cnncalc.language.written import Placed, Written
from cnncalc.layers import Kind, Layer
from cnncalc.layers.image_kernels import IMAGE_KERNELS
from cnncalc.language.suggest import closest
from cnncalc.layers.schema import Inherited
from cnncalc.network import Assembly, Node, WrittenWeights
from cnncalc.problem import Faults, Label, Problem, Span


class Maker:
    """Makes layers and nodes; a fault is told with its place and `None` comes back."""

    def __init__(self, assembly: Assembly, faults: Faults, rounding: Mapping[str, str]) -> None:
        self.assembly = assembly
        self.faults = faults
        self.rounding = rounding

    def node(self, item: Item, path: str, inputs: tuple[str, ...], scope: Scope, lookup: Lookup) -> Node | None:
        """The node of a layer; None where a fault hides what comes out."""
        kind = item.kind
        assert kind is not None
        rank = self.assembly.volumes[inputs[0]].rank
        values: dict[str, Any] = {}
        try:
            values = {name: written.at(lookup) for name, written in item.values.items()}
            layer = self._layer(item, kind, rank, values)
            weights = written_weights(item.weights)
            node = self.assembly.add(path, item.word, layer, inputs, line=item.line, weights=weights)
        except Unknown:
            return None
        except Placed as placed:
            self.tell(placed.problem, placed.span, scope)
            return None
        except Problem as problem:
            self._tell(problem, item, kind, values, inputs, scope)
            return None
        if weights is not None and item.weights is not None:
            self._check_weights(node, weights, item.weights.span, scope)
        return node

    def _layer(self, item: Item, kind: Kind, rank: int, values: dict[str, Any]) -> Layer:
        key = rank if item.constant else (rank, *map(_hashable, values.values()))
        layer = item.made.get(key)
        if layer is None:
            layer = item.made[key] = build(kind, rank, values, self.rounding)
        return layer

    def _tell(
        self, problem: Problem, item: Item, kind: Kind, values: dict[str, Any], inputs: tuple[str, ...], scope: Scope
    ) -> None:
        volumes = tuple(self.assembly.volumes[name] for name in inputs)
        helps = problem.helps or remedies(problem, kind, values, volumes, self.rounding)
        span, labels = place_of(problem, item)
        self.faults.add(
            problem.code, span, problem.message, note=problem.note, labels=(*labels, *scope.labels()), helps=helps
        )

    def tell(self, problem: Problem, span: Span, scope: Scope, *labels: Label) -> None:
        """Keep a fault of this scope."""
        self.faults.add(
            problem.code,
            span,
            problem.message,
            note=problem.note,
            labels=(*labels, *scope.labels()),
            helps=problem.helps,
        )

    def _check_weights(self, node: Node, weights: WrittenWeights, span: Span, scope: Scope) -> None:
        try:
            check_written(node, weights)
        except Problem as problem:
            self.tell(problem, span, scope)


def build(kind: Kind, rank: int, values: Mapping[str, Any], rounding: Mapping[str, str]) -> Layer:
    """A layer with the file's rounding where it has none of its own."""
    given = dict(values)
    for name, parameter in kind.parameters.items():
        if isinstance(parameter.default, Inherited) and name not in given:
            given[name] = rounding[parameter.default.family]
    return kind.build(rank, given)


def place_of(problem: Problem, item: Item) -> tuple[Span, tuple[Label, ...]]:
    """Where the parameter at fault is written: its own place, or that of the kind."""
    written = item.values.get(problem.field) or (item.values.get("padding") if problem.field else None)
    if written is not None:
        return written.span, ()
    if problem.inputs and item.sources and max(problem.inputs) < len(item.sources):
        return item.sources[problem.inputs[0]].span, ()
    return item.span, ()


def written_weights(written: Written | None) -> WrittenWeights | None:
    """The weights that stand on an item."""
    if written is None:
        return None
    value = written.at(_no_variable)
    return WrittenWeights(arrays=value) if isinstance(value, dict) else WrittenWeights(kernels=value)


def check_written(node: Node, weights: WrittenWeights) -> None:
    """Refuse weights that do not fit the layer: unknown kernels, wrong sizes, unknown arrays, wrong shapes."""
    arrays = {array.name: array for array in node.arrays}
    if not arrays:
        raise Problem("CNN238", "", f"{node.kind} has no weights to write")
    for name in weights.kernels:
        if name not in IMAGE_KERNELS:
            meant = closest(name, IMAGE_KERNELS)
            helps = (f"did you mean `{meant}`?",) if meant else (f"the kernels are {', '.join(IMAGE_KERNELS)}",)
            raise Problem("CNN238", "", f"unknown image kernel `{name}`", helps=helps)
    if weights.kernels:
        _check_kernels(node, weights.kernels)
    for name, nested in weights.arrays.items():
        if name not in arrays:
            raise Problem("CNN238", "", f"{node.kind} has no array `{name}`; it has {', '.join(arrays)}")
        shape = _nested_shape(nested)
        wanted = arrays[name].shape
        if shape != wanted[len(wanted) - len(shape) :] or any(size != 1 for size in wanted[: len(wanted) - len(shape)]):
            raise Problem(
                "CNN238",
                "",
                f"{name} is written with shape {_shape_text(shape)}, and the layer has {_shape_text(wanted)}",
            )


def _check_kernels(node: Node, names: tuple[str, ...]) -> None:
    layer = node.layer
    kernel = getattr(layer, "kernel", ())
    filters = node.volume.channels
    if node.kind not in {"conv", "depthwise"} or len(kernel) != 2:
        raise Problem("CNN238", "", f"image kernels are for conv and depthwise on images, not for {node.kind} here")
    if len(names) not in {1, filters}:
        raise Problem(
            "CNN238", "", f"{len(names)} kernels are named for {filters} filters", helps=(f"name 1 or {filters}",)
        )
    for name in names:
        rows = IMAGE_KERNELS[name].rows
        size = (len(rows), len(rows[0]))
        if size != kernel:
            raise Problem(
                "CNN238",
                "",
                f"`{name}` is {size[0]}x{size[1]}, and the kernel is {kernel[0]}x{kernel[1]}",
                helps=(f"write the kernel as `{size[0]}x{size[1]}`",),
            )


def _nested_shape(nested: Any) -> tuple[int, ...]:
    if not isinstance(nested, list):
        return ()
    shapes = {_nested_shape(entry) for entry in nested}
    if len(shapes) != 1:
        raise Problem("CNN238", "", "the lists of an array are equally long and not empty")
    return (len(nested), *shapes.pop())


def _shape_text(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "one number"


def _hashable(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((name, _hashable(entry)) for name, entry in value.items())
    if isinstance(value, list):
        return tuple(map(_hashable, value))
    return value.__class__, value


def _no_variable(name: str) -> str:
    raise KeyError(name)
