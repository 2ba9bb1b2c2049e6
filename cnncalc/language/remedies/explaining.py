"""Completes the fault of a layer's own rule: its place, the note beside the caret, the causes, what would fit.

Imported when there is such a fault: a valid spec does not wait for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from operator import attrgetter
from typing import Any

from cnncalc.codes import (
    CHANNELS,
    KERNEL_TOO_LARGE,
    NUMBER_OF_FACTORS,
    SIZES,
    UNEQUAL_VOLUMES,
    VECTOR_WITHOUT_PLACES,
    VOLUME,
)
from cnncalc.language.formulas.formula import Unknown
from cnncalc.language.reading.declarations import Item, Reference, Spec, items_inside
from cnncalc.language.reading.inputs import misread_input
from cnncalc.language.reading.written import Lookup, Written
from cnncalc.language.remedies.editing import added_to_branch, head_setting, setting
from cnncalc.language.remedies.joins import join_remedies
from cnncalc.language.remedies.trying import Arriving
from cnncalc.language.remedies.windows import Case, note_of, remedies
from cnncalc.language.values.axes import channels_last, pictures_of, without_channels
from cnncalc.layers import Kind
from cnncalc.network import Assembly
from cnncalc.problem import Diagnostic, Label, Problem
from cnncalc.source import Edit, Help, Source, Span, edits_of
from cnncalc.volume import Volume
from cnncalc.wording import plural

LETTERS = {0: (), 1: ("W",), 2: ("H", "W"), 3: ("depth", "H", "W")}
"""The lecture's letters for the sizes of a volume, by rank."""

_OF: Mapping[str, Callable[[Volume], object]] = {
    SIZES: attrgetter("sizes"),
    CHANNELS: attrgetter("channels"),
    VOLUME: tuple,
}
"""What of a volume a fault complains of, by the subject of its code."""

_PRODUCT = r"[0-9]+(?: ?\* ?[0-9]+){1,2}"

_MOST_JOINED = 4
"""So many inputs of a join are labelled, the odd ones first."""

_INSTEAD = {"stride": "kernel", "dilation": "kernel"}
"""Where the value of a parameter that is not written comes from another, the fault stands at that one."""


def place_of(problem: Problem, item: Item) -> Span:
    """Where what is at fault is written: the parameter, its part, the odd source, else the kind."""
    values, field = item.values, problem.field
    written = values.get(field) or values.get(_INSTEAD.get(field, ""))
    if written is not None:
        return written.place(problem.element)
    if problem.inputs and item.sources and max(problem.inputs) < len(item.sources):
        return item.sources[problem.inputs[0]].span
    if len(problem.inputs) == 1 and item.branches and len(item.branches) > 2:
        return item.branches[problem.inputs[0]].span
    for whole in values.values() if field else ():
        part = _part(whole, field)
        if part is not None:
            return part.span
    return item.span


def explain(
    problem: Problem,
    item: Item,
    kind: Kind,
    inputs: tuple[str, ...],
    lookup: Lookup,
    assembly: Assembly,
    spec: Spec,
    source: Source,
) -> Problem:
    """The fault with its note, its helps, looked for when asked for, and labels that say where its causes are."""
    values = known_values(item, lookup)
    value = values.get(problem.field)
    factors = len(value) if isinstance(value, tuple) else 1
    forgotten = _without_channels(problem, factors, inputs[0], assembly, spec)
    if forgotten is not None:
        return forgotten
    volumes = tuple(assembly.volumes[name] for name in inputs)
    case = Case(kind, values, volumes, spec.rounding, inputs[0] in assembly.inputs)
    if kind.layer.joins:
        named = _input_names(item)
        labels = _joined(problem, inputs, assembly, spec)

        def joining() -> tuple[str, ...]:
            helps = problem.proposals or join_remedies(problem, case, [name for name, _ in named])
            return tuple(_on_branch(proposal, item, source) for proposal in helps)

        return problem.but(helps=joining, labels=_elsewhere(labels, problem))
    labels = _origin(problem.code.subject, inputs[0], assembly, spec)
    note = problem.note or note_of(problem, case)

    def fitting() -> tuple[str, ...]:
        pictures = _pictures(problem, factors, inputs[0], assembly, spec)
        proposals = (*pictures, *(problem.proposals or remedies(problem, case)))
        return tuple(_placed(proposal, item, inputs[0], spec, source, volumes[0].rank) for proposal in proposals)

    return problem.but(note=note, helps=fitting, labels=_elsewhere(labels, problem))


