"""Weights that stand in a spec: reads them, and refuses those that do not fit their layer."""

from __future__ import annotations

from typing import Any

from cnncalc import codes
from cnncalc.language.reading.written import no_variable, read
from cnncalc.language.values.suggest import did_you_mean
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence, listed
from cnncalc.layers import KINDS
from cnncalc.layers.image_kernels import IMAGE_KERNELS
from cnncalc.network import Node as Row
from cnncalc.network import WrittenWeights
from cnncalc.problem import Problem, every
from cnncalc.wording import plural


def read_weights(node: Node) -> WrittenWeights:
    """What `weights:` says: a kernel's name, a list of names, or nested lists by array name."""
    if isinstance(node, Mapping):
        return WrittenWeights(arrays=dict(every(lambda entry: (entry[0].text, _nested(entry[1])), node.entries)))
    names = every(lambda entry: str(_outright(entry, "word", "named outright")), listed(node))
    return WrittenWeights(kernels=tuple(names))


def _nested(node: Node) -> object:
    if isinstance(node, Sequence):
        return every(_nested, node.items)
    return float(_outright(node, "number", "numbers"))


def _outright(node: Node, due: str, what: str) -> Any:
    written = read(node, due)
    if not written.constant:
        raise Problem(codes.BAD_WEIGHTS, f"weights are {what}; a variable is not allowed here", node.span)
    return written.at(no_variable)


def check_weights(row: Row, weights: WrittenWeights, node: Node) -> None:
    """Refuse weights that do not fit the layer: unknown kernels, wrong sizes, unknown arrays, wrong shapes."""
    arrays = {array.name: array for array in row.arrays}
    if not arrays:
        raise Problem(codes.BAD_WEIGHTS, f"{row.kind} has no weights to write", node.span)
    if weights.kernels:
        _check_kernels(row, weights.kernels, node)

    def array(entry: tuple[Scalar, Node]) -> None:
        key, nested = entry
        if key.text not in arrays:
            message = f"{row.kind} has no array `{key.text}`; it has {', '.join(arrays)}"
            raise Problem(codes.BAD_WEIGHTS, message, key.span)
        shape, wanted = _nested_shape(nested), arrays[key.text].shape
        leading = len(wanted) - len(shape)
        if shape != wanted[max(0, leading) :] or any(size != 1 for size in wanted[: max(0, leading)]):
            message = f"{key.text} is written with shape {_shape_text(shape)}, and the layer has {_shape_text(wanted)}"
            raise Problem(codes.BAD_WEIGHTS, message, nested.span)

    every(array, node.entries if isinstance(node, Mapping) else ())


def _check_kernels(row: Row, names: tuple[str, ...], node: Node) -> None:
    every(_known_kernel, listed(node))
    kernel: tuple[int, ...] = getattr(row.layer, "kernel", ())
    filters = row.volume.channels
    if not row.layer.correlates or len(kernel) != 2:
        kinds = " and ".join(word for word, kind in KINDS.items() if kind.layer.correlates)
        message = f"image kernels are for {kinds} on images, not for {row.kind} here"
        raise Problem(codes.BAD_WEIGHTS, message, node.span)
    if len(names) not in {1, filters}:
        message = f"{plural(len(names), 'kernel')} are named for {plural(filters, 'filter')}"
        raise Problem(codes.BAD_WEIGHTS, message, node.span, helps=f"name 1 for all filters, or {filters}")

    def fits(entry: tuple[str, Node]) -> None:
        name, written = entry
        size = IMAGE_KERNELS[name].size
        if size != kernel:
            message = f"`{name}` is {size[0]}x{size[1]}, and the kernel is {_shape_text(kernel)}"
            helps = f"the layer takes it with a kernel of {size[0]}x{size[1]}"
            raise Problem(codes.BAD_WEIGHTS, message, written.span, helps=helps)

    every(fits, zip(names, listed(node), strict=True))


def _known_kernel(node: Node) -> None:
    name = node.text if isinstance(node, Scalar) else ""
    if name not in IMAGE_KERNELS:
        helps = did_you_mean(name, IMAGE_KERNELS, f"the kernels are {', '.join(IMAGE_KERNELS)}")
        raise Problem(codes.BAD_WEIGHTS, f"unknown image kernel `{name}`", node.span, helps=helps)


def _nested_shape(node: Node) -> tuple[int, ...]:
    """The shape of nested lists; a list that differs from the first one beside it is refused."""
    if not isinstance(node, Sequence):
        return ()
    shapes = [_nested_shape(entry) for entry in node.items]
    odd = next((entry for entry, shape in zip(node.items, shapes, strict=True) if shape != shapes[0]), None)
    if odd is not None or not shapes:
        span = odd.span if odd is not None else node.span
        raise Problem(codes.BAD_WEIGHTS, "the lists of an array are equally long and not empty", span)
    return (len(shapes), *shapes[0])


def _shape_text(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "one number"
