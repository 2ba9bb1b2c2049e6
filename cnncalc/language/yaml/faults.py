"""Turns a YAML syntax error into a fault that says what was written and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from cnncalc import codes
from cnncalc.language.yaml.characters import character_name, odd_characters, printable, remedy
from cnncalc.language.yaml.flow_faults import flow_fault
from cnncalc.language.yaml.indentation_faults import depth_fault
from cnncalc.language.yaml.lines import code_line_above, code_of, content_column, in_prose, key_of, quoted
from cnncalc.language.yaml.misreadings import comparison_helps, glued
from cnncalc.language.yaml.source import too_many_levels
from cnncalc.language.yaml.trouble import Trouble
from cnncalc.problem import Faults, Problem, Source

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
    suspects = {trouble.line, code_line_above(trouble.source, trouble.line)}
    if trouble.opened is not None and "quoted" in trouble.context + trouble.words:
        suspects.add(trouble.source.span_at(trouble.opened).line)
    return sorted(suspects - {0})


def _tab(trouble: Trouble) -> Problem | None:
    """A tab in the indentation, or where a word is due."""
    line = trouble.text
    before = line[: trouble.column - 1]
    if trouble.character == "\t":
        offset = trouble.at
    elif "\t" in line[: content_column(line)] and not before[content_column(line) :].strip():
        offset = trouble.at - len(before) + line.index("\t")
    elif "\t" in trouble.words or "tab" in trouble.words.split():
        offset = trouble.at
    else:
        return None
    first = trouble.source.span_at(offset).line
    more = sum(1 for text in trouble.source.text.splitlines()[first:] if "\t" in text[: len(text) - len(text.lstrip())])
    note = f"{more} more line{'s begin' if more > 1 else ' begins'} with tabs below" if more else ""
    helps = "indent with spaces: two for each level"
    return trouble.fault(codes.TAB, "a tab stands here where only spaces may", offset=offset, note=note, helps=helps)


def _odd_character(trouble: Trouble) -> Problem | None:
    """A look-alike of a character that the syntax needs."""
    for number in _suspect_lines(trouble):
        code = code_of(trouble.source.line(number))
        column = next((place for place in odd_characters(code) if code[place] != "\t"), None)
        if column is None or (in_prose(trouble.source, number) and not _stands_as_syntax(code, column)):
            continue
        name = character_name(code[column])
        offset = trouble.source.starts[number - 1] + column
        if offset > trouble.at:
            continue
        message = f"a {name} stands here, which YAML does not take for syntax"
        return trouble.fault(codes.LOOK_ALIKE, message, offset=offset, helps=remedy(code[column]))
    return None


def _stands_as_syntax(code: str, offset: int) -> bool:
    """Prose may hold odd characters, but not before its first word nor in its key."""
    return not code[:offset].strip() or code[:offset].rstrip().endswith((":", "-")) or ": " not in code[:offset]


def _glued(trouble: Trouble) -> Problem | None:
    """`input:7x7x3` on a line of its own, or `-relu`."""
    if "flow" in trouble.context or "quoted" in trouble.context or "block scalar" in trouble.context:
        return None
    for number in _suspect_lines(trouble):
        line = code_of(trouble.source.line(number))
        start = trouble.source.starts[number - 1]
        found = glued(line[content_column(line) :])
        if found and not key_of(line):
            message = f"there is no space after the colon of `{found[1]}:`"
            helps = f"put a space after the colon: `{found[1]}: {found[2]}`"
            return trouble.fault(
                codes.NO_SPACE_AFTER_COLON, message, offset=start + content_column(line) + found.end(1), helps=helps
            )
        dash = _GLUED_DASH.match(line)
        if dash:
            helps = f"put a space after the dash: `- {dash[2]}`"
            message = f"there is no space between the dash and `{dash[2]}`"
            return trouble.fault(codes.NO_SPACE_AFTER_DASH, message, offset=start + dash.start(1), helps=helps)
    return None


def _comparison(trouble: Trouble) -> Problem | None:
    """`>= 5M` after a colon: YAML takes `>` for the beginning of a folded text."""
    scalar = "block scalar" in trouble.context
    if not scalar and not (trouble.character in ("|", ">") and "cannot start" in trouble.words):
        return None
    offset = trouble.opened if scalar and trouble.opened is not None else trouble.at
    place = trouble.source.span_at(offset)
    code = code_of(trouble.source.line(place.line))
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
    helps: tuple[str, ...]
    if "alias" in trouble.context or "anchor" in trouble.context:
        code, what = codes.ANCHOR, "anchors and aliases are not part of the language"
        helps = ("use `blocks:` to say something twice",)
    elif "tag" in (trouble.context + " " + trouble.words).lower().split():
        code, what, helps = codes.TAG, "tags are not part of the language", ("delete it",)
    else:
        return None
    word = re.compile(r"[^\s,\[\]{}]*").match(trouble.source.text, offset)
    text = word[0] if word else ""
    helps += (f"or quote it if it is a text: `{quoted(text)}`",)
    message = f"`{text[:1]}` has a meaning of its own in YAML, and {what}"
    return trouble.fault(code, message, offset=offset, length=len(text), helps=helps)


def _unclosed_quote(trouble: Trouble) -> Problem | None:
    if "quoted scalar" not in trouble.context or trouble.opened is None:
        return None
    quote = trouble.source.text[trouble.opened : trouble.opened + 1]
    helps: tuple[str, ...]
    if "unexpected" in trouble.words:
        helps = (f"put a {quote} at the end of the text",)
        message = f"this {quote} is never closed"
        return trouble.fault(codes.QUOTE_NOT_CLOSED, message, offset=trouble.opened, helps=helps)
    if "escape" in trouble.words or "hexadecimal" in trouble.words or "hexdecimal" in trouble.words:
        start = trouble.source.text.rfind("\\", trouble.opened, trouble.at + 2)
        offset = start if start >= 0 else trouble.at
        text = trouble.source.text[offset : offset + 2].rstrip()
        helps = ("write the text in '...', where a backslash is just a backslash", r"or write `\\` for a backslash")
        message = f'`{text}` is not an escape inside "..."'
        return trouble.fault(codes.UNKNOWN_ESCAPE, message, offset=offset, length=len(text), helps=helps)
    return None


def _forbidden_beginning(trouble: Trouble) -> Problem | None:
    character = trouble.character
    if "cannot start" not in trouble.words or not character:
        return None
    found = re.compile(r"[^\s,\[\]{}]+").match(trouble.source.text, trouble.at)
    word = found[0] if found else character
    helps = f"quote it: `{quoted(word)}`"
    name = "a backtick" if character == "`" else f"`{character}`"
    message = f"a word cannot begin with {name} in YAML"
    return trouble.fault(codes.BAD_FIRST_CHARACTER, message, length=len(word), helps=helps)


def _second_document(trouble: Trouble) -> Problem | None:
    if "document start" not in trouble.words:
        return None
    ended = trouble.source.text[: trouble.at].rstrip().endswith("...")
    remedy = "delete the `...` above, or keep what follows" if ended else "delete what follows, or keep it"
    helps = f"{remedy} in a file of its own"
    return trouble.fault(codes.TWO_DOCUMENTS, "a second document begins here, and a spec is one", helps=helps)


def _too_deep(trouble: Trouble) -> Problem | None:
    """A thousand brackets inside each other, which a newer libyaml refuses before it hands any of them on."""
    if "maximum nesting depth" not in f"{trouble.context} {trouble.words}":
        return None
    return too_many_levels(trouble.span)


def _after_the_end(trouble: Trouble) -> Problem | None:
    """`"x" == $a`: something stands behind a closing quote or bracket."""
    before = trouble.text[: trouble.column - 1].rstrip()
    nothing = trouble.character in ("", "\n", "\r")
    if nothing or "expected" not in trouble.words or not before.endswith(('"', "'", "]", "}")):
        return None
    last, character = before[-1], trouble.character
    if character in "]}":
        message = f"this {character} closes nothing"
        return trouble.fault(codes.BRACKET_WITHOUT_PARTNER, message, helps="delete it, or write its opening partner")
    helps = ""
    value = re.search(r":\s+(.*)$", code_of(trouble.text))
    if value:
        text = value[1]
        whole = text[1:-1] if len(text) > 2 and text[0] == text[-1] == last else text
        helps = f"quote the whole of it: `{quoted(whole)}`"
    return trouble.fault(codes.TEXT_BEHIND_CLOSING, f"more text stands behind the closing {last}", helps=helps)


def _second_colon(trouble: Trouble) -> Problem | None:
    """`title: MobileNetV2: Inverted`, `conv: filters: 6`, `layers: - relu`."""
    line = trouble.text
    key = key_of(line)
    start = content_column(line)
    if not key or trouble.column - 1 <= start + len(key) or "not allowed" not in trouble.words:
        return None
    value = code_of(line)[start + len(key) :].lstrip().removeprefix(":").strip()
    helps: tuple[str, ...]
    if "sequence entries" in trouble.words:
        helps = ("put each item on a line of its own, below and indented", f"or write `{key}: [...]`")
        return trouble.fault(codes.TWO_KEYS_ON_A_LINE, f"a list cannot begin on the line of `{key}:`", helps=helps)
    if key in _PROSE_WORDS or in_prose(trouble.source, trouble.line):
        helps = (f"quote the text: `{key}: {quoted(value)}`",)
    elif re.match(r"[\w.-]+: ", value):
        helps = (f"put parameters in braces: `{key}: {{{value}}}`",)
    else:
        helps = ("give the second key a line of its own", f"or quote the value if it is a text: `{quoted(value)}`")
    message = f"a second colon on the line of `{key}:` makes two keys of it"
    return trouble.fault(codes.TWO_KEYS_ON_A_LINE, message, helps=helps)


def _no_key(trouble: Trouble) -> Problem | None:
    before = trouble.text[: trouble.column - 1].rstrip()
    if trouble.character != ":" or "expected" not in trouble.words or (before and before[-1] not in "{[,"):
        return None
    return trouble.fault(codes.KEY_NOT_A_WORD, "there is no key before the colon", helps="write a word before it")


def _unknown(trouble: Trouble) -> Problem:
    words = re.sub(r"<([a-z ]+)>", r"\1", trouble.words) or "it cannot be read"
    context = f" {trouble.context}" if trouble.context else ""
    helps = ("delete the line that begins with `%`",) if trouble.text.startswith("%") else ()
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
