"""Executes a network and tells where what ran differs from what a report says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from cnncalc.executor import fast, reference
from cnncalc.executor.fast.need import needed
from cnncalc.executor.memory import MemoryRefusal, free_memory, refuse_if_too_large
from cnncalc.executor.weights.initial import init_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnncalc.analysis import Report, Row
    from cnncalc.network import Network

    Rows = Mapping[str, Row]

Difference = tuple[str, str]
"""The path of a row that ran otherwise than reported, empty for the whole network, and what is wrong."""

SMALL = 1_000_000
"""Up to so many MACs and as many values a network also goes through the reference executor, which is slow."""

COUNTABLE = 200_000
"""Up to so many MACs and as many values each product of a network is counted as it happens."""

TOLERANCE = 1e-3
"""How far float32 may be from float64, as a share of the largest value of an activation."""


def differences(network: Network, report: Report, value_bytes: int) -> Iterator[Difference]:
    """Run the network on random numbers and compare, row by row.

    Every network goes through the fast executor: shapes and the weights that are there. A small one also goes through
    the reference executor: live memory at each row, and the values themselves within `TOLERANCE`. In one that is
    smaller still every product is counted.

    Args:
        network: what to run.
        report: what is said of it.
        value_bytes: of one activation of a whole batch in the report's dtype, to turn values into its bytes.
    """
    try:
        refuse_if_too_large(needed(network, keep="all"), free_memory())
    except MemoryRefusal as refusal:
        yield ("", f"the network cannot be run here: {refusal.fact}")
        return
    weights = init_weights(network)
    draws = np.random.default_rng(0)
    images = {
        name: draws.standard_normal((1, *entry.volume), dtype=np.float32) for name, entry in network.inputs.items()
    }
    rows = {row.path: row for row in report.layers}
    largest = max(report.totals.macs, report.totals.activations)
    trace = fast.run(network, images, weights, keep="all")
    yield from _shapes(trace, rows)
    yield from _weights(network, weights, rows)
    if largest <= SMALL:
        exact = reference.run(network, images, weights, keep="all")
        yield from _memory(exact, rows, value_bytes)
        yield from _values(trace, exact)
    if largest <= COUNTABLE:
        yield from _macs(products(network, {name: array[0] for name, array in images.items()}, weights), rows)


def _shapes(trace: Mapping[str, NDArray[Any]], rows: Rows) -> Iterator[Difference]:
    for path, values in trace.items():
        if values.shape[1:] != tuple(rows[path].output):
            told, seen = ("x".join(map(str, shape)) for shape in (rows[path].output, values.shape[1:]))
            yield (path, f"{path} is reported as {told} and ran as {seen}")


def _weights(network: Network, weights: Mapping[str, NDArray[Any]], rows: Rows) -> Iterator[Difference]:
    held: dict[str, int] = dict.fromkeys(rows, 0)
    for name, node, array in network.kept():
        unconnected = prod(array.shape) - array.counted
        held[node.path] += weights[name].size - unconnected
    for path, row in rows.items():
        for told in {row.params + row.fixed_params, row.weights + row.biases + row.fixed_params} - {held[path]}:
            yield (path, f"{path} is reported with {told:,} values and holds {held[path]:,}")


def _macs(seen: Mapping[str, int], rows: Rows) -> Iterator[Difference]:
    for path, count in seen.items():
        if count != rows[path].macs:
            yield (path, f"{path} is reported with {rows[path].macs:,} MACs, and {count:,} were seen")


def _memory(exact: Any, rows: Rows, value_bytes: int) -> Iterator[Difference]:
    for moment in exact.moments:
        seen, told = moment.values * value_bytes, rows[moment.path].live_bytes
        if seen != told:
            yield (moment.path, f"{moment.path} is reported with {told:,} bytes alive, and {seen:,} were")


def _values(trace: Mapping[str, NDArray[Any]], exact: Mapping[str, NDArray[Any]]) -> Iterator[Difference]:
    for path, values in trace.items():
        wanted = np.asarray(exact[path], np.float64)
        largest = max(1.0, float(np.abs(wanted).max()))
        gap = float(np.abs(values - wanted).max())
        if not gap <= TOLERANCE * largest:
            yield (path, f"{path} differs by {gap:.3g} between the two executors")


class _Objects(reference.Arithmetic):
    """Plain floats in arrays of Python objects, which keep a weight's own class."""

    dtype = object


def products(
    network: Network, image: Mapping[str, NDArray[Any]], weights: Mapping[str, NDArray[Any]]
) -> dict[str, int]:
    """For each row of inference how many products of a weight with an input value there were, for one image.

    Args:
        network: small, because every product is a call of Python.
        image: (*sizes, channels) for each input by name.
        weights: every array of `network.kept()` by name.
    """
    count = 0

    class Weight(float):
        """A number that counts every product in which it is the weight: the factor on the left."""

        def __mul__(self, value: Any) -> float:
            nonlocal count
            count += 1
            return float.__mul__(self, value)

    counting = np.frompyfunc(Weight, 1, 1)
    counted = {name: np.asarray(counting(array.astype(np.float64)), object) for name, array in weights.items()}
    seen: dict[str, int] = {}
    for step in reference.steps(network, image, counted, _Objects()):
        seen[step.moment.path] = count - sum(seen.values())
    return seen
