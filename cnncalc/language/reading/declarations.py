"""What a spec declares, each part read and placed, before anything is expanded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from cnncalc.dtype import Dtype
from cnncalc.language.reading.written import Written
from cnncalc.language.values.limits import Limit
from cnncalc.language.values.numerals import Value
from cnncalc.language.yaml.nodes import Node
from cnncalc.layers import Kind, Layer
from cnncalc.network import STRICT, WINDOWS, WrittenWeights
from cnncalc.problem import Problem
from cnncalc.record import MutableRecord
from cnncalc.source import NOWHERE, Span

MODIFIERS = ("name", "from", "if", "repeat", "share", "expect", "budget", "weights", "note")
"""The keys that stand beside the kind of an item."""

RESERVED = frozenset({"input", "previous", "identity"})
"""Words that name tensors or branches by themselves."""

SEQUENCE = "sequence"
"""The word for a list of layers as one item."""


class Reference(NamedTuple):
    """A name that is written to mean a tensor or an item."""

    name: str
    span: Span


EXPECT, BUDGET = "expect", "budget"
"""A fact about one design, and a limit of every design of a file."""

FIELD_VIEWS = (STRICT, WINDOWS)
"""Which receptive field a promise may mean."""


class Lift(NamedTuple):
    """What frees a variant of a limit of its file: of one metric, or of all where `metric` is empty."""

    verb: str
    metric: str
    text: str
    span: Span


class Promise(NamedTuple):
    """One line of `expect` or `budget` before it is known which rows it speaks of."""

    verb: str
    metric: str
    subject: str
    limit: Limit
    size: Written | None
    text: str
    span: Span


class Repeat(MutableRecord):
    """How often an item is taken: a count, or columns whose entries are the variables of each turn."""

    span: Span
    count: Written | None = None
    columns: dict[str, list[Written]] = {}
    column_spans: dict[str, Span] = {}

    @property
    def place(self) -> Span:
        """Where it says how often: the count, or the first column."""
        return next(iter(self.column_spans.values()), self.span)

    @property
    def written(self) -> list[Written]:
        """Its count, or the entries of its columns."""
        entries = [entry for column in self.columns.values() for entry in column]
        return entries if self.count is None else [self.count]


class Branch(MutableRecord):
    """One branch of a join; without items it hands on the tensor (`identity`)."""

    name: str
    span: Span
    items: list[Item]


class Item(MutableRecord):
    """One entry of a list of layers, with its modifiers.

    `segment` is its part of the path. Exactly one of `kind`, `block` and `inner` says what it is; `branches` belong to
    a join. A `broken` item has been found faulty: what it gives is unknown, and nothing is said of what it feeds.
    `made` holds its layers by rank, where its values are the same at every turn.
    """

    word: str
    span: Span
    broken: bool = False
    segment: str = ""
    name: str | None = None
    name_span: Span = NOWHERE
    kind: Kind | None = None
    block: Block | None = None
    values: dict[str, Written] = {}
    branches: list[Branch] | None = None
    inner: list[Item] | None = None
    sources: list[Reference] | None = None
    condition: Written | None = None
    repeat: Repeat | None = None
    share: Reference | None = None
    promises: list[Promise] = []
    weights: tuple[WrittenWeights, Node] | None = None
    made: dict[int, Layer] = {}

    @property
    def written(self) -> list[Written]:
        """What it is at each turn: its values, its condition and its promises, which see the columns of its repeat."""
        condition = [self.condition] if self.condition is not None else []
        return [*self.values.values(), *condition, *sizes_of(self.promises)]


class Block(MutableRecord):
    """A named list of layers that is used like a kind; a parameter without a default must be given."""

    name: str
    span: Span
    parameters: dict[str, tuple[Span, Written | None]] = {}
    inputs: list[Reference] = []
    items: list[Item] = []
    broken: bool = False


class InputDeclaration(MutableRecord):
    """One input: its volume as written values, and how a picture becomes it."""

    name: str
    span: Span
    volume: Written
    settings: dict[str, Written] = {}


class Variant(MutableRecord):
    """A named set of variables with expectations and limits of its own.

    `title` is what its network is called, if it says so; `lifts` are limits of the file without it.
    """

    name: str
    span: Span
    title: str = ""
    variables: dict[str, tuple[Span, Written]] = {}
    promises: list[Promise] = []
    lifts: list[Lift] = []
    dtype: Dtype | None = None


class Settled(NamedTuple):
    """The variables as the file writes them, made once: their values, None where a fault hides one, and the faults.

    `asked_by` are the later variables that ask for each, `places` where each stands among all.
    """

    values: dict[str, Value | None]
    faults: dict[str, Problem]
    asked_by: dict[str, list[str]]
    places: dict[str, int]


class Spec(MutableRecord):
    """A whole file, declared; `inner_promises` are those of its items, wherever they stand.

    `steps` counts the items that all expansions of it have looked at so far.
    """

    name: str = ""
    about: dict[str, Any] = {}
    variables: dict[str, tuple[Span, Written]] = {}
    variants: dict[str, Variant] = {}
    blocks: dict[str, Block] = {}
    inputs: list[InputDeclaration] = []
    several_inputs: bool = False
    items: list[Item] = []
    items_span: Span = NOWHERE
    outputs: list[Reference] = []
    aux_outputs: list[Reference] = []
    promises: list[Promise] = []
    inner_promises: list[Promise] = []
    dtype: Dtype | None = None
    rounding: dict[str, str] = {}
    weights_file: str | None = None
    labels_file: str | None = None
    ignored_lints: frozenset[str] = frozenset()
    settled: Settled = Settled({}, {}, {}, {})
    steps: int = 0


def sizes_of(promises: Iterable[Promise]) -> list[Written]:
    """The sizes that are promised, which may be formulas."""
    return [promise.size for promise in promises if promise.size is not None]


def items_inside(items: list[Item]) -> Iterator[Item]:
    """All items of a list, with those of their branches and sequences, but not those of blocks that they use."""
    for item in items:
        yield item
        if item.inner is not None:
            yield from items_inside(item.inner)
        for branch in item.branches or ():
            yield from items_inside(branch.items)
