"""Builds a cnncalc network as a Keras model: each layer is what `cnncalc explain` writes for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras

from cnncalc.frameworks import KERAS, Site
from cnncalc.frameworks.site import Names
from cnncalc.layers.historic import Rbf
from cnncalc.network import Network, Node
from cnncalc.volume import Volume

Step = Callable[..., Any]


class Unwritable(ValueError):
    """Keras has no such layer; the text says why."""


class Moved(keras.layers.Layer):
    """Stands for what has no weights and no Keras layer: only its shape matters to a count of parameters."""

    def __init__(self, volume: Volume) -> None:
        super().__init__()
        self.volume = tuple(volume)

    def compute_output_spec(self, *_: Any) -> keras.KerasTensor:
        return keras.KerasTensor((None, *self.volume), "float32")


class Centers(Moved):
    """LeNet-5's output layer: its fixed centres are weights that are not trained."""

    def __init__(self, volume: Volume, size: int) -> None:
        super().__init__(volume)
        self.add_weight(shape=(volume.channels, size), trainable=False)


def model(network: Network) -> keras.Model:
    """The rows that inference has; raises `Unwritable` where Keras has no such layer with weights."""
    found = {name: keras.Input(tuple(entry.volume)) for name, entry in network.inputs.items()}
    inputs = list(found.values())
    made: dict[str, list[Step]] = {}
    for node in network.inference:
        owner = node.shares if node.arrays else None
        made[node.path] = made[owner] if owner else list(steps(node))
        arguments = [found[tensor] for tensor in node.inputs]
        for step in made[node.path]:
            arguments = [step(*arguments)]
        found[node.path] = arguments[0]
        if tuple(arguments[0].shape[1:]) != tuple(node.volume):
            raise ValueError(f"{node.path} gives {arguments[0].shape}, not {node.volume}")
    return keras.Model(inputs, [found[network.results.get(path, path)] for path in network.outputs])


def steps(node: Node) -> Iterator[Step]:
    """The layers and functions of a row, to be called one after another."""
    if isinstance(node.layer, Rbf):
        yield Centers(node.volume, node.read[0].size)
        return
    site = Site.of(node.layer, node.read, node.volume)
    why = KERAS.refusal(site)
    masked = getattr(node.layer, "connections", None) is not None  # the weights are all there, as with a mask on them
    if why and node.arrays and not masked:
        raise Unwritable(why)
    written = [] if why and not masked else list(map(str, KERAS.lines(site)))
    if not written or any("tf." in line for line in written):  # TensorFlow's own functions are not installed
        yield Moved(node.volume)
    else:
        yield from (_step(line, len(node.read)) for line in written)


def _step(line: str, reads: int) -> Step:
    space = {"keras": keras}
    if not line.startswith("x = "):
        return eval(line, space)  # noqa: S307  # the text is cnncalc's own
    arguments = f"{Names(reads)}" if reads > 1 else "x"
    return eval(f"lambda {arguments}: {line.removeprefix('x = ')}", space)  # noqa: S307
