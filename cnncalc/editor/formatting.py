"""Puts a spec into its one canonical form: comments stay, and the meaning is the same or nothing is given back."""

from __future__ import annotations

from typing import TypeAlias

from cnncalc.editor.formatting_flow import FlowWriter
from cnncalc.editor.formatting_layout import Arranger, Entry, Lines, Remark
from cnncalc.editor.formatting_tokens import BLOCK_TEXT, COMMENT, SCALAR, Token, content_indent, header, tokens
from cnncalc.editor.formatting_words import Places, may_be_plain, normal, places, written
from cnncalc.language.load import declared, expanded
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence
from cnncalc.language.yaml.tree import read_tree
from cnncalc.problem import Faults, SpecError
from cnncalc.source import NOWHERE, Source

Meaning: TypeAlias = "tuple[str, bool] | tuple[Meaning, ...] | dict[str, Meaning]"

_STEP = 2


class FormattingFault(Exception):
    """The formatter's own fault: what it made of a spec would not mean the same. The spec is as it was."""


def formatted(source: Source) -> str:
    r"""The canonical form of a spec that is a network, and nothing but its layout changed.

    Raises:
        SpecError: the spec is wrong; what is wrong may mean something else than it says, so it is not touched.
        FormattingFault: the result would not mean the same, which is a fault of this program.

    >>> print(formatted(Source("net.yaml", "layers:\n- fc:   10\ninput:  32×32x3")), end="")
    input: 32x32x3
    layers:
      - fc: 10
    """
    plain = Source(source.name, _with_line_ends(source.text))
    tree, where, meaning = _read(plain)
    text = _Writer(plain, where).whole(tree)
    try:
        same = _read(Source(source.name, text))[-1] == meaning
    except SpecError as error:
        raise FormattingFault(f"the formatted {source.name} cannot be read: {error}") from error
    if not same:
        raise FormattingFault(f"the formatted {source.name} would mean something else")
    return text


