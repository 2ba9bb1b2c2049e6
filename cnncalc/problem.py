"""Faults: what is wrong, as its finder states it (`Problem`), and as a report of one file keeps it (`Diagnostic`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TypeAlias, TypeVar

from cnncalc.codes import ERROR, Code
from cnncalc.record import MutableRecord, Record
from cnncalc.source import NOWHERE, Help, Source, Span, edits_of


class Label(Record):
    """A second place that contributes to a fault: underlined with dashes."""

    span: Span
    text: str


Entry = TypeVar("Entry")
Made = TypeVar("Made")
Helps: TypeAlias = "str | tuple[str, ...] | Callable[[], Helps]"


class Problem(MutableRecord, Exception):
    """A fault. Whoever finds it says what is wrong, and where as far as that is known; it knows no file.

    A rule knows the parameter alone, a formula the place inside its text, a reader the line and column. Whoever knows
    more passes on a copy that says it, and `Faults` keeps it as a `Diagnostic`.

    Attributes:
        code: its code, from the catalogue.
        message: one sentence with the numbers in it, lower case, without a full stop.
        span: where it is written.
        field: the parameter at fault, such as ``"stride"``; empty when no single one is.
        note: what to write beside the caret.
        helps: proposals, each computed and true, each a line of its own; a function is asked only if they are shown.
        labels: other places that contribute.
        inputs: which inputs of a join are at fault, counted from 0.
        inside: where it stands inside a text whose place is not known yet, as offset and length in characters.
        element: which part of the parameter's value is at fault: the way down through lists and maps, by index or key.
            A key at the end means the key itself.
        others: further faults, found at the same time and independent of this one.

    >>> from cnncalc import codes
    >>> str(Problem(codes.STRIDE_DOES_NOT_FIT, "stride 3 does not fit", field="stride"))
    'stride 3 does not fit'
    >>> Problem(codes.UNKNOWN_NAME, "unknown name `encl`", helps=lambda: "did you mean `enc1`?").proposals
    ('did you mean `enc1`?',)
    """

    code: Code
    message: str
    span: Span | None = None
    field: str = ""
    note: str = ""
    helps: Helps = ()
    labels: tuple[Label, ...] = ()
    inputs: tuple[int, ...] = ()
    inside: tuple[int, int] | None = None
    element: tuple[int | str, ...] = ()
    others: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        return self.message

    @property
    def proposals(self) -> tuple[str, ...]:
        """The helps, looked for if that was put off."""
        while callable(self.helps):
            self.helps = self.helps()
        return (self.helps,) if isinstance(self.helps, str) and self.helps else tuple(self.helps)

    @property
    def line(self) -> str:
        """The fault with its proposals, for where there is one line."""
        return "; ".join((self.message, *self.proposals))

    def at(self, span: Span, *, quoted: bool = False) -> Problem:
        """The same fault at a place, or at its part of it, behind the quote; one that has a place keeps it.

        >>> from cnncalc import codes
        >>> Problem(codes.DIVISION_BY_ZERO, "division by zero", inside=(2, 1)).at(Span(3, 9, 4)).span
        Span(line=3, column=11, length=1)
        """
        if self.others:
            return together([problem.at(span, quoted=quoted) for problem in self.each])
        if self.span is not None:
            return self
        if self.inside is not None and self.inside[0] + quoted < max(span.length, 1):  # else it is in a later line
            span = Span(span.line, span.column + self.inside[0] + quoted, max(1, self.inside[1]))
        return self.but(span=span)

    @property
    def each(self) -> Iterator[Problem]:
        """This fault alone, then the others."""
        yield self.but(others=()) if self.others else self
        yield from self.others

    def within(self, offset: int, length: int) -> Problem:
        """The same fault at a place inside a text; one that has a place keeps it."""
        return self if self.inside or self.span else self.but(inside=(offset, length))


def together(problems: Iterable[Problem]) -> Problem:
    """Several faults as one that can be raised: the first, with the others beside it."""
    first, *others = [one for problem in problems for one in problem.each]
    return first.but(others=tuple(others))


def every(read: Callable[[Entry], Made], entries: Iterable[Entry]) -> list[Made]:
    """What `read` makes of each entry; the faults of all of them are raised together.

    >>> from cnncalc import codes
    >>> def refuse(name: str) -> None:
    ...     raise Problem(codes.UNKNOWN_NAME, f"unknown name `{name}`")
    >>> try:
    ...     every(refuse, ["a", "b"])
    ... except Problem as problem:
    ...     print(*problem.each, sep=", ")
    unknown name `a`, unknown name `b`
    """
    made: list[Made] = []
    problems: list[Problem] = []
    for entry in entries:
        try:
            made.append(read(entry))
        except Problem as problem:
            problems.append(problem)
    if problems:
        raise together(problems)
    return made


class Diagnostic(Record):
    """A fault with its place. `helps` are proposals; each stands on a line of its own.

    `file`, `line` and `column` are the place by the names that the JSON of `check` has. A warning that is `raised` is
    an error, as `--strict` makes it.
    """

    code: Code
    message: str
    source: Source
    span: Span
    note: str = ""
    labels: tuple[Label, ...] = ()
    helps: tuple[str, ...] = ()
    raised: bool = False

    def __repr__(self) -> str:
        return f"<{self.file}:{self.line}:{self.column}: {self.code} {self.message}>"

    @property
    def severity(self) -> str:
        """That of the code, unless it was raised: `error` or `warning`."""
        return ERROR if self.raised else self.code.severity

    @property
    def file(self) -> str:
        """The file's name, or `<text>`."""
        return self.source.name

    @property
    def line(self) -> int:
        """The line of the caret, counted from 1."""
        return self.span.line

    @property
    def column(self) -> int:
        """The column of the caret, counted from 1 in characters."""
        return self.span.column

    @property
    def place(self) -> tuple[str, int, int]:
        """File, line and column, to sort by and to print."""
        return self.file, self.line, self.column

    @property
    def sort_key(self) -> tuple[bool, str, int, int, str]:
        """Errors before warnings, then by file, line and column."""
        return (self.severity != ERROR, *self.place, self.code)


