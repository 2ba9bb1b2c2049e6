"""Faults of depth: a line that stands too deep or not deep enough for what is open above it."""

from __future__ import annotations

import re
from typing import NamedTuple

from cnncalc import codes
from cnncalc.language.yaml.trouble import Trouble, code_line_above, content_column, indentation, key_of
from cnncalc.problem import Label, Problem
from cnncalc.source import Span
from cnncalc.wording import one_of, plural

_ITEM = re.compile(r"\s*- +(?P<word>[^\s'\"\[{&*!|>#][^:]*)$")


class _Level(NamedTuple):
    """A depth that a line can belong to: of the items of a list, or of the keys of a map."""

    column: int
    line: int
    is_list: bool


def depth_fault(trouble: Trouble) -> Problem | None:
    """Recognise a line that has no place at its depth; None if the trouble is another."""
    words = trouble.words
    if "not allowed" in words:
        return _item_without_colon(trouble) or _line_without_colon(trouble) or _wrong_depth(trouble)
    if "could not find" in words and trouble.opened is not None:
        return _no_colon(trouble, trouble.opened_line)
    if "expected" in words and "block" in trouble.context:
        return _item_without_colon(trouble) or _wrong_depth(trouble)
    return None


def _item_without_colon(trouble: Trouble) -> Problem | None:
    """`- relu` with `name:` under it: an item that is a word has no place for more."""
    above, below = trouble.line_above, trouble.text
    line = trouble.code(above)
    item = _ITEM.match(line)
    key = key_of(below)
    if not item or not key or below.lstrip().startswith("- ") or indentation(below) <= indentation(line):
        return None
    word, _, rest = item["word"].partition(" ")
    meant = f"- {word}: {rest}".rstrip()
    span = Span(above, item.start("word") + 1, len(item["word"]))
    message = f"`{item['word']}` has no colon, so `{key}:` cannot go under it"
    helps = f"write `{meant}` on line {above} when something follows"
    labels = (Label(Span(trouble.line, content_column(below) + 1, len(key)), "this belongs to it"),)
    return Problem(codes.ITEM_WITHOUT_COLON, message, span, labels=labels, helps=helps)


def _line_without_colon(trouble: Trouble) -> Problem | None:
    above = trouble.line_above
    line = trouble.source.line(above)
    if not above or key_of(line) or not key_of(trouble.text) or line.lstrip().startswith(("- ", '"', "'")):
        return None
    return _no_colon(trouble, above)


def _no_colon(trouble: Trouble, number: int) -> Problem | None:
    line = trouble.code(number)
    column = content_column(line)
    word, _, rest = line[column:].partition(" ")
    if not line[column:] or word.endswith(":"):
        return None
    helps = f"write `{word}: {rest}`" if rest else f"write `{word}:`, or delete the line"
    span = Span(number, column + 1, len(line) - column)
    return Problem(codes.KEY_WITHOUT_COLON, f"there is no colon after `{word}`", span, helps=helps)


def _wrong_depth(trouble: Trouble) -> Problem | None:
    levels = _levels_above(trouble)
    line = trouble.text
    if not line.strip() or not levels:
        return None
    column = indentation(line)
    is_list = line[column : column + 2] in ("-", "- ")
    what = "this item" if is_list else f"`{key_of(line) or line.strip()[:30]}`"
    fitting = [level for level in levels if level.is_list == is_list]
    span = Span(trouble.line, column + 1, max(1, len(key_of(line))))
    if any(level.column == column for level in fitting):
        return None
    if any(level.column == column for level in levels):
        message = f"{what} is {_depth(column)}, where {'a key' if is_list else 'an item of the list'} is due"
    else:
        open_ = [f"{level.column} (line {level.line})" for level in reversed(levels[:3])]
        message = f"{what} is {_depth(column)}, and what is open above it by {one_of(open_)}"
    if not fitting:
        under = "indent it under the key that it belongs to"
        helps = under if is_list else "begin it with `- ` to make it an item of the list"
        return Problem(codes.WRONG_DEPTH, message, span, helps=helps)
    least = min(abs(level.column - column) for level in fitting)
    nearest = [level for level in fitting if abs(level.column - column) == least]
    labels = tuple(Label(Span(level.line, level.column + 1), _depth(level.column)) for level in nearest)
    return Problem(codes.WRONG_DEPTH, message, span, labels=labels, helps=tuple(map(_indent_like, nearest)))


def _levels_above(trouble: Trouble) -> list[_Level]:
    """The depths that are open where reading stopped, the innermost first."""
    levels: list[_Level] = []
    limit, number = 1 << 30, trouble.line
    while limit > 0 and (number := code_line_above(trouble.source, number)):
        line = trouble.code(number)
        levels += [level for level in reversed(_levels_of(line, number)) if level.column < limit]
        limit = min(limit, indentation(line))
    return levels


def _levels_of(line: str, number: int) -> list[_Level]:
    content = content_column(line)
    levels = [
        _Level(offset, number, is_list=True) for offset in range(indentation(line), content) if line[offset] == "-"
    ]
    if key_of(line):
        levels.append(_Level(content, number, is_list=False))
    return levels


def _depth(column: int) -> str:
    return f"indented by {plural(column, 'space')}" if column else "not indented"


def _indent_like(level: _Level) -> str:
    if level.column == 0:
        return f"begin it at the start of the line, as line {level.line} does"
    return f"indent it by {plural(level.column, 'space')}, as on line {level.line}"
