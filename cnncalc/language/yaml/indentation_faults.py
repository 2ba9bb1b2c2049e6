"""Faults of depth: a line that stands too deep or not deep enough for what is open above it."""

from __future__ import annotations

import re
from typing import NamedTuple

from cnncalc import codes
from cnncalc.language.yaml.trouble import Trouble, code_line_above, content_column, indentation, key_of
from cnncalc.problem import Label, Problem
from cnncalc.source import Edit, Help, Source, Span
from cnncalc.wording import one_of, plural

_LONGEST = 80
_REPEAT = re.compile(r"( *)(- +)(repeat: *[^#]+)")
_ITEM = re.compile(r"\s*- +(?P<word>[^\s'\"\[{&*!|>#][^:]*)$")


_KEY_AND_VALUE = re.compile(r"([A-Za-z_][\w.-]*): +([^\s'\"\[{&*!|>#][^:]*)")


_ONE_LEVEL = 2


class _Level(NamedTuple):
    """A depth that a line can belong to: of the items of a list, or of the keys of a map."""

    column: int
    line: int
    is_list: bool


def too_deep_from(first: int, trouble: Trouble) -> Problem:
    """The fault of a file whose first line is indented, and a later one is not."""
    line = trouble.source.line(first)
    column, key = indentation(line), key_of(line)
    message = (
        f"{f'`{key}`' if key else 'this line'} is {_depth(column)}, and `{_beginning(trouble.text)}` below it is not"
    )
    labels = (Label(Span(trouble.line, 1, max(1, len(_beginning(trouble.text)))), "not indented"),)
    lines = [number for number in range(first, trouble.line) if indentation(trouble.source.line(number)) >= column]
    helps = Help("begin it at the start of the line", *(Edit("", Span(number, 1, column)) for number in lines))
    return Problem(codes.WRONG_DEPTH, message, Span(first, column + 1, max(1, len(key))), labels=labels, helps=helps)


def _beginning(line: str) -> str:
    return key_of(line) or line.strip()[:30]


def depth_fault(trouble: Trouble) -> Problem | None:
    """Recognise a line that has no place at its depth; None if the trouble is another."""
    words = trouble.words
    if "not allowed" in words:
        deep = _under_a_value(trouble) or _item_without_colon(trouble)
        return deep or _line_without_colon(trouble) or _wrong_depth(trouble)
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
    helps = Help(f"write `{meant}` on line {above} when something follows", Edit(meant[2:]))
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
    above = code_line_above(trouble.source, number)
    key = _open_key(trouble.code(above))
    if key:
        message = f"`{line[column:][:60]}` is below `{key}:`, and not indented"
        span = Span(number, column + 1, len(line) - column)
        moved = _on_the_line_above(trouble, above, number, line[column:])
        return Problem(codes.WRONG_DEPTH, message, span, helps=moved)
    keyed = f"{word}: {rest.strip()}".rstrip()
    helps = Help(f"write `{keyed}`{'' if rest else ', or delete the line'}", Edit(keyed))
    span = Span(number, column + 1, len(line) - column)
    return Problem(codes.KEY_WITHOUT_COLON, f"there is no colon after `{word}`", span, helps=helps)


def _open_key(line: str) -> str:
    """The key of a line that says nothing behind its colon."""
    return key_of(line) if line.rstrip().endswith(":") else ""


