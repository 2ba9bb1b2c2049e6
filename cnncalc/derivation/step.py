"""What a derivation is made of: steps, each a formula with its result, and remarks, in sections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncalc.derivation.expression import Term
from cnncalc.dtype import DEFAULT
from cnncalc.exact import Exact
from cnncalc.frameworks import Written
from cnncalc.record import Record


class Step(Record):
    """One number: what it is, its letter, the formula that gives it, and its value as the engine has it.

    The value is never computed from the formula: that both agree is what the tests hold them to.
    """

    quantity: str
    letter: str
    formula: Term
    value: Exact


class Remark(Record):
    """Something to be said beside the numbers: which, and the facts of the sentence. Renderers have the words."""

    topic: str
    facts: Mapping[str, Any] = {}


class Stop(Record):
    """A layer on the way of the receptive field that changes it, with what it does along some axes."""

    path: str
    kind: str
    axes: tuple[str, ...]
    steps: tuple[Step, ...]


class Way(Record):
    """How the receptive field in one input of the network grows, layer after layer; `arrives` is what it ends as."""

    source: str
    stops: tuple[Stop, ...]
    arrives: tuple[Step, ...]
    remarks: tuple[Remark, ...] = ()


class Alive(Record):
    """A tensor that is alive during a step: its bytes, and the row that reads it last (empty: it is an output)."""

    tensor: str
    size: Step
    until: str


class Section(Record):
    """The steps that lead to one of a row's numbers."""

    name: str
    steps: tuple[Step, ...] = ()
    remarks: tuple[Remark, ...] = ()


class Explanation(Record):
    """How every number of one row came about.

    `reads` are its inputs with their volumes; `line` and `text` are where and how it is written in the spec; `dtype` is
    what bytes are counted in. `windows` are its ways without the statistics and gates of whole maps, where they differ.
    """

    network: str
    path: str
    kind: str
    line: int
    text: str
    reads: tuple[tuple[str, tuple[int, ...]], ...]
    gives: tuple[int, ...]
    parameters: Mapping[str, Any]
    sections: tuple[Section, ...]
    alive: tuple[Alive, ...]
    ways: tuple[Way, ...]
    windows: tuple[Way, ...]
    frameworks: tuple[Written, ...]
    remarks: tuple[Remark, ...] = ()
    dtype: str | dict[str, str] = DEFAULT

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of all sections."""
        return tuple(step for section in self.sections for step in section.steps)


class Addition(Record):
    """A total as a sum: its largest terms by the paths they come from, and the `others` together as `rest`."""

    quantity: str
    terms: tuple[tuple[str, int], ...]
    others: int
    rest: int
    value: int


class Overview(Record):
    """The totals of a network or of a group of rows, each as a sum; `last` explains the row that gives its result."""

    network: str
    path: str
    rows: int
    additions: tuple[Addition, ...]
    steps: tuple[Step, ...] = ()
    remarks: tuple[Remark, ...] = ()
    last: Explanation | None = None
    dtype: str | dict[str, str] = DEFAULT
