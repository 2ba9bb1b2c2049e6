"""Holds receptive fields to PyTorch's gradients: what a unit's gradient is not 0 at is what its window says.

    python -m benchmarks.peers.fields draw 200 networks.json
    peers-env/bin/python -m benchmarks.peers.fields hold networks.json

The first draws networks by the strategies of the tests, and needs those; the second needs PyTorch, and cnncalc on its
path. The modules are those that `cnncalc explain` writes. Weights are positive and what only bends values is left out,
so that no gradient is lost; a maximum is a mean, for the same reason. Networks with a layer that has no such module,
or whose statistics or products might cancel gradients, are passed over and counted.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import cnncalc
from cnncalc.analysis.counting import fields_of
from cnncalc.analysis.field import Field
from cnncalc.frameworks import FRAMEWORKS
from cnncalc.network import Network, Node
from cnncalc.problem import SpecError

LARGER = {0: 0, 1: 40, 2: 24, 3: 6}
"""So many places are added along each axis of an input of a rank, so that more windows lie inside."""
MOST_PLACES = 16
"""So many places of a row are looked at."""
MODULES = ("Conv", "ConvTranspose", "AvgPool", "AdaptiveAvgPool", "Upsample", "PixelShuffle", "Linear", "Flatten")
PADS = ("ZeroPad", "ReflectionPad", "ReplicationPad", "ConstantPad")
MEANS = {"MaxPool": "AvgPool", "AdaptiveMaxPool": "AdaptiveAvgPool"}
PER_PLACE = ("BatchNorm", "Dropout", "Identity", "ReLU", "ReLU6", "LeakyReLU", "PReLU", "ELU", "SELU", "GELU", "SiLU")
PER_PLACE = (*PER_PLACE, "Sigmoid", "Tanh", "Hardswish", "Hardsigmoid", "Hardtanh", "Softplus", "Softsign", "Mish")


def draw(count: int) -> list[str]:
    """Specs from the whole language, those first that can be held."""
    from hypothesis import HealthCheck, Phase, given, settings

    from tests.agreement.strategies import specs

    found: list[str] = []

    @settings(
        max_examples=6 * count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(specs())
    def collect(text: str) -> None:
        found.append(text)

    collect()
    return found


class Modules:
    """What a line of PyTorch calls `nn`: modules of positive weights, and none where a layer acts on each place."""

    def __getattr__(self, name: str) -> Any:
        from torch import nn

        kind = re.sub("[123]d$", "", name)
        if kind in PER_PLACE:
            return lambda *_, **__: nn.Identity()
        if kind in MEANS:
            return lambda *given, **named: getattr(nn, name.replace(kind, MEANS[kind]))(*given, **_without(named))
        if kind in (*MODULES, *PADS):
            return lambda *given, **named: _positive(getattr(nn, name)(*given, **named))
        if name == "functional":
            return nn.functional
        raise NotImplementedError(name)


def _without(named: dict[str, Any]) -> dict[str, Any]:
    if named.pop("dilation", 1) != 1:
        raise NotImplementedError("a mean of taps that stand apart")
    return named


def _positive(module: Any) -> Any:
    import torch

    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(torch.rand_like(parameter) + 0.5 if name == "weight" else torch.zeros_like(parameter))
    return module.double()


def run(network: Network, images: dict[str, Any]) -> dict[str, Any]:
    """Every tensor of a run of the modules that `explain` writes."""
    import torch

    tensors = dict(images)
    for node in network.nodes:
        read = [tensors[name] for name in node.inputs]
        tensors[node.path] = _sum(read) if node.kind == "add" else _computed(node, read, torch)
    return tensors


def _sum(read: list[Any]) -> Any:
    total = read[0]
    for other in read[1:]:
        total = total + other
    return total


def _computed(node: Node, read: list[Any], torch: Any) -> Any:
    if node.kind in {"multiply", "subtract", "lrn", "softmax", "slice"}:
        raise NotImplementedError(node.kind)
    written = FRAMEWORKS[0].written(node.layer, node.read, node.volume)
    names = {"nn": Modules(), "torch": torch, "x": read[0], **dict(zip("abcdefgh", read, strict=False))}
    if not written.lines:
        raise NotImplementedError(node.kind)
    for line in written.lines:
        if line.startswith("nn.") and not line.startswith("nn.functional"):
            names["x"] = eval(line, names)(names["x"])  # noqa: S307  # a line of our own
        elif line.startswith("x = "):
            exec(line, names)  # noqa: S102  # as above
        else:
            names["x"] = eval(line, names)  # noqa: S307  # as above
    x = names["x"]
    if tuple(x.shape[1:]) != (node.volume.channels, *node.volume.sizes):
        raise NotImplementedError(f"{node.kind} gives {tuple(x.shape)}")
    return x


def larger(text: str) -> Network:
    """The network on larger inputs, or as it is drawn where it does not fit those."""
    network = cnncalc.loads(text)
    inputs = {
        name: (*(size + LARGER[entry.volume.rank] for size in entry.volume.sizes), entry.volume.channels)
        for name, entry in network.inputs.items()
    }
    try:
        return cnncalc.loads(text, inputs=inputs)
    except (SpecError, ValueError):
        return network


def hold(network: Network, told: Counter[str], wrong: list[str]) -> None:
    """Compare each row's windows with the gradients of some of its places."""
    import torch

    images = {
        name: torch.rand(1, entry.volume.channels, *entry.volume.sizes, dtype=torch.double).add(0.5).requires_grad_()
        for name, entry in network.inputs.items()
    }
    tensors = run(network, images)
    fields = fields_of(network)
    for node in network.nodes:
        sizes = node.volume.sizes
        places = [*product(*map(_middle, sizes))] if sizes else []
        chosen = random.Random(0).sample(places, min(MOST_PLACES, len(places)))  # noqa: S311  # no secret
        for place in chosen:
            unit = tensors[node.path][(0, slice(None), *place)].sum()
            for name, field in fields[node.path].items():
                windows = _windows(field, place, images[name].shape[2:])
                if windows is None:
                    continue
                (gradient,) = torch.autograd.grad(unit, images[name], retain_graph=True, allow_unused=True)
                seen = (gradient[0] != 0).any(0).nonzero() if gradient is not None else torch.zeros(0, len(place))
                spans = [(int(at.min()), int(at.max())) for at in seen.T] if len(seen) else []
                told["units"] += 1
                told["behind upsampling"] += any(len(axis) > 1 for axis in field.axes)
                if spans != windows:
                    wrong.append(f"{node.path} {node.kind} at {place} of {name}: {spans}, not {windows}")
    told["networks"] += 1


