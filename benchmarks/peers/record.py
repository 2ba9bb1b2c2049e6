"""Asks each tool for its figures of many networks, and keeps them for the tests of `--counting`: see README.md."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import cnncalc  # noqa: E402  # the checkout is cnncalc's place: it needs no installation
from cnncalc.derivation.framework import Unwritable  # noqa: E402
from cnncalc.network import Network  # noqa: E402

OWN = ROOT / "tests" / "conventions" / "specs"
DATA = ROOT / "tests" / "conventions" / "data"
SHIPPED = (
    "lenet5",
    "lenet5_1998",
    "alexnet",
    "alexnet_onecolumn",
    "zfnet",
    "vgg16",
    "googlenet",
    "googlenet_torchvision",
    "resnet18",
    "resnet20",
    "resnet50",
    "squeezenet",
    "densenet121",
    "mobilenetv2",
    "unet_small",
    "siamese",
    "m5",
    "c3d",
)
OTHER_FORMS = {"mixed": ("lenet5", "resnet18"), "functions": ("lenet5", "resnet18"), "tied": ("shared", "siamese")}
"""What is also recorded as `torch_models.FORMS` says."""

Figures = dict[str, int | str]


def torch(network: Network, form: str) -> Figures:
    from torch.utils.flop_counter import FlopCounterMode
    from torch_models import Model, examples

    model = Model(network, form).eval()
    with FlopCounterMode(display=False) as counter:
        model(*examples(network))
    return {"params": sum(weights.numel() for weights in model.parameters()), "flops": counter.get_total_flops()}


def fvcore(network: Network, form: str) -> Figures:
    from fvcore.nn import FlopCountAnalysis, parameter_count
    from torch_models import Model, examples

    model = Model(network, form).eval()
    counted = FlopCountAnalysis(model, examples(network))
    counted.unsupported_ops_warnings(enabled=False).uncalled_modules_warnings(enabled=False)
    return {"params": parameter_count(model)[""], "macs": counted.total()}


def ptflops(network: Network, form: str, backend: str = "pytorch") -> Figures:
    from ptflops import get_model_complexity_info
    from torch_models import Model, examples

    inputs = dict(zip(network.inputs, examples(network), strict=True))
    sizes = tuple(next(iter(inputs.values())).shape[1:])
    options = {"as_strings": False, "print_per_layer_stat": False, "backend": backend}
    if len(inputs) > 1:
        options["input_constructor"] = lambda _: inputs
    macs, params = get_model_complexity_info(Model(network, form), sizes, **options)
    return {"params": int(params), "macs": int(macs)}


def ptflops_aten(network: Network, form: str) -> Figures:
    return ptflops(network, form, "aten")


def torchinfo(network: Network, form: str) -> Figures:
    from torch_models import Model, examples
    from torchinfo import summary

    found = summary(Model(network, form), input_data=list(examples(network)), verbose=0)
    return {"params": found.total_params, "macs": found.total_mult_adds}


def thop(network: Network, form: str) -> Figures:
    from thop import profile
    from torch_models import Model, examples

    macs, params = profile(Model(network, form), examples(network), verbose=False)
    return {"params": int(params), "macs": int(macs)}


def keras(network: Network, _: str) -> Figures:
    from keras_models import model

    try:
        return {"params": model(network).count_params()}
    except Unwritable as reason:
        return {"unwritable": str(reason)}


TOOLS: dict[str, Callable[[Network, str], Figures]] = {
    "torch": torch,
    "fvcore": fvcore,
    "ptflops": ptflops,
    "ptflops_aten": ptflops_aten,
    "torchinfo": torchinfo,
    "thop": thop,
    "keras": keras,
}


def networks() -> dict[str, Network]:
    """Those that ship, then the small ones that hold every kind of layer."""
    own = {path.stem: cnncalc.load(path) for path in sorted(OWN.glob("*.yaml"))}
    return {name: cnncalc.load(name) for name in SHIPPED} | own


def recorded(tool: str, chosen: dict[str, Network]) -> dict[str, Any]:
    """A tool's figures with its version, and PyTorch's, on which they all run."""
    package = tool.partition("_")[0]
    found = {name: asked(tool, network, "modules", name) for name, network in chosen.items()}
    kept: dict[str, Any] = {"tool": tool, "version": release(package), "torch": release("torch"), "figures": found}
    if tool != "keras":
        kept["other_forms"] = {
            form: {name: asked(tool, chosen[name], form, name) for name in names if name in chosen}
            for form, names in OTHER_FORMS.items()
        }
    return kept


def release(package: str) -> str:
    """A version as the package index writes it, without the name of a build; PEP 440 reads 1.0-2 as 1.0.post2."""
    return version(package).partition("+")[0].replace("-", ".post")


def asked(tool: str, network: Network, form: str, name: str) -> Figures:
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figures = TOOLS[tool](network, form)
    print(f"{tool}: {name} as {form}: {figures}", flush=True)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", action="append", choices=TOOLS, help="only this one; repeatable")
    parser.add_argument("--network", action="append", help="only this one; the others keep their figures; repeatable")
    asked_for = parser.parse_args()
    chosen = networks()
    if asked_for.network:
        chosen = {name: chosen[name] for name in asked_for.network}
    for tool in asked_for.tool or TOOLS:
        path = DATA / f"{tool}.json"
        kept = recorded(tool, chosen)
        if asked_for.network and path.exists():
            kept = merged(json.loads(path.read_text("utf-8")), kept)
        path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def merged(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """What was recorded before, with the networks that were asked about now in its place."""
    forms = {form: {**before["other_forms"][form], **found} for form, found in now.get("other_forms", {}).items()}
    figures = {"figures": {**before["figures"], **now["figures"]}}
    return {**now, **figures, **({"other_forms": forms} if forms else {})}


if __name__ == "__main__":
    main()
