"""Weights that stand in a spec: reads them, and refuses those that do not fit their layer."""

from __future__ import annotations

from typing import Any

from cnncalc import codes
from cnncalc.language.reading.written import no_variable, read
from cnncalc.language.values.suggest import did_you_mean
from cnncalc.language.yaml.nodes import Mapping, Node, Sequence, listed
from cnncalc.layers import KINDS
from cnncalc.layers.image_kernels import IMAGE_KERNELS
from cnncalc.network import Node as Row
from cnncalc.network import WrittenWeights
from cnncalc.problem import Problem
from cnncalc.wording import plural


def read_weights(node: Node) -> WrittenWeights:
    """What `weights:` says: a kernel's name, a list of names, or nested lists by array name."""
    if isinstance(node, Mapping):
        return WrittenWeights(arrays={key.text: _nested(value) for key, value in node.entries})
    names = [_outright(entry, "word", "named outright") for entry in listed(node)]
    return WrittenWeights(kernels=tuple(map(str, names)))


def _nested(node: Node) -> object:
    if isinstance(node, Sequence):
        return [_nested(entry) for entry in node.items]
    return float(_outright(node, "number", "numbers"))


def _outright(node: Node, due: str, what: str) -> Any:
    written = read(node, due)
    if not written.constant:
        raise Problem(codes.BAD_WEIGHTS, f"weights are {what}; a variable is not allowed here", node.span)
    return written.at(no_variable)


def check_weights(row: Row, weights: WrittenWeights) -> None:
    """Refuse weights that do not fit the layer: unknown kernels, wrong sizes, unknown arrays, wrong shapes."""
    arrays = {array.name: array for array in row.arrays}
    if not arrays:
        raise Problem(codes.BAD_WEIGHTS, f"{row.kind} has no weights to write")
    if weights.kernels:
        _check_kernels(row, weights.kernels)
    for name, nested in weights.arrays.items():
        if name not in arrays:
            raise Problem(codes.BAD_WEIGHTS, f"{row.kind} has no array `{name}`; it has {', '.join(arrays)}")
        shape, wanted = _nested_shape(nested), arrays[name].shape
        leading = len(wanted) - len(shape)
        if shape != wanted[max(0, leading) :] or any(size != 1 for size in wanted[: max(0, leading)]):
            message = f"{name} is written with shape {_shape_text(shape)}, and the layer has {_shape_text(wanted)}"
            raise Problem(codes.BAD_WEIGHTS, message)


def _check_kernels(row: Row, names: tuple[str, ...]) -> None:
    for name in names:
        if name not in IMAGE_KERNELS:
            helps = did_you_mean(name, IMAGE_KERNELS, f"the kernels are {', '.join(IMAGE_KERNELS)}")
            raise Problem(codes.BAD_WEIGHTS, f"unknown image kernel `{name}`", helps=helps)
    kernel: tuple[int, ...] = getattr(row.layer, "kernel", ())
    filters = row.volume.channels
    if not row.layer.correlates or len(kernel) != 2:
        kinds = " and ".join(word for word, kind in KINDS.items() if kind.layer.correlates)
        raise Problem(codes.BAD_WEIGHTS, f"image kernels are for {kinds} on images, not for {row.kind} here")
    if len(names) not in {1, filters}:
        message = f"{plural(len(names), 'kernel')} are named for {plural(filters, 'filter')}"
        raise Problem(codes.BAD_WEIGHTS, message, helps=f"name 1 for all filters, or {filters}")
    for name in names:
        size = IMAGE_KERNELS[name].size
        if size != kernel:
            message = f"`{name}` is {size[0]}x{size[1]}, and the kernel is {_shape_text(kernel)}"
            raise Problem(codes.BAD_WEIGHTS, message, helps=f"write the kernel as `{size[0]}x{size[1]}`")


def _nested_shape(nested: Any) -> tuple[int, ...]:
    if not isinstance(nested, list):
        return ()
    shapes = {_nested_shape(entry) for entry in nested}
    if len(shapes) != 1:
        raise Problem(codes.BAD_WEIGHTS, "the lists of an array are equally long and not empty")
    return (len(nested), *shapes.pop())


def _shape_text(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "one number"
