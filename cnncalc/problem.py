"""Faults: what is wrong, first without a place (`Problem`), then with one (`Diagnostic`)."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from cnncalc.codes import ERROR, Code
from cnncalc.record import Record


class Problem(Exception):
    """A fault that knows what is wrong and in which field, but not in which file.

    Rules raise it; whoever knows where the field was written turns it into a `Diagnostic`.

    Args:
        code: its code, from the catalogue.
        field: the parameter at fault, such as ``"stride"``; empty when no single one is.
        message: one sentence with the numbers in it, lower case, without a full stop.
        note: what to write beside the caret.
        helps: proposals, each computed and true, each a line of its own.
        inputs: which inputs of a join are at fault, counted from 0.

    >>> from cnncalc import codes
    >>> str(Problem(codes.STRIDE_DOES_NOT_FIT, "stride", "stride 3 does not fit"))
    'stride 3 does not fit'
    """

    def __init__(
        self,
        code: Code,
        field: str,
        message: str,
        *,
        note: str = "",
        helps: tuple[str, ...] = (),
        inputs: tuple[int, ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.message = message
        self.note = note
        self.helps = helps
        self.inputs = inputs


class Span(NamedTuple):
    """Where something is written: line and column count from 1, in characters."""

    line: int
    column: int
    length: int = 1


class Source:
    r"""A text with the name it was read under; it finds its own lines.

    >>> Source("net.yaml", "input: 7x7x3\nlayers: []").line(2)
    'layers: []'
    """

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._starts: list[int] | None = None

    @property
    def starts(self) -> list[int]:
        """The offset of each line's first character."""
        if self._starts is None:
            starts = [0]
            for line in self.text.splitlines(keepends=True):
                starts.append(starts[-1] + len(line))
            self._starts = starts
        return self._starts

    def line(self, number: int) -> str:
        """The line of that number, counted from 1, without its end; empty beyond the text."""
        if not 1 <= number < len(self.starts):
            return ""
        return self.text[self.starts[number - 1] : self.starts[number]].rstrip("\r\n")

    def span_at(self, offset: int, length: int = 1) -> Span:
        """The span that begins at a character offset."""
        line = max(1, min(bisect_right(self.starts, offset), len(self.starts)))
        return Span(line, offset - self.starts[line - 1] + 1, length)


class Label(Record):
    """A second place that contributes to a fault: underlined with dashes."""

    span: Span
    text: str


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


class SpecError(Exception):
    """A specification is wrong; `diagnostics` says where and how, all faults of one run.

    >>> SpecError([]).diagnostics
    []
    """

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = sorted(diagnostics, key=lambda fault: fault.sort_key)
        first = self.diagnostics[0] if self.diagnostics else None
        super().__init__(
            f"{first.source.name}:{first.span.line}:{first.span.column}: {first.code} {first.message}"
            + (f" (and {len(self.diagnostics) - 1} more)" if len(self.diagnostics) > 1 else "")
            if first
            else "the specification is wrong"
        )


class Faults:
    """Collects the diagnostics of one source, each told once.

    >>> faults = Faults(Source("net.yaml", "layers: []"))
    >>> from cnncalc import codes
    >>> faults.add(codes.NO_LAYERS, Span(1, 9, 2), "there are no layers")
    >>> [fault.code for fault in faults.found]
    ['CNN203']
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Diagnostic] = []
        self._told: set[tuple[str, Span, str]] = set()

    def add(
        self,
        code: Code,
        span: Span,
        message: str,
        *,
        note: str = "",
        labels: tuple[Label, ...] = (),
        helps: tuple[str, ...] = (),
    ) -> None:
        """Keep a fault, unless this place has already been told the same."""
        if (code, span, message) in self._told:
            return
        self._told.add((code, span, message))
        self.found.append(Diagnostic(code, message, self.source, span, note, labels, helps))

    @property
    def errors(self) -> list[Diagnostic]:
        """What stops the work; warnings do not."""
        return [fault for fault in self.found if fault.severity == ERROR]

    def stop_if_any(self) -> None:
        """Raise `SpecError` with everything found so far, if any of it is an error."""
        if self.errors:
            raise SpecError(self.found)
