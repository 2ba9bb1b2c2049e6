"""A syntax error as PyYAML states it, with the text around it at hand."""

from __future__ import annotations

from cnncalc.codes import Code
from cnncalc.problem import Helps, Label, Problem, Source


class Trouble:
    """Where reading stopped (`at`), where what it was reading began (`opened`), and in which words it was said."""

    __slots__ = ("at", "context", "opened", "source", "span", "words")

    def __init__(self, source: Source, *, words: str, context: str, at: int, opened: int | None) -> None:
        self.source = source
        self.words = words
        self.context = context
        self.at = at
        self.opened = opened
        self.span = source.span_at(at)

    @property
    def line(self) -> int:
        """The line where reading stopped, counted from 1."""
        return self.span.line

    @property
    def column(self) -> int:
        """The column where reading stopped, counted from 1."""
        return self.span.column

    @property
    def text(self) -> str:
        """The line where reading stopped."""
        return self.source.line(self.line)

    @property
    def character(self) -> str:
        """The character where reading stopped; empty at the end of the text."""
        return self.source.text[self.at : self.at + 1]

    def fault(
        self, code: Code, message: str, offset: int | None = None, length: int = 1, *,
        note: str = "", labels: tuple[Label, ...] = (), helps: Helps = (),
    ) -> Problem:  # fmt: skip
        """A fault at an offset, or where reading stopped."""
        span = self.source.span_at(self.at if offset is None else offset, max(1, length))
        return Problem(code, message, span, note=note, labels=labels, helps=helps)
