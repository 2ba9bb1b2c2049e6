"""The plan of the fast executor as plain data: what computes each layer, in how much memory, in how long."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cnncalc.executor.fast.draft import Draft, Step, draft
from cnncalc.executor.fast.need import weight_bytes
from cnncalc.executor.fast.threads import usable_threads
from cnncalc.executor.trace import rows_to_keep

if TYPE_CHECKING:
    from cnncalc.network import Network


class PlannedStep(NamedTuple):
    """One thing that is computed: a row, and the rows whose work is done while its values are at hand.

    Attributes:
        path: the row whose output is stored.
        rows: all rows that are computed here, in order.
        kind: of the first of them.
        reads: the tensors that it reads.
        residual: a tensor that is added on the way; None where there is none.
        act: the activation that its values leave by; ``none`` where there is none.
        folded: norms and scales that its weights take over.
        output: the volume of one image.
        algorithm: what computes it.
        block: how much of it is computed at a time; empty where nothing is divided.
        output_bytes: of the batch, with the border that its readers want around it.
        packed_bytes: its weights in the order in which they are read; 0 where they are read where they lie.
        scratch_bytes: what one thread writes to meanwhile.
        shared_bytes: what all threads write to together.
        nanoseconds: what it is expected to take on one thread.
    """

    path: str
    rows: tuple[str, ...]
    kind: str
    reads: tuple[str, ...]
    residual: str | None
    act: str
    folded: tuple[str, ...]
    output: tuple[int, ...]
    algorithm: str
    block: str
    output_bytes: int
    packed_bytes: int
    scratch_bytes: int
    shared_bytes: int
    nanoseconds: int


class Planned(NamedTuple):
    """A plan for batches of one size.

    Attributes:
        images: of the batch.
        runs: for how many images the weights are made ready; None for so many that it does not count.
        dtype: float32 or float64.
        threads: how many compute.
        steps: in the order in which they are done.
        weight_bytes: the weights as they are given, and their conversion where the dtype is not that of a file.
        packed_bytes: those that are kept in another order beside.
        activation_bytes: the memory that all outputs share, each for as long as it is read.
        scratch_bytes: what one thread writes to, at the most demanding step.
        shared_bytes: what all threads write to together, likewise.
        scratch_at: the row of the step that wants most scratch.
        nanoseconds: what all steps are expected to take on one thread.
    """

    images: int
    runs: int | None
    dtype: str
    threads: int
    steps: tuple[PlannedStep, ...]
    weight_bytes: int
    packed_bytes: int
    activation_bytes: int
    scratch_bytes: int
    shared_bytes: int
    scratch_at: str
    nanoseconds: int


def planned(
    network: Network,
    images: int = 1,
    dtype: str = "float32",
    *,
    keep: str | Collection[str] = "outputs",
    runs: int | None = None,
    threads: int | None = None,
) -> Planned:
    """What a run would do, from sizes alone: nothing is computed, and no weights are made.

    Args:
        network: what would run.
        images: of a batch.
        dtype: float32 or float64.
        keep: whose values are kept, as `Plan.run` takes it; norms are not folded across a row that is kept.
        runs: for how many images the weights would be made ready; None for many.
        threads: by default as many as the process may use.

    >>> from cnncalc.layers import KINDS
    >>> from cnncalc.network import Assembly, Input
    >>> from cnncalc.volume import Volume
    >>> assembly, above = Assembly({"input": Input(Volume((4, 4, 1)))}), "input"
    >>> for kind, values in (("conv", {"filters": 2, "kernel": 1}), ("batch_norm", {}), ("relu", {})):
    ...     above = assembly.add(kind, kind, KINDS[kind].build(2, values), (above,)).path
    >>> (step,) = planned(assembly.network("three", outputs=("relu",))).steps
    >>> step.rows, step.algorithm, step.output_bytes
    (('conv', 'batch_norm', 'relu'), 'pointwise', 128)
    """
    item = np.dtype(dtype).itemsize
    drafted = draft(network, images, rows_to_keep(network, keep), item, runs)
    steps = tuple(_planned_step(step, drafted, item) for step in drafted.steps)
    packed = sum(step.packed_bytes for step in steps)
    return Planned(
        images,
        runs,
        dtype,
        usable_threads() if threads is None else threads,
        steps,
        weight_bytes=weight_bytes(network, drafted, item) - packed,
        packed_bytes=packed,
        activation_bytes=drafted.layout.size * item,
        scratch_bytes=drafted.scratch * item,
        shared_bytes=drafted.shared * item,
        scratch_at=drafted.at,
        nanoseconds=sum(step.nanoseconds for step in steps),
    )


def _planned_step(step: Step, drafted: Draft, item: int) -> PlannedStep:
    work, doing = step.work, step.doing
    return PlannedStep(
        work.path,
        tuple(work.rows),
        work.node.kind,
        work.reads,
        work.residual,
        work.act.function,
        tuple(node.path for node in work.folded),
        tuple(work.node.volume),
        doing.name,
        doing.block,
        _output_values(step, drafted) * item,
        doing.packed_values * item,
        doing.scratch_values * item,
        doing.shared_values * item,
        round(doing.cost),
    )


def _output_values(step: Step, drafted: Draft) -> int:
    """Its channels at every place of the buffer in which they lie, the border among them."""
    buffer = drafted.layout.buffers[drafted.layout.homes[step.work.path].buffer]
    return buffer.size(drafted.images) // buffer.volume.channels * step.work.node.volume.channels
