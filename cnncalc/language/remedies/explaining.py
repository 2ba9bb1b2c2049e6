"""Completes the fault of a layer's own rule: its place, the note beside the caret, the causes, what would fit.

Imported when there is such a fault: a valid spec does not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from cnncalc import codes
from cnncalc.language.reading.declarations import Item
from cnncalc.language.reading.written import Written, no_variable
from cnncalc.language.remedies.joins import join_remedies
from cnncalc.language.remedies.windows import Case, note_of, remedies
from cnncalc.layers import Kind
from cnncalc.problem import Label, Problem, Span

if TYPE_CHECKING:
    from cnncalc.language.expanding.origins import Origins
    from cnncalc.language.expanding.scope import Lookup

_INSTEAD = {"stride": "kernel", "dilation": "kernel"}
"""Where the value of a parameter that is not written comes from another, the fault stands at that one."""


def place_of(problem: Problem, item: Item) -> Span:
    """Where what is at fault is written: the parameter, its part, the odd source, else the kind."""
    values, field = item.values, problem.field
    written = values.get(field) or values.get(_INSTEAD.get(field, ""))
    if written is not None:
        return written.span
    if problem.inputs and item.sources and max(problem.inputs) < len(item.sources):
        return item.sources[problem.inputs[0]].span
    for whole in values.values() if field else ():
        part = _part(whole, field)
        if part is not None:
            return part.span
    return item.span


def explain(
    problem: Problem, item: Item, kind: Kind, inputs: tuple[str, ...], lookup: Lookup, origins: Origins,
    rounding: Mapping[str, str],
) -> Problem:  # fmt: skip
    """The fault with its note, its helps, and labels that say where its causes are."""
    volumes = tuple(origins.assembly.volumes[name] for name in inputs)
    if kind.layer.joins:
        named = _input_names(item)
        odd = range(len(volumes)) if len(volumes) == 2 else problem.inputs
        labels = [Label(named[number][1], f"is {volumes[number]}") for number in odd]
        helps = problem.proposals or join_remedies(problem, volumes, tuple(name for name, _ in named), rounding)
        return problem.but(helps=helps, labels=_elsewhere(labels, problem))
    values = {name: written.at(lookup) for name, written in item.values.items()}
    case = Case(kind, values, volumes, rounding, inputs[0] in origins.assembly.inputs)
    note = problem.note
    if problem.code in {codes.STRIDE_DOES_NOT_FIT, codes.KERNEL_TOO_LARGE}:
        note = note or note_of(problem.code, case.layer(), volumes[0])
    helps = problem.proposals or remedies(problem, case)
    origin = origins.label(problem.code.subject, inputs[0])
    return problem.but(note=note, helps=helps, labels=_elsewhere(origin, problem))


def explain_value(problem: Problem, kind: Kind, name: str, written: Written) -> Problem:
    """The fault of a value that is wrong whatever arrives, with its helps."""
    helps = problem.proposals or remedies(problem, Case(kind, {name: written.at(no_variable)}, (), {}))
    return problem.at(written.span).but(helps=helps)


def _elsewhere(labels: Iterable[Label], problem: Problem) -> tuple[Label, ...]:
    return tuple(label for label in labels if label.span != problem.span)


def _part(written: Written, field: str) -> Written | None:
    """The entry of that name in a map of values, however deep; `{leaky_relu: x}` gives x to its first parameter."""
    for key, part in zip(written.keys, written.parts, strict=False):
        found = part if key == field else _part(part, field)
        if found is not None:
            return found
    return None


def _input_names(item: Item) -> list[tuple[str, Span]]:
    """What the inputs of a join are called where they are written: branches or sources."""
    if item.branches is not None:
        return [(branch.name, branch.span) for branch in item.branches]
    return [(source.name, source.span) for source in item.sources or ()]
