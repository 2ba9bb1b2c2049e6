"""Weights to begin with: random ones that keep a signal's size, and those that the spec itself writes down."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from math import prod, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from cnncalc.arguments import whole
from cnncalc.executor.dtypes import computed_in
from cnncalc.executor.weights.arrays import Weights
from cnncalc.executor.weights.check import refuse, unconnected
from cnncalc.layers import WEIGHT
from cnncalc.layers.image_kernels import IMAGE_KERNELS

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from cnncalc.layers import Array
    from cnncalc.network import Network, Node

LIKE_RELU = "relu relu6 leaky_relu prelu elu gelu gelu_tanh silu mish hard_swish softplus"

GAINS = {"tanh": (5 / 3) ** 2, **dict.fromkeys(LIKE_RELU.split(), 2.0)}
"""How much variance a layer's weights must add for what the activation after it takes; 1 for all others."""

SLOPE = 0.25
"""The slope that a prelu begins with. Source: He et al. 2015."""

PIECE = 1 << 15
"""How many numbers are drawn and scaled at a time: they stay in cache."""


def init_weights(network: Network, seed: int = 0, dtype: DTypeLike = np.float32) -> dict[str, NDArray[Any]]:
    """Every array that the network keeps, by name, ready for training or for a first look.

    Weights of more than one axis (of convolutions and fc) are uniform in +-sqrt(3 gain / fan_in), so that their
    variance is gain/fan_in, where fan_in is how many input values one output adds up. The gain is 2 before the relu
    family (He et al. 2015, "Delving Deep into Rectifiers", equation 10), 25/9 before tanh (PyTorch's calculate_gain),
    and 1 elsewhere (LeCun et al. 1998, "Efficient BackProp"). Biases and running means are 0, scales and running
    variances 1, prelu slopes 0.25, rbf centres -1 or 1; entries that `connections` leaves out are 0. What the spec
    writes under `weights:` stands instead.

    An array's numbers depend on the seed and on its own name alone: another layer more or less changes no others.

    Args:
        network: whose arrays are wanted.
        seed: 0 or above.
        dtype: float32 or float64.

    Raises:
        WeightsError: weights in the spec that do not fit their layer, all of them listed.
        ValueError: another dtype, or a seed below 0.

    >>> from cnncalc.layers import KINDS
    >>> from cnncalc.network import Assembly, Input
    >>> from cnncalc.volume import Volume
    >>> assembly = Assembly({"input": Input(Volume((32, 32, 3)))})
    >>> node = assembly.add("conv_1", "conv", KINDS["conv"].build(2, {"filters": 10, "kernel": 5}), ("input",))
    >>> {name: array.shape for name, array in init_weights(assembly.network("tiny", ("conv_1",))).items()}
    {'conv_1.weight': (10, 3, 5, 5), 'conv_1.bias': (10,)}
    """
    next_acts = _activations_after(network)
    seed, dtype = whole("seed", seed, 0), np.dtype(computed_in(dtype))
    weights = Weights(
        (name, _initial(node, array, next_acts.get(node.path, "none"), partial(_generator, seed, name), dtype))
        for name, node, array in network.kept()
    )
    _write_what_the_spec_says(network, weights)
    return weights


def _initial(
    node: Node, array: Array, next_act: str, generator: Callable[[], np.random.Generator], dtype: np.dtype[Any]
) -> NDArray[Any]:
    layer = node.layer
    if array.role == WEIGHT and len(array.shape) > 1:
        bound = sqrt(3.0 * GAINS.get(next_act, 1.0) / max(1, fan_in(node, array)))
        drawn = uniform(array.shape, bound, generator(), dtype)
        if layer.connections is not None:
            drawn[unconnected(layer.connections, array.shape)] = 0
        return drawn
    if array.name == "centers":
        return generator().integers(0, 2, array.shape).astype(dtype) * 2 - 1
    if array.name == "act.weight" or layer.function is not None:
        return np.full(array.shape, SLOPE, dtype)
    return np.full(array.shape, array.role == WEIGHT or array.name == "running_var", dtype)


