"""The columns of a table: each is one line of `COLUMNS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from cnncalc import quantity
from cnncalc.analysis import ReceptiveField, Report, Row
from cnncalc.metrics import METRICS, Metric
from cnncalc.render.document import LEFT, PATH, Bar, Filling


class View(NamedTuple):
    """How a table is looked at: sizes `hwc` or `chw`; by the name of a metric the most of a line, whose bar is full."""

    report: Report
    layout: str
    most: Mapping[str, int]


def path_text(line: Row) -> str:
    """Where a line stands, and whether only training has it."""
    return f"{line.path} (training only)" if line.training_only else line.path


def _params(line: Row) -> str:
    return "shared" if line.shared_with else _number(line.params)


def _number(value: int) -> str:
    return f"{value:,}" if value else quantity.NOTHING


def size_of(value: int) -> str:
    """Bytes, where there are any."""
    return quantity.memory(value) if value else quantity.NOTHING


def share(value: int, total: int) -> str:
    """A share of the total, where there is any."""
    return quantity.percent(value, total).replace(" ", "") if value else ""


def amount(metric: Metric, line: Row) -> int:
    """What a line has of a metric that needs no bytes of a value."""
    return int(metric.of_row(line, 0))


def _cost(metric: Metric, text: Callable[[Row], str]) -> dict[str, Filling]:
    """A metric, its share of the total and a bar; what only training has is no part of the total."""

    def part(line: Row, view: View) -> str:
        return "" if line.training_only else share(amount(metric, line), getattr(view.report.totals, metric.total))

    def bar(line: Row, view: View) -> str | Bar:
        return "" if line.training_only else Bar(amount(metric, line), view.most[metric.name])

    return {
        metric.name: Filling(metric.label, lambda line, _: text(line)),
        f"{metric.name}_share": Filling("%", part),
        f"{metric.name}_bar": Filling("", bar, LEFT, "cyan"),
    }


Field = ReceptiveField | dict[str, ReceptiveField]


def field_text(field: Field) -> str:
    """The size of a receptive field; `<=` where it is a hull."""
    return _each(field, lambda entry: ("" if entry.exact else "<=") + quantity.size(entry.size))


def _each(field: Field, text: Callable[[ReceptiveField], str]) -> str:
    """A text of each input's field, behind its name where there are several."""
    return (
        " ".join(f"{name} {text(entry)}" for name, entry in field.items()) if isinstance(field, dict) else text(field)
    )


def _where(field: Field, name: str) -> str:
    """The jump or the start; where there is none, why."""

    def text(entry: ReceptiveField) -> str:
        values = getattr(entry, name)
        return entry.paths or quantity.NOTHING if values is None else quantity.size(values)

    return _each(field, text)


COLUMNS: Mapping[str, Filling] = {
    PATH: Filling("layer", lambda line, _: path_text(line), LEFT),
    "kind": Filling("kind", lambda line, _: line.kind, LEFT),
    "inputs": Filling("inputs", lambda line, _: " ".join(line.inputs), LEFT),
    "output": Filling("output", lambda line, view: quantity.size(line.output, view.layout)),
    "receptive_field": Filling("sees", lambda line, _: field_text(line.receptive_field)),
    "jump": Filling("jump", lambda line, _: _where(line.receptive_field, "jump")),
    "start": Filling("start", lambda line, _: _where(line.receptive_field, "start")),
    "weights": Filling("weights", lambda line, _: _number(line.weights)),
    "biases": Filling("biases", lambda line, _: _number(line.biases)),
    **_cost(METRICS["params"], _params),
    "fixed_params": Filling("fixed", lambda line, _: _number(line.fixed_params)),
    **_cost(METRICS["macs"], lambda line: _number(line.macs)),
    "flops": Filling("FLOPs", lambda line, _: _number(2 * line.macs)),
    "activations": Filling("activations", lambda line, _: _number(line.activations)),
    "activation_bytes": Filling("own memory", lambda line, _: size_of(line.activation_bytes)),
    "live_bytes": Filling("memory", lambda line, _: size_of(line.live_bytes)),
    "shared_with": Filling("shared with", lambda line, _: line.shared_with or "", LEFT),
    "line": Filling("line", lambda line, _: str(line.line) if line.line else quantity.NOTHING),
}
"""What `--columns` may name: the words of the JSON, and shares and bars of the two that matter most."""

BARS = {"params_bar": METRICS["params"], "macs_bar": METRICS["macs"]}
DEFAULT = (
    *(PATH, "kind", "output", "receptive_field"),
    *("params", "params_share", "params_bar"),
    *("macs", "macs_share", "macs_bar"),
    "live_bytes",
)
LEAST_IMPORTANT_FIRST = ("receptive_field", *BARS, "kind", "live_bytes", "params_share", "macs_share")
"""The order in which columns of the default table give way to a narrow terminal."""
