"""Lets an item use the weights of another: same kinds, same shapes, row by row."""

from __future__ import annotations

from cnncalc import codes
from cnncalc.network import Node
from cnncalc.problem import Problem


def share_weights(mine: list[Node], theirs: list[Node], path: str, known: str) -> None:
    """Point each row that keeps something at the row of the other item in the same position.

    Raises `Problem` where the two do not correspond.
    """
    if len(mine) != len(theirs):
        counted = f"{len(theirs)} layer{'s' if len(theirs) != 1 else ''}"
        raise Problem(codes.WEIGHTS_NOT_SHARED, f"`{known}` has {counted}, and this has {len(mine)}", field="share")
    for node, owner in zip(mine, theirs, strict=True):
        if node.kind != owner.kind or node.path[len(path) :] != owner.path[len(known) :]:
            message = f"`{owner.path}` is a {owner.kind}, and `{node.path}` is a {node.kind}"
            raise Problem(codes.WEIGHTS_NOT_SHARED, message, field="share")
        kept, wanted = owner.arrays, node.arrays
        if kept != wanted:
            raise Problem(codes.WEIGHTS_NOT_SHARED, _difference(node, owner), field="share")
        if wanted:
            if node.weights is not None:
                message = f"`{node.path}` has weights of its own in the spec and cannot share"
                raise Problem(codes.WEIGHTS_NOT_SHARED, message, field="share")
            node.shares = owner.shares or owner.path


def _difference(node: Node, owner: Node) -> str:
    """Which array differs, with both shapes."""
    kept = {array.name: array for array in owner.arrays}
    for array in node.arrays:
        other = kept.pop(array.name, None)
        if other is None:
            return f"`{owner.path}` has no {array.name}, which is needed here"
        if other != array:
            shapes = ["x".join(map(str, shape)) for shape in (other.shape, array.shape)]
            return f"{array.name} of `{owner.path}` is {shapes[0]}, and {shapes[1]} is needed here"
    return f"`{owner.path}` has {next(iter(kept))}, which has no place here"
