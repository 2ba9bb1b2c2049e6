"""A network run within a limit of memory: what does not fit is computed in strips of rows, each with its halo."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cnncalc.executor.fast.kinds import Values
from cnncalc.executor.fast.need import needed
from cnncalc.executor.fast.plan import Plan
from cnncalc.executor.fast.strips.network import Strip, computed_by_rows, rest_of, strip_of, weights_by_user
from cnncalc.executor.fast.strips.reading import Rows
from cnncalc.executor.fast.threads import usable_threads
from cnncalc.executor.files.rows import Rows as RowSource
from cnncalc.executor.files.rows import Sink as RowSink
from cnncalc.executor.memory import MemoryRefusal, in_words
from cnncalc.executor.trace import row_of
from cnncalc.network import Network, Node

WORKERS = (4, 1)
"""Threads whose scratch a strip leaves room for: four, or where that does not fit one.

How many threads there really are decides nothing here, or results would depend on it.
"""

Progress = Callable[[int, int], None]


class Cut(NamedTuple):
    """A network in two parts: nodes that are computed strip by strip, and the rest, which fits as a whole.

    Attributes:
        nodes: the first part, in order.
        between: tensors of the first part, or inputs, that the rest reads; they are held whole.
        handed: rows of the first part that are handed out as they come.
        left: rows of the rest that are handed out at the end.
        rest: the second part; None where nothing is left.
        made: the tensors that the strips make, with the rows of each.
    """

    nodes: list[Node]
    between: tuple[str, ...]
    handed: tuple[str, ...]
    left: tuple[str, ...]
    rest: Network | None
    made: dict[str, int]

    @classmethod
    def of(cls, network: Network, nodes: list[Node], wanted: Sequence[str]) -> Cut:
        """The cut after some nodes of a network whose wanted rows are handed out."""
        done = {node.path for node in nodes}
        handed = tuple(row for row in wanted if row in done)
        left = tuple(row for row in wanted if row not in done)
        rest = rest_of(network, nodes, left) if left else None
        between = () if rest is None else tuple(rest.inputs)
        made = {name: network.volume(name)[0] for name in (*between, *handed) if name not in network.inputs}
        return cls(nodes, between, handed, left, rest, made)

    @property
    def shortest(self) -> int:
        """The rows of the shortest tensor that the strips make; 0 where they make none."""
        return min(self.made.values(), default=0)

    def wanted(self, height: int) -> Iterator[dict[str, Rows]]:
        """The rows of each tensor, strip by strip: equal shares, so that they come to their ends together."""
        shortest = self.shortest
        for first in range(0, shortest, max(1, height)):
            end = min(first + height, shortest)
            yield {name: Rows(first * rows // shortest, end * rows // shortest) for name, rows in self.made.items()}


def wanted_rows(network: Network, keep: Collection[str]) -> tuple[str, ...]:
    """The rows of the outputs and of what is kept, each once.

    Raises:
        KeyError: `keep` names a path that the network does not have.
    """
    return tuple(dict.fromkeys((*network.outputs, *(row_of(network, path) for path in keep))))


class Strips:
    """A network that computes within a limit of memory for activations and scratch; weights come on top.

    The strips depend on network, limit and dtype, and not on the number of threads.

    Args:
        network: what to run, one image at a time.
        weights: ``{"path.weight": array}``, as `Plan` takes them.
        memory: the limit in bytes.
        dtype: float32 or float64.
        threads: how many compute; as many as the process may use by default.
        keep: paths whose rows are handed out beside the outputs.
        wanted: the rows that are handed out, in place of both.
        packed: weights that other strips of the same network have packed, and may read in turn.

    Raises:
        MemoryRefusal: not even the thinnest strips fit; the message says what they take.
        KeyError: `keep` names a path that the network does not have.
    """

    def __init__(
        self,
        network: Network,
        weights: Mapping[str, npt.ArrayLike],
        memory: int,
        dtype: npt.DTypeLike = np.float32,
        *,
        threads: int | None = None,
        keep: Collection[str] = (),
        wanted: Sequence[str] | None = None,
        packed: dict[Any, Any] | None = None,
    ) -> None:
        self.network = network
        self.limit = memory
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        self.threads = usable_threads() if threads is None else threads
        self._weights = weights_by_user(network, weights)
        self._wanted = wanted_rows(network, keep) if wanted is None else tuple(wanted)
        self._packed: dict[Any, Any] = {} if packed is None else packed
        self._cut = self._first_that_fits()
        held = self._held(self._cut)
        self._height, need = self._tallest(self._cut, self.limit - held)
        rest = self._need(self._cut.rest) if self._cut.rest else 0
        self.peak_bytes = max(held + need, rest)

    @property
    def strips(self) -> int:
        """Into how many strips the first part is cut; 0 where everything fits as a whole."""
        return -(-self._cut.shortest // max(1, self._height))

    def run(
        self, sources: Mapping[str, RowSource], sinks: Mapping[str, RowSink], progress: Progress | None = None
    ) -> None:
        """One image from the sources through the network into the sinks, each of whose rows come once and in order.

        Args:
            sources: each input's rows.
            sinks: by the rows of the network that are handed out; a vector comes as one call.
            progress: told how many of how many strips are done.
        """
        between = {name: np.empty(self.network.volume(name), self.dtype) for name in self._cut.between}
        for name in between.keys() & self.network.inputs.keys():
            between[name][...] = sources[name].read(0, len(between[name]))
        self._by_strips(sources, sinks, between, progress)
        if self._cut.rest is not None:
            images = {name: between.pop(name)[np.newaxis] for name in list(between)}
            plan = Plan(self._cut.rest, self._weights, self.dtype, threads=self.threads, images=1, packed=self._packed)
            trace = plan.run(images)
            for row in self._cut.left:
                if row in sinks:
                    sinks[row].write(0, trace[row][0])

    def _by_strips(
        self,
        sources: Mapping[str, RowSource],
        sinks: Mapping[str, RowSink],
        between: Mapping[str, Values],
        progress: Progress | None,
    ) -> None:
        plan: Plan | None = None
        likeness: object = None
        total = self.strips
        for number, wanted in enumerate(self._cut.wanted(self._height), start=1):
            strip = strip_of(self.network, self._cut.nodes, wanted)
            if strip is None:
                raise MemoryRefusal("a layer cannot compute the rows of one strip separately; give it more memory")
            if plan is None or strip.likeness != likeness:
                plan = None  # what it holds is given back before the next one takes its own
                workers = self._workers(strip)
                plan = Plan(
                    strip.network, self._weights, self.dtype, threads=workers, images=total, packed=self._packed
                )
                likeness = strip.likeness
            images = {name: sources[name].read(*rows)[np.newaxis] for name, rows in strip.read.items()}
            trace = plan.run(images)
            for name, (row, rows) in strip.made.items():
                values = trace[row][0]
                if name in between:
                    between[name][rows.first : rows.end] = values
                if name in self._cut.handed and name in sinks:
                    sinks[name].write(rows.first, values)
            del images, trace, values  # or the next strip would be computed beside this one
            if progress is not None:
                progress(number, total)

    def _workers(self, strip: Strip) -> int:
        """As many threads as there are, or as find room for what each of them takes."""
        one, two = (self._need(strip.network, threads) for threads in (1, 2))
        room = self.limit - self._held(self._cut) - one
        return min(self.threads, 1 + max(0, room) // max(1, two - one))

    def _first_that_fits(self) -> Cut:
        """A cut, with scratch for several threads reserved if there is one with it."""
        for self._reserved in WORKERS:
            cut = self._cut_within_the_limit()
            if cut is not None:
                return cut
        whole = in_words(self._need(self.network))
        raise MemoryRefusal(
            f"the network needs {whole} as a whole, and {in_words(self.limit)} do not hold its rows even one at a time"
        )

    def _cut_within_the_limit(self) -> Cut | None:
        """The cut with the fewest nodes before it whose rest fits, with what lies between them."""
        everything = Cut.of(self.network, [], self._wanted)
        if everything.rest is not None and self._need(everything.rest) <= self.limit:
            return everything
        nodes = computed_by_rows(self.network)
        cuts = [Cut.of(self.network, nodes[:count], self._wanted) for count in _narrow(self.network, nodes)]
        # The more nodes are done before, the less the rest needs.
        fitting = bisect_left(cuts, 1, key=lambda cut: int(cut.rest is None or self._need(cut.rest) <= self.limit))
        for cut in cuts[fitting:]:
            if self._tallest(cut, self.limit - self._held(cut))[0]:
                return cut
        return None

    def _need(self, network: Network, threads: int | None = None) -> int:
        need = needed(network, 1, self.dtype, threads=threads or self._reserved)
        return need.activations + need.scratch

    def _held(self, cut: Cut) -> int:
        """The bytes of what lies between the two parts."""
        return sum(prod(self.network.volume(name)) for name in cut.between) * self.dtype.itemsize

    def _tallest(self, cut: Cut, room: int) -> tuple[int, int]:
        """The most rows of the shortest wanted tensor that fit into a strip, and what that needs; 0 where none do."""
        least, most, need = 0, cut.shortest, 0
        while least < most:
            height = (least + most + 1) // 2
            wanted = list(cut.wanted(height))
            # The first strip, one in the middle, and the last: the others are like the second.
            some = {0, len(wanted) // 2, len(wanted) - 1}
            strips = [strip_of(self.network, cut.nodes, wanted[number]) for number in some]
            needs = [self._need(strip.network) if strip else room + 1 for strip in strips]
            if max(needs) <= room:
                least, need = height, max(needs)
            else:
                most = height - 1
        return least, need


def _narrow(network: Network, nodes: Sequence[Node]) -> Iterator[int]:
    """How many nodes may come before a cut: wherever one tensor alone crosses it, and all of them at last."""
    readers = Counter(name for node in network.inference for name in set(node.inputs))
    alive = set(network.inputs)
    for count, node in enumerate(nodes, start=1):
        alive.add(node.path)
        readers.subtract(set(node.inputs))
        alive.difference_update(name for name in node.inputs if not readers[name])
        if len(alive) == 1 or count == len(nodes):
            yield count
