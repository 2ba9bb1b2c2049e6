"""Every algorithm that can compute a convolution, beside the one that the cost model chooses for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

import cnncalc
from benchmarks import targets
from benchmarks.timing import HERE, interleaved, milliseconds, ratio
from cnncalc.executor.fast.algorithms.algorithm import Algorithm
from cnncalc.executor.fast.blas import blas
from cnncalc.executor.fast.draft import MAKERS, ways
from cnncalc.executor.fast.fusing import Work, fuse
from cnncalc.executor.fast.grid import Grid
from cnncalc.executor.fast.plan import Plan
from cnncalc.layers import KINDS
from cnncalc.layers.conv import Convolving, Depthwise
from cnncalc.network import Assembly, Input, Network
from cnncalc.volume import Volume

NETWORKS = HERE / "networks"
BATCHES = (1, 8)
ITEM = 4
"""Bytes of a value."""
HOPELESS = 5
"""An algorithm that is foretold to take so many times as long as the best is not tried."""
OTHERS = 64 * 2**20
"""Bytes that are read before each call at most: as much of the caches as the rest of a network would take."""
SMALL = "{input: 8x8x16, layers: [conv: 16 3x3 pad 1, depthwise: 3x3 pad 1, conv: 16 1x1]}"
"""A network whose run brings the program back into the caches."""
SHORTEST, LONGEST = 0.3, 2.0
"""Seconds that the rounds of one convolution should last at least, and at most."""
FEWEST_ROUNDS, MOST_ROUNDS = 3, 60


class Convolution(NamedTuple):
    """A convolution on a volume."""

    layer: Convolving
    volume: Volume

    @property
    def grid(self) -> Grid:
        """Its windows."""
        return Grid.of(self.layer, self.volume, self.layer.slid(self.volume))

    @property
    def words(self) -> str:
        """What it is, in short."""
        grid, filters = self.grid, self.layer.filter_count(self.volume)
        kernel, sizes = ("x".join(map(str, some)) for some in (grid.kernel, grid.sizes))
        stride = f" stride {grid.stride[0]}" if set(grid.stride) != {1} else ""
        if isinstance(self.layer, Depthwise):
            return f"depthwise {kernel}{stride}, {filters} channels of {sizes}"
        groups = getattr(self.layer, "groups", 1)
        in_groups = f" in {groups} groups" if groups > 1 else ""
        return f"{kernel}{stride}, {grid.channels} to {filters} channels{in_groups} of {sizes}"

    def network(self) -> Network:
        """The network that is nothing else."""
        assembly = Assembly({"input": Input(self.volume)})
        assembly.add("conv_1", self.layer.kind, self.layer, ("input",))
        return assembly.network("a convolution", outputs=("conv_1",))


class Group(NamedTuple):
    """Convolutions that are judged together: how often each stands there, and what else the caches hold meanwhile."""

    convolutions: Mapping[Convolution, int]
    batches: Sequence[int]
    other_bytes: int


def groups() -> dict[str, Group]:
    """Every convolution of the networks, and lines of a grid, by name."""
    found = {name: _of_network(cnncalc.load(NETWORKS / f"{name}.yaml")) for name in targets.NETWORKS}
    for name, line in _grid():
        found[name] = Group(Counter(line), BATCHES[:1], OTHERS)
    return found


def _of_network(network: Network) -> Group:
    layers = [node for node in network.inference if isinstance(node.layer, Convolving)]
    weights = sum(array.counted for node in network.inference for array in node.arrays)
    # What differs in its activation alone is the same convolution.
    unlike: dict[Any, Convolution] = {}
    counted: Counter[Convolution] = Counter()
    for node in layers:
        one = Convolution(node.layer, node.read[0])
        key = one.grid, one.layer.filter_count(one.volume), getattr(one.layer, "groups", None)
        counted[unlike.setdefault(key, one)] += 1
    return Group(counted, BATCHES, min(OTHERS, 4 * weights))


def _grid() -> Iterator[tuple[str, list[Convolution]]]:
    """Shapes that networks are made of, one kind after the other."""
    maps, channels = (7, 14, 28, 56, 112), (16, 32, 64, 128, 256, 512)
    yield "3x3", [_conv(3, size, count) for count in (3, *channels) for size in maps]
    yield "1x1", [_conv(1, size, count) for count in channels for size in maps]
    yield "5x5", [_conv(5, size, count) for count in (3, 16, 64, 192) for size in (7, 14, 28, 56)]
    strided = [_conv(3, size, count, stride=2) for count in (32, 128, 512) for size in (14, 56)]
    yield "strided", [*strided, *(_conv(kernel, 224, 3, stride=2) for kernel in (3, 7)), _conv(11, 224, 3, stride=4)]
    yield "large", [_conv(kernel, size, count) for kernel in (7, 15, 31) for count in (1, 3, 16) for size in (28, 112)]
    grouped = [_conv(3, size, count, groups=32) for count in (128, 256, 512) for size in (7, 14, 28, 56)]
    yield "32 groups", grouped
    for kernel in (3, 5, 7, 15, 31):
        shapes = [(size, count) for count in (32, 128, 512) for size in (14, 28, 56, 112) if kernel < 2 * size]
        yield f"depthwise {kernel}x{kernel}", [_depthwise(kernel, *shape) for shape in shapes]


def _conv(kernel: int, size: int, channels: int, **others: int) -> Convolution:
    filters = 64 if channels == 3 else channels
    values = {"filters": filters, "kernel": kernel, "padding": kernel // 2, "rounding": "floor", **others}
    return Convolution(KINDS["conv"].build(2, values), Volume((size, size, channels)))


def _depthwise(kernel: int, size: int, channels: int) -> Convolution:
    values = {"kernel": kernel, "padding": kernel // 2}
    return Convolution(KINDS["depthwise"].build(2, values), Volume((size, size, channels)))


def first_runs(name: str, rounds: int) -> dict[str, dict[str, float]]:
    """The first run of a network's plan, made for one image, by the algorithms of choice and by columns alone."""
    network = cnncalc.load(NETWORKS / f"{name}.yaml")
    weights = cnncalc.init_weights(network)
    x = np.random.default_rng(0).random((1, *network.inputs["input"].volume), np.float32)

    def first(forced: str | None) -> float:
        plan = Plan(network, weights, threads=1, images=1, forced=forced)
        begin = perf_counter()
        plan.run(x)
        return perf_counter() - begin

    seconds = interleaved({"chosen": partial(first, None), "columns": partial(first, "columns")}, rounds)
    return {**{how: milliseconds(some) for how, some in seconds.items()}, "ratio": ratio(seconds, "chosen", "columns")}


