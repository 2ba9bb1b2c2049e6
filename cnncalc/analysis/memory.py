"""Which tensors are alive at each step, and where that is most.

An input or row lives from its step to its last reader, outputs to the end. What only hands its input on keeps that
tensor's storage alive and has none of its own. Rows that only training has take no part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from cnncalc.network import Node


class Liveness(NamedTuple):
    """`live` are the bytes alive during each step; the peak is first reached at the step `peak_step`."""

    live: list[int]
    peak: int
    peak_step: int
    peak_live: tuple[str, ...]


def owners(nodes: Iterable[Node]) -> dict[str, str]:
    """For each tensor that is only handed on: the tensor whose storage it is."""
    found: dict[str, str] = {}
    for node in nodes:
        if node.layer.hands_on:
            source = node.inputs[0]
            found[node.path] = found.get(source, source)
    return found


def liveness(
    nodes: Sequence[Node], inputs: Mapping[str, int], sizes: Sequence[int], outputs: Iterable[str]
) -> Liveness:
    """What is alive during each step, in bytes.

    Args:
        nodes: every row in the order in which it runs.
        inputs: the bytes of each of the network's inputs.
        sizes: the bytes of each row's own storage, 0 where it hands on its input's.
        outputs: the tensors that live to the end.
    """
    owner = owners(nodes)
    last = _last_steps(nodes, owner, outputs)
    ending: Counter[int] = Counter()
    now = 0
    for name, size in inputs.items():
        if name in last:
            now += size
            ending[last[name]] += size
    live = []
    peak, peak_step = 0, -1
    for step, node in enumerate(nodes):
        if node.training_only:
            live.append(0)
            continue
        size = sizes[step]
        if size:
            now += size
            ending[last[node.path]] += size
        live.append(now)
        if now > peak:
            peak, peak_step = now, step
        now -= ending[step]
    return Liveness(live, peak, peak_step, _alive(nodes, inputs, owner, last, peak_step))


def alive_during(nodes: Sequence[Node], inputs: Iterable[str], outputs: Iterable[str], step: int) -> dict[str, str]:
    """The tensors alive during a step, in the order in which they are made, each with the row that reads it last.

    A tensor that lives to the end, because it is an output, has the empty path. Storages are meant: what only hands its
    input on is not among them.
    """
    owner = owners(nodes)
    last = _last_steps(nodes, owner, outputs)
    alive = _alive(nodes, inputs, owner, last, step)
    return {tensor: nodes[last[tensor]].path if last[tensor] < len(nodes) else "" for tensor in alive}


def _last_steps(nodes: Sequence[Node], owner: Mapping[str, str], outputs: Iterable[str]) -> dict[str, int]:
    """The last step at which each storage is needed; a storage that inference never needs is absent."""
    last: dict[str, int] = {}
    for step, node in enumerate(nodes):
        if node.training_only:
            continue
        last[owner.get(node.path, node.path)] = step
        for tensor in node.inputs:
            last[owner.get(tensor, tensor)] = step
    for tensor in outputs:
        last[owner.get(tensor, tensor)] = len(nodes)
    return last


def _alive(
    nodes: Sequence[Node], inputs: Iterable[str], owner: Mapping[str, str], last: Mapping[str, int], step: int
) -> tuple[str, ...]:
    """The storages that are alive during a step, in the order in which they were made."""
    made = [node.path for node in nodes[: step + 1] if not node.training_only and node.path not in owner]
    return tuple(tensor for tensor in (*inputs, *made) if last.get(tensor, -1) >= step)
