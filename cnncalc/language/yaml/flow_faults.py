"""Faults inside brackets and braces: one that is never closed, one that closes nothing, a comma too many or too few."""

from __future__ import annotations

import re

from cnncalc import codes
from cnncalc.language.yaml.trouble import (
    PARTNER,
    Trouble,
    brackets,
    code_line_above,
    content_column,
    key_of,
    open_brackets,
)
from cnncalc.problem import Label, Problem
from cnncalc.source import Edit, Help, Span

_KEY_BEFORE = re.compile(r"([\w.-]+):\s*$")
_LAST_WORD = re.compile(r"([\w.$-]+)\s*$")


def flow_fault(trouble: Trouble) -> Problem | None:
    """Recognise what is wrong between brackets; None if the trouble lies elsewhere."""
    opened = _opening(trouble)
    if opened is None:
        return _stray_closing(trouble)
    source = trouble.source
    opening = source.text[opened]
    end = _end_of(source.text, opened)
    if end is not None and source.text[end] != PARTNER[opening]:
        opened_here = (Label(source.span_at(opened), "opened here"),)
        closing = Help(f"write `{PARTNER[opening]}` here", Edit(PARTNER[opening]))
        message = f"this {source.text[end]} does not close a {opening}"
        return trouble.fault(codes.BRACKET_WITHOUT_PARTNER, message, offset=end, labels=opened_here, helps=closing)
    first = source.span_at(opened).line
    if end is None or _looks_like_a_new_line_of_code(trouble, first):
        labels = (Label(trouble.span, "still inside it here"),) if trouble.line > first else ()
        helps = tuple(_closings(trouble, first, opened))
        message = f"this {opening} is never closed"
        return trouble.fault(codes.BRACKET_NOT_CLOSED, message, offset=opened, labels=labels, helps=helps)
    return _comma_fault(trouble, f"{opening}{PARTNER[opening]}")


def _opening(trouble: Trouble) -> int | None:
    """The offset of the bracket that reading stopped in."""
    if trouble.opened is None or "flow" not in trouble.context:
        return None
    text, start = trouble.source.text, trouble.source.starts[trouble.line - 1]
    if text[trouble.opened : trouble.opened + 1] in PARTNER:
        return trouble.opened
    inner = open_brackets(text, start, trouble.at) or open_brackets(text, 0, trouble.at)
    return inner[-1] if inner else None


def _closings(trouble: Trouble, first: int, opened: int) -> list[Help]:
    """Where what is open may end: on the line that opened it, or on the last line of code that is still inside it."""
    text, last = trouble.source.text, trouble.line
    if trouble.character and _looks_like_a_new_line_of_code(trouble, first):
        last = code_line_above(trouble.source, trouble.line)
    found = []
    for line in dict.fromkeys((first, max(first, last))):
        code = trouble.code(line).rstrip(", ")
        at = Span(line, len(code) + 1, 0)
        inside = open_brackets(text, 0, trouble.source.offset(at))
        closing = "".join(PARTNER[text[offset]] for offset in reversed(inside))
        if opened in inside:
            found.append(Help(f"write `{closing}` at the end of line {line}", Edit(closing, at)))
    return found


def _stray_closing(trouble: Trouble) -> Problem | None:
    if trouble.character not in ("]", "}", ",") or "expected" not in trouble.words:
        return None
    if trouble.character == ",":
        return _stray_comma(trouble)
    helps = Help("delete it, or write its opening partner", Edit(""))
    return trouble.fault(codes.BRACKET_WITHOUT_PARTNER, f"this {trouble.character} closes nothing", helps=helps)


def _stray_comma(trouble: Trouble) -> Problem:
    return trouble.fault(codes.STRAY_COMMA, "nothing comes before this comma", helps=Help("delete it", Edit("")))


def _comma_fault(trouble: Trouble, both: str) -> Problem:
    if trouble.character == ",":
        return _stray_comma(trouble)
    if trouble.character == "-":
        helps = "delete the dash, and separate the items with commas"
        return trouble.fault(codes.STRAY_COMMA, f"the items inside {both} have no dash", helps=helps)
    word = _LAST_WORD.search(trouble.before) if trouble.character == ":" else None
    if word:
        offset = trouble.at - len(trouble.before) + word.start(1)
        outer = _KEY_BEFORE.search(trouble.before[: word.start(1)])
        if outer:
            return _second_key(trouble, offset, outer[1])
        message = f"a comma is missing before `{word[1]}:`"
        before = len(trouble.before[: word.start(1)].rstrip())
        helps = Help(f"write `, {word[1]}:`", Edit(",", Span(trouble.line, before + 1, 0)))
        return trouble.fault(codes.STRAY_COMMA, message, offset=offset, length=len(word[1]), helps=helps)
    message = f"a comma is missing between two entries of this {both}"
    end = trouble.source.span_at(len(trouble.source.text[: trouble.at].rstrip()), 0)
    return trouble.fault(codes.STRAY_COMMA, message, helps=Help("separate them with a comma", Edit(",", end)))


def _second_key(trouble: Trouble, offset: int, outer: str) -> Problem:
    """`{main: conv: 6 5x5}`: a list or a map is due, in brackets or braces of its own."""
    value = trouble.value_at(offset)
    span = trouble.source.span_at(offset, len(value))
    helps = tuple(Help(f"write `{outer}: {text}`", Edit(text, span)) for text in (f"[{value}]", f"{{{value}}}"))
    message = f"a second colon behind `{outer}:` makes two keys of it"
    return trouble.fault(codes.TWO_KEYS_ON_A_LINE, message, helps=helps)


def _looks_like_a_new_line_of_code(trouble: Trouble, first: int) -> bool:
    """A key or a dash at the beginning of a later line, no deeper than the line that opened the bracket."""
    line = trouble.text
    begins = key_of(line) != "" or line.lstrip().startswith("- ")
    return trouble.line != first and begins and content_column(line) <= content_column(trouble.source.line(first))


def _end_of(text: str, opened: int) -> int | None:
    """The offset of the bracket that ends what this one begins, fitting or not."""
    waiting: list[str] = []
    for offset, character in brackets(text, opened, len(text)):
        if character in PARTNER:
            waiting.append(PARTNER[character])
        elif len(waiting) == 1 or character != waiting[-1]:
            return offset
        else:
            waiting.pop()
    return None
