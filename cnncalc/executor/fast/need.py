"""How much memory a run of the fast executor allocates, reckoned from sizes alone."""

from __future__ import annotations

from collections.abc import Collection
from math import prod

import numpy as np
import numpy.typing as npt

from cnncalc.executor.fast.dispatch import SMALL_SCRATCH, packed_values, scratch_values
from cnncalc.executor.memory import Need
from cnncalc.executor.trace import lifetimes, rows_to_keep
from cnncalc.network import Network, Node

FILE_ITEM = 4
"""Bytes of a value as weights are held by whoever gives them: float32."""


def needed(
    network: Network,
    images: int = 1,
    dtype: npt.DTypeLike = np.float32,
    keep: str | Collection[str] = "outputs",
) -> Need:
    """What a run of so many images allocates: weights, activations and scratch at the worst step.

    The inputs count throughout, because whoever gave them holds them; where they are converted they count twice.

    >>> from cnncalc.layers import KINDS
    >>> from cnncalc.network import Assembly, Input
    >>> from cnncalc.volume import Volume
    >>> assembly = Assembly({"input": Input(Volume((100, 100, 3)))})
    >>> node = assembly.add("relu_1", "relu", KINDS["relu"].build(2, {}), ("input",))
    >>> needed(assembly.network("tiny", outputs=("relu_1",)), images=2).activations
    480000
    """
    item = np.dtype(dtype).itemsize
    worst = Need(0, 0, 0)
    inputs = sum(entry.volume.size for entry in network.inputs.values()) * images
    converted = 0 if item == FILE_ITEM else inputs * FILE_ITEM
    storage = _Storage(network)
    endings = lifetimes(network, rows_to_keep(network, keep) | set(network.inputs))
    live = inputs
    for node, ending in zip(network.inference, endings, strict=True):
        live += storage.taken_by(node) * images
        scratch = SMALL_SCRATCH + scratch_values(node.layer, node.read, images)
        if live + scratch > worst.activations + worst.scratch:
            worst = Need(0, live, scratch, node.path)
        live -= sum(map(storage.given_back_with, ending)) * images
    return Need(weight_bytes(network, item), worst.activations * item + converted, worst.scratch * item, worst.at)


class _Storage:
    """Whose storage each tensor lies in: identity and dropout hand on their input's."""

    def __init__(self, network: Network) -> None:
        self._home: dict[str, str] = {name: name for name in network.inputs}
        self._size: dict[str, int] = {}
        self._users: dict[str, int] = dict.fromkeys(network.inputs, 1)

    def taken_by(self, node: Node) -> int:
        """The values that a row's output takes anew."""
        home = self._home[node.inputs[0]] if node.layer.hands_on else node.path
        self._home[node.path] = home
        self._users[home] = self._users.get(home, 0) + 1
        self._size.setdefault(home, node.volume.size)
        return node.volume.size if home == node.path else 0

    def given_back_with(self, tensor: str) -> int:
        """The values that are free again when nothing reads a tensor any more."""
        home = self._home[tensor]
        self._users[home] -= 1
        return 0 if self._users[home] else self._size[home]


def weight_bytes(network: Network, item: int) -> int:
    """The weights as they are given, their conversion to another dtype, and their packed copies."""
    values = copies = 0
    for node in network.inference:
        if node.shares is None:
            own = sum(prod(array.shape) for array in node.arrays)
            values += own
            copies += packed_values(node.layer, node.read[0]) + (own if item != FILE_ITEM else 0)
    return values * FILE_ITEM + copies * item
