"""The figures that benchmarks/peers/record.py took from the real tools, and the networks that they are about."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import cnncalc
from cnncalc.analysis import Report
from cnncalc.conventions import OWN, TOOLS, Counting, counted
from cnncalc.network import Network

HERE = Path(__file__).parent
SPECS = {path.stem: path for path in sorted((HERE / "specs").glob("*.yaml"))}
"""The small networks that hold every kind of layer; the other names are of networks that ship."""

PEERS = tuple(name for name in TOOLS if name != OWN)


@cache
def record(tool: str) -> dict[str, Any]:
    """What was recorded of a tool: its version, PyTorch's, and the figures."""
    found: dict[str, Any] = json.loads((HERE / "data" / f"{tool}.json").read_text("utf-8"))
    return found


def figures(tool: str, network: str, form: str = "modules") -> dict[str, int]:
    """A tool's figures of a network, written as modules or in one of the other forms."""
    kept = record(tool)
    found: dict[str, int] = (kept["figures"] if form == "modules" else kept["other_forms"][form])[network]
    return found


def networks(tool: str) -> list[str]:
    """Those of which the tool gave figures."""
    return [name for name, found in record(tool)["figures"].items() if "params" in found]


@cache
def network(name: str) -> Network:
    return cnncalc.load(SPECS.get(name, name))


@cache
def report(name: str) -> Report:
    return cnncalc.analyze(network(name))


def counting(tool: str, name: str) -> Counting:
    """What cnncalc says the tool counts."""
    return counted(network(name), report(name), tool)
