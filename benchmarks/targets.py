"""What the executor should reach beside its peers, as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import racing

NETWORKS = ("lenet5", "alexnet", "vgg16", "googlenet", "resnet18", "resnet50", "mobilenetv2")
BEST_TORCH = "best torch"
"""PyTorch in that of its two memory formats which is the faster one here."""
BATCH = 1
"""The batch that the ratios are about."""


class Target(NamedTuple):
    """The most that cnncalc's time may be as a multiple of a peer's, with one thread and with two."""

    network: str
    peer: str
    one: float
    two: float

    def most(self, threads: int) -> float:
        """The ratio for so many threads."""
        return self.one if threads == 1 else self.two


TARGETS = (
    Target("vgg16", "onnxruntime", 0.75, 0.85),
    Target("vgg16", BEST_TORCH, 0.65, 0.7),
    *(Target(network, BEST_TORCH, 0.9, 1.0) for network in ("alexnet", "googlenet", "resnet18", "resnet50")),
    *(Target(network, "onnxruntime", 1.25, 1.4) for network in ("alexnet", "googlenet", "resnet18", "resnet50")),
    Target("mobilenetv2", BEST_TORCH, 2.0, 2.0),
    Target("lenet5", BEST_TORCH, 0.5, 0.5),
    Target("lenet5", "onnxruntime", 4.0, 4.0),
    *(Target(network, racing.SLOW, 0.1, 0.1) for network in NETWORKS),
)

HOLDS = "vgg16", {"plan": 1.3, "now": 1.6}
"""The most that a warm plan may hold, and the whole process around it, as multiples of the network's weights."""
COLD = "resnet50", {"onnxruntime": 1.0, "torch": 3.0}
"""How many times as long as `cnncalc run` each peer should take as a whole process, at least."""
ERROR = 2.0
"""The most that an answer may be away from float64, as a multiple of how far PyTorch's is."""


QUIET = 0.05
"""The most of the cores that others may use while a ratio is measured.

PyTorch's threads wait for each other: with one core of two taken away it needs up to a hundred times as long.
"""


def of(network: str, batch: int) -> Iterator[Target]:
    """The ratios that a network should reach at a batch."""
    return (target for target in TARGETS if target.network == network and batch == BATCH)


def best_torch(ms: Mapping[str, Any]) -> str:
    """The faster of PyTorch's two memory formats."""
    return min(racing.TORCHES, key=lambda name: ms[name]["median"])


def peer_meant(target: Target, ms: Mapping[str, Any]) -> str:
    """The contender that a target is about."""
    return best_torch(ms) if target.peer == BEST_TORCH else target.peer


def reached(target: Target, run: Mapping[str, Any]) -> bool | None:
    """Whether a run reaches a target; None where others used too much of the machine for it to say anything.

    A peer that was given up on was slower than any target asks.
    """
    peer = peer_meant(target, run["ms"])
    if run["others"] > QUIET:
        return None
    return peer in run["late"] or run["ratio"][peer]["median"] <= target.most(run["threads"])
