"""Turns a YAML syntax error into a fault that says what was written and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from cnncalc import codes
from cnncalc.language.yaml.characters import alike, look_alike, odd_characters, printable
from cnncalc.language.yaml.flow_faults import flow_fault
from cnncalc.language.yaml.indentation_faults import depth_fault, too_deep_from
from cnncalc.language.yaml.misreadings import comparison_helps, glued, glued_colon, glued_dash, no_key, quoted
from cnncalc.language.yaml.source import too_many_levels
from cnncalc.language.yaml.trouble import Trouble, content_column, in_prose, indentation, key_of
from cnncalc.problem import Faults, Helps, Problem
from cnncalc.source import Edit, Help, Source, Span

_GLUED_DASH = re.compile(r"\s*(-([A-Za-z_][\w.-]*))")
_PROSE_WORDS = frozenset({"name", "note", "title", "authors", "url", "source", "labels"})


def add_syntax_fault(error: Exception, source: Source, faults: Faults) -> None:
    """Keep the fault behind an error that PyYAML raised for this source."""
    problem = getattr(error, "problem_mark", None)
    trouble = Trouble(
        source,
        words=str(getattr(error, "problem", None) or ""),
        context=str(getattr(error, "context", None) or ""),
        at=_offset(source, problem) if problem else len(source.text.rstrip()),
        opened=_offset(source, mark) if (mark := getattr(error, "context_mark", None)) else None,
    )
    recognised = next(filter(None, (recognise(trouble) for recognise in _RECOGNISERS)), None)
    if recognised:
        faults.add(printable(recognised))
    elif not any(fault.span.line == trouble.line for fault in faults.found):
        # Else it is an alias or a tag with something behind it, which is reported already.
        faults.add(printable(_unknown(trouble)))


def _offset(source: Source, mark: Any) -> int:
    starts = source.starts
    offset = int(starts[min(mark.line, len(starts) - 1)] + mark.column)
    return offset if offset < len(source.text) else len(source.text.rstrip())


def _suspect_lines(trouble: Trouble) -> list[int]:
    """The line of the error, the line of code above it, and where what it broke begins."""
    opened = trouble.opened_line if "quoted" in trouble.context + trouble.words else 0
    return sorted({trouble.line, trouble.line_above, opened} - {0})


def _tab(trouble: Trouble) -> Problem | None:
    """A tab in the indentation, or where a word is due."""
    line, before = trouble.text, trouble.before
    content = content_column(line)
    offset = trouble.at
    if trouble.character != "\t":
        if "\t" in line[:content] and not before[content:].strip():
            offset += line.index("\t") - len(before)
        elif "\t" not in trouble.words and "tab" not in trouble.words.split():
            return None
    below = trouble.source.text.splitlines()[trouble.line :]
    more = sum("\t" in text[: indentation(text)] for text in below)
    note = f"{more} more line{'s begin' if more > 1 else ' begins'} with tabs below" if more else ""
    helps = "indent with spaces: two for each level"
    return trouble.fault(
        codes.TAB, "there is a tab here where only spaces may be", offset=offset, note=note, helps=helps
    )


def _odd_character(trouble: Trouble) -> Problem | None:
    """A look-alike of a character that the syntax needs."""
    for number in _suspect_lines(trouble):
        code = trouble.code(number)
        column = next((place for place in odd_characters(code) if code[place] != "\t"), None)
        if column is None or (in_prose(trouble.source, number) and not _stands_as_syntax(code, column)):
            continue
        span = Span(number, column + 1)
        if span <= trouble.span:
            return look_alike(code[column], span, *(Span(number, place + 1) for place in alike(code, code[column])))
    return None


def _stands_as_syntax(code: str, offset: int) -> bool:
    """Prose may hold odd characters, but not before its first word nor in its key."""
    return not code[:offset].strip() or code[:offset].rstrip().endswith((":", "-")) or ": " not in code[:offset]


def _glued(trouble: Trouble) -> Problem | None:
    """`input:7x7x3` on a line of its own, or `-relu`."""
    if any(inside in trouble.context for inside in ("flow", "quoted", "block scalar")):
        return None
    for number in _suspect_lines(trouble):
        line = trouble.code(number)
        column = content_column(line) + 1
        found = glued(line[column - 1 :])
        if found and not key_of(line):
            return glued_colon(found[1], f"{found[1]}: {found[2]}", Span(number, column + found.end(1)))
        dash = _GLUED_DASH.match(line)
        if dash:
            return glued_dash(dash[2], dash[2], Span(number, dash.start(1) + 1))
    return None


def _comparison(trouble: Trouble) -> Problem | None:
    """`>= 5M` after a colon: YAML takes `>` for the beginning of a folded text."""
    scalar = "block scalar" in trouble.context
    if not scalar and not (trouble.character in ("|", ">") and "cannot start" in trouble.words):
        return None
    offset = trouble.opened if scalar and trouble.opened is not None else trouble.at
    place = trouble.source.span_at(offset)
    code = trouble.code(place.line)
    rest = code[place.column - 1 :]
    if "flow" in trouble.context or not scalar:
        rest = re.split(r"[,\]}]", rest)[0].rstrip()
    if not rest:
        return None
    before = re.search(r"([\w.-]+)\s*:\s*$", code[: place.column - 1])
    helps = comparison_helps(before[1] if before else "", rest)
    message = f"`{rest[0]}` begins a block of text in YAML, so `{rest}` has to be quoted"
    return trouble.fault(codes.COMPARISON_AS_TEXT, message, offset=offset, length=len(rest), helps=helps)


def _anchor_or_tag(trouble: Trouble) -> Problem | None:
    """A value that begins with `*`, `&` or `!`, and goes on in a way that no alias, anchor or tag does."""
    offset = trouble.opened if trouble.opened is not None else trouble.at
    if "alias" in trouble.context or "anchor" in trouble.context:
        code, what, instead = codes.ANCHOR, "anchors and aliases", "use `blocks:` to say something twice"
    elif "tag" in (trouble.context + " " + trouble.words).lower().split():
        code, what, instead = codes.TAG, "tags", "delete it"
    else:
        return None
    text = _word_at(trouble, offset)
    value = trouble.value_at(offset)
    quote = Help(
        f"or quote it if it is text: `{quoted(value)}`", Edit(quoted(value), trouble.source.span_at(offset, len(value)))
    )
    helps = (instead, quote)
    message = f"`{text[:1]}` has a meaning of its own in YAML, and {what} are not part of the language"
    return trouble.fault(code, message, offset=offset, length=len(text), helps=helps)


def _word_at(trouble: Trouble, offset: int) -> str:
    """What stands at an offset, up to a blank, a comma or a bracket."""
    return re.compile(r"[^\s,\[\]{}]*").match(trouble.source.text, offset)[0]  # type: ignore[index]


def _unclosed_quote(trouble: Trouble) -> Problem | None:
    if "quoted scalar" not in trouble.context or trouble.opened is None:
        return None
    source, opened = trouble.source.text, trouble.opened
    if "unexpected" in trouble.words:
        quote = source[opened : opened + 1]
        at = Span(trouble.opened_line, len(trouble.code(trouble.opened_line)) + 1, 0)
        helps = Help(f"put a {quote} at the end of the text", Edit(quote, at))
        return trouble.fault(codes.QUOTE_NOT_CLOSED, f"this {quote} is never closed", offset=opened, helps=helps)
    if not re.search("escape|hexa?decimal", trouble.words):
        return None
    start = source.rfind("\\", opened, trouble.at + 2)
    offset = start if start >= 0 else trouble.at
    text = source[offset : offset + 2].rstrip()
    plain = Help(r"or write `\\` for a backslash", Edit("\\" + text))
    ways = ("write the text in single quotes, where a backslash is just a backslash", plain)
    message = f'`{text}` is not an escape inside "..."'
    return trouble.fault(codes.UNKNOWN_ESCAPE, message, offset=offset, length=len(text), helps=ways)


def _forbidden_beginning(trouble: Trouble) -> Problem | None:
    character = trouble.character
    if "cannot start" not in trouble.words or not character:
        return None
    word = _word_at(trouble, trouble.at) or character
    name = "a backtick" if character == "`" else f"`{character}`"
    message = f"a word cannot begin with {name} in YAML"
    value = trouble.value_at(trouble.at) or word
    helps = Help(f"quote it: `{quoted(value)}`", Edit(quoted(value), trouble.source.span_at(trouble.at, len(value))))
    return trouble.fault(codes.BAD_FIRST_CHARACTER, message, length=len(word), helps=helps)


def _second_document(trouble: Trouble) -> Problem | None:
    if "document start" not in trouble.words:
        return None
    first = next((number for number in range(1, trouble.line) if trouble.code(number).strip()), 0)
    if indentation(trouble.source.line(first)) > indentation(trouble.text):
        return too_deep_from(first, trouble)
    ended = trouble.source.text[: trouble.at].rstrip().endswith("...")
    remedy = "delete the three dots above, or keep what follows" if ended else "delete what follows, or keep it"
    helps = f"{remedy} in a file of its own"
    return trouble.fault(codes.TWO_DOCUMENTS, "a second document begins here, but a spec is only one", helps=helps)


def _too_deep(trouble: Trouble) -> Problem | None:
    """A thousand brackets inside each other, which a newer libyaml refuses before it hands any of them on."""
    if "maximum nesting depth" not in f"{trouble.context} {trouble.words}":
        return None
    return too_many_levels(trouble.span)


def _inside_braces(text: str) -> str:
    """Names and values behind a map of parameters, as entries of it: `{kernel: 3} act relu`; else nothing."""
    found = re.fullmatch(r"(\{.*)\}((?:\s+\w+:?\s+[\w.]+)+)\s*", text)
    if not found:
        return ""
    pairs = re.findall(r"(\w+):?\s+([\w.]+)", found[2])
    return ", ".join([found[1].rstrip(), *(f"{name}: {value}" for name, value in pairs)]) + "}"


def _after_the_end(trouble: Trouble) -> Problem | None:
    """`"x" == $a`: something stands behind a closing quote or bracket."""
    before = trouble.before.rstrip()
    nothing = trouble.character in ("", "\n", "\r")
    if nothing or "expected" not in trouble.words or not before.endswith(('"', "'", "]", "}")):
        return None
    helps, last = "", before[-1]
    value = re.search(r":\s+(.*)$", trouble.code(trouble.line))
    if value:
        text = value[1]
        whole = text[1:-1] if len(text) > 2 and text[0] == text[-1] == last else text
        place = Span(trouble.line, value.start(1) + 1, len(text))
        mended = _inside_braces(text) or quoted(whole)
        words = "put it inside the braces" if mended.endswith("}") else "quote the whole of it"
        helps = Help(f"{words}: `{mended}`", Edit(mended, place))
    return trouble.fault(codes.TEXT_BEHIND_CLOSING, f"more text follows the closing {last}", helps=helps)


def _second_colon(trouble: Trouble) -> Problem | None:
    """`title: MobileNetV2: Inverted`, `conv: filters: 6`, `layers: - relu`."""
    key = key_of(trouble.text)
    end = content_column(trouble.text) + len(key)
    if not key or trouble.span.column - 1 <= end or "not allowed" not in trouble.words:
        return None
    value = trouble.code(trouble.line)[end:].lstrip().removeprefix(":").strip()
    helps: Helps
    if "sequence entries" in trouble.words:
        below = f"\n{' ' * trouble.depth_of_items}{value}"
        helps = Help("put each item on a line of its own, below and indented", Edit(below, trouble.behind_colon(end)))
        return trouble.fault(codes.TWO_KEYS_ON_A_LINE, f"a list cannot begin on the line of `{key}:`", helps=helps)
    place = Span(trouble.line, len(trouble.code(trouble.line)) - len(value) + 1, len(value))
    quote = Edit(quoted(value), place)
    if key in _PROSE_WORDS or in_prose(trouble.source, trouble.line):
        helps = Help(f"quote the text: `{key}: {quoted(value)}`", quote)
    elif re.match(r"[\w.-]+: ", value):
        helps = (
            Help(f"put parameters in braces: `{key}: {{{value}}}`", Edit(f"{{{value}}}", place)),
            Help(f"put layers in brackets: `{key}: [{value}]`", Edit(f"[{value}]", place)),
        )
    else:
        short = value.replace(":", "")
        helps = (
            Help(f"write `{key}: {short}` if they are parameters", Edit(short, place)),
            Help(f"or quote the value if it is text: `{quoted(value)}`", quote),
        )
    message = f"a second colon on the line of `{key}:` makes two keys of it"
    return trouble.fault(codes.TWO_KEYS_ON_A_LINE, message, helps=helps)


def _no_key(trouble: Trouble) -> Problem | None:
    before = trouble.before.rstrip()
    if trouble.character != ":" or "expected" not in trouble.words or (before and before[-1] not in "{[,"):
        return None
    return no_key(trouble.span)


def _unknown(trouble: Trouble) -> Problem:
    words = re.sub(r"<([a-z ]+)>", r"\1", trouble.words) or "it cannot be read"
    context = f" {trouble.context}" if trouble.context else ""
    helps = "delete the line that begins with a percent sign" if trouble.text.startswith("%") else ""
    return trouble.fault(codes.YAML_SYNTAX, f"YAML cannot read this{context}: {words}", helps=helps)


_RECOGNISERS: tuple[Callable[[Trouble], Problem | None], ...] = (
    _too_deep,
    _tab,
    _odd_character,
    _glued,
    _comparison,
    _anchor_or_tag,
    _unclosed_quote,
    _forbidden_beginning,
    _second_document,
    _no_key,
    flow_fault,
    _after_the_end,
    _second_colon,
    depth_fault,
)
