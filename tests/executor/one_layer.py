"""Networks of one layer, and small arrays, for the tests of the reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cnncalc.executor import fast, reference
from cnncalc.executor.trace import Trace
from cnncalc.layers import KINDS, Layer
from cnncalc.network import Assembly, Input, Network, WrittenWeights
from cnncalc.volume import Volume


def chain(volume: tuple[int, ...], *rows: tuple[str, dict[str, Any]]) -> Network:
    """Layers one after another, named a, b, c, ..."""
    assembly = Assembly({"input": Input(Volume(volume))})
    previous = "input"
    for path, (kind, parameters) in zip("abcdefghij", rows, strict=False):
        layer = KINDS[kind].build(assembly.volumes[previous].rank, parameters)
        assembly.add(path, kind, layer, (previous,))
        previous = path
    return assembly.network("chain", outputs=(previous,))


def written(kind: str, parameters: dict[str, Any], volume: tuple[int, ...], weights: WrittenWeights) -> Network:
    """A network of one layer whose weights stand in the spec."""
    assembly = Assembly({"input": Input(Volume(volume))})
    assembly.add("a", kind, KINDS[kind].build(len(volume) - 1, parameters), ("input",)).weights = weights
    return assembly.network("written", outputs=("a",))


def apply(kind: str, parameters: dict[str, Any], *inputs: Any, **arrays: Any) -> np.ndarray:
    """What the reference makes of arrays without a batch axis; `act_weight` stands for `act.weight`."""
    named = {name.replace("_weight", ".weight"): np.asarray(value, float) for name, value in arrays.items()}
    read = tuple(np.asarray(x, float) for x in inputs)
    layer = KINDS[kind].build(read[0].ndim - 1, parameters)
    with np.errstate(all="ignore"):
        return reference.forward(layer, read, named, reference.Elementwise(reference.FLOAT64))


def network_of(layer: Layer, inputs: Sequence[np.ndarray]) -> Network:
    """A network of one layer, each of whose inputs is an input of the network; arrays have a batch axis."""
    names = [f"x{number}" for number in range(len(inputs))]
    assembly = Assembly(
        {name: Input(Volume(array.shape[1:])) for name, array in zip(names, inputs, strict=True)},
    )
    assembly.add("a", layer.kind, layer, tuple(names))
    return assembly.network("one", outputs=("a",))


def computed(
    layer: Layer,
    inputs: Sequence[np.ndarray],
    arrays: Mapping[str, np.ndarray],
    dtype: type = np.float64,
    forced: str | None = None,
) -> np.ndarray:
    """What the fast executor makes of arrays with a batch axis."""
    network = network_of(layer, inputs)
    named = {f"a.{name}": array for name, array in arrays.items()}
    given = dict(zip(network.inputs, inputs, strict=True))
    return np.asarray(fast.run(network, given, named, dtype=dtype, forced=forced).output)


def image(*rows: Sequence[float]) -> np.ndarray:
    """Rows as an image of one channel."""
    return np.array(rows, float)[..., None]


def filters(*kernels: Any) -> np.ndarray:
    """2-D kernels as a weight (out, 1, height, width)."""
    return np.array(kernels, float)[:, None]


def plane(result: np.ndarray) -> list[list[float]]:
    """The one channel of a map, as rows."""
    assert result.shape[-1] == 1
    return list(result[..., 0].tolist())


def output_of(trace: Trace) -> np.ndarray:
    """The one output of a run."""
    (output,) = trace.outputs.values()
    return output