def _without_channels(problem: Problem, factors: int, tensor: str, assembly: Assembly, spec: Spec) -> Problem | None:
    """The fault of the input itself, where an image without channels was read as a sequence: `32x32` under a 5x5."""
    giver = _giver(attrgetter("rank"), tensor, assembly)
    volume = assembly.volumes[giver]
    span = _written_as(volume, giver, spec)
    if problem.code != NUMBER_OF_FACTORS or span is None or volume.rank != 1 or factors != len(volume):
        return None
    wrong = without_channels(volume)
    if wrong is None:
        return None
    labels = (Label(problem.span, f"works along {factors} axes"),) if problem.span else ()
    return misread_input(volume, wrong, span).but(labels=labels)


def _pictures(problem: Problem, factors: int, tensor: str, assembly: Assembly, spec: Spec) -> tuple[str, ...]:
    """The picture that the input may be, if it enters a layer as a line of pixels, or as a batch."""
    if problem.code == KERNEL_TOO_LARGE:
        return _channels_last(assembly, spec)
    entry = next((entry.volume for entry in spec.inputs if entry.name == tensor), None)
    if entry is None:
        return ()
    volume = assembly.volumes[tensor]
    if problem.code == VECTOR_WITHOUT_PLACES:
        product = Volume(map(int, entry.text.split("*"))) if re.fullmatch(_PRODUCT, entry.text) else Volume(())
        meant = (product,) if len(product) == 3 else pictures_of(volume.size)  # rows, columns, channels
        return tuple(Help(f"write the input as `{x}` if it is a picture", Edit(str(x), entry.span)) for x in meant)
    if problem.code == NUMBER_OF_FACTORS and volume.rank == 3 and factors == 2:  # a clip under 5x5
        said = f"write the input as `{Volume(volume[1:])}` if it is a batch of pictures"
        return (Help(said, Edit(str(Volume(volume[1:])), entry.span)),)
    return ()


def _channels_last(assembly: Assembly, spec: Spec) -> tuple[str, ...]:
    """The only input with its first size behind the others, where that may count channels: `[1, 28, 28]`."""
    if len(spec.inputs) != 1:
        return ()
    (entry,) = spec.inputs
    meant = channels_last(assembly.volumes[entry.name])
    if meant is None:
        return ()
    return (Arriving(f"write the input as `{meant}`: channels come last here", Edit(str(meant), entry.volume.span)),)


def _written_as(volume: Volume, tensor: str, spec: Spec) -> Span | None:
    """Where an input is written as this size; None for a list or map, which means what it says, and for any other."""
    entries = (entry.volume for entry in spec.inputs if entry.name == tensor)
    return next((entry.span for entry in entries if entry.text == str(volume)), None)


def _on_branch(proposal: str, item: Item, source: Source) -> str:
    """A proposal for one input of a join, with the place where it goes if the branch is written on one line."""
    for text, _, name in edits_of(proposal):
        branch = next((branch for branch in item.branches or () if branch.name == name), None)
        edit = added_to_branch(source, branch, text) if branch else None
        return Help(proposal, edit) if edit else proposal.replace("`", "")  # no text to write where nobody says where
    return proposal


def _placed(proposal: str, item: Item, tensor: str, spec: Spec, source: Source, axes: int) -> str:
    """A proposal whose edits know where the parameters of the item, and the input of the network, are written."""
    edits = []
    for text, span, field in edits_of(proposal):
        if field == "input":
            edits.append(Edit(text, next(entry.volume.span for entry in spec.inputs if entry.name == tensor)))
        elif field == "rounding":
            edits.append(head_setting(source, field, text) or setting(source, item, field, text))
        else:
            edits.append(setting(source, item, field, text, axes) if field else Edit(text, span))
    return type(proposal)(proposal, *edits) if isinstance(proposal, Help) and edits else proposal


def items_by_place(spec: Spec) -> dict[Span, Item]:
    """The items of a file, those of its blocks too, by where they stand."""
    every = items_inside([*spec.items, *(item for block in spec.blocks.values() for item in block.items)])
    return {item.span: item for item in every}


