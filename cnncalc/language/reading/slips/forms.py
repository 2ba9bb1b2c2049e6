"""Writes what was read in another form: a list or a map on one line, a word beside a kind, a layer of its own."""

from __future__ import annotations

import re

from cnncalc.language.yaml.misreadings import quoted
from cnncalc.language.yaml.nodes import Mapping, Node, Scalar, Sequence, listed
from cnncalc.language.yaml.trouble import open_brackets
from cnncalc.source import Edit, Help, Source, Span, write

LONGEST = 100
"""What is longer is not shown on one line."""


def flow(node: Node) -> str:
    """A node on one line.

    >>> here = Span(1, 1)
    >>> conv = Mapping([(Scalar("conv", here), Scalar("6 5x5", here))], here)
    >>> flow(Sequence([conv, Scalar("relu", here)], here))
    '[conv: 6 5x5, relu]'
    """
    if isinstance(node, Scalar):
        return quoted(node.text) if node.style or re.search(r"[,\[\]{}]|^[!&*%@`|>]", node.text) else node.text
    if isinstance(node, Mapping):
        return f"{{{_pairs(node)}}}"
    return f"[{', '.join(_entry(item) for item in node.items)}]"


def _pairs(node: Mapping) -> str:
    return ", ".join(f"{key.text}: {flow(value)}".rstrip() for key, value in node.entries)


def _entry(node: Node) -> str:
    """An entry of a list: one key with its value needs no braces."""
    return _pairs(node) if isinstance(node, Mapping) and len(node) == 1 else flow(node)


def one_line(node: Node) -> str:
    """A node on one line; empty where that would be too long to show."""
    text = flow(node)
    return text if len(text) <= LONGEST else ""


def entry_span(source: Source, key: Scalar, value: Node) -> Span:
    """From a key to the end of its value where that is on its line, else to the end of its colon."""
    line, column, length = key.span
    if value.span.line == line and not (isinstance(value, Scalar) and value.is_empty):
        return Span(line, column, value.span.column + value.span.length - column)
    colon = re.compile(r"[ \t]*:").match(source.line(line), column + length - 1)
    return Span(line, column, colon.end() + 1 - column) if colon else key.span


def beside(source: Source, kind: Span, end: int, text: str) -> list[Edit]:
    """The edits that write a key with its value beside a kind.

    Args:
        source: the text of the item.
        kind: the word that says what the item is.
        end: the offset behind the value of the kind, or behind its colon or its word.
        text: the key with its value.
    """
    colon = "" if ":" in source.text[source.offset(kind) + kind.length : end] else ":"
    inside = open_brackets(source.text, 0, source.offset(kind))
    if not inside:
        return [Edit(f"{colon}\n{' ' * (kind.column - 1)}{text}", source.span_at(end, 0))]
    if source.text[inside[-1]] == "{":
        return [Edit(f", {text}", source.span_at(end, 0))]
    return [Edit("{", source.span_at(source.offset(kind), 0)), Edit(f"{colon} , {text}}}", source.span_at(end, 0))]


def ahead(source: Source, kind: Span, text: str) -> list[Edit]:
    """The edits that write a key with its value ahead of a kind, in the same item."""
    start = source.offset(kind)
    end = start + kind.length
    colon = re.compile(r"[ \t]*:").match(source.text, end)
    named = [] if colon else [Edit(": " if open_brackets(source.text, 0, start) else ":", source.span_at(end, 0))]
    inside = open_brackets(source.text, 0, start)
    if not inside:
        return [Edit(f"{text}\n{' ' * (kind.column - 1)}", kind._replace(length=0)), *named]
    if source.text[inside[-1]] == "{":
        return [Edit(f"{text}, ", kind._replace(length=0)), *named]
    value = re.compile(r"[^,\[\]{}\n]*").match(source.text, end)
    if value is None or source.text[value.end() : value.end() + 1] not in (",", "]"):
        return []
    whole = value[0].rstrip() if colon else ": "
    closed = Edit(f"{whole}}}", source.span_at(end, len(value[0].rstrip())))
    return [Edit(f"{{{text}, ", kind._replace(length=0)), closed]


