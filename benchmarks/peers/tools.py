"""What a user writes to have a model summarized by each tool: its table is printed, and its totals are given back."""
# Each tool is imported where it is used: its own imports are part of what it costs.

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Figures = dict[str, int]
Inputs = Mapping[str, Any]
"""Something for each input of the model, by name."""


def torchinfo(model: Any, inputs: Inputs) -> Figures:
    from torchinfo import summary

    found = summary(model, input_data=list(inputs.values()), verbose=0)
    print(found)
    return {"params": found.total_params, "macs": found.total_mult_adds}


def fvcore(model: Any, inputs: Inputs) -> Figures:
    from fvcore.nn import FlopCountAnalysis, flop_count_table, parameter_count

    model = model.eval()
    counted = FlopCountAnalysis(model, tuple(inputs.values()))
    print(flop_count_table(counted, max_depth=3))
    return {"params": parameter_count(model)[""], "macs": counted.total()}


def ptflops(model: Any, inputs: Inputs, backend: str = "pytorch") -> Figures:
    from ptflops import get_model_complexity_info

    sizes = tuple(next(iter(inputs.values())).shape[1:])
    options = {"as_strings": False, "print_per_layer_stat": True, "backend": backend}
    if len(inputs) > 1:
        options["input_constructor"] = lambda _: inputs
    macs, params = get_model_complexity_info(model, sizes, **options)
    return {"params": int(params), "macs": int(macs)}


def ptflops_aten(model: Any, inputs: Inputs) -> Figures:
    return ptflops(model, inputs, "aten")


def thop(model: Any, inputs: Inputs) -> Figures:
    from thop import profile

    macs, params = profile(model, tuple(inputs.values()), verbose=False)
    return {"params": int(params), "macs": int(macs)}


def torch(model: Any, inputs: Inputs) -> Figures:
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        model.eval()(*inputs.values())
    return {"params": sum(weights.numel() for weights in model.parameters()), "flops": counter.get_total_flops()}


TOOLS: dict[str, Callable[[Any, Inputs], Figures]] = {
    tool.__name__: tool for tool in (torch, fvcore, ptflops, ptflops_aten, torchinfo, thop)
}
"""Those that read a PyTorch model."""
