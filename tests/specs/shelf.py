"""The networks that ship as their tests see them: names, data files, and what can be measured of a report."""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from math import prod
from pathlib import Path

import cnncalc
from cnncalc.analysis import Report, Row
from cnncalc.language.shelf import shipped, variants_of
from cnncalc.language.yaml.source import read_source
from cnncalc.network import Network

DATA = Path(__file__).parent / "data"

FILES = tuple(shipped())
VARIANTS = {variant: file for file, path in shipped().items() for variant in variants_of(read_source(path))}
NETWORKS = (*FILES, *VARIANTS)
"""Every network that ships by its bare name: the files, then their variants."""


def table(name: str) -> list[dict[str, str]]:
    """The rows of a data file."""
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def network(name: str) -> Network:
    """A network by its bare name, loaded once for all tests."""
    return cnncalc.load(name)


@cache
def report(name: str) -> Report:
    """What a network costs."""
    return cnncalc.analyze(network(name))


def as_text(volume: tuple[int, ...]) -> str:
    """A volume as the data files write it."""
    return "x".join(map(str, volume))


def rows(name: str, path: str) -> list[Row]:
    """The rows that inference has of a layer or block, or of several joined by `+`; all of them for the empty path."""
    inside = {node.path for part in path.split("+") for node in network(name).within(part)}
    return [row for row in report(name).layers if row.path in inside and not row.training_only]


def connections(row: Row) -> int:
    """LeCun's count: every product and every bias of each value that comes out; a sum counts its terms."""
    if row.kind == "subsample":
        terms: int = prod(row.parameters["kernel"]) + 1
        return row.activations * terms
    places = row.activations // row.output[-1]
    return row.macs + row.biases * places + row.fixed_params


SUMMED: dict[str, Callable[[Row], int]] = {
    "params": lambda row: row.params,
    "fixed_params": lambda row: row.fixed_params,
    "all_params": lambda row: row.params + row.fixed_params,
    "macs": lambda row: row.macs,
    "conv_macs": lambda row: row.macs if row.kind == "conv" else 0,
    "connections": connections,
    "neurons": lambda row: row.activations if row.kind in {"conv", "fc"} else 0,
    "weight_layers": lambda row: row.kind in {"conv", "fc"} and "/skip/" not in row.path,
}
"""What a paper may state of several layers: the sum over their rows."""

OF_ONE: dict[str, Callable[[Row], int]] = {
    "values": lambda row: row.activations,
    "side": lambda row: row.output[0],
    "receptive_field": lambda row: int(max(row.receptive_field.size)),  # type: ignore[union-attr]  # one input
}
"""What a paper may state of one layer."""


def measured(name: str, path: str, metric: str) -> int:
    """A number that a paper may state about a network, or about the layer or block of that path."""
    if metric in OF_ONE:
        return OF_ONE[metric](report(name)[path])
    return sum(map(SUMMED[metric], rows(name, path)))