def without_entry(source: Source, key: Scalar, value: Node) -> Edit | None:
    """The edit that deletes a key with a value on its line; None where more stands on the line."""
    span = entry_span(source, key, value)
    start, end = source.offset(span), source.offset(span) + span.length
    line_start = source.starts[span.line - 1]
    rest = re.compile(r"[ \t]*(#[^\n]*)?\r?(\n|$)").match(source.text, end)
    if not source.text[line_start:start].strip() and rest:
        return Edit("", source.span_at(line_start, rest.end() - line_start))
    before = re.search(r"[ \t\r\n]*,[ \t\r\n]*$", source.text[:start])
    if before and open_brackets(source.text, 0, start):
        return Edit("", source.span_at(before.start(), end - before.start()))
    after = re.compile(r"[ \t]*,[ \t]*").match(source.text, end)
    return Edit("", source.span_at(start, after.end() - start)) if after else None


def new_item(source: Source, key: Span) -> Edit | None:
    """The edit that begins a new item at a key; None where no item can begin."""
    before = source.line(key.line)[: key.column - 1]
    if not before.strip():
        return Edit("- ", Span(key.line, key.column - 2, 2)) if key.column > 2 else None
    comma = re.search(r"[ \t]*,[ \t]*$", before)
    return Edit("}, {", Span(key.line, comma.start() + 1, len(comma[0]))) if comma else None


def indented(source: Source, keys: list[Scalar], by: int = 2) -> list[Edit]:
    """The edits that move keys, with what is deeper below each, to the right."""
    edits = []
    for key in keys:
        for number in range(key.span.line, len(source.starts)):
            line = source.line(number)
            depth = len(line) - len(line.lstrip())
            if number > key.span.line and line.strip() and depth < key.span.column:
                break
            if line.strip():
                edits.append(Edit(" " * by, Span(number, 1, 0)))
    return edits


def as_map(node: Node) -> str:
    """The help that makes a map of a list of names, or of keys with values."""
    if not isinstance(node, Sequence) or not all(isinstance(item, Mapping) or _is_word(item) for item in node.items):
        return "write each name with its value on a line of its own"
    return write(f"{{{', '.join(_entry(item) for item in node.items)}}}")


def _is_word(node: Node) -> bool:
    return isinstance(node, Scalar) and re.fullmatch(r"\w+", node.text) is not None


def named_entries(names: tuple[str, ...], node: Node) -> str:
    """A map that gives each value of a node a name; empty where they are not as many."""
    values = listed(node)
    if len(values) != len(names) or not all(isinstance(value, Scalar) and value.text for value in values):
        return ""
    return f"{{{', '.join(f'{name}: {flow(value)}' for name, value in zip(names, values, strict=True))}}}"


def under_key(key: str, node: Sequence) -> Help:
    """The help that puts a list below a key, at the depth where it stands."""
    line, column, _ = node.span
    text = f"{{{key}: {flow(node)}}}" if node.flow else f"{key}:"
    if node.flow:
        return write(text)
    return Help(f"put the list below `{key}:`", Edit(f"{key}:\n{' ' * (column - 1)}", Span(line, column, 0)))


def key_above(tree: Mapping, text: str) -> Edit:
    """The edit that writes a key with its value before the others of a file."""
    line, column, _ = tree.span
    return Edit(f"{text}, ", Span(line, column + 1, 0)) if tree.flow else Edit(f"{text}\n", Span(line, column, 0))


def key_below(source: Source, tree: Mapping, text: str) -> Edit:
    """The edit that writes a key with its value behind the others of a file."""
    end = len(source.text.rstrip())
    if tree.flow:
        return Edit(f", {text}", source.span_at(end - 1, 0))
    return Edit(f"\n{' ' * (tree.span.column - 1)}{text}", source.span_at(end, 0))


def as_layers(source: Source, keys: list[tuple[Scalar, str]]) -> list[Edit]:
    """The edits that make items below `layers:` of keys at the top of a file, under another name where one is given."""
    edits = []
    for number, (key, name) in enumerate(keys):
        line, column, _ = key.span
        edits.append(Edit("  - " if number else "layers:\n  - ", Span(line, column, 0)))
        edits += [Edit(name, key.span)] if name else []
        below = range(line + 1, len(source.starts))
        edits += [edit for edit in indented(source, [key], 4) if edit.span and edit.span.line in below]
    return edits
