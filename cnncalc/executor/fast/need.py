"""How much memory a run of the fast executor allocates, reckoned from sizes alone."""

from __future__ import annotations

from collections.abc import Collection
from math import prod

import numpy as np
import numpy.typing as npt

from cnncalc.executor.fast.dispatch import packed_values, piece_values, scratch_values
from cnncalc.executor.fast.layout import lay_out
from cnncalc.executor.memory import Need
from cnncalc.executor.trace import rows_to_keep
from cnncalc.network import Network

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
    kept = rows_to_keep(network, keep)
    layout = lay_out(network, images, kept)
    inputs = sum(entry.volume.size for entry in network.inputs.values()) * images
    apart = sum(network.volume(home).size for home in layout.apart) * images
    converted = 0 if item == FILE_ITEM else inputs * FILE_ITEM
    scratch, at = largest_scratch(network, images)
    pieces = max((piece_values(node.volume) for node in network.inference), default=0)
    return Need(
        weights=weight_bytes(network, item),
        activations=(inputs + apart + layout.size) * item + converted,
        scratch=(scratch + pieces) * item,
        at=layout.fullest or at,
    )


def largest_scratch(network: Network, images: int) -> tuple[int, str]:
    """The values of scratch that the most demanding step takes, and which step that is."""
    most, at = 0, network.inference[0].path if network.inference else ""
    for node in network.inference:
        values = scratch_values(node.layer, node.read, images)
        if values > most:
            most, at = values, node.path
    return most, at


def weight_bytes(network: Network, item: int) -> int:
    """The weights as they are given, their conversion to another dtype, and their packed copies."""
    values = copies = 0
    for node in network.inference:
        if node.shares is None:
            own = sum(prod(array.shape) for array in node.arrays)
            values += own
            copies += packed_values(node.layer, node.read[0]) + (own if item != FILE_ITEM else 0)
    return values * FILE_ITEM + copies * item