Trial: TypeAlias = "Callable[[list[Diagnostic]], list[Diagnostic]]"


class SpecError(Exception):
    """A specification is wrong; `diagnostics` says where and how, all faults of one run.

    Attributes:
        found: the faults by place, as they were found.
        trial: leaves out those of their helps that lead nowhere; asked when somebody looks at the diagnostics.
        writer: who has words for diagnostics; the text is one line without it.
        asked_in: the line of the caller's own code, behind ` in line `; empty where nobody looked.

    >>> SpecError([]).diagnostics
    []
    """

    writer: Callable[[list[Diagnostic]], str] | None = None
    asked_in = ""

    def __init__(self, diagnostics: list[Diagnostic], trial: Trial | None = None) -> None:
        self.found = sorted(diagnostics, key=lambda fault: fault.sort_key)
        self.trial = trial
        super().__init__(self.found)

    def __str__(self) -> str:
        if not self.found:
            return "the specification is wrong"
        if self.writer is not None:
            return self.writer(self.diagnostics)
        first = self.found[0]
        more = f" (and {len(self.found) - 1} more)" if len(self.found) > 1 else ""
        return f"{first.file}:{first.line}:{first.column}: {first.code} {first.message}{more}"

    def __repr__(self) -> str:
        return f"<SpecError: {', '.join(map(repr, self.found))}>"

    def __reduce__(self) -> tuple[object, ...]:
        return SpecError, (self.diagnostics,), {"writer": self.writer, "asked_in": self.asked_in}

    def _render_traceback_(self) -> list[str]:
        """The lines that a notebook shows instead of a traceback; IPython asks for them by this name."""
        return [f"SpecError{self.asked_in}", *str(self).splitlines(), *getattr(self, "__notes__", ())]

    @cached_property
    def diagnostics(self) -> list[Diagnostic]:
        """The faults by place, with the helps that lead on."""
        return self.trial(self.found) if self.trial else self.found


def _placed(proposal: str, span: Span) -> str:
    """A proposal whose edits know their place."""
    placed = (edit if edit.span else edit._replace(span=span) for edit in edits_of(proposal))
    return type(proposal)(proposal, *placed) if isinstance(proposal, Help) else proposal


MOST_SHOWN = 100
"""So many faults of a file are shown; helps are looked for in these alone."""


class Faults:
    """Collects the diagnostics of one source, each once, with helps for so many; none where nobody reads them.

    >>> faults = Faults(Source("net.yaml", "layers: []"))
    >>> from cnncalc import codes
    >>> faults.add(Problem(codes.NO_LAYERS, "there are no layers", Span(1, 9, 2)))
    >>> [fault.code for fault in faults.found]
    ['CNN203']
    """

    def __init__(self, source: Source, helped: int = MOST_SHOWN) -> None:
        self.source = source
        self.helped = helped
        self.found: list[Diagnostic] = []
        self._kept: set[tuple[str, Span, str]] = set()

    def add(self, problem: Problem, *labels: Label) -> None:
        """Keep a fault and those beside it, each unless the same is kept at its place; helps are asked for if shown."""
        if problem.others:
            for one in problem.each:
                self.add(one, *labels)
            return
        span = problem.span or NOWHERE
        if self.keeps(problem):
            return
        self._kept.add((problem.code, span, problem.message))
        proposals = problem.proposals if len(self.found) < self.helped else ()
        helps = tuple(_placed(proposal, span) for proposal in proposals)
        told = (problem.note, (*problem.labels, *labels), helps)
        self.found.append(Diagnostic(problem.code, problem.message, self.source, span, *told))

    def again(self) -> Faults:
        """For one more design of the same text: of what is kept as many as are shown, errors first."""
        further = Faults(self.source, self.helped)
        further.found = sorted(self.found, key=lambda fault: fault.severity != ERROR)[:MOST_SHOWN]
        further._kept = {(fault.code, fault.span, fault.message) for fault in further.found}
        return further

    def keeps(self, problem: Problem) -> bool:
        """Whether the same is kept at its place."""
        return (problem.code, problem.span or NOWHERE, problem.message) in self._kept

    @property
    def are_many(self) -> bool:
        """Whether so many are kept that further ones are only counted."""
        return len(self.found) >= MOST_SHOWN

    @property
    def errors(self) -> list[Diagnostic]:
        """What stops the work; warnings do not."""
        return [fault for fault in self.found if fault.severity == ERROR]

    def stop_if_any(self, trial: Trial | None = None) -> None:
        """Raise `SpecError` with everything found so far, if any of it is an error."""
        if self.errors:
            raise SpecError(self.found, trial)
