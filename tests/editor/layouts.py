"""Writes a spec's tree in any layout that YAML has: braces or lines, quotes, indentation, comments, line ends."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from cnncalc.editor.formatting_words import KEY, PROSE, Places, places
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence
from cnncalc.language.yaml.source import source_of_text
from cnncalc.language.yaml.tree import read_tree
from cnncalc.problem import Faults


def tree_of(text: str) -> Mapping:
    faults = Faults(source_of_text(text))
    tree = read_tree(faults.source, faults)
    assert tree is not None
    assert faults.found == []
    return tree


class Scribe:
    """Writes one tree once; `remarks` are the comments that it made up."""

    def __init__(self, random: Random, tree: Mapping) -> None:
        self.random = random
        self.tree = tree
        self.places: Places = places(tree)
        self.remarks: list[str] = []
        self.below_text = False
        """Whether a block of text stands above, where a deeper comment would be more of it."""

    def text(self) -> str:
        lines = self._mapping(self.tree, 0, top=True)
        end = self.random.choice(["\n", "\r\n"])
        text = end.join(lines) + self.random.choice(["", end, end * 3])
        return self.random.choice(["", "---" + end, "\ufeff"]) + text

    def _maybe(self, share: float) -> bool:
        return self.random.random() < share

    def _remark(self) -> str:
        self.remarks.append(f"# remark {len(self.remarks)}: {{a, 'b]")
        return self.remarks[-1]

    def _above(self, indent: int) -> list[str]:
        lines = [""] * self.random.choice([0, 0, 0, 1, 3])
        if self._maybe(0.15):
            deeper = 0 if self.below_text else 3
            lines.append(" " * max(0, indent + self.random.randint(-2, deeper)) + self._remark())
        self.below_text = False
        if self._maybe(0.1):
            lines.append("  ")
        return lines

    def _behind(self) -> str:
        return (
            " " * self.random.randint(1, 9) + self._remark()
            if self._maybe(0.2)
            else " " * self.random.choice([0, 0, 2])
        )

    def _mapping(self, node: Mapping, indent: int, *, top: bool = False) -> list[str]:
        entries = node.entries
        if top or id(node) in self.places.items:
            self.random.shuffle(entries)
        lines: list[str] = []
        for number, (key, value) in enumerate(entries):
            if number or top:
                lines += self._above(indent)
            lines += self._value(value, " " * indent + self._word(key) + ":", indent, least=1)
        return lines

    def _sequence(self, node: Sequence, indent: int) -> list[str]:
        lines: list[str] = []
        for item in node.items:
            lines += self._above(indent)
            if isinstance(item, Mapping) and not self._in_flow(item):
                gap = self.random.randint(1, 4)
                first, *rest = self._mapping(item, indent + 1 + gap)
                lines += [" " * indent + "-" + first[indent + 1 :], *rest]
            else:
                lines += self._value(item, " " * indent + "-", indent, least=1)
        return lines

    def _value(self, node: Node, start: str, indent: int, *, least: int) -> list[str]:
        if isinstance(node, Scalar):
            return self._scalar_lines(node, start, indent)
        if not node.items if isinstance(node, Sequence) else not len(node):
            return [start + (" []" if isinstance(node, Sequence) else " {}")]
        if self._in_flow(node):
            return (start + " " * self.random.randint(1, 3) + self._flow(node, indent + 1) + self._behind()).split("\n")
        if isinstance(node, Sequence):
            inner = indent + self.random.randint(0 if start.endswith(":") else 1, 4)
            return [start + self._behind(), *self._sequence(node, inner)]
        return [start + self._behind(), *self._mapping(node, indent + self.random.randint(least, 5))]

    def _scalar_lines(self, node: Scalar, start: str, indent: int) -> list[str]:
        if node.is_empty:
            return [start + self._behind()]
        if "\n" in node.text:
            self.below_text = True
            inner = " " * (indent + self.random.randint(1, 6))
            header = self.random.choice(["|", "|  # head"]) if node.text.endswith("\n") else "|-"
            if header.endswith("# head"):
                self.remarks.append("# head")
            return [f"{start} {header}", *(inner + line if line else "" for line in node.text.rstrip("\n").split("\n"))]
        gap = " " * self.random.randint(1, 4)
        if self._maybe(0.1):
            gap = f"{self._behind()}\n{' ' * (indent + self.random.randint(1, 4))}"
        return (start + gap + self._word(node) + self._behind()).split("\n")

    def _word(self, node: Scalar) -> str:
        if node.is_empty:
            return ""
        place = self.places.of(node)
        if node.quoted or (place in {KEY, PROSE} and self._maybe(0.2)):
            if self._maybe(0.5) and node.text.isprintable():
                return "'" + node.text.replace("'", "''") + "'"
            return '"' + node.text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        if place == "short form" and self._maybe(0.3):
            return node.text.replace("x", "×") if node.text.replace("x", "").isdigit() else node.text.replace(" ", "  ")
        return node.text

    def _in_flow(self, node: Mapping | Sequence) -> bool:
        return _fits_in_flow(node) and (node.flow or self._maybe(0.2))

    def _flow(self, node: Node, indent: int) -> str:
        if isinstance(node, Scalar):
            return self._word(node)
        if isinstance(node, Sequence):
            parts = [self._flow(item, indent) for item in node.items]
            return self._joined("[", parts, "]", indent)
        parts = []
        for key, value in node.entries:
            inside = self._flow(value, indent)
            parts.append(
                self._word(key) + (":" + self._gap(indent) + inside if inside else self.random.choice(["", ": "]))
            )
        return self._joined("{", parts, "}", indent)

    def _joined(self, opening: str, parts: list[str], closing: str, indent: int) -> str:
        text = opening + self._gap(indent, least=0)
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            text += part + self._gap(indent, least=0)
            text += (self.random.choice(["", ","]) if last else ",") + self._gap(indent, least=int(not last))
        return text + closing

    def _gap(self, indent: int, least: int = 1) -> str:
        if self._maybe(0.1):
            return f"{self._behind()}\n" + " " * (indent + self.random.randint(0, 5))
        return " " * self.random.choice([least, least, 2])


def _fits_in_flow(node: Node) -> bool:
    if isinstance(node, Scalar):
        return (node.quoted and "\n" not in node.text) or not set(node.text) & set(",[]{}#:\n")
    if isinstance(node, Sequence):
        return all(map(_fits_in_flow, node.items))
    return all(_fits_in_flow(part) for entry in node.entries for part in entry)


@st.composite
def layouts(draw: st.DrawFn, texts: list[str]) -> tuple[str, str, list[str]]:
    """A spec as it is, the same in another layout, and the comments that the layout has."""
    text = draw(st.sampled_from(texts))
    scribe = Scribe(Random(draw(st.integers(0, 2**32))), tree_of(text))
    return text, scribe.text(), scribe.remarks
