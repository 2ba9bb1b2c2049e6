"""Lets an item use the weights of another: same kinds, same shapes, row by row."""

from __future__ import annotations

from cnncalc import codes
from cnncalc.language.expanding.scope import Scope, named
from cnncalc.language.reading.declarations import Reference
from cnncalc.network import Node
from cnncalc.problem import Label, Problem
from cnncalc.wording import plural


def share_weights(share: Reference, scope: Scope, nodes: list[Node], start: int, path: str) -> None:
    """Point each row from `start` on that keeps something at the row of the other item in the same position.

    Raises `Problem` where there is no such item, or where the two do not correspond.
    """
    try:
        known = named(share, scope, ", and so are its weights")
    except Problem as problem:
        if problem.code != codes.UNKNOWN_NAME:
            raise
        raise problem.but(message=f"{problem.message}, which `share` names") from None
    if known.tensor is None:  # a fault hides it
        return
    theirs = known.path or share.name
    fault = _match(nodes[start:], nodes[known.rows.start : known.rows.stop], path, theirs)
    if fault:
        label = Label(known.span, "the weights that it would use")
        raise Problem(codes.WEIGHTS_NOT_SHARED, f"`share` does not fit: {fault}", share.span, labels=(label,))


def _match(mine: list[Node], theirs: list[Node], path: str, known: str) -> str:
    """Share row by row, up to the first two that do not correspond; what is wrong with these."""
    if len(mine) != len(theirs):
        return f"`{known}` has {plural(len(theirs), 'layer')}, and this has {len(mine)}"
    for node, owner in zip(mine, theirs, strict=True):
        if node.kind != owner.kind or node.path[len(path) :] != owner.path[len(known) :]:
            return f"`{owner.path}` is a {owner.kind}, and `{node.path}` is a {node.kind}"
        if owner.arrays != node.arrays:
            return _difference(node, owner)
        if node.arrays:
            if node.weights is not None:
                return f"`{node.path}` has weights of its own in the spec and cannot share"
            node.shares = owner.shares or owner.path
    return ""


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
