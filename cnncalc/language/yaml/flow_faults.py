"""Faults inside brackets and braces: one that is never closed, one that closes nothing, a comma too many or too few."""

from __future__ import annotations

import re

from cnncalc import codes
from cnncalc.language.yaml.lines import content_column, key_of
from cnncalc.language.yaml.trouble import Trouble
from cnncalc.problem import Label, Problem

_PARTNER = {"[": "]", "{": "}"}
_LAST_WORD = re.compile(r"([\w.$-]+)\s*$")


def flow_fault(trouble: Trouble) -> Problem | None:
    """Recognise what is wrong between brackets; None if the trouble lies elsewhere."""
    opened = _opening(trouble)
    if opened is None:
        return _stray_closing(trouble)
    source = trouble.source
    opening = source.text[opened]
    end = _end_of(source.text, opened)
    if end is not None and source.text[end] != _PARTNER[opening]:
        opened_here = (Label(source.span_at(opened), "opened here"),)
        helps = f"write `{_PARTNER[opening]}` here"
        message = f"this {source.text[end]} does not close a {opening}"
        return trouble.fault(codes.BRACKET_WITHOUT_PARTNER, message, offset=end, labels=opened_here, helps=helps)
    if end is None or _looks_like_a_new_line_of_code(trouble, opened):
        below = trouble.line > source.span_at(opened).line
        labels = (Label(trouble.span, "still inside it here"),) if below else ()
        helps = f"write `{_PARTNER[opening]}` where it ends"
        message = f"this {opening} is never closed"
        return trouble.fault(codes.BRACKET_NOT_CLOSED, message, offset=opened, labels=labels, helps=helps)
    return _comma_fault(trouble, opening)


def _opening(trouble: Trouble) -> int | None:
    """The offset of the bracket that reading stopped in."""
    if trouble.opened is None or "flow" not in trouble.context:
        return None
    if trouble.source.text[trouble.opened : trouble.opened + 1] in _PARTNER:
        return trouble.opened
    text, start = trouble.source.text, trouble.source.starts[trouble.line - 1]
    inner = _open_brackets(text, start, trouble.at) or _open_brackets(text, 0, trouble.at)
    return inner[-1] if inner else None


def _open_brackets(text: str, start: int, end: int) -> list[int]:
    inner: list[int] = []
    for offset, character in _brackets(text, start, end):
        if character in _PARTNER:
            inner.append(offset)
        elif inner:
            inner.pop()
    return inner


def _stray_closing(trouble: Trouble) -> Problem | None:
    if trouble.character not in ("]", "}", ",") or "expected" not in trouble.words:
        return None
    if trouble.character == ",":
        return trouble.fault(codes.STRAY_COMMA, "nothing stands before this comma", helps="delete it")
    helps = "delete it, or write its opening partner"
    return trouble.fault(codes.BRACKET_WITHOUT_PARTNER, f"this {trouble.character} closes nothing", helps=helps)


def _comma_fault(trouble: Trouble, opening: str) -> Problem:
    if trouble.character == ",":
        return trouble.fault(codes.STRAY_COMMA, "nothing stands before this comma", helps="delete it")
    if trouble.character == "-":
        message = f"the items inside {opening}{_PARTNER[opening]} have no dash"
        return trouble.fault(codes.STRAY_COMMA, message, helps="delete the dash, and separate the items with commas")
    word = _LAST_WORD.search(trouble.text[: trouble.column - 1]) if trouble.character == ":" else None
    if word:
        offset = trouble.at - (trouble.column - 1) + word.start(1)
        message = f"a comma is missing before `{word[1]}:`"
        helps = f"write `, {word[1]}:`"
        return trouble.fault(codes.STRAY_COMMA, message, offset=offset, length=len(word[1]), helps=helps)
    message = f"a comma is missing between two entries of this {opening}{_PARTNER[opening]}"
    return trouble.fault(codes.STRAY_COMMA, message, helps="separate them with a comma")


def _looks_like_a_new_line_of_code(trouble: Trouble, opened: int) -> bool:
    """A key or a dash at the beginning of a later line, no deeper than the line that opened the bracket."""
    first = trouble.source.span_at(opened).line
    if trouble.line == first:
        return False
    is_key = key_of(trouble.text) != "" or trouble.text.lstrip().startswith("- ")
    return is_key and content_column(trouble.text) <= content_column(trouble.source.line(first))


def _end_of(text: str, opened: int) -> int | None:
    """The offset of the bracket that ends what this one begins, fitting or not."""
    waiting: list[str] = []
    for offset, character in _brackets(text, opened, len(text)):
        if character in _PARTNER:
            waiting.append(_PARTNER[character])
        elif len(waiting) == 1 or character != waiting[-1]:
            return offset
        else:
            waiting.pop()
    return None


def _brackets(text: str, start: int, end: int) -> list[tuple[int, str]]:
    """The brackets and braces of a stretch of text, without those in quotes and comments."""
    found: list[tuple[int, str]] = []
    quote, before, comment = "", " ", False
    for offset in range(start, end):
        character = text[offset]
        if comment:
            comment = character != "\n"
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"" and before in " \t\n[{,:":
            quote = character
        elif character == "#" and before in " \t\n":
            comment = True
        elif character in "[]{}":
            found.append((offset, character))
        before = character
    return found