def placed(fault: Diagnostic, spec: Spec, items: Mapping[Span, Item]) -> Diagnostic:
    """A remark about a layer whose helps, which name parameters, know where these are written."""
    item = items.get(fault.span)
    if item is None or item.kind is None:
        return fault.but(helps=tuple(map(str, fault.helps)))
    axes = max(item.made, default=1)
    return fault.but(helps=tuple(_placed(proposal, item, "", spec, fault.source, axes) for proposal in fault.helps))


def explain_value(problem: Problem, item: Item, kind: Kind, lookup: Lookup) -> Problem:
    """The fault of a value that is wrong whatever arrives, with its place and its helps."""
    helps = problem.proposals or partial(remedies, problem, Case(kind, known_values(item, lookup), (), {}))
    return problem.at(place_of(problem, item)).but(helps=helps)


def known_values(item: Item, lookup: Lookup) -> dict[str, Any]:
    """The values that there are at one turn: a fault of its own or one further up hides the others."""
    known = {}
    for name, written in item.values.items():
        with suppress(Problem, Unknown):
            known[name] = written.at(lookup)
    return known


def _elsewhere(labels: Iterable[Label], problem: Problem) -> tuple[Label, ...]:
    return tuple(label for label in labels if label.span != problem.span)


def _part(written: Written, field: str) -> Written | None:
    """The entry of that name in a map of values, however deep; `{leaky_relu: x}` gives x to its first parameter."""
    for key, part in zip(written.keys, written.parts, strict=False):
        found = part if key == field else _part(part, field)
        if found is not None:
            return found
    return None


def _input_names(item: Item) -> list[Reference]:
    """What the inputs of a join are called where they are written: branches or sources."""
    if item.branches is not None:
        return [Reference(branch.name, branch.span) for branch in item.branches]
    return item.sources or []


def _origin(subject: str, tensor: str, assembly: Assembly, spec: Spec) -> list[Label]:
    """Where what a fault complains of came from: an input, or the item that gave a volume its sizes or channels."""
    of = _OF.get(subject)
    if of is None:
        return []
    giver = _giver(of, tensor, assembly)
    volume = assembly.volumes[giver]
    said = {
        SIZES: sizes_text(volume),
        CHANNELS: plural(volume.channels, "channel"),
        VOLUME: f"what arrives is {volume}",
    }
    return _at_giver(giver, said[subject], assembly, spec)


def _joined(problem: Problem, inputs: tuple[str, ...], assembly: Assembly, spec: Spec) -> list[Label]:
    """Where each volume that does not fit the others comes from; of many inputs the odd ones, and one of the others."""
    if not problem.inputs:
        return []
    numbers = sorted(range(len(inputs)), key=lambda number: (number not in problem.inputs, number))
    of = _OF[VOLUME if problem.code == UNEQUAL_VOLUMES else SIZES]
    labels: dict[Span, Label] = {}
    for number in sorted(numbers[:_MOST_JOINED]):
        giver = _giver(of, inputs[number], assembly)
        for label in _at_giver(giver, f"is {assembly.volumes[giver]}", assembly, spec):
            labels.setdefault(label.span, label)
    return list(labels.values())


def _giver(of: Callable[[Volume], object], tensor: str, assembly: Assembly) -> str:
    """The tensor from which this one has its sizes or channels, upwards through all that keep them."""
    row = assembly.by_path.get(tensor)
    while row is not None and len(row.inputs) == 1 and of(row.read[0]) == of(row.volume):
        tensor = row.inputs[0]
        row = assembly.by_path.get(tensor)
    return tensor


def _at_giver(tensor: str, said_of_input: str, assembly: Assembly, spec: Spec) -> list[Label]:
    row = assembly.by_path.get(tensor)
    if row is not None:
        return [Label(row.span, f"gives {row.volume}")] if row.span else []
    return [Label(entry.volume.span, said_of_input) for entry in spec.inputs if entry.name == tensor]


def sizes_text(volume: Volume) -> str:
    """The sizes of a volume in the lecture's letters.

    >>> sizes_text(Volume((7, 7, 3))), sizes_text(Volume((7, 9, 3)))
    ('W = H = 7', 'H = 7, W = 9')
    """
    letters = LETTERS[volume.rank]
    if not letters:
        return f"a vector of {volume.channels}"
    if len(set(volume.sizes)) == 1:
        return f"{' = '.join(reversed(letters))} = {volume[0]}"
    return ", ".join(f"{letter} = {size}" for letter, size in zip(letters, volume.sizes, strict=True))
