"""Runs a network on both executors with the same images and weights, and says how far apart they may be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnncalc.executor import fast, init_weights
from cnncalc.executor.fast.draft import draft
from cnncalc.executor.reference import FLOAT64, Elementwise, forward
from cnncalc.executor.reference.activation import act_in_place
from cnncalc.executor.trace import rows_to_keep
from cnncalc.layers.activation import PASS_THROUGH
from cnncalc.layers.conv import Convolving, ConvTranspose
from cnncalc.network import Network, Node
from tests.agreement.bounded import DOUBLE, SINGLE, Bounded, RunningBounds
from tests.agreement.stated import STATED

Arrays = dict[str, NDArray[np.float32]]
Objects = NDArray[Any]


def material(network: Network, seed: int) -> tuple[Arrays, Arrays]:
    """Two images for each input, and weights none of which is 0 or 1 by default; those left unconnected stay 0."""
    generator = np.random.default_rng(seed)
    images = {
        name: generator.uniform(-1, 1, (2, *entry.volume)).astype(np.float32) for name, entry in network.inputs.items()
    }
    weights = {}
    for name, array in init_weights(network, seed).items():
        drawn = generator.uniform(0.3, 1.5, array.shape).astype(np.float32)
        if name.endswith("running_var"):
            weights[name] = drawn
        elif (np.ptp(array) == 0 and np.any(array)) or name.endswith(("bias", "running_mean")):
            weights[name] = drawn - np.float32(0.9 if not np.any(array) else 0)
        else:
            weights[name] = array
    return images, weights


class Compared(NamedTuple):
    """One row on both executors, for one image: what each gives, and how far apart they may be."""

    path: str
    computed: NDArray[Any]
    expected: NDArray[np.float64]
    bound: NDArray[np.float64]

    @property
    def bounded(self) -> NDArray[np.bool_]:
        """Where the bound says something."""
        return np.isfinite(self.bound) & np.isfinite(self.expected)

    @property
    def worst(self) -> float:
        """The largest error as a share of its bound."""
        inside = self.bounded & (self.bound > 0)
        return float(np.max(np.abs(self.computed - self.expected)[inside] / self.bound[inside], initial=0.0))


def require_within_bounds(rows: Iterable[Compared]) -> list[Compared]:
    """Require every value of every row within its bound of the reference's.

    A value whose bound is infinite (a quotient by what may be 0) is passed over.
    """
    seen = list(rows)
    for row in seen:
        assert row.computed.shape == row.expected.shape, row.path
        error = np.abs(row.computed - row.expected)[row.bounded]
        bound = row.bound[row.bounded]
        over = np.flatnonzero(~(error <= bound))
        told = [f"{error[i]:.3g} > {bound[i]:.3g}" for i in over[:3]]
        assert not told, f"{row.path} differs from the reference in {len(over)} values: {', '.join(told)}"
    return seen


class Oracle:
    """A network with images and weights, and what the definitions make of the second image: values and bounds."""

    def __init__(self, network: Network, seed: int = 0) -> None:
        self.network = network
        self.images, self.weights = material(network, seed)
        self._rows = cache(lambda stated: dict(bounds(network, self._second, self.weights, dict(stated))))

    @property
    def _second(self) -> Arrays:
        return {name: array[1] for name, array in self.images.items()}

    def compared(
        self,
        dtype: Any = np.float32,
        forced: str | None = None,
        keep: str | Collection[str] = "all",
        threads: int | None = None,
    ) -> Iterator[Compared]:
        """The rows that are kept on both executors; rows that are not kept may be computed together."""
        names = algorithms(self.network, dtype, forced, keep)
        ran = fast.run(self.network, self.images, self.weights, keep=keep, dtype=dtype, forced=forced, threads=threads)
        share = 1.0 if dtype is np.float32 else DOUBLE_SHARE
        rows = self._rows(tuple((path, name) for path, name in names.items() if name in STATED))
        for path in ran:
            assert ran[path].dtype == dtype, f"{path} is {ran[path].dtype}"
            scalars = rows[path]
            expected = np.frompyfunc(lambda scalar: scalar.value, 1, 1)(scalars).astype(np.float64)
            bound = np.frompyfunc(lambda scalar: scalar.error, 1, 1)(scalars).astype(np.float64)
            yield Compared(path, ran[path][1], expected, bound * share)


def algorithms(
    network: Network, dtype: Any, forced: str | None, keep: str | Collection[str], images: int = 2
) -> dict[str, str]:
    """By what each row is computed in a run of its own; rows that are computed with another have no entry."""
    kept = rows_to_keep(network, keep)
    drafted = draft(network, images, kept, np.dtype(dtype).itemsize, images, forced)
    return {step.work.node.path: step.doing.name for step in drafted.steps}


def bounds(
    network: Network, image: Mapping[str, Any], weights: Mapping[str, Any], stated: Mapping[str, str]
) -> Iterator[tuple[str, Objects]]:
    """Every row of inference on bounded scalars, one after another.

    Args:
        network: what runs.
        image: one for each input, without a batch axis.
        weights: by name.
        stated: the algorithms of those convolutions whose error is not that of a sum in some order.
    """
    arithmetic = Elementwise(RunningBounds())
    rows = {name: bounded(array) for name, array in image.items()}
    with np.errstate(all="ignore"):
        for node in network.inference:
            owner = network.owner(node).path
            own = {array.name: np.asarray(weights[f"{owner}.{array.name}"], np.float64) for array in node.arrays}
            read = tuple(rows[name] for name in node.inputs)
            scalars = {name: bounded(array) for name, array in own.items() if name != "weight" or not _convolves(node)}
            if _convolves(node):
                sums = convolved(node, read[0], own, stated.get(node.path))
                rows[node.path] = act_in_place(node.layer.act, sums, scalars, arithmetic)
            else:
                rows[node.path] = forward(node.layer, read, scalars, arithmetic)
            yield node.path, rows[node.path]


def _convolves(node: Node) -> bool:
    return isinstance(node.layer, (Convolving, ConvTranspose))


def convolved(node: Node, x: Objects, arrays: Mapping[str, NDArray[np.float64]], stated: str | None) -> Objects:
    """A convolution of bounded scalars without its activation, as three convolutions of plain numbers.

    Of n products w x each rounds once, and brings |w| error(x); they and the bias may be added in any order, and what
    a transposed convolution scatters is added to a zero. For an algorithm that is no such sum its own bound stands.
    """
    values, errors, terms = (
        np.frompyfunc(lambda scalar, name=name: getattr(scalar, name), 1, 1)(x).astype(np.float64)
        for name in ("value", "error", "terms")
    )
    weight = arrays["weight"]
    wide = linear(node, terms, np.abs(weight))
    carried = linear(node, errors, np.abs(weight))
    bias = arrays.get("bias", np.float64(0.0))
    if stated is None:
        carried += SINGLE * wide
        count = prod(weight.shape[2:]) * _channels_seen(node, weight) + isinstance(node.layer, ConvTranspose)
    else:
        carried += SINGLE * STATED[stated](node, values, weight)
        count = 1
    sums = linear(node, values, weight) + bias
    count += "bias" in arrays
    made = np.frompyfunc(lambda value, error, terms: Bounded(value, error, terms, count), 3, 1)
    return np.asarray(made(sums, carried, wide + np.abs(bias)), object)


def linear(node: Node, x: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the definition of a convolution makes of plain numbers, without bias and activation."""
    bare = object.__new__(type(node.layer))
    bare.__dict__.update({**node.layer.__dict__, "act": PASS_THROUGH, "bias": False})
    return forward(bare, (x,), {"weight": weight}, Elementwise(FLOAT64))


def _channels_seen(node: Node, weight: NDArray[np.float64]) -> int:
    if isinstance(node.layer, ConvTranspose):
        return len(weight) // node.layer.groups
    connections = getattr(node.layer, "connections", None)
    return weight.shape[1] if connections is None else max(map(len, connections))


def bounded(array: Any) -> Objects:
    """Numbers as scalars without an error."""
    return np.asarray(np.frompyfunc(lambda number: Bounded(float(number)), 1, 1)(array), object)


DOUBLE_SHARE = 4 * DOUBLE / SINGLE
"""What of a float32 bound holds in float64: in proportion to u, and twice over, because the reference rounds too."""