def _under_a_value(trouble: Trouble) -> Problem | None:
    """`pad: 1` under `conv: 8 3x3`: what has its value already has no place for more under it."""
    number = trouble.line_above
    above, line = trouble.code(number), trouble.code(trouble.line)
    depth = content_column(above)
    found = _KEY_AND_VALUE.fullmatch(above[depth:])
    key = key_of(line)
    is_item = depth > indentation(above)
    if not (is_item and found and key) or line.lstrip().startswith("- ") or indentation(line) <= depth:
        return None
    owner = found[1]
    beside = _KEY_AND_VALUE.fullmatch(line.strip())
    span = Span(trouble.line, indentation(line) + 1, len(key))
    helps: list[str] = [_indent_like(_Level(depth, number, is_list=False), trouble.source, span)]
    if beside and beside[2][0].isdecimal():  # a number belongs to the layer, and not to its place in the network
        helps.insert(0, _on_the_line_above(trouble, number, trouble.line, f"{key} {beside[2]}"))
    message = f"`{owner}:` has its value on line {number}, so nothing can be under it"
    labels = (Label(Span(number, depth + 1, len(above) - depth), "complete"),)
    return Problem(codes.WRONG_DEPTH, message, span, labels=labels, helps=tuple(helps))


def _on_the_line_above(trouble: Trouble, above: int, number: int, words: str) -> Help:
    """The help that puts what a line of its own says at the end of the line above."""
    before, own = trouble.code(above), trouble.source.line(number)
    added = Edit(f" {words}", Span(above, len(before) + 1, 0))
    return Help(
        f"write `{before[content_column(before) :]} {words}` on line {above}",
        added,
        Edit("", Span(number, 1, len(own))),
    )


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
    repeated = _repeated_items(trouble) if is_list else None
    if repeated:
        return Problem(codes.WRONG_DEPTH, message, span, helps=repeated)
    if not fitting:
        under = "indent it under the key that it belongs to"
        item = Help("begin it with `- ` to make it an item of the list", Edit("- ", Span(trouble.line, column + 1, 0)))
        return Problem(codes.WRONG_DEPTH, message, span, helps=under if is_list else item)
    fitting.sort(key=lambda level: abs(level.column - column))
    nearest = [fitting[0], *(level for level in fitting[1:2] if abs(level.column - column) <= _ONE_LEVEL)]
    labels = tuple(Label(Span(level.line, level.column + 1), _depth(level.column)) for level in nearest)
    helps = tuple(_indent_like(level, trouble.source, span) for level in nearest)
    return Problem(codes.WRONG_DEPTH, message, span, labels=labels, helps=helps)


def _repeated_items(trouble: Trouble) -> Help | None:
    """`- repeat: 3` with items under it: they are a `sequence:`."""
    repeat = _REPEAT.fullmatch(trouble.code(trouble.line_above))
    if repeat is None or indentation(trouble.text) <= len(repeat[1]):
        return None
    items, depth = [], indentation(trouble.text)
    for number in range(trouble.line, len(trouble.source.starts)):
        line = trouble.code(number)
        if line.strip() and indentation(line) < depth:
            break
        if line.strip():
            items.append(line.strip())
    words = f"write `sequence:` below `{repeat[3].strip()}`, above these items"
    if all(item.startswith("- ") for item in items) and len(", ".join(items)) < _LONGEST:
        inner = ", ".join(item[2:].strip() for item in items)
        words = f"write `- {{{repeat[3].strip()}, sequence: [{inner}]}}`"
    key = f"{' ' * (len(repeat[1]) + len(repeat[2]))}sequence:\n"
    return Help(words, Edit(key, Span(trouble.line, 1, 0)))


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


def _indent_like(level: _Level, source: Source, span: Span) -> Help:
    """The help that moves a line, with what is deeper below it, to the depth of another."""
    words = f"indent it by {plural(level.column, 'space')}, as on line {level.line}"
    if level.column == 0:
        words = f"begin it at the start of the line, as line {level.line} does"
    return Help(words, *_moved(source, span.line, level.column - (span.column - 1)))


def _moved(source: Source, first: int, by: int) -> list[Edit]:
    """A line and what is deeper below it, moved to the right or to the left."""
    depth = indentation(source.line(first))
    edits: list[Edit] = []
    for number in range(first, len(source.starts)):
        line = source.line(number)
        if number > first and line.strip() and indentation(line) <= depth:
            break
        if line.strip():
            edits.append(Edit(" " * max(0, indentation(line) + by), Span(number, 1, indentation(line))))
    return edits
