"""Draws a network and what somebody does to it: two texts, and the causes that a difference must name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st

import cnncalc
from cnncalc.compare.causes import Cause
from cnncalc.compare.difference import ADDED, CHANGED, REMOVED, Difference
from cnncalc.language.choices import AS_WRITTEN
from cnncalc.language.shelf import Found
from cnncalc.language.yaml.source import source_of_text
from cnncalc.lookup.networks import opened
from cnncalc.problem import SpecError
from tests.agreement.strategies import specs
from tests.agreement.strategies_windows import Draw

Told = tuple[str, str, tuple[str, ...]]
"""What a cause is about, what was done, and the fields or variables that were changed."""

OPPOSITE = {ADDED: REMOVED, REMOVED: ADDED}


class Edit(NamedTuple):
    """Two texts, and the causes of their difference."""

    before: str
    after: str
    causes: tuple[Told, ...]

    @property
    def reversed(self) -> Edit:
        """The edit undone."""
        causes = tuple((what, OPPOSITE.get(change, change), fields) for what, change, fields in self.causes)
        return Edit(self.after, self.before, causes)


class Spec(NamedTuple):
    """The text of a spec: its head, and the items of `layers`, a line each."""

    head: str
    items: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join([self.head, "layers:", *(f"  - {item}" for item in self.items), ""])

    @property
    def order(self) -> list[str]:
        """The kinds of its rows, in order; nothing where it is no network."""
        try:
            return [node.kind for node in cnncalc.loads(self.text).nodes]
        except SpecError:
            return []

    def put(self, place: int, item: str) -> Spec:
        return self._replace(items=(*self.items[:place], item, *self.items[place:]))

    def places(self) -> list[int]:
        """Where a layer that keeps every volume may be put in: before an item, in force, that takes what arrives."""
        return [place for place in range(len(self.items)) if self.put(place, "dropout: 0.25").order]


NOTHING: Told = ("", "", ())
MOVED: Told = ("", "moved", ())
"""A group that moved past one layer, or that layer past the group: nobody can tell."""


def told(cause: Cause) -> Told:
    fields = cause.variables or (cause.changes if cause.change == CHANGED else ())
    if cause.change == MOVED[1]:
        return MOVED
    return ("vars" if cause.variables else cause.what), cause.change, tuple(change.field for change in fields)


def difference(before: str, after: str) -> Difference:
    """The difference of two texts, as the command finds it."""
    from cnncalc.cli.diff import difference_of

    sides = [opened(Found(source_of_text(text), None), AS_WRITTEN) for text in (before, after)]
    return difference_of(sides, None)


@st.composite
def drawn_specs(draw: Draw) -> Spec:
    head, _, items = draw(specs()).rpartition("\nlayers:\n")
    return Spec(head, tuple(line.removeprefix("  - ") for line in items.splitlines()))


MARKERS = ("{leaky_relu: {slope: %s}}", "{elu: {alpha: %s}}", "{dropout: {rate: %s}}")
FIELDS = ("function", "function", "rate")
"""Layers that keep every volume, and the field that their value is."""


def parameter(draw: Draw, spec: Spec) -> tuple[Spec, Spec, Told]:
    """A value of a layer; at each turn of a repeat, which is one edit."""
    number, place = draw(st.integers(0, 2)), draw(st.sampled_from(spec.places()))
    form = draw(st.sampled_from(["%s", "{sequence: [relu, %s], repeat: 3}"])) % MARKERS[number]
    return spec.put(place, form % 0.125), spec.put(place, form % 0.375), ("layer", CHANGED, (FIELDS[number],))


def put_in(draw: Draw, spec: Spec) -> tuple[Spec, Spec, Told]:
    """A layer, or a group of layers, that was not there."""
    what, item = draw(
        st.sampled_from([("layer", MARKERS[0] % 0.125), ("block", "{sequence: [elu: 0.125, tanh], name: law}")])
    )
    return spec, spec.put(draw(st.sampled_from(spec.places())), item), (what, ADDED, ())


def moved(draw: Draw, spec: Spec) -> tuple[Spec, Spec, Told]:
    """A layer, or a group of layers, from one place to another."""
    item = draw(st.sampled_from([MARKERS[0] % 0.125, "{sequence: [elu: 0.125, tanh], name: law}"]))
    first, second = (spec.put(draw(st.sampled_from(spec.places())), item) for _ in range(2))
    return first, second, MOVED if first.order != second.order else NOTHING


def renamed(draw: Draw, spec: Spec) -> tuple[Spec, Spec, Told]:
    """A name that is given, changed everywhere, a group of layers, or a branch of a join."""
    what, item = draw(
        st.sampled_from(
            [
                ("layer", "{elu: 0.125, name: law}"),
                ("block", "{sequence: [elu: 0.125, tanh], name: law}"),
                ("block", "{sequence: [elu: 0.125, tanh], repeat: 2, name: law}"),
                ("layer", "{add: {law: [elu: 0.125], other: identity}}"),
            ]
        )
    )
    base = spec.put(draw(st.sampled_from(spec.places())), item)
    items = tuple(re.sub(r"\blaw\b", "bill", item) for item in base.items)
    what = "block" if "add" in item else what
    return base, base._replace(items=items), (what, "renamed", ())


def turns(draw: Draw, spec: Spec) -> tuple[Spec, Spec, Told]:
    """How often something is repeated."""
    place = draw(st.sampled_from(spec.places()))
    form = draw(st.sampled_from(["{sequence: [elu: 0.125, tanh], repeat: %s}", "{elu: 0.125, repeat: %s}"]))
    few, many = draw(st.sampled_from([(2, 3), (2, 6), (3, 4)]))
    return spec.put(place, form % few), spec.put(place, form % many), ("block", CHANGED, ("repeat",))


def variable(draw: Draw, spec: Spec) -> tuple[Spec, Spec, Told]:
    """The value of a variable that several layers ask for, or a repeat."""
    spec = spec._replace(head=_with_variable(spec.head, 2))
    for _ in range(draw(st.integers(1, 2))):
        form = draw(st.sampled_from([*(marker % '"$law/8"' for marker in MARKERS), "{tanh: , repeat: $law}"]))
        spec = spec.put(draw(st.sampled_from(spec.places())), form)
    return spec, spec._replace(head=spec.head.replace("law: 2", "law: 3")), ("vars", CHANGED, ("law",))


def _with_variable(head: str, value: int) -> str:
    if "vars: {" in head:
        return head.replace("vars: {", f"vars: {{law: {value}, ", 1)
    return f"vars: {{law: {value}}}\n{head}"


def inside_a_block(draw: Draw, spec: Spec) -> tuple[Spec, Spec, Told]:
    """A value in the definition of a block, wherever it is used; or what the block is called."""
    place = draw(st.sampled_from(spec.places()))
    head = spec.head if "\nblocks:" in spec.head else f"{spec.head}\nblocks:"
    head = head.replace("\nblocks:", "\nblocks:\n  Law: {layers: [elu: 0.125, {leaky_relu: 0.125, repeat: 2}]}")
    base = spec._replace(head=head).put(place, "Law")
    base = base.put(draw(st.sampled_from(base.places())), "{Law: , repeat: 2}")
    if draw(st.booleans()):
        return base, base._replace(head=head.replace("elu: 0.125", "elu: 0.375", 1)), ("layer", CHANGED, ("function",))
    items = tuple(item.replace("Law", "Bill") for item in base.items)
    return base, base._replace(head=head.replace("Law:", "Bill:"), items=items), ("block", "renamed", ())


Kind = Callable[[Draw, Spec], tuple[Spec, Spec, Told]]
"""Draws a network before and after an edit of one kind, and the cause to be told."""

KINDS: tuple[Kind, ...] = (
    parameter,
    put_in,
    moved,
    renamed,
    turns,
    variable,
    inside_a_block,
)


@st.composite
def edits(draw: Draw, *kinds: Kind) -> Edit:
    """One edit of a network from the whole language, of some kinds or of any."""
    first, second, cause = draw(st.sampled_from(kinds or KINDS))(draw, draw(drawn_specs()))
    return Edit(first.text, second.text, () if cause == NOTHING else (cause,))


SMALL: tuple[tuple[str, str, Told], ...] = (
    ("{leaky_relu: 0.125}", "{leaky_relu: 0.375}", ("layer", CHANGED, ("function",))),
    ("", "{dropout: 0.125}", ("layer", ADDED, ())),
    ("{hard_swish: }", "", ("layer", REMOVED, ())),
    ("{sequence: [silu, tanh], repeat: 2}", "{sequence: [silu, tanh], repeat: 3}", ("block", CHANGED, ("repeat",))),
    ("{elu: 0.125, name: law}", "{elu: 0.125, name: bill}", ("layer", "renamed", ())),
)
"""An item before and after, either of which may be missing."""


@st.composite
def pairs_of_edits(draw: Draw) -> Edit:
    """Two edits of a network from the whole language."""
    spec = draw(drawn_specs())
    places = sorted(draw(st.sampled_from(spec.places())) for _ in range(2))
    chosen = draw(st.lists(st.sampled_from(SMALL), min_size=2, max_size=2, unique=True))
    before = after = spec
    for place, (was, now, _) in zip(reversed(places), chosen, strict=True):
        before = before.put(place, was) if was else before
        after = after.put(place, now) if now else after
    return Edit(before.text, after.text, tuple(cause for *_, cause in chosen))


class Chain(NamedTuple):
    """Layers in a row, of which some are convolutions: each is filters, kernel and stride, or a word."""

    layers: tuple[str | tuple[int, int, int], ...]

    @property
    def text(self) -> str:
        items = (
            item if isinstance(item, str) else "conv: {{filters: {}, kernel: {}, stride: {}}}".format(*item)
            for item in self.layers
        )
        return "\n".join(["input: 2000x2000x3", "rounding: floor", "layers:", *(f"  - {item}" for item in items), ""])


PARAMETERS = ("filters", "kernel", "stride")


@st.composite
def chains(draw: Draw, edited: int) -> tuple[Chain, Chain, list[tuple[int, str]]]:
    """A chain, the same with some convolutions changed, each in one parameter, and which and what that was."""
    convolution = st.tuples(st.sampled_from([4, 8]), st.sampled_from([1, 3]), st.sampled_from([1, 2]))
    layers = list(draw(st.lists(st.sampled_from(["relu", "batch_norm", "max_pool: 2x2"]) | convolution, max_size=8)))
    for _ in range(edited):
        layers.insert(draw(st.integers(0, len(layers))), draw(convolution))
    numbers = [number for number, item in enumerate(layers) if not isinstance(item, str)]
    where = sorted(draw(st.lists(st.sampled_from(numbers), min_size=edited, max_size=edited, unique=True)))
    changed, what = list(layers), []
    for number in where:
        field = draw(st.integers(0, 2))
        item = list(layers[number])
        item[field] = {4: 8, 8: 4, 1: 3, 3: 1}[item[field]] if field < 2 else 3 - item[field]
        changed[number] = (item[0], item[1], item[2])
        what.append((number, PARAMETERS[field]))
    return Chain(tuple(layers)), Chain(tuple(changed)), what
