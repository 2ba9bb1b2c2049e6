"""The columns of a table: each is one line of `COLUMNS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from cnncalc import quantity
from cnncalc.analysis import ReceptiveField, Report, Row
from cnncalc.render.document import LEFT, NOTHING, PATH, RIGHT, Bar


class View(NamedTuple):
    """How a table is looked at: sizes `hwc` or `chw`; the most params and MACs of a line, whose bar is full."""

    report: Report
    layout: str
    most_params: int
    most_macs: int


class Filling(NamedTuple):
    """A column: its header, how a line fills it, and on which side it is flush."""

    header: str
    how: Callable[[Row, View], str | Bar]
    align: str = RIGHT
    style: str = ""


def _path(line: Row) -> str:
    return f"{line.path} (training only)" if line.training_only else line.path


def _params(line: Row) -> str:
    return "shared" if line.shared_with else _number(line.params)


def _number(value: int) -> str:
    return f"{value:,}" if value else NOTHING


def _bytes(value: int) -> str:
    return quantity.memory(value) if value else NOTHING


def _share(value: int, total: int, line: Row) -> str:
    """A share of the total; what only training has is no part of it."""
    if not value or line.training_only:
        return ""
    return quantity.percent(value, total).replace(" ", "")


def _bar(value: int, most: int, line: Row) -> Bar | str:
    return "" if line.training_only else Bar(value, most)


def field_text(field: ReceptiveField | dict[str, ReceptiveField]) -> str:
    """The size of a receptive field; `<=` where it is a hull."""
    if isinstance(field, dict):
        return " ".join(f"{name} {field_text(entry)}" for name, entry in field.items())
    return ("" if field.exact else "<=") + quantity.size(field.size)


def _jump_text(field: ReceptiveField | dict[str, ReceptiveField], key: str) -> str:
    if isinstance(field, dict):
        return " ".join(f"{name} {_jump_text(entry, key)}" for name, entry in field.items())
    values = field.jump if key == "jump" else field.start
    return field.paths or NOTHING if values is None else quantity.size(values)


COLUMNS: Mapping[str, Filling] = {
    PATH: Filling("layer", lambda line, _: _path(line), LEFT),
    "kind": Filling("kind", lambda line, _: line.kind, LEFT),
    "inputs": Filling("inputs", lambda line, _: " ".join(line.inputs), LEFT),
    "output": Filling("output", lambda line, view: quantity.size(line.output, view.layout)),
    "receptive_field": Filling("sees", lambda line, _: field_text(line.receptive_field)),
    "jump": Filling("jump", lambda line, _: _jump_text(line.receptive_field, "jump")),
    "start": Filling("start", lambda line, _: _jump_text(line.receptive_field, "start")),
    "weights": Filling("weights", lambda line, _: _number(line.weights)),
    "biases": Filling("biases", lambda line, _: _number(line.biases)),
    "params": Filling("params", lambda line, _: _params(line)),
    "params_share": Filling("%", lambda line, view: _share(line.params, view.report.totals.params, line)),
    "params_bar": Filling("", lambda line, view: _bar(line.params, view.most_params, line), LEFT, "cyan"),
    "fixed_params": Filling("fixed", lambda line, _: _number(line.fixed_params)),
    "macs": Filling("MACs", lambda line, _: _number(line.macs)),
    "macs_share": Filling("%", lambda line, view: _share(line.macs, view.report.totals.macs, line)),
    "macs_bar": Filling("", lambda line, view: _bar(line.macs, view.most_macs, line), LEFT, "cyan"),
    "flops": Filling("FLOPs", lambda line, _: _number(2 * line.macs)),
    "activations": Filling("activations", lambda line, _: _number(line.activations)),
    "activation_bytes": Filling("own memory", lambda line, _: _bytes(line.activation_bytes)),
    "live_bytes": Filling("memory", lambda line, _: _bytes(line.live_bytes)),
    "shared_with": Filling("shared with", lambda line, _: line.shared_with or "", LEFT),
    "line": Filling("line", lambda line, _: str(line.line) if line.line else NOTHING),
}
"""What `--columns` may name: the words of the JSON, and shares and bars of the two that matter most."""

DEFAULT = (
    "layer",
    "kind",
    "output",
    "receptive_field",
    "params",
    "params_share",
    "params_bar",
    "macs",
    "macs_share",
    "macs_bar",
    "live_bytes",
)
BARS = ("params_bar", "macs_bar")
LEAST_IMPORTANT_FIRST = (
    "receptive_field",
    "params_bar",
    "macs_bar",
    "kind",
    "live_bytes",
    "params_share",
    "macs_share",
)
"""The order in which columns of the default table give way to a narrow terminal."""
