"""Faults of depth: a line that stands too deep or not deep enough for what is open above it."""

from __future__ import annotations

import re
from typing import NamedTuple

from cnncalc import codes
from cnncalc.language.yaml.lines import code_line_above, code_of, content_column, indentation, key_of
from cnncalc.language.yaml.trouble import Trouble
from cnncalc.problem import Label, Problem, Source, Span

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
        return _no_colon(trouble, trouble.source.span_at(trouble.opened).line)
    if "expected" in words and ("block" in trouble.context):
        return _item_without_colon(trouble) or _wrong_depth(trouble)
    return None


def _item_without_colon(trouble: Trouble) -> Problem | None:
    """`- relu` with `name:` under it: an item that is a word has no place for more."""
    above = code_line_above(trouble.source, trouble.line)
    line = code_of(trouble.source.line(above))
    item = _ITEM.match(line)
    key = key_of(trouble.text)
    if not item or not key or trouble.text.lstrip().startswith("- ") or indentation(trouble.text) <= indentation(line):
        return None
    word, _, rest = item["word"].partition(" ")
    meant = f"- {word}: {rest}".rstrip()
    span = Span(above, item.start("word") + 1, len(item["word"]))
    message = f"`{item['word']}` has no colon, so `{key}:` cannot stand under it"
    helps = f"write `{meant}` on line {above} when something follows"
    labels = (Label(Span(trouble.line, content_column(trouble.text) + 1, len(key)), "this belongs to it"),)
    return Problem(codes.ITEM_WITHOUT_COLON, message, span, labels=labels, helps=helps)


def _line_without_colon(trouble: Trouble) -> Problem | None:
    above = code_line_above(trouble.source, trouble.line)
    if not above or key_of(trouble.source.line(above)) or not key_of(trouble.text):
        return None
    if trouble.source.line(above).lstrip().startswith(("- ", '"', "'")):
        return None
    return _no_colon(trouble, above)


def _no_colon(trouble: Trouble, number: int) -> Problem | None:
    line = code_of(trouble.source.line(number))
    text = line[content_column(line) :]
    if not text:
        return None
    word, _, rest = text.partition(" ")
    if word.endswith(":"):
        return None
    helps = f"write `{word}: {rest}`".rstrip() if rest else f"write `{word}:`, or delete the line"
    offset = trouble.source.starts[number - 1] + content_column(line)
    message = f"there is no colon after `{word}`"
    return trouble.fault(codes.KEY_WITHOUT_COLON, message, offset=offset, length=len(text), helps=helps)


def _wrong_depth(trouble: Trouble) -> Problem | None:
    levels = _levels_above(trouble.source, trouble.line)
    line = trouble.text
    if not line.strip() or not levels:
        return None
    column = indentation(line)
    is_list = line[column : column + 2] in ("-", "- ")
    what = "item" if is_list else f"`{key_of(line) or line.strip()[:30]}`"
    fitting = [level for level in levels if level.is_list == is_list]
    span = Span(trouble.line, column + 1, max(1, len(key_of(line))))
    if any(level.column == column for level in fitting):
        return None
    if any(level.column == column for level in levels):
        other = "the keys of a map stand" if is_list else "the items of a list stand"
        message = f"{'an item' if is_list else what} stands {_depth(column)}, where {other}"
    else:
        places = " or ".join(f"{level.column} (line {level.line})" for level in reversed(levels[:3]))
        message = f"this {what} stands {_depth(column)}; what is open above it stands at {places}"
    nearest = min(fitting, key=lambda level: abs(level.column - column), default=None)
    helps: tuple[str, ...] = ("indent it under the key that it belongs to",)
    labels: tuple[Label, ...] = ()
    if not is_list and nearest is None:
        helps = ("begin it with `- ` to make it an item of the list",)
    if nearest is not None:
        helps = (_indent_like(nearest),)
        labels = (Label(Span(nearest.line, nearest.column + 1, 1), _depth(nearest.column)),)
    return Problem(codes.WRONG_DEPTH, message, span, labels=labels, helps=helps)


def _levels_above(source: Source, number: int) -> list[_Level]:
    """The depths that are open at a line, the innermost first."""
    levels: list[_Level] = []
    limit = 1 << 30
    while limit > 0 and (number := code_line_above(source, number)):
        line = code_of(source.line(number))
        found = _levels_of(line, number)
        levels += [level for level in reversed(found) if level.column < limit]
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
    return f"{_spaces(column)} in" if column else "at the start of the line"


def _indent_like(level: _Level) -> str:
    if level.column == 0:
        return f"begin it at the start of the line, as line {level.line} does"
    return f"indent it by {_spaces(level.column)}, as on line {level.line}"


def _spaces(count: int) -> str:
    return "1 space" if count == 1 else f"{count} spaces"