def _with_line_ends(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") else text + "\n"


def _read(source: Source) -> tuple[Mapping, Places, object]:
    """The tree of a spec, what each word is there for, and what all of it means; raises `SpecError` for a wrong one."""
    network = _network_of(source)
    tree = read_tree(source, Faults(source))
    assert tree is not None, "a network has a tree"  # noqa: S101
    where = places(tree)
    return tree, where, (network, _meaning(tree, where))


def _meaning(node: Node, where: Places, *, top: bool = True) -> Meaning:
    """The tree without its layout; the keys of the file and of items have no order, all others have one.

    A text says whether its quotes count: `"5M"` is a word and `5M` a number.
    """
    if isinstance(node, Sequence):
        return tuple(_meaning(item, where, top=False) for item in node.items)
    if isinstance(node, Mapping):
        entries = {key.text: _meaning(value, where, top=False) for key, value in node.entries}
        if top or id(node) in where.items:
            return entries
        return tuple(((key, False), value) for key, value in entries.items())
    return _word(node, where)


def _word(scalar: Scalar, where: Places) -> tuple[str, bool]:
    if scalar.is_empty:
        return "", False
    place = where.of(scalar)
    counts = scalar.quoted and not may_be_plain(scalar.text, place, flow=False)
    return (scalar.text if counts else normal(scalar.text, place)), counts


def _network_of(source: Source) -> dict[str, object]:
    """Everything that a spec as written describes, but for the lines that it stands on; raises `SpecError`."""
    network = expanded(*declared(source))
    nodes = [{**vars(node), "span": None} for node in network.nodes]
    claims = sorted(repr(claim._replace(text="", span=NOWHERE)) for claim in network.claims)
    described = {name: getattr(network, name) for name in network.fields}
    return {**described, "nodes": nodes, "claims": claims, "source": None, "warnings": None}


class _Writer:
    """Writes entries line by line."""

    def __init__(self, source: Source, where: Places) -> None:
        self.source = source
        self.text = source.text
        self.places = where
        self.lines: list[str] = []
        self.kept = -1
        """How many lines there were after a block of text that keeps its last empty lines."""

    def whole(self, tree: Mapping) -> str:
        """The text of a whole spec."""
        arranger = Arranger(self.text, tokens(self.source, tree), self.places)
        if tree.flow:
            self._flow_spec(arranger)
        else:
            heading, lines = arranger.arrange(tree)
            self._remarks(heading, 0)
            if heading:
                lines.entries[0].part(blank=True)
            self._lines(lines, 0)
        return "\n".join(self.lines) + "\n"

    def _flow_spec(self, arranger: Arranger) -> None:
        """A spec that stands in braces as a whole, as JSON does."""
        found = arranger.tokens
        arranger.next = next(number for number, token in enumerate(found) if token.kind == "{")
        above = found[: arranger.next]
        inside = arranger.flow()
        self._comments(above)
        self.lines += FlowWriter(self.text, self.places, 0, 0).write(inside)
        self._comments(found[arranger.next :])

    def _comments(self, found: list[Token]) -> None:
        self.lines += [token.of(self.text) for token in found if token.kind == COMMENT]

    def _lines(self, lines: Lines, indent: int, lead: str = "") -> None:
        """A map or a list; `lead` is what stands before its first entry already, the dash of an item."""
        if indent:
            lines.entries[0].part(blank=False)
        for entry in lines.entries:
            self._entry(entry, indent, lead)
            lead = ""
        self._remarks(lines.tail, indent)

    def _entry(self, entry: Entry, indent: int, lead: str) -> None:
        self._remarks(entry.before, indent)
        if entry.blank:
            self._blank()
        start = (lead or " " * indent) + (f"{self._scalar(entry.key, indent)[0]}:" if entry.key else "-")
        if entry.child and entry.key is None:
            self._lines(entry.child, indent + _STEP, f"{start} ")
        elif entry.child:
            self._line(start, entry.remark)
            self._lines(entry.child, indent + _STEP)
        elif entry.inline:
            self._inline(entry, start, indent)
        else:
            self._line(start, entry.remark)

    def _scalar(self, token: Token, indent: int) -> list[str]:
        return written(token, self.text, self.places, indent, flow=False)

    def _inline(self, entry: Entry, start: str, indent: int) -> None:
        token = entry.inline[0]
        if entry.below:
            self._line(start, entry.opening)
            start = " " * (indent + _STEP - 1)
        if token.kind == SCALAR and self.text.startswith(BLOCK_TEXT, token.start):
            self._block_text(token, start, indent)
            return
        if token.kind == SCALAR:
            first, *rest = self._scalar(token, indent + _STEP)
        else:
            first, *rest = FlowWriter(self.text, self.places, len(start) + 1, indent + _STEP).write(entry.inline)
        self.lines += [f"{start} {first}", *rest]
        self._line(self.lines.pop(), entry.remark)

    def _block_text(self, token: Token, start: str, indent: int) -> None:
        """A block of text, word for word, as deep as its new place asks for."""
        top, *content = token.of(self.text).split("\n")
        found = header(self.text, token.start)
        old = content_indent(self.text, token.start, token.parent)
        new = indent + (old - token.parent if found[1] else _STEP)
        comment = top[len(found[0]) :].strip()
        self._line(f"{start} {found[0]}", Remark(comment) if comment else None)
        self.lines += [" " * new + line[old:] if line[old:] else "" for line in content]
        if "+" in found[0]:
            self.kept = len(self.lines)

    def _line(self, code: str, remark: Remark | None) -> None:
        if remark:
            code += " " * max(2, remark.column - 1 - len(code)) + remark.text
        self.lines.append(code)

    def _remarks(self, remarks: list[Remark], indent: int) -> None:
        for remark in remarks:
            if remark.blank:
                self._blank()
            self.lines.append(" " * indent + remark.text)

    def _blank(self) -> None:
        if self.lines and self.lines[-1] and self.kept != len(self.lines):
            self.lines.append("")
