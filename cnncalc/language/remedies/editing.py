"""Writes a parameter into an item as the item is written: in the short form, in braces, or on lines of its own."""

from __future__ import annotations

import re

from cnncalc.language.reading.declarations import Branch, Item
from cnncalc.source import Edit, Source, Span

SHORT = {"padding": "pad"}


def setting(source: Source, item: Item, field: str, text: str, axes: int = 1) -> Edit:
    """The edit that gives a parameter of an item another value, or a value at all.

    Args:
        source: the text of the item.
        item: a layer, or a use of a block.
        field: a parameter of it.
        text: its value.
        axes: how many axes the layer has; a size in the short form may stand without its name, and has one factor each.
    """
    written = item.values.get(field)
    if written is not None:
        if text.isdecimal() and re.fullmatch(r"[0-9]+(x[0-9]+)+", written.text):
            before = source.line(written.span.line)[: written.span.column - 1].rstrip(": \"'")
            named = before.endswith((field, SHORT.get(field, field)))
            text = "x".join([text] * axes) if axes > 1 or named else f"{field} {text}"
        quote = source.text[source.offset(written.span)]
        return Edit(f"{quote}{text}{quote}" if quote in "\"'" and not text.isdecimal() else text, written.span)
    return Edit(*_inserted(source, item, field, text))


def added_to_branch(source: Source, branch: Branch, layer: str) -> Edit | None:
    """The edit that puts a layer at the end of a branch; None where the branch is a list of lines."""
    start = source.offset(branch.span) + branch.span.length
    found = re.compile(r"[ \t]*:[ \t]*(identity\b|\[)").match(source.text, start)
    if found is None:
        return None
    if found[1] == "identity":
        return Edit(f"[{layer}]", source.span_at(found.start(1), len(found[1])))
    return Edit(f", {layer}", source.span_at(_stripped(source.text, _closing(source.text, found.start(1))), 0))


def head_setting(source: Source, key: str, text: str) -> Edit | None:
    """The edit that sets a key of the whole file, above its layers; None where the file is written in braces."""
    line = re.search(r"^layers[ \t]*:", source.text, re.MULTILINE)
    if line is None or re.search(rf"^{key}[ \t]*:", source.text, re.MULTILINE):
        return None
    return Edit(f"{key}: {text}\n", source.span_at(line.start(), 0))


def _inserted(source: Source, item: Item, field: str, text: str) -> tuple[str, Span]:
    """What to insert for a parameter that is not written yet, and where."""
    line, column, length = item.span
    key = source.offset(item.span)
    end = key + length
    short = f" {SHORT.get(field, field)} {text}"
    colon = re.compile(r"[ \t]*:[ \t]*").match(source.text, end)
    if colon is None:  # `- max_pool`
        return f":{short}", source.span_at(end, 0)
    start = colon.end()
    rest = re.compile(r"[^\n#]*").match(source.text, start)
    if source.text[start : start + 1] == "{":
        closing = _closing(source.text, start)
        inside = source.text[start + 1 : closing].strip()
        name = f'"{field}"' if source.text[key] == '"' else field
        return f"{', ' if inside else ''}{name}: {text}", source.span_at(_stripped(source.text, closing), 0)
    if rest is None or not rest[0].strip():
        below = re.compile(r"[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\n)*([ ]*)[^\s-]").match(source.text, start)
        if below and len(below[1]) >= column:
            return f"{below[1]}{field}: {text}\n", Span(line + 1, 1, 0)
        return short, source.span_at(colon.end() if source.text[end] != ":" else end + 1, 0)
    ends = [value.span for value in item.values.values() if value.span.line == line]
    last = max((span.column + span.length for span in ends), default=source.span_at(start).column)
    return short, Span(line, last, 0)


def _closing(text: str, opening: int) -> int:
    """Where the bracket that opens at an offset is closed; the end of the text if it is not."""
    depth, quote = 0, ""
    for place in range(opening, len(text)):
        sign = text[place]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "{[":
            depth += 1
        elif sign in "}]":
            depth -= 1
            if not depth:
                return place
    return len(text)


def _stripped(text: str, end: int) -> int:
    """The end of what stands before an offset, without blanks."""
    return len(text[:end].rstrip())
