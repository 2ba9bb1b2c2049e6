"""Writes what stands in brackets or braces: blanks as they should be, line breaks between entries where they were."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from cnncalc.editor.formatting_tokens import COMMENT, SCALAR, Token
from cnncalc.editor.formatting_words import Places, written

_OPENING, _CLOSING = ("[", "{"), ("]", "}")
_ENDS = (",", *_CLOSING)


class _Level(NamedTuple):
    """One open bracket: how far its entries are indented, and its end if that stands on a line of its own."""

    entries: int
    end: int | None


class FlowWriter:
    """Writes one value, which begins at a column; the end of a bracket that hangs from its first line is so deep."""

    def __init__(self, text: str, places: Places, column: int, end: int) -> None:
        self.text = text
        self.places = places
        self.lines = [""]
        self.first_column = column
        self.end = end
        self.levels: list[_Level] = []
        self.before = ""

    @property
    def column(self) -> int:
        """Where the line that is being written ends."""
        return len(self.lines[-1]) + (self.first_column if len(self.lines) == 1 else 0)

    def write(self, found: list[Token]) -> list[str]:
        """The lines of the value; the first one without what stands before it."""
        found = _with_clear_marks(_without_questions(found))
        gaps = (self.text[token.end : following.start] for token, following in pairwise(found))
        broken = [False, *("\n" in gap for gap in gaps)]
        for number, token in enumerate(found):
            if token.kind == COMMENT:
                self._comment(token, alone=broken[number])
            else:
                self._break_line(token, broken=broken[number])
                self._token(token)
            if token.kind in _OPENING:
                hangs = broken[number + 1] or found[number + 1].kind == COMMENT
                self.levels.append(_Level(self.end + 2, self.end) if hangs else _Level(self.column, None))
            self.before = token.kind
        return self.lines

    def _token(self, token: Token) -> None:
        kind = token.kind
        if kind in _CLOSING:
            self.levels.pop()
        if self.lines[-1].strip() and (self.before == ":" or (self.before == "," and kind not in _CLOSING)):
            self.lines[-1] += " "
        if kind == SCALAR:
            first, *rest = written(token, self.text, self.places, self.levels[-1].entries, flow=True)
            self.lines[-1] += first
            self.lines += rest
        else:
            self.lines[-1] += kind

    def _break_line(self, token: Token, *, broken: bool) -> None:
        """Begin a line where one began, but never with a comma or with an end that nothing hangs from."""
        after_comment = self.before == COMMENT
        if token.kind in _CLOSING:
            entries, end = self.levels[-1]
            if after_comment or (broken and end is not None):
                self._new_line(entries if end is None else end)
        elif after_comment or (broken and token.kind not in (",", ":") and self.before != ":"):
            self._new_line(self.levels[-1].entries)

    def _new_line(self, indent: int) -> None:
        self.lines.append(" " * indent)
        self.end = indent

    def _comment(self, token: Token, *, alone: bool) -> None:
        if alone or self.before == COMMENT:
            self._new_line(self.levels[-1].entries)
        else:
            start = self.text.rfind("\n", 0, token.start) + 1
            self.lines[-1] += " " * max(2, token.start - start - self.column)
        self.lines[-1] += token.of(self.text)


def _without_questions(found: list[Token]) -> list[Token]:
    """Without `?`; a key that it asks for has a colon in brackets, where that makes a map."""
    clear: list[Token] = []
    inside: list[str] = []
    for token in found:
        kind = token.kind
        if inside and inside[-1] == "?" and kind in (":", *_ENDS):
            inside[-1] = "["
            if kind != ":":
                clear.append(Token(":", token.start, token.start))
        if kind in _CLOSING:
            inside.pop()
        elif kind in _OPENING:
            inside.append(kind)
        if kind != "?":
            clear.append(token)
        elif inside[-1] == "[":
            inside[-1] = "?"
    return clear


def _with_clear_marks(found: list[Token]) -> list[Token]:
    """With each comma right behind its entry, before comments; without those that nothing follows, nor such colons.

    In brackets a colon without a value stays, as it makes a map.
    """
    kept: list[Token] = []
    inside: list[str] = []
    comma: list[Token] = []
    following = ""
    for token in reversed(found):
        kind = token.kind
        if kind == COMMENT:
            kept.append(token)
        elif kind == ",":
            if following not in _CLOSING:
                comma, following = [token], kind
        elif kind != ":" or inside[-1] != "}" or following not in _ENDS:
            if kind in _CLOSING:
                inside.append(kind)
            elif kind in _OPENING:
                inside.pop()
            kept += [*comma, token]
            comma, following = [], kind
    return kept[::-1]
