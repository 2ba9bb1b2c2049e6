"""Finds the pieces of a text that a fault may be about: the layer or setting that holds its place, from inside out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cnncalc.source import Edit, Source, Span
from cnncalc.window import EXACT

LONGEST = 600
DEEPEST = 40
ITEM, ELEMENT, SETTING, BRANCH, LINES = "item", "element", "setting", "branch", "lines"


class Place(NamedTuple):
    """A piece of a text.

    Attributes:
        text: what stands there, without a comment.
        start: where it begins in the file.
        length: how long it is there.
        form: an `item` behind a dash, an `element` of a list in brackets, a `setting`, the value of a `branch`, or
            `lines` that should be items.
        indent: the column of the dash of an item.
    """

    text: str
    start: int
    length: int
    form: str
    indent: int = 0

    @property
    def is_item(self) -> bool:
        """Whether a layer is due there."""
        return self.form != SETTING

    def written(self, texts: Sequence[str], name: str = "") -> str:
        """Layers as they stand there; the last one has the name."""
        if self.text.startswith(('"', '{"')) and not name:
            return ", ".join(_quoted(text, braced=self.text.startswith("{")) for text in texts)
        *before, last = texts
        if self.form in {ITEM, LINES}:
            pad = " " * self.indent
            named = f"{last}{'' if ':' in last else ':'}\n{pad}  name: {name}" if name else last
            return "- " * (self.form == LINES) + f"\n{pad}- ".join([*before, named])
        if name:
            last = f"{{{last}{'' if ':' in last else ': '}, name: {name}}}"
        return f"[{', '.join([*before, last])}]" if self.form == BRANCH else ", ".join([*before, last])

    def edit(self, source: Source, text: str) -> Edit:
        """The edit that puts another text there."""
        return Edit(text, source.span_at(self.start, self.length))


def _quoted(text: str, *, braced: bool) -> str:
    """A layer in the short form as JSON has it."""
    kind, colon, values = text.partition(": ")
    pair = f'"{kind}": "{values}"' if colon else f'"{kind}": null' if braced else f'"{kind}"'
    return f"{{{pair}}}" if braced else pair


def rank_of(text: str) -> int:
    """The number of axes of the network's input, as far as its line says; 0 where it does not.

    >>> rank_of("input: 32x32x3"), rank_of("input: [100, 16]"), rank_of("layers: []")
    (2, 1, 0)
    """
    line = re.search(r"^\{?[ \t]*['\"]?input\w*['\"]?:[ \t]*([^\n#]*)", text, re.MULTILINE)
    factors = re.findall(r"\d+", line[1].split("layers")[0]) if line else []
    return len(factors) - 1 if 1 <= len(factors) <= 4 else 0


def rounding_of(text: str) -> str:
    """The one rounding of all windows of the network, as far as its line says; empty for a map of several.

    >>> rounding_of("rounding: floor"), rounding_of("layers: []"), rounding_of("rounding: {pool: ceil}")
    ('floor', 'exact', '')
    """
    line = re.search(r"^\{?[ \t]*['\"]?rounding['\"]?:[ \t]*['\"]?(\w*)", text, re.MULTILINE)
    return line[1] if line else EXACT


def places_of(source: Source, span: Span, opened: Sequence[str]) -> Iterator[Place]:
    """The pieces that hold a place, the innermost first; `opened` has the brackets that are open where lines begin."""
    text, fault = source.text, source.offset(span)
    start = source.starts[min(span.line, len(source.starts)) - 1]
    end = text.find("\n", start)
    line = _uncommented(text[start : len(text) if end < 0 else end])
    if len(line) > LONGEST:
        return
    head = re.match(r"([ \t]*)((?:-[ \t]+)*)", line)
    content = head.end() if head else 0
    inside = opened[span.line - 1] if span.line <= len(opened) else ""
    yield from _elements(line, content, fault - start, start, inside)
    if inside:
        return
    if head and head[2]:
        yield from _items(source, line, content, start, head)
        return
    yield from _settings(line, content, start)
    yield from _lines(source, start, content)


def _items(source: Source, line: str, content: int, start: int, head: re.Match[str]) -> Iterator[Place]:
    piece = line[content:].rstrip()
    indent = content - 2 if head[2].count("-") == 1 else head.start(2)
    below, length = _map_below(source.text, start + content, piece, content)
    yield Place(f"{piece}{below}", start + content, length, ITEM, indent)


def _map_below(text: str, start: int, piece: str, column: int) -> tuple[str, int]:
    """The lines that belong to an item, as a map in braces, and where they end.

    Below `KEY:` parameters stand deeper than the key; below `type: KIND` they stand as deep.
    """
    typed = not piece.endswith(":")
    if typed and not re.match(r"(?:type|kind|layer|op|class|class_name):\s", piece):
        return "", len(piece)
    entries, end = [], start + len(piece)
    lines = re.compile(r"(?:[ \t]+#[^\n]*|[ \t]*)\n([ \t]+)([^\s#-][^\n]*)")
    while (line := lines.match(text, end)) and (len(line[1]) == column if typed else len(line[1]) > column):
        entries.append(_uncommented(line[2]).strip())
        end = line.start(2) + len(_uncommented(line[2]).rstrip())
    return (f"{',' * typed} {'{' * (not typed)}{', '.join(entries)}{'}' * (not typed)}" if entries else "", end - start)


def _settings(line: str, content: int, start: int) -> Iterator[Place]:
    piece = line[content:].rstrip()
    yield Place(piece, start + content, len(piece), SETTING)
    branch = re.match(r"[\w.-]+:[ \t]+(?=\S)", piece)
    if branch:
        rest = piece[branch.end() :]
        yield Place(rest, start + content + branch.end(), len(rest), BRANCH)


def _lines(source: Source, start: int, column: int) -> Iterator[Place]:
    """Lines of calls one below another, which should be the items of a list."""
    calls = re.compile(rf"(?:[ \t]{{{column}}}[\w.][\w. =]*\([^\n]*\)[ \t]*[,;]?[ \t]*(?:\n|$)){{1,200}}")
    run = calls.match(source.text, start)
    if run:
        text = run[0].strip()
        yield Place(re.sub(r"\n[ \t]*", "\n", text), start + column, len(run[0].rstrip()) - column, LINES, column)


def _elements(line: str, content: int, place: int, start: int, opened: str) -> Iterator[Place]:
    """The elements of brackets of a line that hold a place, the innermost first; parentheses hold no elements."""
    for opening, begin, end in _pieces(line, content, opened):
        piece = line[begin:end]
        stripped = piece.strip()
        if stripped and begin <= place <= end:
            at = start + begin + len(piece) - len(piece.lstrip())
            yield Place(stripped, at, len(stripped), ELEMENT if opening == "[" else SETTING)
            if opening == "{":
                yield Place(stripped, at, len(stripped), ELEMENT)


def _pieces(line: str, content: int, opened: str) -> Iterator[tuple[str, int, int]]:
    """What stands between brackets and commas of a line: the bracket that it is in, its beginning and its end."""
    stack: list[tuple[str, int]] = [(opened[-1], content)] if opened else []
    blanked = re.sub(r"(?<![\w])('[^']*'|\"[^\"]*\")", lambda quoted: "_" * len(quoted[0]), line)
    for at, sign in enumerate(blanked + "\n" * bool(opened)):
        if at < content:
            continue
        if sign in "[{(":
            stack.append((sign, at + 1))
        elif stack and (sign in "]})\n" or (sign == "," and stack[-1][0] != "(")):
            opening, begin = stack.pop()
            if opening != "(":
                yield opening, begin, at
            if sign == ",":
                stack.append((opening, at + 1))


def open_brackets(text: str) -> list[str]:
    r"""The brackets that are open where each line begins, outermost first.

    >>> open_brackets("layers: [\n  {a: b},\n]\n")
    ['', '[', '[', '']
    """
    opened, now = [""], ""
    for line in text.split("\n")[:-1]:
        if any(sign in line for sign in "[]{}()"):
            for sign in re.sub(r"'[^']*'|\"[^\"]*\"|\s#.*", "", line)[:LONGEST]:
                if sign in "[{(":
                    now += sign
                elif sign in "]})":
                    now = now[:-1]
        opened.append(now[-DEEPEST:])
    return opened


def _uncommented(line: str) -> str:
    """A line without the comment at its end."""
    return re.split(r"(?:^|\s)#", line, maxsplit=1)[0]
