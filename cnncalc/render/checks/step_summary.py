"""Judged networks as a Markdown table, for the summary page of a CI run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cnncalc import quantity
from cnncalc.judging import Judged
from cnncalc.metrics import METRICS, Metric
from cnncalc.render.checks.checked import Checked
from cnncalc.render.checks.unjudged import remarks
from cnncalc.render.writers.markdown import row
from cnncalc.safe.pages import markdown, paragraph

if TYPE_CHECKING:
    from cnncalc.gate import Budget

MOST_ROWS = 500
"""GitHub takes a summary of 1 MiB; more networks than this are counted."""

MOST_FAULTS = 5
"""Of one network; the annotations and the log have them all."""

COLUMNS = tuple(METRICS[name] for name in ("params", "macs", "peak_activation"))
"""The metrics that have a column; budgets of others share the last one."""


def step_summary(checked: Checked) -> str:
    """A heading, a row for each network, those that fail first, and below it why they fail and what is not judged."""
    ordered = sorted(checked.outcome.networks, key=lambda network: not network.errors)
    heads = ["", "network", "file", *(metric.label for metric in COLUMNS), "other budgets"]
    lines = ["### cnncalc check", "", row(heads), row(["---"] * 3 + ["---:"] * len(COLUMNS) + ["---"])]
    lines += [row(_cells(network, checked.place)) for network in ordered[:MOST_ROWS]]
    if len(ordered) > MOST_ROWS:
        lines += ["", f"and {quantity.plural(len(ordered) - MOST_ROWS, 'network')} more"]
    lines += [""]
    lines += [f"- {paragraph(entry.message)}" for entry in checked.outcome.unreadable[:MOST_ROWS]]
    for network in ordered[:MOST_ROWS]:
        title = markdown(network.title)
        lines += [f"- **{title}**: {fault.code} {markdown(fault.message)}" for fault in network.errors[:MOST_FAULTS]]
    return "\n".join([*lines, *_not_judged(checked)]).rstrip() + "\n"


def _not_judged(checked: Checked) -> list[str]:
    """Below a heading, the lines on which there is no verdict; nothing where there is one on each."""
    found = remarks(checked.outcome.not_judged)
    said = [f"- {paragraph(f'{checked.place(file)}:{span.line}: {text}')}" for file, span, text in found[:MOST_ROWS]]
    more = [f"- and {len(found) - MOST_ROWS:,} more"] if len(found) > MOST_ROWS else []
    return ["", "#### Not judged", "", *said, *more] if found else []


def _cells(network: Judged, place: Callable[[str], str]) -> list[str]:
    verdict = "❌" if network.errors else "⚠️" if network.faults else "✅"
    budgets = {budget.metric: budget for budget in network.budgets}
    figures = [_figure(network, metric, budgets.pop(metric.name, None)) for metric in COLUMNS]
    others = ", ".join(f"{metric} {_against(budget)}" for metric, budget in budgets.items())
    return [verdict, markdown(network.title), markdown(place(network.file)), *figures, others]


def _figure(network: Judged, metric: Metric, budget: Budget | None) -> str:
    """What the network has of a metric, and the budget with the share of it that is used."""
    if budget is not None:
        return _against(budget)
    if network.totals is None:
        return quantity.NOTHING
    return metric.unit.shortly(getattr(network.totals, metric.total))


def _against(budget: Budget) -> str:
    shortly = METRICS[budget.metric].unit.shortly
    measured, limit = shortly(budget.measured), shortly(budget.limit)
    share = f" ({quantity.percent(budget.measured, budget.limit)})" if budget.limit >= 1 else ""
    figure = f"{measured} of {limit}{share}"
    return figure if budget.passed else f"**{figure}**"
