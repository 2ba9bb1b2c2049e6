"""Holds an explanation to a report: every number in its text, computed from the printed arithmetic, is the report's."""

from __future__ import annotations

from fractions import Fraction

from cnncalc.analysis import ReceptiveField, Report, analyze
from cnncalc.analysis.counting import fields_of
from cnncalc.analysis.field import Field
from cnncalc.derivation.explain import explain_row
from cnncalc.network import STRICT, WINDOWS, Network
from cnncalc.volume import AXES
from tests.derivation.evaluator import evaluate
from tests.derivation.pages import calculations, column, letters, sections, worked
from tests.render.written import explanation_text

SIZES = {1: "L2", 2: "H2 W2", 3: "T2 H2 W2", 0: ""}


def hold(network: Network, report: Report, path: str) -> None:
    """Everything that is printed of a row."""
    row = report.by_path[path]
    page = sections(explanation_text(explain_row(network, report, path)))
    given = letters(page.get("letters", []))
    output = worked(page["output"], given)
    assert tuple(output[letter] for letter in (*SIZES[len(row.output) - 1].split(), "D2")) == row.output
    keeps = worked(page["params"], {**given, **output})
    assert keeps["weights"] == row.weights
    assert keeps["biases"] == row.biases
    assert keeps.get("fixed params", 0) == row.fixed_params
    assert keeps.get("params", keeps["weights"] + keeps["biases"]) == row.params
    assert worked(page["macs"], {**given, **output, **keeps})["MACs"] == row.macs
    occupies = worked(page["activations"], {**given, **output})
    assert occupies["values"] == row.activations
    assert occupies.get("bytes", 0) == row.activation_bytes
    alive(page["alive"], report, path)
    views = {STRICT: "", WINDOWS: "without statistics and gates of whole maps, "}
    fields = {view: fields_of(network, view)[path] for view in views}
    for view, start in views.items():
        for source, field in fields[view].items():
            title = "field" if source == "input" and len(fields[STRICT]) == 1 else f"field of {source}"
            if view == STRICT or fields[WINDOWS] != fields[STRICT]:
                told = (report if view == STRICT else analyze(network, field=view))[path].receptive_field
                seen(page[start + title], told[source] if isinstance(told, dict) else told, field)
    differ = fields[WINDOWS] != fields[STRICT]
    assert any(name.startswith(views[WINDOWS]) for name in page) == differ


def alive(lines: list[str], report: Report, path: str) -> None:
    """The tensors alive: their bytes one by one, and the sum."""
    *tensors, last = lines
    total = 0
    for line in tensors:
        tensor, rest = column(line)
        numbers = rest.split("  ")[0].split(" = ")
        values = {evaluate(side) for side in numbers}
        assert len(values) == 1, line
        if tensor in report.by_path:
            assert values == {report.by_path[tensor].activation_bytes}
        total += int(values.pop())
    assert total == report.by_path[path].live_bytes
    assert worked([last], {})["alive"] == total


def seen(lines: list[str], field: ReceptiveField, carried: Field) -> None:
    """The way of the receptive field, and what it arrives at."""
    if not field.size:
        return
    rule, *stops = lines
    assert rule.startswith(("size +=", "each value sees one place"))
    arrived: dict[str, dict[str, Fraction]] = {}
    last: dict[str, dict[str, Fraction]] = {}
    ends: dict[str, list[tuple[str, Fraction]]] = {}
    names = AXES[len(field.size)]
    for line in stops:
        name, rest = column(line)
        every = calculations(rest)
        told = dict(every)
        if set(name.split(" and ")) <= set(names) and rest.startswith("size = "):
            arrived.update(dict.fromkeys(name.split(" and "), told))
        else:
            axes = name[name.rindex("(") + 1 : -1].split(", ") if name.endswith(")") else list(names)
            last.update(dict.fromkeys(axes, told))
            ends.update(dict.fromkeys(axes, every))
    assert tuple(arrived[axis]["size"] for axis in names) == field.size
    assert tuple(arrived[axis].get("smallest", arrived[axis]["size"]) for axis in names) == field.smallest
    for number, axis in enumerate(names):
        windows(ends.get(axis, []), carried, number)
    if field.jump is not None and field.start is not None:
        assert tuple(arrived[axis]["jump"] for axis in names) == field.jump
        assert tuple(arrived[axis]["start"] for axis in names) == field.start
        for axis, told in last.items():
            if "size" in told:  # the last stop leads to what arrives
                assert told["size"] == arrived[axis]["size"]
                assert told["start"] == arrived[axis]["start"]


def windows(last: list[tuple[str, Fraction]], field: Field, axis: int) -> None:
    """The first and the last pixel of each place that the last stop shows, and by how many places they repeat."""
    ends: dict[str, list[Fraction]] = {}
    for name, value in last:
        ends.setdefault(name, []).append(value)
    period = len(field.axes[axis])
    if "size" not in ends and last:
        assert ends.get("p", [Fraction(1)]) == [period]
    for name, values in ends.items():
        what, _, place = name.partition("_")
        if what in ("low", "high"):
            window = field.window(axis, int(place or 0))
            assert window is not None
            assert window[what == "high"] == (max(values) if what == "high" else min(values))
