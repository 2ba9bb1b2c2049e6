"""The report for programs: JSON with one layer a line, and CSV."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cnncalc import quantity
from cnncalc.analysis import Report, Row
from cnncalc.render.folding import Line, folded, unfolded


def json_text(report: Report) -> str:
    """Exactly `report.to_dict()`, a layer on each line, so that a diff shows which layers changed.

    ASCII only, so that no terminal's encoding can spoil it.
    """
    import json

    encode = json.JSONEncoder(allow_nan=False).encode
    head = encode(report.head())[:-1]
    settings: dict[int, str] = {}  # turns of a repeat share the map of their parameters: it is written out once
    rows = ",\n  ".join([_row_text(row, encode, settings) for row in report.layers])
    return f'{head},\n "layers": [\n  {rows}\n ],\n "totals": {encode(report.totals.to_dict())}}}'


def _row_text(row: Row, encode: Callable[[Any], str], settings: dict[int, str]) -> str:
    entry = row.to_dict()
    parameters = entry.pop("parameters")
    text = settings.get(id(parameters))
    if text is None:
        text = settings[id(parameters)] = encode(parameters)
    return f'{encode(entry)[:-1]}, "parameters": {text}}}'


def csv_text(report: Report, depth: int | None = None) -> str:
    """A line for each layer, or folded at a depth; the first names the columns, which are the words of the JSON.

    Several inputs are parted by blanks; sizes are written 28x28x6.
    """
    import csv
    from io import StringIO

    lines = unfolded(report) if depth is None else folded(report, depth)
    rows = [_cells(line) for line in lines]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return text.getvalue().removesuffix("\n")


def _cells(line: Line) -> dict[str, Any]:
    return {
        "path": line.path,
        "kind": line.kind,
        "inputs": " ".join(line.inputs),
        "output": quantity.size(line.output),
        "weights": line.weights,
        "biases": line.biases,
        "params": line.params,
        "fixed_params": line.fixed_params,
        "macs": line.macs,
        "activations": line.activations,
        "activation_bytes": line.activation_bytes,
        "live_bytes": line.live_bytes,
        **_field_cells(line),
        "shared_with": line.shared_with or "",
        "training_only": "true" if line.training_only else "false",
        "line": line.line,
    }


def _field_cells(line: Line) -> dict[str, str]:
    """The receptive field in columns of its own, for each input where there are several; empty where it has none."""
    field = line.receptive_field
    cells = {}
    for name, entry in field.items() if isinstance(field, dict) else (("", field),):
        suffix = f"[{name}]" if name else ""
        told = entry.to_dict()
        for key in ("size", "jump", "start"):
            cells[f"receptive_field_{key}{suffix}"] = "x".join(map(str, told[key] or ()))
    return cells
