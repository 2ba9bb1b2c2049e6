"""How much memory a run of the fast executor allocates, reckoned from sizes alone."""

from __future__ import annotations

from collections.abc import Collection
from math import prod

import numpy as np
import numpy.typing as npt

from cnncalc.executor.fast.draft import Draft, Step, draft
from cnncalc.executor.fast.kinds import piece_values
from cnncalc.executor.fast.tail import Tail
from cnncalc.executor.fast.threads import usable_threads
from cnncalc.executor.memory import Need
from cnncalc.executor.trace import rows_to_keep
from cnncalc.network import Network

FILE_ITEM = 4
"""Bytes of a value as weights are held by whoever gives them: float32."""

BLOCK_BYTES = 8192
"""What Python's objects around a block take for each worker that may compute it: some views and the calls on them.

Measured from a collected heap, where nothing that an earlier run let go is used again: up to 6.9 kB in unet_small.
"""

LINES = 3
"""Lines of a map that a step may keep: its biases and the limits of its activation."""


def needed(
    network: Network,
    images: int = 1,
    dtype: npt.DTypeLike = np.float32,
    keep: str | Collection[str] = "outputs",
    drafted: Draft | None = None,
    threads: int | None = None,
) -> Need:
    """What a run of so many images allocates: weights, activations and scratch at the worst step.

    The inputs count twice, because whoever gave them holds them and the plan copies them; so do the outputs, which are
    handed out as copies.

    >>> from cnncalc.layers import KINDS
    >>> from cnncalc.network import Assembly, Input
    >>> from cnncalc.volume import Volume
    >>> assembly = Assembly({"input": Input(Volume((100, 100, 3)))})
    >>> node = assembly.add("relu_1", "relu", KINDS["relu"].build(2, {}), ("input",))
    >>> needed(assembly.network("tiny", outputs=("relu_1",)), images=2).activations
    960000
    """
    item = np.dtype(dtype).itemsize
    kept = rows_to_keep(network, keep)
    if drafted is None:
        drafted = draft(network, images, kept, item, runs=images)
    inputs = sum(entry.volume.size for entry in network.inputs.values()) * images
    outputs = 0 if kept > frozenset(network.outputs) else sum(network.volume(row).size for row in kept) * images
    workers = usable_threads() if threads is None else threads
    pieces = max((piece_values(step.work.node.volume) for step in drafted.steps if _works_in_pieces(step)), default=0)
    lines = sum(LINES * prod(step.work.node.volume[-2:]) for step in drafted.steps)
    bookkeeping = BLOCK_BYTES * sum(step.doing.blocks for step in drafted.steps) * workers
    return Need(
        weights=weight_bytes(network, drafted, item),
        activations=(outputs + drafted.layout.size) * item + inputs * FILE_ITEM,
        scratch=((drafted.scratch + pieces) * workers + drafted.shared + lines) * item + bookkeeping,
        at=drafted.layout.fullest or drafted.at,
    )


def _works_in_pieces(step: Step) -> bool:
    """Whether a step allocates intermediate values: an activation that is no limit, or a kind with its own function."""
    return step.doing.works_in_pieces or Tail(act=step.work.act).works_in_pieces


def weight_bytes(network: Network, drafted: Draft, item: int) -> int:
    """The weights as they are given, their conversion to another dtype, and their packed copies."""
    given = sum(prod(array.shape) for node in network.inference if node.shares is None for array in node.arrays)
    packed = sum(step.doing.packed_values for step in drafted.steps)
    converted = given if item != FILE_ITEM else 0
    return given * FILE_ITEM + (packed + converted) * item
