"""What should be reached, as data: every limit that a section of the page judges by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from benchmarks.timing import Numbers

SUMMARIZE = {"json": 8, "csv": 8, "table": 12}
"""The most that `summarize resnet152` may take, as a multiple of `python -c pass`."""
TEN_THOUSAND_LAYERS = 2
"""Seconds within which a whole `summarize` of so many layers should be done."""
GROWTH = 1.5
"""What a layer may cost in the longest network, as a multiple of one in a network of 10,000."""
CHECK_SECONDS = 3
"""Seconds within which `check` should judge every network that ships."""
PART_OF_TORCHINFO = 20
"""How many times as fast as torchinfo a summary should be."""
PRODUCT = 3
"""The most that an image may take, as a multiple of one plain product of as many MACs (not asked of LeNet-5)."""
RUN_PEAK_GIB = {"vgg16": 1.2}
"""The most memory of a whole `cnncalc run`."""
REGRET = 0.03
"""The part of the networks' time that better choices of algorithms may save."""
WORST_CHOICE = 1.3
"""How many times as long as the fastest algorithm a chosen one may take."""

NETWORKS = ("lenet5", "alexnet", "vgg16", "googlenet", "resnet18", "resnet50", "mobilenetv2")
TORCHES = ("torch", "torch channels_last")
ONNXRUNTIME = "onnxruntime"
SLOW = "onnx.reference"
"""The peer that needs seconds where the others need milliseconds: it takes part in a few rounds, or not at all."""
BEST_TORCH = "best torch"
"""PyTorch in that of its two memory formats which is the faster one here."""
BATCH = 1
"""The batch that the ratios are about."""
HOLDS = "vgg16", {"plan": 1.3, "now": 1.6}
"""The most that a warm plan may hold, and the whole process around it, as multiples of the network's weights."""
COLD = "resnet50", {ONNXRUNTIME: 1, "torch": 3}
"""How many times as long as `cnncalc run` each peer should take as a whole process, at least."""
ERROR = 2
"""The most that an answer may be away from float64, as a multiple of how far PyTorch's is."""
QUIET = 0.05
"""The most of the cores that others may use while a ratio is measured.

PyTorch's threads wait for each other: with one core of two taken away it needs up to a hundred times as long.
"""


class Target(NamedTuple):
    """The most that cnncalc's time may be as a multiple of a peer's, with one thread and with two."""

    network: str
    peer: str
    one: float
    two: float

    def most(self, threads: int) -> float:
        """The ratio for so many threads."""
        return self.one if threads == 1 else self.two

    def contender(self, run: Numbers) -> str:
        """The contender that it is about."""
        return best_torch(run) if self.peer == BEST_TORCH else self.peer

    def reached(self, run: Numbers) -> bool | None:
        """Whether a run reaches it; None where others used too much of the machine for it to say anything.

        A peer that was given up on was slower than any target asks.
        """
        peer = self.contender(run)
        if run["others"] > QUIET:
            return None
        return peer in run["late"] or run["ratio"][peer]["median"] <= self.most(run["threads"])


TARGETS = (
    Target("vgg16", ONNXRUNTIME, 0.75, 0.85),
    Target("vgg16", BEST_TORCH, 0.65, 0.7),
    *(Target(network, BEST_TORCH, 0.9, 1.0) for network in ("alexnet", "googlenet", "resnet18", "resnet50")),
    *(Target(network, ONNXRUNTIME, 1.25, 1.4) for network in ("alexnet", "googlenet", "resnet18", "resnet50")),
    Target("mobilenetv2", BEST_TORCH, 2.0, 2.0),
    Target("lenet5", BEST_TORCH, 0.5, 0.5),
    Target("lenet5", ONNXRUNTIME, 4.0, 4.0),
    *(Target(network, SLOW, 0.1, 0.1) for network in NETWORKS),
)


def of(network: str, run: Numbers) -> Iterator[Target]:
    """The ratios that a run of a network should reach."""
    peers = run["late"].keys() | run["ratio"].keys() | {BEST_TORCH}
    return (one for one in TARGETS if one.network == network and run["batch"] == BATCH and one.peer in peers)


def best_torch(run: Numbers) -> str:
    """The faster of PyTorch's two memory formats."""
    ms: Mapping[str, Mapping[str, float]] = run["ms"]
    return min(TORCHES, key=lambda name: ms[name]["median"])
