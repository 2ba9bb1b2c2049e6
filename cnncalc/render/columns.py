"""The columns of a table: each is one line of `COLUMNS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from cnncalc import quantity
from cnncalc.analysis import ReceptiveField, Report
from cnncalc.render.folding import Line

LEFT, RIGHT = "left", "right"
NOTHING = "-"
BAR_WIDTH = 6
EIGHTHS = "▏▎▍▌▋▊▉█"


class View(NamedTuple):
    """How a table is looked at: sizes `hwc` or `chw`; glyphs `unicode` or `ascii`.

    `most_params` and `most_macs` are those of the line that has most, whose bar is full.
    """

    report: Report
    layout: str
    glyphs: str
    most_params: int
    most_macs: int


class Column(NamedTuple):
    """A column: its header, how a line fills it, and on which side it is flush."""

    header: str
    how: Callable[[Line, View], str]
    align: str = RIGHT
    style: str = ""


def _path(line: Line) -> str:
    return f"{line.path} (training only)" if line.training_only else line.path


def _params(line: Line) -> str:
    return "shared" if line.shared_with else _number(line.params)


def _number(value: int) -> str:
    return f"{value:,}" if value else NOTHING


def _bytes(value: int) -> str:
    return quantity.memory(value) if value else NOTHING


def _share(value: int, total: int, line: Line) -> str:
    """A share of the total; what only training has is no part of it."""
    if not value or line.training_only:
        return ""
    return quantity.percent(value, total).replace(" ", "")


def _bar(value: int, most: int, line: Line, view: View) -> str:
    return "" if line.training_only else bar(value, most, view.glyphs)


def bar(value: int, most: int, glyphs: str) -> str:
    """A bar as long as the part of the largest line's, in eighths of a character where the terminal has them.

    A part that is there, however small, has the shortest bar.

    >>> bar(50, 100, "ascii"), bar(1, 10**6, "ascii"), bar(0, 100, "ascii")
    ('###', '#', '')
    """
    if not value:
        return ""
    if glyphs == "ascii":
        return "#" * max(1, (2 * value * BAR_WIDTH + most) // (2 * most))
    eighths = max(1, (16 * value * BAR_WIDTH + most) // (2 * most))
    whole, rest = divmod(eighths, 8)
    return EIGHTHS[-1] * whole + (EIGHTHS[rest - 1] if rest else "")


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


COLUMNS: Mapping[str, Column] = {
    "layer": Column("layer", lambda line, _: _path(line), LEFT),
    "kind": Column("kind", lambda line, _: line.kind, LEFT),
    "inputs": Column("inputs", lambda line, _: " ".join(line.inputs), LEFT),
    "output": Column("output", lambda line, view: quantity.size(line.output, view.layout)),
    "receptive_field": Column("sees", lambda line, _: field_text(line.receptive_field)),
    "jump": Column("jump", lambda line, _: _jump_text(line.receptive_field, "jump")),
    "start": Column("start", lambda line, _: _jump_text(line.receptive_field, "start")),
    "weights": Column("weights", lambda line, _: _number(line.weights)),
    "biases": Column("biases", lambda line, _: _number(line.biases)),
    "params": Column("params", lambda line, _: _params(line)),
    "params_share": Column("%", lambda line, view: _share(line.params, view.report.totals.params, line)),
    "params_bar": Column("", lambda line, view: _bar(line.params, view.most_params, line, view), LEFT, "cyan"),
    "fixed_params": Column("fixed", lambda line, _: _number(line.fixed_params)),
    "macs": Column("MACs", lambda line, _: _number(line.macs)),
    "macs_share": Column("%", lambda line, view: _share(line.macs, view.report.totals.macs, line)),
    "macs_bar": Column("", lambda line, view: _bar(line.macs, view.most_macs, line, view), LEFT, "cyan"),
    "flops": Column("FLOPs", lambda line, _: _number(2 * line.macs)),
    "activations": Column("activations", lambda line, _: _number(line.activations)),
    "activation_bytes": Column("own memory", lambda line, _: _bytes(line.activation_bytes)),
    "live_bytes": Column("memory", lambda line, _: _bytes(line.live_bytes)),
    "shared_with": Column("shared with", lambda line, _: line.shared_with or "", LEFT),
    "line": Column("line", lambda line, _: str(line.line) if line.line else NOTHING),
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
