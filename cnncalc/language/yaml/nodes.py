"""The marked tree: what a spec says, each word with the place where it stands."""

from __future__ import annotations

from cnncalc.source import Span


class Scalar:
    """A word or a text as it was written; nothing is resolved, so `no`, `~` and `010` are just words.

    `style` is empty for a plain scalar, else the character that opened it: ``'``, ``"``, ``|`` or ``>``.
    A plain scalar that YAML folded from several lines has `end_line` beyond `span.line`.
    """

    __slots__ = ("end_line", "span", "style", "text")

    def __init__(self, text: str, span: Span, style: str = "", end_line: int = 0) -> None:
        self.text = text
        self.span = span
        self.style = style
        self.end_line = end_line or span.line

    @property
    def quoted(self) -> bool:
        """Whether it is text by its writing: in quotes, or a block of text."""
        return self.style != ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written, as after the colon of `conv:`."""
        return not self.text and not self.style

    def __repr__(self) -> str:
        return f"Scalar({self.text!r}, {self.span.line}:{self.span.column})"


class Sequence:
    """A list. `flow` is true for `[a, b]`, false for a list of lines."""

    __slots__ = ("flow", "items", "span")

    def __init__(self, items: list[Node], span: Span, *, flow: bool = False) -> None:
        self.items = items
        self.span = span
        self.flow = flow

    def __repr__(self) -> str:
        return f"Sequence({self.items!r})"


class Mapping:
    """Keys and values in the order of writing, each key once. `flow` is true for `{a: b}`, false for a map of lines.

    >>> word = Scalar("conv", Span(1, 1, 4))
    >>> mapping = Mapping([(word, Scalar("6", Span(1, 7)))], word.span)
    >>> mapping.get("conv"), mapping.get("pool"), mapping.key_span("conv").length
    (Scalar('6', 1:7), None, 4)
    """

    __slots__ = ("by_key", "flow", "span")

    def __init__(self, entries: list[tuple[Scalar, Node]], span: Span, *, flow: bool = False) -> None:
        self.by_key = {entry[0].text: entry for entry in entries}
        self.span = span
        self.flow = flow

    @property
    def entries(self) -> list[tuple[Scalar, Node]]:
        """Each key with its value."""
        return list(self.by_key.values())

    def get(self, key: str) -> Node | None:
        """The value of a key, or None."""
        entry = self.by_key.get(key)
        return entry[1] if entry else None

    def key_span(self, key: str) -> Span:
        """Where a key stands; the mapping's own place if it has no such key."""
        entry = self.by_key.get(key)
        return entry[0].span if entry else self.span

    def __contains__(self, key: object) -> bool:
        return key in self.by_key

    def __len__(self) -> int:
        return len(self.by_key)

    def __repr__(self) -> str:
        return f"Mapping({self.entries!r})"


Node = Scalar | Sequence | Mapping


def listed(node: Node) -> list[Node]:
    """The entries of a list; anything else is the only one."""
    return node.items if isinstance(node, Sequence) else [node]
