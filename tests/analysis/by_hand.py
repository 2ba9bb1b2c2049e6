"""Small networks put together by hand, so that these tests need no language."""

from __future__ import annotations

from typing import Any

from cnncalc.layers import KINDS
from cnncalc.network import Assembly, Input, Network
from cnncalc.source import Span
from cnncalc.volume import Volume


class Builder:
    """Adds layers one after another; each reads the one before unless it says from where."""

    def __init__(self, *input_: int, **inputs: tuple[int, ...]) -> None:
        volumes = {name: Volume(volume) for name, volume in inputs.items()} or {"input": Volume(input_)}
        self.assembly = Assembly({name: Input(volume) for name, volume in volumes.items()})
        self.last = next(iter(volumes))
        self.line = 0

    def add(self, path: str, kind: str, *from_: str, shares: str | None = None, **parameters: Any) -> str:
        """A layer at the end; its path."""
        inputs = from_ or (self.last,)
        rank = self.assembly.volumes[inputs[0]].rank
        self.line += 1
        self.assembly.add(path, kind, KINDS[kind].build(rank, parameters), inputs, Span(self.line, 1)).shares = shares
        self.last = path
        return path

    def network(self, name: str = "by hand", outputs: tuple[str, ...] = (), **rest: Any) -> Network:
        """The finished network."""
        return self.assembly.network(name, outputs or (self.last,), **rest)


def lenet5(**rest: Any) -> Network:
    """LeNet-5 as it is drawn today, with the lines of its spec."""
    builder = Builder(32, 32, 1)
    builder.line = 2
    builder.add("conv_1", "conv", filters=6, kernel=5, act="tanh")
    builder.add("avg_pool_1", "avg_pool", kernel=2)
    builder.add("conv_2", "conv", filters=16, kernel=5, act="tanh")
    builder.add("avg_pool_2", "avg_pool", kernel=2)
    builder.add("fc_1", "fc", units=120, act="tanh")
    builder.add("fc_2", "fc", units=84, act="tanh")
    builder.add("fc_3", "fc", units=10)
    return builder.network("LeNet-5, as it is drawn today", **rest)


def residual_stages(stages: int = 4, turns: int = 3) -> Network:
    """A residual network: a stem, then stages of blocks with a skip, the first of which projects."""
    builder = Builder(224, 224, 3)
    builder.add("conv1/conv_1", "conv", filters=64, kernel=7, stride=2, padding=3, bias=False, rounding="floor")
    builder.add("conv1/batch_norm_1", "batch_norm")
    builder.add("relu_1", "relu")
    builder.add("max_pool_1", "max_pool", kernel=3, stride=2, padding=1, rounding="floor")
    results = {"conv1": "conv1/batch_norm_1"}
    for stage in range(stages):
        for turn in range(turns):
            block = f"conv{stage + 2}/Basic_1" if turn == 0 else f"conv{stage + 2}/Basic_2[{turn}]"
            stride = 2 if stage and not turn else 1
            _basic_block(builder, block, 64 * 2**stage, stride)
            results[block] = f"{block}/relu_1"
        results[f"conv{stage + 2}"] = builder.last
    builder.add("global_avg_pool_1", "global_avg_pool")
    builder.add("fc_1", "fc", units=1000)
    return builder.network("a residual network", results=results)


def _basic_block(builder: Builder, block: str, filters: int, stride: int) -> None:
    start = builder.last
    branch = f"{block}/add_1/main"
    builder.add(
        f"{branch}/conv_1", "conv", filters=filters, kernel=3, stride=stride, padding=1, bias=False, rounding="floor"
    )
    builder.add(f"{branch}/batch_norm_1", "batch_norm")
    builder.add(f"{branch}/relu_1", "relu")
    builder.add(f"{branch}/conv_2", "conv", filters=filters, kernel=3, padding=1, bias=False)
    main = builder.add(f"{branch}/batch_norm_2", "batch_norm")
    if stride > 1:
        skip = f"{block}/add_1/skip"
        builder.add(
            f"{skip}/conv_1", "conv", start, filters=filters, kernel=1, stride=stride, bias=False, rounding="floor"
        )
        start = builder.add(f"{skip}/batch_norm_1", "batch_norm")
    builder.add(f"{block}/add_1", "add", main, start)
    builder.add(f"{block}/relu_1", "relu")
