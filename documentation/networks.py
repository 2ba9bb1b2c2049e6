"""The page of the networks that ship, from the specs themselves."""

from __future__ import annotations

import cnncalc
from cnncalc.language.choices import Choices
from cnncalc.language.load import declared, expanded
from cnncalc.language.shelf import shipped
from cnncalc.language.yaml.source import read_source
from documentation.markdown import cell, table

HEAD = """\
# Networks that ship
Each is a file of `specs/`, and its name works wherever a SPEC does: `cnncalc summarize resnet50`. Its variants work by
their own names: `cnncalc summarize resnet152`. `cnncalc specs NAME` prints the file.
"""


def page() -> str:
    """A table of all networks, and each file below it."""
    parts = [HEAD, table(TITLES, [row for name in shipped() for row in _rows(name)], numbers=TITLES[2:])]
    parts.extend(_section(name) for name in shipped())
    return "\n\n".join(parts) + "\n"


TITLES = ["network", "output", "params", "MACs", "peak memory in bytes", "layers"]


def _rows(name: str) -> list[list[str]]:
    spec, faults = declared(read_source(shipped()[name]))
    rows = []
    for variant in (None, *spec.variants):
        network = expanded(spec, faults, Choices(variant))
        totals = cnncalc.analyze(network).totals
        shown = f"[`{name}`](#{name})" if variant is None else f"\N{EM SPACE}`{variant}`"
        costs = (totals.params, totals.macs, totals.peak_activation_bytes, totals.layers)
        rows.append([shown, str(network.volume(network.outputs[0])), *(f"{cost:,}" for cost in costs)])
    return rows


def _section(name: str) -> str:
    source = read_source(shipped()[name])
    head = f'## `{name}` {{ #{name} }}\n{cell(cnncalc.load(name).name)}\n\n??? note "specs/{name}.yaml"\n\n'
    return head + _indented(f"```yaml\n{source.text}```")


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())
