"""Runs a network on both executors with the same images and weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnncalc.executor import fast, init_weights
from cnncalc.executor.reference import steps
from cnncalc.network import Network
from tests.agreement.bounded import DOUBLE, SINGLE, Bounded, RunningBounds

Arrays = dict[str, NDArray[np.float32]]


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
    single: NDArray[np.float32]
    double: NDArray[np.float64]
    expected: NDArray[np.float64]
    bound: NDArray[np.float64]

    @property
    def bounded(self) -> NDArray[np.bool_]:
        """Where the bound says something."""
        return np.isfinite(self.bound) & np.isfinite(self.expected)


def compared(network: Network, seed: int) -> Iterator[Compared]:
    """Every row of inference on both executors, in float32 and in float64, for the second of two images."""
    images, weights = material(network, seed)
    single = fast.run(network, images, weights, keep="all")
    double = fast.run(network, images, weights, keep="all", dtype=np.float64)
    image = {name: _bounded(array[1]) for name, array in images.items()}
    kept = {name: _bounded(array) for name, array in weights.items()}
    for step in steps(network, image, kept, RunningBounds()):
        path = step.moment.path
        expected = np.frompyfunc(lambda scalar: scalar.value, 1, 1)(step.output).astype(np.float64)
        bound = np.frompyfunc(lambda scalar: scalar.error, 1, 1)(step.output).astype(np.float64)
        yield Compared(path, single[path][1], double[path][1], expected, bound)


def _bounded(array: NDArray[np.float32]) -> NDArray[np.object_]:
    return np.asarray(np.frompyfunc(lambda number: Bounded(float(number)), 1, 1)(array), object)


DOUBLE_SHARE = 4 * DOUBLE / SINGLE
"""What of a float32 bound holds in float64: in proportion to u, and twice over, because the reference rounds too."""