def fan_in(node: Node, weight: Array) -> int:
    """How many input values one output adds up; for a transposed convolution, and for `connections`, on average.

    >>> from cnncalc.layers import KINDS
    >>> from cnncalc.network import Assembly, Input
    >>> from cnncalc.volume import Volume
    >>> layer = KINDS["conv_transpose"].build(2, {"filters": 64, "kernel": 2, "stride": 2})
    >>> node = Assembly({"x": Input(Volume((16, 16, 128)))}).add("a", "conv_transpose", layer, ("x",))
    >>> fan_in(node, node.arrays[0])
    128
    """
    added = weight.counted // node.volume.channels
    if not node.layer.scatters:
        return added
    # There are as many places for each input as the strides multiply to, and each has its share of the taps.
    return added // prod(window.stride for window in node.layer.windows(node.read[0]))


def uniform(shape: tuple[int, ...], bound: float, generator: np.random.Generator, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Numbers spread evenly between -bound and bound, drawn and scaled in place."""
    numbers = np.empty(shape, dtype)
    flat = numbers.reshape(-1)
    for start in range(0, flat.size, PIECE):
        piece = flat[start : start + PIECE]
        generator.random(out=piece, dtype=dtype.type)
        piece -= 0.5
        piece *= 2.0 * bound
    return numbers


def _generator(seed: int, name: str) -> np.random.Generator:
    """A stream of its own for each name. The hash is one that stays the same from run to run."""
    key = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, key])))


def _activations_after(network: Network) -> dict[str, str]:
    """The activation that takes a layer's output: its own `act:`, or that of its first reader, through norms."""
    readers: dict[str, Node] = {}
    for node in reversed(network.nodes):
        for name in node.inputs:
            readers[name] = node
    after: dict[str, str] = {}
    for node in reversed(network.nodes):
        if node.layer.act.function != "none":
            after[node.path] = node.layer.act.function
        elif node.path in readers:
            layer = readers[node.path].layer
            is_norm = layer.scales_channels or (layer.normalises and not layer.gives_distribution)
            if layer.function is not None:
                after[node.path] = layer.function.function
            elif layer.hands_on or is_norm:
                after[node.path] = after.get(readers[node.path].path, "none")
    return after


def _write_what_the_spec_says(network: Network, weights: dict[str, NDArray[Any]]) -> None:
    lines: list[str] = []
    for node in network.nodes:
        if node.weights is None:
            continue
        written = {name: partial(lists_as_array, lists) for name, lists in node.weights.arrays.items()}
        if node.weights.kernels:
            written["weight"] = partial(kernels_as_weight, node.weights.kernels)
        for name, values in written.items():
            path = f"{network.owner(node).path}.{name}"
            if path not in weights:
                lines.append(f"{path}: the layer keeps no {name}")
                continue
            try:
                weights[path][...] = values(weights[path].shape)
            except ValueError as fault:
                lines.append(f"{path}: {fault}")
    refuse(lines)


def kernels_as_weight(names: tuple[str, ...], shape: tuple[int, ...]) -> NDArray[Any]:
    """Image kernels as a convolution's weight: one name a filter, or one for all; the same for each input channel.

    Raises:
        ValueError: an unknown name, another size than the layer's kernel, or as many names as there are not filters.

    >>> kernels_as_weight(("vertical_edge",), (1, 1, 3, 3))[0, 0, 0].tolist()
    [1.0, 0.0, -1.0]
    """
    filters, channels, *size = shape
    if len(names) not in {1, filters}:
        raise ValueError(f"{len(names)} kernels are named for {filters} filters")
    for name in names:
        if name not in IMAGE_KERNELS:
            raise ValueError(f"there is no image kernel {name}")
        if IMAGE_KERNELS[name].size != tuple(size):
            its, ours = ("x".join(map(str, numbers)) for numbers in (IMAGE_KERNELS[name].size, size))
            raise ValueError(f"{name} is {its}, but the layer's kernel is {ours}")
    values = np.array([IMAGE_KERNELS[name].values for name in names])
    return np.broadcast_to(values[:, None], (filters, channels, *size))


def lists_as_array(lists: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    """Nested lists as an array of that shape; axes of size 1 at its beginning may be left out.

    Raises:
        ValueError: the lists are ragged, hold something other than numbers, or have another shape.

    >>> lists_as_array([[1, 0], [0, 1]], (1, 1, 2, 2)).shape
    (1, 1, 2, 2)
    """
    try:
        array = np.array(lists, np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ValueError("the lists are not numbers in rows of equal length") from None
    left_out = len(shape) - array.ndim
    if left_out < 0 or shape != (1,) * left_out + array.shape:
        raise ValueError(f"the lists have the shape {array.shape}, but {shape} is expected")
    return array.reshape(shape)
