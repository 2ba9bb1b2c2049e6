"""The records of a report: one for each layer or group of layers, in the words of the JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import quantity
from cnncalc.render.subjects.folding import Line, folded, unfolded

if TYPE_CHECKING:
    from cnncalc.analysis import Report


def records(report: Report, depth: int | None) -> list[dict[str, Any]]:
    """The cells of each line by the words of the JSON. Several inputs are parted by blanks, sizes written 28x28x6."""
    return [_cells(line) for line in (unfolded(report) if depth is None else folded(report, depth))]


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
