"""Faults inside brackets and braces: one that is never closed, one that closes nothing, a comma too many or too few."""

from __future__ import annotations

import re

from cnncalc import codes
from cnncalc.language.yaml.trouble import Trouble, brackets, content_column, key_of
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
    first = source.span_at(opened).line
    if end is None or _looks_like_a_new_line_of_code(trouble, first):
        labels = (Label(trouble.span, "still inside it here"),) if trouble.line > first else ()
        helps = f"write `{_PARTNER[opening]}` where it ends"
        message = f"this {opening} is never closed"
        return trouble.fault(codes.BRACKET_NOT_CLOSED, message, offset=opened, labels=labels, helps=helps)
    return _comma_fault(trouble, f"{opening}{_PARTNER[opening]}")


def _opening(trouble: Trouble) -> int | None:
    """The offset of the bracket that reading stopped in."""
    if trouble.opened is None or "flow" not in trouble.context:
        return None
    text, start = trouble.source.text, trouble.source.starts[trouble.line - 1]
    if text[trouble.opened : trouble.opened + 1] in _PARTNER:
        return trouble.opened
    inner = _open_brackets(text, start, trouble.at) or _open_brackets(text, 0, trouble.at)
    return inner[-1] if inner else None


def _open_brackets(text: str, start: int, end: int) -> list[int]:
    inner: list[int] = []
    for offset, character in brackets(text, start, end):
        if character in _PARTNER:
            inner.append(offset)
        elif inner:
            inner.pop()
    return inner


def _stray_closing(trouble: Trouble) -> Problem | None:
    if trouble.character not in ("]", "}", ",") or "expected" not in trouble.words:
        return None
    if trouble.character == ",":
        return _stray_comma(trouble)
    helps = "delete it, or write its opening partner"
    return trouble.fault(codes.BRACKET_WITHOUT_PARTNER, f"this {trouble.character} closes nothing", helps=helps)


def _stray_comma(trouble: Trouble) -> Problem:
    return trouble.fault(codes.STRAY_COMMA, "nothing comes before this comma", helps="delete it")


def _comma_fault(trouble: Trouble, both: str) -> Problem:
    if trouble.character == ",":
        return _stray_comma(trouble)
    if trouble.character == "-":
        helps = "delete the dash, and separate the items with commas"
        return trouble.fault(codes.STRAY_COMMA, f"the items inside {both} have no dash", helps=helps)
    word = _LAST_WORD.search(trouble.before) if trouble.character == ":" else None
    if word:
        offset = trouble.at - len(trouble.before) + word.start(1)
        message = f"a comma is missing before `{word[1]}:`"
        helps = f"write `, {word[1]}:`"
        return trouble.fault(codes.STRAY_COMMA, message, offset=offset, length=len(word[1]), helps=helps)
    message = f"a comma is missing between two entries of this {both}"
    return trouble.fault(codes.STRAY_COMMA, message, helps="separate them with a comma")


def _looks_like_a_new_line_of_code(trouble: Trouble, first: int) -> bool:
    """A key or a dash at the beginning of a later line, no deeper than the line that opened the bracket."""
    line = trouble.text
    begins = key_of(line) != "" or line.lstrip().startswith("- ")
    return trouble.line != first and begins and content_column(line) <= content_column(trouble.source.line(first))


def _end_of(text: str, opened: int) -> int | None:
    """The offset of the bracket that ends what this one begins, fitting or not."""
    waiting: list[str] = []
    for offset, character in brackets(text, opened, len(text)):
        if character in _PARTNER:
            waiting.append(_PARTNER[character])
        elif len(waiting) == 1 or character != waiting[-1]:
            return offset
        else:
            waiting.pop()
    return None