def judged(group: Group, rounds: int) -> Iterator[dict[str, Any]]:
    """Each convolution of a group at each batch: milliseconds by algorithm, measured and foretold."""
    others = np.ones(max(1, group.other_bytes // 8))
    for batch in group.batches:
        for one, times in group.convolutions.items():
            yield {"what": one.words, "batch": batch, "times": times, **_judged(one, batch, rounds, others)}


def _judged(one: Convolution, batch: int, rounds: int, others: npt.NDArray[Any]) -> dict[str, Any]:
    network = one.network()
    (work,) = fuse(network, frozenset(network.outputs)).works
    foretold = {doing.name: doing for doing in (ways(work, batch, ITEM, forced=name)[0] for name in MAKERS)}
    best = min(doing.cost for doing in foretold.values())
    tried = {name: doing for name, doing in foretold.items() if doing.cost < HOPELESS * best}
    weights = cnncalc.init_weights(network)
    x = np.random.default_rng(0).random((batch, *one.volume), np.float32)
    plans = {name: Plan(network, weights, threads=1, forced=name) for name in tried}
    for plan in plans.values():
        plan.run(x)
    calls = {name: _step(plan, x) for name, plan in plans.items()}
    packings = {name: _packing(work, doing, weights) for name, doing in tried.items()}
    disturbing = {name: _disturbing(name, others) for name in tried}
    return {
        "chosen": ways(work, batch, ITEM)[0].name,
        "chosen_for_one": ways(work, batch, ITEM, runs=batch)[0].name,
        "ms": _medians(calls, rounds, disturbing),
        "foretold_ms": {name: _rounded(1e-6 * doing.cost) for name, doing in tried.items()},
        "packing_ms": _medians(packings, FEWEST_ROUNDS, disturbing),
    }


def _step(plan: Plan, x: npt.NDArray[Any]) -> Callable[[], float]:
    """Seconds of the only step; its input has just been written, as by the layer before it."""
    return lambda: plan.profile(x)[0].seconds


def _packing(work: Work, doing: Algorithm, weights: Mapping[str, npt.NDArray[Any]]) -> Callable[[], float]:
    """Seconds of making the weights ready."""
    arrays = {array.name: weights[f"conv_1.{array.name}"] for array in work.node.arrays}

    def pack() -> float:
        with blas():
            begin = perf_counter()
            doing.pack(arrays)
            return perf_counter() - begin

    return pack


def _disturbing(name: str, others: npt.NDArray[Any]) -> Callable[[], None]:
    """What a network does between two calls: other values pass through the caches, and the program stays there."""
    small = cnncalc.loads(SMALL)
    plan = Plan(small, cnncalc.init_weights(small), threads=1, forced=name)
    x = np.zeros((1, *small.inputs["input"].volume), np.float32)

    def disturb() -> None:
        others.sum()
        plan.profile(x)

    return disturb


def _medians(
    calls: Mapping[str, Callable[[], float]], rounds: int, disturbing: Mapping[str, Callable[[], None]]
) -> dict[str, float]:
    """Milliseconds of each call, the middle one of rounds in which they take turns."""

    def disturbed(name: str) -> float:
        disturbing[name]()
        return calls[name]()

    once = sum(map(disturbed, calls))
    most = max(FEWEST_ROUNDS, min(rounds, int(LONGEST / once)), min(MOST_ROUNDS, int(SHORTEST / once)))
    seen = interleaved({name: partial(disturbed, name) for name in calls}, most)
    return {name: _rounded(1000 * median(seconds)) for name, seconds in seen.items()}


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
