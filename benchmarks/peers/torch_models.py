"""Builds a cnncalc network as a PyTorch model: each layer is the module that `cnncalc explain` writes for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from cnncalc.frameworks import PYTORCH, Site
from cnncalc.frameworks.site import Names
from cnncalc.layers.historic import Rbf
from cnncalc.layers.norm import Scale
from cnncalc.network import Network, Node
from cnncalc.volume import Volume

MODULES, MIXED, FUNCTIONS, TIED = FORMS = ("modules", "mixed", "functions", "tied")
"""How the same network may be written: every layer a module; functions for layers without weights, as in
`F.relu(self.conv1(x))`; functions for all layers; weights that are used twice held by two modules that tie them."""

ASSIGNMENT = re.compile(r"(?:\w+ = )(?P<value>.*)")

Step = Callable[..., Tensor]


class Centers(nn.Module):
    """LeNet-5's output layer: squared distances from fixed centres, a buffer."""

    def __init__(self, units: int, size: int) -> None:
        super().__init__()
        self.register_buffer("centers", torch.randn(units, size))

    def forward(self, x: Tensor) -> Tensor:
        return ((x.flatten(1)[:, None] - self.centers) ** 2).sum(-1)


class Factors(nn.Module):
    """One factor, and with `bias` one offset, for each value of a vector."""

    def __init__(self, size: int, *, bias: bool) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.bias = nn.Parameter(torch.zeros(size)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weight if self.bias is None else x * self.weight + self.bias


class Model(nn.Module):
    """The rows that inference has, called in their order; takes and gives tensors with the channels first."""

    def __init__(self, network: Network, form: str = MODULES) -> None:
        super().__init__()
        self.form = form
        self.inputs = list(network.inputs)
        self.outputs = [network.results.get(path, path) for path in network.outputs]
        self.nodes = network.inference
        self.steps: dict[str, list[Step]] = {}
        for node in self.nodes:
            owner = node.shares if node.arrays else None
            if owner is not None and form != TIED:
                self.steps[node.path] = self.steps[owner]
            else:
                self.steps[node.path] = [self._kept(step) for step in steps(node)]
            if owner is not None and form == TIED:
                _tie(self.steps[node.path], self.steps[owner])

    def _kept(self, step: Step) -> Step:
        """A module becomes part of the model; one that is called as a function only gives the model its weights."""
        if not isinstance(step, nn.Module):
            return step
        has_weights = any(True for _ in step.parameters())
        if self.form == FUNCTIONS or (self.form == MIXED and not has_weights):
            for parameter in step.parameters():
                self.register_parameter(f"p{len(self._parameters)}", parameter)
            return step.forward  # what the function of that name does: no tool's hook sees it
        self.add_module(f"m{len(self._modules)}", step)
        return step

    def forward(self, *values: Tensor, **named: Tensor) -> Any:
        found = dict(zip(self.inputs, values or [named[name] for name in self.inputs], strict=True))
        for node in self.nodes:
            arguments = [found[tensor] for tensor in node.inputs]
            for step in self.steps[node.path]:
                arguments = [step(*arguments)]
            found[node.path] = arguments[0]
            if arguments[0].shape[1:] != shape(node.volume)[1:]:
                raise ValueError(f"{node.path} gives {tuple(arguments[0].shape)}, not {shape(node.volume)}")
        outputs = [found[path] for path in self.outputs]
        return outputs[0] if len(outputs) == 1 else tuple(outputs)

    def train(self, mode: bool = True) -> Model:  # noqa: FBT001, FBT002  # PyTorch's own signature
        super().train(mode)
        for step in (step for steps in self.steps.values() for step in steps):
            hidden = getattr(step, "__self__", None)
            if isinstance(hidden, nn.Module):
                hidden.train(mode)
        return self


def shape(volume: Volume) -> tuple[int, ...]:
    """A batch of one, channels first."""
    return (1, volume.channels, *volume.sizes)


def examples(network: Network) -> tuple[Tensor, ...]:
    """Something for each input."""
    return tuple(torch.zeros(shape(entry.volume)) for entry in network.inputs.values())


def steps(node: Node) -> Iterator[Step]:
    """The modules and functions of a row, to be called one after another."""
    if isinstance(node.layer, Rbf):
        yield Centers(node.layer.units, node.read[0].size)
        return
    if isinstance(node.layer, Scale) and not node.volume.rank:
        yield Factors(node.volume.size, bias=node.layer.bias)
        return
    site = Site.of(node.layer, node.read, node.volume)
    masked = getattr(node.layer, "connections", None) is not None
    why = PYTORCH.refusal(site)
    if why and not masked:
        raise ValueError(why)
    for line in PYTORCH.lines(site):
        step = _step(str(line), len(node.read))
        if masked and isinstance(step, (nn.Conv1d, nn.Conv2d, nn.Conv3d)):
            _mask(step, node.layer.connections)
        yield step


def _step(line: str, reads: int) -> Step:
    """A module, or an assignment as a function of what it reads."""
    space = {"nn": nn, "torch": torch}
    assigned = ASSIGNMENT.fullmatch(line)
    if assigned is None:
        return eval(line, space)  # noqa: S307  # the text is cnncalc's own
    arguments = f"{Names(reads)}" if reads > 1 else "x"
    return eval(f"lambda {arguments}: {assigned['value']}", space)  # noqa: S307


def _mask(module: nn.Conv2d, connections: tuple[tuple[int, ...], ...]) -> None:
    """PyTorch has no table of connections: the weights are all there, and those without a connection are zero."""
    with torch.no_grad():
        for number, row in enumerate(connections):
            for channel in set(range(module.in_channels)) - set(row):
                module.weight[number, channel] = 0


def _tie(mine: list[Step], owners: list[Step]) -> None:
    for module, owner in zip(mine, owners, strict=True):
        if isinstance(module, nn.Module) and isinstance(owner, nn.Module):
            for name, parameter in owner._parameters.items():  # noqa: SLF001
                module._parameters[name] = parameter  # noqa: SLF001