def _middle(size: int) -> range:
    """The places of an axis that are far from its ends: where a map was cropped and is padded again, windows end."""
    return range(2 * size // 5, size - 2 * size // 5)


def _windows(field: Field, place: tuple[int, ...], sizes: tuple[int, ...]) -> list[tuple[int, int]] | None:
    """The windows of a place along each axis where they lie inside the image; None elsewhere."""
    if len(field.axes) != len(place):
        return None
    found = []
    for axis, size in enumerate(sizes):
        window = field.window(axis, place[axis])
        if window is None or window[0] < 0 or window[1] >= size:
            return None
        found.append((int(window[0]), int(window[1])))
    return found


def main() -> None:
    """Draw networks into a file, or hold those of one."""
    if sys.argv[1] == "draw":
        Path(sys.argv[3]).write_text(json.dumps([int(sys.argv[2]), draw(int(sys.argv[2]))]), encoding="utf-8")
        return
    count, texts = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    told: Counter[str] = Counter()
    passed_over: Counter[str] = Counter()
    wrong: list[str] = []
    for text in texts:
        if told["networks"] == count:
            break
        before = len(wrong)
        try:
            hold(larger(text), told, wrong)
        except (NotImplementedError, RuntimeError) as fault:
            passed_over[str(fault).split(" ")[0]] += 1
        if len(wrong) > before:
            print(text, *wrong[before : before + 3], sep="\n")
    print(dict(told), "differences:", len(wrong), "passed over:", dict(passed_over.most_common()))


if __name__ == "__main__":
    main()
