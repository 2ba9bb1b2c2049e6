"""Writes what stands in brackets or braces: blanks as they should be, line breaks between entries where they were."""

from __future__ import annotations

from typing import NamedTuple

from cnncalc.editor.formatting_tokens import COMMENT, SCALAR, Token
from cnncalc.editor.formatting_words import Places, written

_OPENING, _CLOSING = ("[", "{"), ("]", "}")


class _Level(NamedTuple):
    """One open bracket: how far its entries are indented, and its end if that stands on a line of its own."""

    entries: int
    end: int
    hangs: bool


class _Line:
    """The line that is being written: its pieces, where it ends, and whether it is more than its indentation."""

    def __init__(self, indent: int, column: int) -> None:
        self.indent = indent
        self.pieces = [" " * indent]
        self.column = column + indent
        self.empty = True

    def add(self, piece: str) -> None:
        """Write on; a piece of several lines ends where its last one does."""
        self.pieces.append(piece)
        _, broken, last = piece.rpartition("\n")
        self.column = len(last) + (0 if broken else self.column)
        self.empty = False

    def __str__(self) -> str:
        return "".join(self.pieces)


class FlowWriter:
    """Writes one value. `column` is where it begins, `indent` what its further lines are deeper than."""

    def __init__(self, text: str, places: Places, column: int, indent: int, *, root: bool = False) -> None:
        self.text = text
        self.places = places
        self.lines: list[str] = []
        self.line = _Line(0, column)
        self.indent = indent
        self.root = root
        self.levels: list[_Level] = []
        self.before = ""

    def write(self, found: list[Token]) -> list[str]:
        """The lines of the value; the first one without what stands before it."""
        found = _with_commas_first(_without_idle_commas(_with_clear_pairs(found)))
        for number, token in enumerate(found):
            broken = number > 0 and "\n" in self.text[found[number - 1].end : token.start]
            if token.kind == COMMENT:
                self._comment(token, alone=broken)
                continue
            self._break_line(token, broken=broken)
            self._token(token, found[number + 1 : number + 2])
        return [*self.lines, str(self.line)]

    def _token(self, token: Token, following: list[Token]) -> None:
        kind = token.kind
        if kind in _CLOSING:
            self.levels.pop()
        if not self.line.empty and (self.before == ":" or (self.before == "," and kind not in _CLOSING)):
            self.line.add(" ")
        if kind in _OPENING:
            self._open(token, following)
        self.line.add(self._scalar(token) if kind == SCALAR else kind)
        self.before = kind

    def _scalar(self, token: Token) -> str:
        if "\n" not in token.of(self.text):
            return written(token, self.text, self.places, flow=True)
        return "\n".join(refolded(token.of(self.text), self.levels[-1].entries))

    def _open(self, token: Token, following: list[Token]) -> None:
        hangs = bool(following) and (following[0].kind == COMMENT or "\n" in self.text[token.end : following[0].start])
        if not hangs:
            self.levels.append(_Level(self.line.column + 1, 0, hangs=False))
            return
        outer = self.line.indent if self.lines else self.indent
        end = outer if self.lines or self.root else outer + 2
        self.levels.append(_Level(end + 2, end, hangs=True))

    def _break_line(self, token: Token, *, broken: bool) -> None:
        """Begin a line where one began, but never with a comma or with an end that nothing hangs from."""
        after_comment = self.before == COMMENT
        if token.kind in _CLOSING:
            level = self.levels[-1]
            if after_comment or (broken and level.hangs):
                self._new_line(level.end if level.hangs else level.entries)
        elif after_comment or (broken and token.kind not in (",", ":") and self.before != ":"):
            self._new_line(self.levels[-1].entries)

    def _new_line(self, indent: int) -> None:
        if not self.line.empty:
            self.lines.append(str(self.line).rstrip())
        self.line = _Line(indent, 0)

    def _comment(self, token: Token, *, alone: bool) -> None:
        comment = token.of(self.text)
        if alone or self.before == COMMENT:
            self._new_line(self.levels[-1].entries)
            self.line.add(comment)
        else:
            start = self.text.rfind("\n", 0, token.start) + 1
            self.line.add(" " * max(2, token.start - start - self.line.column) + comment)
        self.before = COMMENT


def refolded(raw: str, indent: int) -> list[str]:
    """The lines of a folded scalar, the further ones so deep."""
    first, *rest = (line.strip() for line in raw.split("\n"))
    return [first, *(" " * indent + line if line else "" for line in rest)]


def _with_clear_pairs(found: list[Token]) -> list[Token]:
    """Without `?`; a key without a value has a colon in brackets, where it makes a map, and none in braces."""
    clear: list[Token] = []
    inside: list[str] = []
    asked: list[bool] = []
    for number, token in enumerate(found):
        kind = token.kind
        if kind in (",", *_CLOSING):
            if asked[-1]:
                clear.append(Token(":", token.start, token.start))
            asked[-1] = False
        if kind in _CLOSING:
            inside.pop()
            asked.pop()
        if kind == "?":
            asked[-1] = inside[-1] == "["
            continue
        if kind == ":":
            asked[-1] = False
            if inside[-1] == "{" and _ends(found, number + 1):
                continue
        if kind in _OPENING:
            inside.append(kind)
            asked.append(False)
        clear.append(token)
    return clear


def _ends(found: list[Token], number: int) -> bool:
    """Whether an entry ends here, before anything but comments."""
    while found[number].kind == COMMENT:
        number += 1
    return found[number].kind in (",", *_CLOSING)


def _without_idle_commas(found: list[Token]) -> list[Token]:
    """Without the commas that nothing follows."""
    kept: list[Token] = []
    ends = False
    for token in reversed(found):
        if token.kind == "," and ends:
            continue
        if token.kind != COMMENT:
            ends = token.kind in _CLOSING
        kept.append(token)
    return kept[::-1]


def _with_commas_first(found: list[Token]) -> list[Token]:
    """With each comma right behind its entry: before comments that stood between them."""
    ordered: list[Token] = []
    for token in found:
        place = len(ordered)
        while token.kind == "," and ordered[place - 1].kind == COMMENT:
            place -= 1
        ordered.insert(place, token)
    return ordered
