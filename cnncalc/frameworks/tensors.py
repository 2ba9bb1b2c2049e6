"""Reads what PyTorch does to a tensor by its methods: `x.view(-1, 128)`, `torch.flatten(x, 1)`, `x.mean([2, 3])`."""

from __future__ import annotations

from typing import Any

from cnncalc.frameworks.reading import Called, Part, Reading

_FUNCTIONS = ("torch", "F", "nn.functional", "torch.nn.functional")
_PLACES = ({2}, {2, 3}, {2, 3, 4}, {-1}, {-1, -2}, {-1, -2, -3})
"""The axes behind the batch and the channels."""


def read_method(call: Called) -> Reading | None:
    """What a method of a tensor means, or the function of that name; None for any other.

    >>> read_method(Called("x.view", (-1, 128))).parts, read_method(Called("x.mean", ((2, 3),))).parts
    ((Part(kind='flatten', values={}),), (Part(kind='global_avg_pool', values={}),))
    """
    owner, _, method = call.name.rpartition(".")
    given = call.positional[1:] if owner in _FUNCTIONS else call.positional
    if not owner or (owner in _FUNCTIONS and not call.positional):
        return None
    if method in {"view", "reshape"}:
        return _viewed(given[0] if len(given) == 1 and isinstance(given[0], tuple) else given)
    if method == "flatten" and given[:1] == (1,):
        return Reading((Part("flatten"),))
    if method in {"mean", "amax"}:
        axes = call.named.get("dim", given[0] if given else None)
        named = set(axes) if isinstance(axes, tuple) else {axes}
        return (
            Reading((Part("global_avg_pool" if method == "mean" else "global_max_pool"),)) if named in _PLACES else None
        )
    return None


def _viewed(shape: tuple[Any, ...]) -> Reading | None:
    """A batch of vectors, or of volumes with the channels first."""
    batch, sizes = shape[:1], shape[1:]
    if not batch or (type(batch[0]) is int and batch[0] > 0 and sizes != (-1,)):
        return None
    if len(sizes) == 1:
        return Reading((Part("flatten"),))
    known = 1 < len(sizes) < 5 and all(type(size) is int and size > 0 for size in sizes)
    return Reading((Part("reshape", {"output": (*sizes[1:], sizes[0])}),)) if known else None
