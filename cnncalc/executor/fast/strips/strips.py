"""A network run within a limit of memory: what does not fit is computed in strips of rows, each with its halo."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cnncalc.executor.fast.draft import draft
from cnncalc.executor.fast.need import needed
from cnncalc.executor.fast.plan import Plan
from cnncalc.executor.fast.strips.network import Strip, computed_by_rows, rest_of, strip_of, weights_by_user
from cnncalc.executor.fast.strips.reading import Rows
from cnncalc.executor.fast.threads import usable_threads
from cnncalc.executor.memory import MemoryRefusal, in_words
from cnncalc.executor.trace import row_of
from cnncalc.network import Network, Node

if TYPE_CHECKING:
    from cnncalc.executor.files.rows import Rows as RowSource
    from cnncalc.executor.files.rows import Sink as RowSink

WORKERS = (4, 1)
"""Threads whose scratch a strip leaves room for: four, or where that does not fit one.

How many threads there really are decides nothing here, or results would depend on it.
"""

Values = npt.NDArray[Any]
Progress = Callable[[int, int], None]


class Cut(NamedTuple):
    """A network in two parts: nodes that are computed strip by strip, and the rest, which fits as a whole.

    Attributes:
        nodes: the first part, in order.
        between: tensors of the first part, or inputs, that the rest reads; they are held whole.
        handed: rows of the first part that are handed out as they come.
        left: rows of the rest that are handed out at the end.
        rest: the second part; None where nothing is left.
    """

    nodes: list[Node]
    between: tuple[str, ...]
    handed: tuple[str, ...]
    left: tuple[str, ...]
    rest: Network | None


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
    ) -> None:
        self.network = network
        self.limit = memory
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        self.threads = usable_threads() if threads is None else threads
        self._weights = weights_by_user(network, weights)
        self._wanted = tuple(dict.fromkeys((*network.outputs, *(row_of(network, path) for path in keep))))
        self._packed: dict[Any, Any] = {}
        self._reserved = 1
        self._cut = self._first_that_fits()
        held = _bytes(self.network, self._cut.between, self.dtype.itemsize)
        self._height, need = self._tallest(self._cut, self.limit - held) if self._cut.nodes else (0, 0)
        rest = self._need(self._cut.rest) if self._cut.rest else 0
        self.peak_bytes = max(held + need, rest)

    @property
    def strips(self) -> int:
        """Into how many strips the first part is cut; 0 where everything fits as a whole."""
        return sum(1 for _ in self._wanted_rows(self._cut, self._height)) if self._cut.nodes else 0

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
        if self._cut.nodes:
            self._by_strips(sources, sinks, between, progress)
        if self._cut.rest is not None:
            images = {name: between.pop(name)[np.newaxis] for name in list(between)}
            plan = Plan(self._cut.rest, self._weights, self.dtype, threads=self.threads, images=1, packed=self._packed)
            trace = plan.run(images)
            for row in self._cut.left:
                _sink(sinks, row, 0, trace[row][0])

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
        for number, wanted in enumerate(self._wanted_rows(self._cut, self._height)):
            strip = _strip(self.network, self._cut, wanted)
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
                if name in self._cut.handed:
                    _sink(sinks, name, rows.first, values)
            del images, trace, values  # or the next strip would be computed beside this one
            if progress is not None:
                progress(number + 1, total)

    def _workers(self, strip: Strip) -> int:
        """As many threads as there are, or as find room for their scratch."""
        drafted = draft(strip.network, 1, frozenset(strip.network.outputs), self.dtype.itemsize)
        scratch = max(1, drafted.scratch * self.dtype.itemsize)
        return min(self.threads, self._reserved + max(0, self.limit - self.peak_bytes) // scratch)

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
        everything = _cut(self.network, [], self._wanted)
        if everything.rest is not None and self._need(everything.rest) <= self.limit:
            return everything
        nodes = computed_by_rows(self.network)
        cuts = [_cut(self.network, nodes[:count], self._wanted) for count in _narrow(self.network, nodes)]
        # The more nodes are done before, the less the rest needs.
        fitting = bisect_left(cuts, 1, key=lambda cut: int(cut.rest is None or self._need(cut.rest) <= self.limit))
        for cut in cuts[fitting:]:
            room = self.limit - _bytes(self.network, cut.between, self.dtype.itemsize)
            if self._tallest(cut, room)[0]:
                return cut
        return None

    def _need(self, network: Network) -> int:
        need = needed(network, 1, self.dtype, threads=self._reserved)
        return need.activations + need.scratch

    def _tallest(self, cut: Cut, room: int) -> tuple[int, int]:
        """The most rows of the shortest wanted tensor that fit into a strip, and what that needs; 0 where none do."""
        least, most, need = 0, _shortest(self.network, cut), 0
        while least < most:
            height = (least + most + 1) // 2
            wanted = list(self._middle(cut, height))
            strips = [strip_of(self.network, cut.nodes, rows) for rows in wanted]
            needs = [self._need(strip.network) if strip else room + 1 for strip in strips]
            if max(needs) <= room:
                least, need = height, max(needs)
            else:
                most = height - 1
        return least, need

    def _middle(self, cut: Cut, height: int) -> Iterator[dict[str, Rows]]:
        """The rows of the first strip, of one in the middle, and of the last: the others are like the second."""
        parts = list(self._wanted_rows(cut, height))
        for number in sorted({0, len(parts) // 2, len(parts) - 1}):
            yield parts[number]

    def _wanted_rows(self, cut: Cut, height: int) -> Iterator[dict[str, Rows]]:
        """The rows of each wanted tensor, strip by strip: equal shares, so that they come to their ends together."""
        wanted = _made(self.network, cut)
        shortest = _shortest(self.network, cut)
        for first in range(0, shortest, max(1, height)):
            end = min(first + height, shortest)
            yield {
                name: Rows(first * rows // shortest, end * rows // shortest)
                for name, rows in ((name, self.network.volume(name)[0]) for name in wanted)
            }


def _made(network: Network, cut: Cut) -> list[str]:
    """The tensors that the strips make."""
    return [name for name in dict.fromkeys((*cut.between, *cut.handed)) if name not in network.inputs]


def _shortest(network: Network, cut: Cut) -> int:
    return min((network.volume(name)[0] for name in _made(network, cut)), default=0)


def _strip(network: Network, cut: Cut, wanted: Mapping[str, Rows]) -> Strip:
    strip = strip_of(network, cut.nodes, wanted)
    if strip is None:
        raise MemoryRefusal("a layer cannot compute the rows of one strip by themselves; give it more memory")
    return strip


def _cut(network: Network, nodes: Sequence[Node], wanted: Sequence[str]) -> Cut:
    done = {node.path for node in nodes}
    left = tuple(row for row in wanted if row not in done)
    if not left:
        return Cut(list(nodes), (), tuple(wanted), (), None)
    rest = rest_of(network, nodes, left)
    return Cut(list(nodes), tuple(rest.inputs), tuple(row for row in wanted if row in done), left, rest)


def _narrow(network: Network, nodes: Sequence[Node]) -> Iterator[int]:
    """How many nodes may come before a cut: wherever one tensor alone crosses it, and all of them at last."""
    readers: dict[str, int] = {}
    for node in network.inference:
        for name in set(node.inputs):
            readers[name] = readers.get(name, 0) + 1
    alive: set[str] = set(network.inputs)
    for count, node in enumerate(nodes, start=1):
        alive.add(node.path)
        for name in set(node.inputs):
            readers[name] -= 1
            if not readers[name]:
                alive.discard(name)
        if len(alive) == 1 or count == len(nodes):
            yield count


def _bytes(network: Network, names: Collection[str], item: int) -> int:
    return sum(prod(network.volume(name)) for name in names) * item


def _sink(sinks: Mapping[str, RowSink], row: str, start: int, values: Values) -> None:
    if row in sinks:
        sinks[row].write(start, values)
