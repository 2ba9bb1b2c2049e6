"""The reference of the Python interface: which docstrings stand where on its page; mkdocstrings writes them out."""

from __future__ import annotations

from collections.abc import Sequence

import cnncalc

HEAD = """\
# Python
Made from the docstrings of `cnncalc` when this site is built; `help(cnncalc.run)` says the same. Whatever takes a
network takes a SPEC too: a path, or the name of a network that ships. Arrays have their channels last.
"""

GIVEN = {
    "What comes back": (
        "network.Network", "network.Node", "volume.Volume", "analysis.report.Report", "analysis.report.Row",
        "analysis.report.Totals", "analysis.receptive_field.ReceptiveField", "executor.fast.plan.Plan",
        "executor.trace.Trace", "executor.weights.arrays.Weights",
    ),
    "What goes wrong": (
        "SpecError", "problem.Diagnostic", "executor.weights.check.WeightsError", "executor.feeding.InputError",
        "executor.memory.MemoryRefusal", "language.choices.ChoiceError",
    ),
}  # fmt: skip
"""The classes that a caller meets without making them, by the heading under which they stand."""


def page() -> str:
    """The page as Markdown, in which mkdocstrings fills what stands behind `:::`."""
    told = {name for names in GIVEN.values() for name in names}
    sections: dict[str, Sequence[str]] = {
        "What you call": [name for name in cnncalc.__all__ if name not in told],
        **GIVEN,
    }
    return "\n".join([HEAD, *(_section(title, names) for title, names in sections.items())])


def _section(title: str, names: Sequence[str]) -> str:
    return "\n".join([f"## {title}\n", *(f"::: cnncalc.{name}\n" for name in names)])
