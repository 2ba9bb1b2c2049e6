"""Turns a cnncalc network into steps; a kind of layer that none of the benchmarked networks has is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.peers.steps import Step, Steps
from cnncalc.layers import Layer
from cnncalc.layers.activation import PASS_THROUGH, Activation
from cnncalc.layers.conv import Conv, Depthwise, Sliding
from cnncalc.layers.fc import Fc
from cnncalc.layers.join import Add, Concat
from cnncalc.layers.norm import BatchNorm
from cnncalc.layers.pool import AvgPool, GlobalAvgPool, MaxPool
from cnncalc.layers.reshape import Flatten
from cnncalc.network import Network, Node
from cnncalc.volume import Volume


def translated(network: Network) -> Steps:
    """The steps of a network of one picture and one output."""
    ((name, entry),) = network.inputs.items()
    homes: dict[str, str] = {name: name}
    steps: list[Step] = []
    for node in network.inference:
        read = tuple(homes[tensor] for tensor in node.inputs)
        if node.layer.hands_on:
            homes[node.path] = read[0]
        else:
            steps += _steps(network, node, read)
            homes[node.path] = node.path
    height, width, channels = entry.volume
    return Steps(name, (height, width, channels), entry.scale, entry.mean, entry.std, tuple(steps))


def _steps(network: Network, node: Node, read: tuple[str, ...]) -> Iterator[Step]:
    """The steps of one row: flattened first where a fully connected layer sees a map, activated last."""
    layer, owner = node.layer, network.owner(node).path
    if isinstance(layer, Add) and len(read) > 2:
        raise NotImplementedError("no peer is told how to add more than two")
    operation, settings = describe(layer, node.read[0])
    arrays = {array.name: f"{owner}.{array.name}" for array in node.arrays}
    act = getattr(layer, "act", PASS_THROUGH)
    if operation == "fc" and node.read[0].rank:
        yield Step(f"{node.path}.flat", "flatten", read, {}, {})
        read = (f"{node.path}.flat",)
    result = node.path if act == PASS_THROUGH else f"{node.path}.linear"
    yield Step(result, operation, read, arrays, settings)
    if act != PASS_THROUGH:
        yield Step(node.path, _activation(act.function), (result,), {}, {})


def describe(layer: Layer, x: Volume) -> tuple[str, dict[str, Any]]:
    """The operation's name, and its settings as plain data."""
    match layer:
        case Conv(connections=None):
            return "conv", {**_sliding(layer, x), "groups": layer.groups}
        case Depthwise():
            return "conv", {**_sliding(layer, x), "groups": x.channels}
        case MaxPool():
            return "max_pool", _sliding(layer, x)
        case AvgPool():
            return "avg_pool", {**_sliding(layer, x), "count_padding": bool(layer.count_padding)}
        case BatchNorm(affine=True):
            return "batch_norm", {"eps": layer.eps}
        case GlobalAvgPool() | Fc() | Add() | Concat() | Flatten():
            return layer.kind, {}
        case Activation():
            return _activation(layer.function.function), {}
    raise NotImplementedError(f"no peer is told how to compute {layer}")


def _sliding(layer: Sliding, x: Volume) -> dict[str, Any]:
    """What every window has; `ceil` says whether the last one hangs over the end, and not what would happen if."""
    windows = layer.windows(x)
    hanging = any(window.remainder(size) < 0 for window, size in zip(windows, x.sizes, strict=True))
    return {
        "kernel": layer.kernel,
        "stride": layer.stride,
        "padding": tuple((window.before, window.after) for window in windows),
        "dilation": layer.dilations,
        "ceil": hanging,
    }


def _activation(function: str) -> str:
    if function not in {"relu", "relu6"}:
        raise NotImplementedError(f"no peer is told how to compute {function}")
    return function
