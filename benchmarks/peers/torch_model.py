"""Builds a PyTorch module from steps as a user would write it: modules in eager mode, in place where that is safe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from benchmarks.peers.steps import Step, Steps


class Row(NamedTuple):
    """What a module is built from: its step, all arrays, and whether it may write into its first input."""

    step: Step
    arrays: Mapping[str, Tensor]
    in_place: bool

    def array(self, role: str) -> Tensor:
        """The step's array of a role."""
        return self.arrays[self.step.arrays[role]]

    @property
    def padding(self) -> tuple[int, ...]:
        """One number an axis, which is all that PyTorch's layers take."""
        sides = self.step.settings["padding"]
        for before, after in sides:
            if before != after:
                raise NotImplementedError(f"PyTorch's layers pad both sides alike, not {before} and {after}")
        return tuple(before for before, _ in sides)


class Call(NamedTuple):
    """A module with the tensors that it reads, gives, and is the last to read."""

    module: nn.Module
    inputs: tuple[str, ...]
    output: str
    finished: tuple[str, ...]


class Model(nn.Module):
    """The steps in turn, on tensors with the channels first; each tensor is let go when it has been read last."""

    def __init__(self, steps: Steps, arrays: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.input, self.output = steps.input, steps.output
        self.calls = _calls(steps, arrays)
        self.layers = nn.ModuleList(call.module for call in self.calls)
        self.eval()

    def forward(self, x: Tensor) -> Tensor:
        alive = {self.input: x}
        for module, inputs, output, finished in self.calls:
            result = module(*[alive[name] for name in inputs])
            for name in finished:
                del alive[name]
            alive[output] = result
        return alive[self.output]


class Sum(nn.Module):
    """The sum of two."""

    def __init__(self, *, inplace: bool) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        return first.add_(second) if self.inplace else first + second


class Joined(nn.Module):
    """Its inputs' channels one after another."""

    def forward(self, *tensors: Tensor) -> Tensor:
        return torch.cat(tensors, 1)


def _calls(steps: Steps, arrays: Mapping[str, Tensor]) -> list[Call]:
    times_read, last_reader = steps.times_read(), steps.last_readers()
    calls = []
    for step in steps.steps:
        owned = {name for name in step.inputs if times_read[name] == 1 and name != steps.input}
        inputs = step.inputs
        if step.operation == "add":
            inputs = tuple(sorted(inputs, key=lambda name: name not in owned))  # first what may be written to
        row = Row(step, arrays, in_place=inputs[0] in owned)
        finished = tuple(name for name in dict.fromkeys(inputs) if last_reader[name] is step)
        calls.append(Call(_module(row), inputs, step.output, finished))
    return calls


def _module(row: Row) -> nn.Module:
    """The module of a row with its arrays as they are, not copied: it was built without any."""
    with torch.device("meta"):  # random weights that nobody will see would take longer than all the rest
        module = WITHOUT_SETTINGS.get(row.step.operation, _with_settings)(row)
    state = {role: row.array(role) for role in row.step.arrays}
    if row.step.operation == "batch_norm":
        state["num_batches_tracked"] = torch.tensor(0)
    module.load_state_dict(state, assign=True)
    return module


def _with_settings(row: Row) -> nn.Module:
    given: dict[str, Any] = row.step.settings
    bias = "bias" in row.step.arrays
    match row.step.operation:
        case "conv":
            filters, channels = row.array("weight").shape[:2]
            window = given["kernel"], given["stride"], row.padding, given["dilation"]
            return nn.Conv2d(channels * given["groups"], filters, *window, given["groups"], bias)
        case "fc":
            units, size = row.array("weight").shape
            return nn.Linear(size, units, bias)
        case "batch_norm":
            return nn.BatchNorm2d(len(row.array("weight")), eps=given["eps"])
        case "max_pool":
            window = given["kernel"], given["stride"], row.padding, given["dilation"]
            return nn.MaxPool2d(*window, ceil_mode=given["ceil"])
        case "avg_pool":
            window = given["kernel"], given["stride"], row.padding
            return nn.AvgPool2d(*window, given["ceil"], given["count_padding"])
        case unknown:
            raise NotImplementedError(f"PyTorch is not told how to compute {unknown}")


WITHOUT_SETTINGS: dict[str, Callable[[Row], nn.Module]] = {
    "global_avg_pool": lambda _: nn.AdaptiveAvgPool2d(1),
    "flatten": lambda _: nn.Flatten(),
    "relu": lambda row: nn.ReLU(inplace=row.in_place),
    "relu6": lambda row: nn.ReLU6(inplace=row.in_place),
    "add": lambda row: Sum(inplace=row.in_place),
    "concat": lambda _: Joined(),
}
