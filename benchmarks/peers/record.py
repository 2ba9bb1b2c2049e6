"""Asks each tool for its figures of many networks, and keeps them for the tests of `--counting`: see README.md.

`python -m benchmarks.peers.record` runs in the peers' environment, at the top of the checkout.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import warnings
from importlib.metadata import version
from typing import Any

import cnncalc
from benchmarks.peers.tools import TOOLS
from benchmarks.timing import HERE
from cnncalc.language.shelf import shipped
from cnncalc.network import Network

OWN = HERE.parent / "tests" / "conventions" / "specs"
DATA = HERE.parent / "tests" / "conventions" / "data"
LEFT_OUT = ("edges", "unet")
"""Networks that ship and are not recorded: `edges` learns nothing, and `unet` is `unet_small` at its paper's size."""
OTHER_FORMS = {"mixed": ("lenet5", "resnet18"), "functions": ("lenet5", "resnet18"), "tied": ("shared", "siamese")}
"""What is also recorded as `torch_models.FORMS` says."""

ALL = (*TOOLS, "keras")

Figures = dict[str, int | str]


def of_keras(network: Network) -> Figures:
    from benchmarks.peers.keras_models import Unwritable, model

    try:
        return {"params": model(network).count_params()}
    except Unwritable as reason:
        return {"unwritable": str(reason)}


def of_torch(tool: str, network: Network, form: str) -> Figures:
    from benchmarks.peers.torch_models import Model, examples

    inputs = dict(zip(network.inputs, examples(network), strict=True))
    return {**TOOLS[tool](Model(network, form), inputs)}


def networks() -> dict[str, Network]:
    """Those that ship, then the small ones that hold every kind of layer."""
    own = {path.stem: cnncalc.load(path) for path in sorted(OWN.glob("*.yaml"))}
    return {name: cnncalc.load(name) for name in shipped() if name not in LEFT_OUT} | own


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
        figures = of_keras(network) if tool == "keras" else of_torch(tool, network, form)
    print(f"{tool}: {name} as {form}: {figures}", flush=True)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", action="append", choices=ALL, help="only this one; repeatable")
    parser.add_argument("--network", action="append", help="only this one; the others keep their figures; repeatable")
    asked_for = parser.parse_args()
    chosen = networks()
    if asked_for.network:
        chosen = {name: chosen[name] for name in asked_for.network}
    for tool in asked_for.tool or ALL:
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
