"""The lines of a report, as the table that people look at or as records; each column is one line of `COLUMNS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc import quantity
from cnncalc.analysis import ReceptiveField, Report, Row
from cnncalc.metrics import METRICS, Metric
from cnncalc.render.document import LEFT, PATH, SCREEN, Bar, Document, Filling, Heading, Note, Notes, Table
from cnncalc.render.folding import folded
from cnncalc.render.subjects.report_words import sentences, title

if TYPE_CHECKING:
    from cnncalc.render.subjects.report import Summary, Verdict

EXPECT = "expect"
INDENT = 9


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

CALLED = {"path": PATH}
"""What else a column is called: the JSON has paths."""
SHARES = ("params", "macs")
"""Whose shares have the header `%`."""


def names_of(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The columns that some words mean, each its name or its header as it is printed; and the words that mean none.

    `%` is the share of the column before it, where that has one, else both shares.

    >>> names_of(["layer", "sees", "MACs", "%", "wide"])
    (['layer', 'receptive_field', 'macs', 'macs_share'], ['wide'])
    """
    by_header = {filling.header.lower(): name for name, filling in COLUMNS.items()}
    names: list[str] = []
    unknown: list[str] = []
    for word in words:
        name = word if word in COLUMNS else CALLED.get(word) or by_header.get(word.lower())
        if word == "%":
            names += [f"{share}_share" for share in (names[-1:] if set(names[-1:]) & set(SHARES) else SHARES)]
        elif name:
            names.append(name)
        else:
            unknown.append(word)
    return names, unknown


BARS = {"params_bar": METRICS["params"], "macs_bar": METRICS["macs"]}
DEFAULT = (
    *(PATH, "kind", "output", "receptive_field"),
    *("params", "params_share", "params_bar"),
    *("macs", "macs_share", "macs_bar"),
    "live_bytes",
)
LEAST_IMPORTANT_FIRST = ("receptive_field", *BARS, "kind", "live_bytes", "params_share", "macs_share")
"""The order in which columns of the default table give way to a narrow terminal."""


def document(summary: Summary, medium: str) -> Document:
    """Title, table and totals; a page has neither bars nor verdicts, and always the default columns."""
    report, on_screen = summary.report, medium == SCREEN
    notes = [Note(label, text) for label, text in sentences(report)]
    if on_screen:
        notes += _verdicts(summary.verdicts)
        notes += [Note(verb, text, "yellow") for verb, text in summary.unjudged]
        table = _table(summary, summary.columns or DEFAULT, () if summary.columns else LEAST_IMPORTANT_FIRST)
    else:
        table = _table(summary, [name for name in DEFAULT if name not in BARS])
    return [[Heading(title(report, summary.layout))], [table], [Notes(notes, INDENT)]]


def _table(summary: Summary, names: Sequence[str], yields: Sequence[str] = ()) -> Table:
    lines = folded(summary.report, summary.depth)
    used = [line for line in lines if not line.training_only]
    most = {metric.name: max((amount(metric, line) for line in used), default=0) for metric in BARS.values()}
    view = View(summary.report, summary.layout, most)
    columns = [COLUMNS[name].column(name, lines, view) for name in names]
    styles = ["dim" if line.training_only else "" for line in lines]
    return Table(columns, styles, yields, option="--columns")


def _verdicts(verdicts: Sequence[Verdict]) -> Iterator[Note]:
    """How many expectations hold, each budget with what is left of it, and each that fails."""
    promises = [passed for verb, _, passed in verdicts if verb == EXPECT]
    if promises:
        held = f"{sum(promises):,} of {len(promises):,} hold"
        yield Note(EXPECT, held, "green" if all(promises) else "red")
    for verb, text, passed in verdicts:
        if not passed or verb != EXPECT:
            word, style = ("ok", "green") if passed else ("FAILED", "red")
            yield Note(verb, f"{word}: {text}", style)


def records(report: Report, depth: int | None) -> list[dict[str, Any]]:
    """The cells of each line by the words of the JSON; several inputs are parted by blanks, sizes written 28x28x6."""
    return [_record(row) for row in (report.layers if depth is None else folded(report, depth))]


def _record(row: Row) -> dict[str, Any]:
    # Most cells are numbers and words as they are, and a table may have a million of them.
    cells = {name: value if value.__class__ in {int, str} else _cell(value) for name, value in row.flat().items()}
    last = {name: cells.pop(name) for name in ("shared_with", "training_only", "line")}
    return {**cells, **last}


def _cell(value: Any) -> str | int:
    if isinstance(value, list):
        return ("x" if all(isinstance(part, (int, float)) for part in value) else " ").join(map(str, value))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else value
