"""Whether weights are a network's: every wrong, missing and surplus array in one error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from cnncalc.arguments import described, refused

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from cnncalc.layers import Array
    from cnncalc.network import Network, Node

Kept: TypeAlias = "Mapping[str, tuple[Node, Array]]"
"""Every array of a network by name, with the node that keeps it."""

WANTED = "float16, bfloat16, float32 or float64"

LONGEST_WORD = 200
"""Characters of a name, a shape or a reason that are shown; a file may hold millions."""

MOST_LINES = 100
MOST_GUESSES = 20
"""For how many missing names a similar one is looked for: comparing takes time, and nobody reads more."""


class WeightsError(Exception):
    """Weights that are not the network's; `lines` says all that is wrong, a fault a line.

    >>> print(WeightsError(["conv_1.bias is missing", "conv_2.bias is missing"]))
    conv_1.bias is missing
    conv_2.bias is missing
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = list(lines)
        shown = self.lines[:MOST_LINES]
        if len(self.lines) > MOST_LINES:
            shown.append(f"and {len(self.lines) - MOST_LINES} more")
        super().__init__("\n".join(shown))


class Found(NamedTuple):
    """What some weights say of an array before its values are looked at: its shape and the name of its type."""

    shape: tuple[int, ...]
    dtype: str
    is_float: bool


def kept_by(network: Network) -> Kept:
    """Every array of a network."""
    return {name: (node, array) for name, node, array in network.kept()}


def check_weights(weights: Mapping[str, ArrayLike], network: Network) -> None:
    """Refuse weights that are not the network's, naming everything that is wrong.

    Arrays that only auxiliary heads need may be missing. PyTorch's `num_batches_tracked` of a batch norm is passed
    over, so that a state dict needs renaming only.

    Raises:
        WeightsError: missing and surplus names, wrong shapes, types other than floats, and entries other than 0 where
            `connections` leaves a filter and a channel unconnected.
        TypeError: they are not arrays by name.

    >>> from cnncalc.network import Network
    >>> check_weights({"conv_1.weight": np.zeros(3)}, Network("empty", {}, [], ()))
    Traceback (most recent call last):
        ...
    cnncalc.executor.weights.check.WeightsError: conv_1.weight does not belong to this network
    """
    kept = kept_by(network)
    arrays = arrays_of(weights)
    found = {name: Found(a.shape, a.dtype.name, np.issubdtype(a.dtype, np.floating)) for name, a in arrays.items()}
    refuse([*faults(kept, found), *too_connected(kept, arrays)])


def arrays_of(weights: Mapping[str, ArrayLike]) -> dict[str, NDArray[Any]]:
    """Weights as NumPy's arrays, those of another library without a copy where it allows that.

    Raises:
        TypeError: they are not arrays by name.

    >>> arrays_of({"conv_1.bias": [0.0, 0.0]})
    Traceback (most recent call last):
        ...
    TypeError: conv_1.bias must be an array, not a list of 2
    """
    if not isinstance(weights, Mapping):
        raise refused("weights", "arrays by name, as init_weights and load_weights give them", weights)
    arrays = {}
    for name, array in weights.items():
        if not isinstance(name, str):
            raise refused("the name of a weight", "a text", name)
        if not hasattr(array, "__array__"):
            raise refused(name, "an array", array)
        try:
            arrays[name] = np.asarray(array)
        except (TypeError, ValueError, RuntimeError) as error:
            raise TypeError(f"{name} must be an array, and {described(array)} is none: {error}") from None
    return arrays


def brief(said: object) -> str:
    """Something that a file said, cut where nobody reads on.

    >>> brief((3, 3)), len(brief("x" * 10**6))
    ('(3, 3)', 203)
    """
    text = str(said)
    return text if len(text) <= LONGEST_WORD else f"{text[:LONGEST_WORD]}..."


def refuse(lines: Sequence[str]) -> None:
    """Raise a `WeightsError` where there is anything to say."""
    if lines:
        raise WeightsError(lines)


def faults(kept: Kept, found: Mapping[str, Found]) -> list[str]:
    """What is wrong with names, shapes and types, a line each; wrong ones first, then missing, then surplus."""
    lines = []
    for name, (_, array) in kept.items():
        if name not in found:
            continue
        if found[name].shape != array.shape:
            lines.append(f"{name} has the shape {brief(found[name].shape)}, but {array.shape} is expected")
        elif not found[name].is_float:
            lines.append(f"{name} holds {found[name].dtype}, and weights are {WANTED}")
    missing = [name for name, (node, _) in kept.items() if name not in found and not node.training_only]
    surplus = [name for name in found if name not in kept and not _is_batch_counter(name, kept)]
    for number, name in enumerate(missing):
        near = get_close_matches(name, surplus[:1000], 1) if number < MOST_GUESSES else []
        lines.append(f"{name} is missing" + (f"; was it meant by {brief(near[0])}?" if near else ""))
    lines += [f"{brief(name)} does not belong to this network" for name in surplus]
    return lines


def _is_batch_counter(name: str, kept: Kept) -> bool:
    path, _, last = name.rpartition(".")
    return last == "num_batches_tracked" and f"{path}.running_mean" in kept


def unconnected(connections: tuple[tuple[int, ...], ...], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which pairs of a filter and an input channel `connections` leaves apart, (filters, channels).

    >>> unconnected(((0,), (0, 1)), (2, 2, 5, 5)).tolist()
    [[False, True], [False, False]]
    """
    apart = np.ones(shape[:2], bool)
    for filter_, channels in enumerate(connections):
        apart[filter_, list(channels)] = False
    return apart


def too_connected(kept: Kept, arrays: Mapping[str, NDArray[Any]]) -> list[str]:
    """A line for each array that holds anything but 0 where `connections` leaves a filter and a channel apart."""
    return [
        f"{name} has entries other than 0 where `connections` does not connect a filter and a channel"
        for name, (node, array) in kept.items()
        if node.layer.connections is not None and name == f"{node.path}.weight"
        if name in arrays and arrays[name].shape == array.shape
        if arrays[name][unconnected(node.layer.connections, array.shape)].any()
    ]
