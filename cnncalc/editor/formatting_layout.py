"""A spec as entries in canonical order, each with the comments that belong to it."""

from __future__ import annotations

from collections.abc import Callable

from cnncalc.editor.formatting_tokens import COMMENT, Token
from cnncalc.editor.formatting_words import Places
from cnncalc.language.reading.declarations import MODIFIERS
from cnncalc.language.reading.keys import KEYS
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence
from cnncalc.record import MutableRecord


class Remark(MutableRecord):
    """A comment; `column` is where it began, `blank` whether an empty line stands above it."""

    text: str
    column: int = 0
    blank: bool = False


class Entry(MutableRecord):
    """One key with its value, or one dash with its item.

    `inline` holds the tokens of a scalar, or of brackets or braces; `below` says that those begin on a line of their
    own, and `opening` is the comment behind the key then. `child` is a value that is written in lines.
    """

    key: Token | None
    blank: bool
    before: list[Remark]
    inline: list[Token] = []
    child: Lines | None = None
    remark: Remark | None = None
    below: bool = False
    opening: Remark | None = None

    @property
    def word(self) -> str:
        """The key, or nothing for an item of a list."""
        return self.key.word.text if self.key else ""

    def part(self, *, blank: bool) -> None:
        """Whether an empty line stands above it and its comments."""
        above = self.before[0] if self.before else self
        above.blank = blank

    def lift(self, remarks: list[Remark]) -> None:
        """Put comments above it that have no room where they stood."""
        self.before += [Remark(remark.text, blank=self.blank and remark is remarks[0]) for remark in remarks]
        self.blank = self.blank and not remarks


class Lines(MutableRecord):
    """A map or a list that is written in lines; `tail` are the comments below its last entry."""

    entries: list[Entry]
    tail: list[Remark] = []


class Arranger:
    """Walks the tree along its tokens and gives each comment to an entry."""

    def __init__(self, text: str, found: list[Token], places: Places) -> None:
        self.text = text
        self.tokens = found
        self.places = places
        self.next = 0

    def arrange(self, root: Mapping) -> tuple[list[Remark], Lines]:
        """The file's heading, which an empty line parts from what follows, and its entries."""
        whole = self._lines(root)
        first = whole.entries[0]
        parts = [number for number, remark in enumerate(first.before) if remark.blank and number]
        heading = len(first.before) if first.blank else parts[-1] if parts else 0
        above, first.before = first.before[:heading], first.before[heading:]
        whole.entries.sort(key=lambda entry: _place(entry, KEYS, len(KEYS)))
        whole.tail = [self._remark(token) for token in self.tokens[self.next :] if token.kind == COMMENT]
        return above, whole

    def flow(self) -> list[Token]:
        """The tokens of brackets or braces, comments inside them too."""
        start, depth = self.next, 0
        while True:
            kind = self._take().kind
            depth += (kind in ("[", "{")) - (kind in ("]", "}"))
            if depth == 0:
                return self.tokens[start : self.next]

    def _take(self) -> Token:
        self.next += 1
        return self.tokens[self.next - 1]

    def _lines(self, node: Mapping | Sequence) -> Lines:
        if isinstance(node, Sequence):
            return Lines([self._item(item) for item in node.items])
        lines = Lines([self._entry(key, value, node) for key, value in node.entries])
        if id(node) in self.places.items:
            lines.entries.sort(key=lambda entry: _place(entry, MODIFIERS, -1))
        return lines

    def _entry(self, key: Scalar, value: Node, parent: Mapping) -> Entry:
        entry = self._begun(lambda token: token.scalar is key)
        self._pass(":")
        self._value(entry, value, parent.span.column)
        return entry

    def _item(self, item: Node) -> Entry:
        entry = self._begun(lambda token: token.kind == "-")
        self._value(entry, item, 0)
        if entry.child:
            first = entry.child.entries[0]
            entry.before += [Remark(remark.text) for remark in first.before]
            first.before = []
        return entry

    def _value(self, entry: Entry, value: Node, column: int) -> None:
        """What stands behind a key or a dash, with the comments around it; `column` is that of the key."""
        entry.remark = self._remark_behind()
        if isinstance(value, Scalar) and value.is_empty:
            return
        if isinstance(value, Scalar) or value.flow:
            self._inline(entry, value)
            return
        if entry.key is None and entry.remark:  # behind a dash there is no room for it
            entry.lift([entry.remark])
            entry.remark = None
        entry.child = self._lines(value)
        # A list may stand as far left as its key: a comment there belongs to what follows.
        entry.child.tail = self._tail(value.span.column + (value.span.column == column))

    def _inline(self, entry: Entry, value: Node) -> None:
        behind_key, above = entry.remark, self._tail(0)
        if isinstance(value, Scalar):
            entry.inline = [self._take()]
        else:
            entry.inline = self.flow()
            entry.below = entry.key is not None and "\n" in self.text[entry.key.end : entry.inline[0].start]
        entry.remark = self._remark_behind()
        one_line = "\n" not in self.text[entry.inline[0].start : entry.inline[-1].end]
        if entry.below:
            entry.opening = behind_key
        elif behind_key and entry.remark is None and one_line:
            entry.remark = behind_key
        elif behind_key:
            above.insert(0, behind_key)
        entry.lift(above)

    def _begun(self, begins: Callable[[Token], bool]) -> Entry:
        """An entry with the comments above it; what else stands there, such as `---` or `?`, says nothing."""
        before = []
        while not begins(token := self._take()):
            if token.kind == COMMENT:
                before.append(self._remark(token))
        return Entry(token if token.scalar else None, self._blank_above(token.start), before)

    def _pass(self, mark: str) -> None:
        """Go behind a mark, unless comments part it from the key, as they may in `? key`."""
        ahead = self.next
        while self.tokens[ahead].kind == COMMENT:
            ahead += 1
        if self.tokens[ahead].kind == mark:
            self.tokens[self.next + 1 : ahead + 1] = self.tokens[self.next : ahead]
            self.next += 1

    def _remark_behind(self) -> Remark | None:
        """The comment that follows on the same line."""
        ahead = self.tokens[self.next]
        follows = ahead.kind == COMMENT and self._line_to(ahead.start).strip()
        return self._remark(self._take()) if follows else None

    def _tail(self, column: int) -> list[Remark]:
        """The comments that follow, as far as they are so deep or deeper."""
        found: list[Remark] = []
        while (ahead := self.tokens[self.next]).kind == COMMENT and (remark := self._remark(ahead)).column >= column:
            found.append(remark)
            self.next += 1
        return found

    def _remark(self, token: Token) -> Remark:
        return Remark(token.of(self.text), len(self._line_to(token.start)) + 1, blank=self._blank_above(token.start))

    def _line_to(self, offset: int) -> str:
        """What stands before an offset on its line."""
        return self.text[self.text.rfind("\n", 0, offset) + 1 : offset]

    def _blank_above(self, offset: int) -> bool:
        end = self.text.rfind("\n", 0, offset)
        return end > 0 and not self._line_to(end).strip()


def _place(entry: Entry, words: tuple[str, ...], other: int) -> int:
    return words.index(entry.word) if entry.word in words else other
