"""Characters that a spec may not hold, or that look like syntax and are not."""

from __future__ import annotations

import re

from cnncalc import codes
from cnncalc.problem import Problem
from cnncalc.source import Edit, Help, Span, edits_of

# What YAML calls non-printable, and the separators that it takes for line ends while editors do not.
# Lone surrogates come from escapes and from callers; no file can be written with them.
_CONTROL = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"

# Blanks, invisible marks, dashes, quotes and wide punctuation that people paste in place of the plain ones.
_ODD = (
    "[\t\u00a0\u00ad\u00ab\u00bb\u00f7\u061c\u1680\u180e\u2000-\u2015\u2018-\u201f\u2024\u202a-\u202f\u2032-\u2036"
    "\u2039\u203a\u205f-\u2064\u2066-\u206f\u2212\u2215\u2217\u2236\u2264\u2265\u2260\u3000-\u3002\u300c-\u300f"
    "\u301c-\u301f\ufe30-\ufe44\ufe50-\ufe52\ufe54-\ufe66\ufe68-\ufe6b\ufeff\uff01-\uff20\uff3b-\uff40\uff5b-\uff65]"
)

_PLAIN = {
    '"': "\u00ab\u00bb\u201c\u201d\u201e\u201f\u2033\u300c\u300d\u300e\u300f\u301d\u301e\u301f",
    "/": "\u00f7\u2215",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u301c",
    "'": "\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a",
    "*": "\u2217",
    ":": "\u2236",
    "!=": "\u2260",
    "<=": "\u2264",
    ">=": "\u2265",
    ",": "\u3001",
    ".": "\u3002",
}
_INSTEAD = {odd: plain for plain, odds in _PLAIN.items() for odd in odds}


def control_characters(text: str) -> list[int]:
    r"""The offsets of a text's control characters; tabs and line ends are none.

    >>> control_characters("a\x07b\tc\r\n\x00")
    [1, 7]
    """
    if text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable():
        return []  # as nearly every text is; no pattern is compiled for it
    return [found.start() for found in re.finditer(_CONTROL, text)]


def odd_characters(text: str) -> list[int]:
    r"""The offsets of a text's odd characters.

    >>> odd_characters("6\u00a05x5\t")
    [1, 5]
    """
    if text.isascii() and "\t" not in text:
        return []  # as most specs are
    return [found.start() for found in re.finditer(_ODD, text)]


def character_name(character: str) -> str:
    r"""Its Unicode name and number, in words that can stand in a sentence.

    >>> character_name("\u00a0")
    'no-break space (U+00A0)'
    >>> character_name("\t")
    'tab'
    """
    if character == "\t":
        return "tab"
    import unicodedata

    number = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "").lower()
    return f"{name} ({number})" if name else f"control character ({number})"


def plain_character(character: str) -> str:
    r"""What to type in place of an odd character; empty where nothing belongs.

    >>> plain_character("\uff1a"), plain_character("\u200b"), plain_character("\u3000")
    (':', '', ' ')
    """
    if character in _INSTEAD:
        return _INSTEAD[character]
    import unicodedata

    if character == "\t" or unicodedata.category(character) == "Zs":
        return " "
    folded = unicodedata.normalize("NFKC", character)
    return folded if folded.isascii() and not folded.isspace() else ""


def remedy(character: str, *places: Span) -> Help:
    r"""What to do about an odd character, at the place of its fault or at these.

    >>> remedy("\uff1a")
    'type `:` instead'
    """
    instead = plain_character(character)
    words = f"type `{instead}` instead" if instead.strip() else "delete it"
    if instead == " ":
        words = "type an ordinary space instead"
    return Help(words, *(Edit(instead, place and place._replace(length=1)) for place in places or (None,)))


def shown(text: str, most: int = 200) -> str:
    r"""A text from the spec as a message may show it: on one line, without control characters, and not too long.

    >>> shown("a\nb\x1b[31m"), shown("x" * 500, 10)
    ('a\\nb\\x1b[31m', 'xxxxxxx...')
    """
    if len(text) > most:
        text = text[: most - 3] + "..."
    text = text.replace("\n", "\\n")
    return text if text.isprintable() else re.sub(_CONTROL, lambda found: ascii(found[0])[1:-1], text)


def printable(problem: Problem) -> Problem:
    """The same fault, its words of the spec without what a terminal would obey."""
    return problem.but(
        message=shown(problem.message), helps=tuple(Help(shown(said), *edits_of(said)) for said in problem.proposals)
    )


def alike(text: str, character: str) -> list[int]:
    r"""The offsets of the odd characters of a text that stand for the same as this one, as both of a pair of quotes do.

    >>> alike("\u201crelu\u201d\u00a0", "\u201c")
    [0, 5]
    """
    instead = plain_character(character)
    return [offset for offset in odd_characters(text) if plain_character(text[offset]) == instead]


def odd_character(text: str, span: Span) -> Help | None:
    r"""What to type for the first odd character of a text that stands there; None if it holds none.

    >>> odd_character("6\u00a05x5", Span(3, 11, 5))
    'it holds a no-break space (U+00A0): type an ordinary space instead'
    >>> odd_character("6 5x5", Span(3, 11, 5)) is None
    True
    """
    held = odd_characters(text)
    if not held:
        return None
    character = text[held[0]]
    said = remedy(character, *(Span(span.line, span.column + offset) for offset in alike(text, character)))
    return Help(f"it holds a {character_name(character)}: {said}", *said.edits)


def look_alike(character: str, span: Span, *places: Span) -> Problem:
    """The fault of an odd character where it would have to be another one; `places` are all of its kind there."""
    helps = remedy(character, *places)
    if character == "\t":
        return Problem(codes.TAB, "there is a tab here where a space is due", span, helps=helps)
    message = f"a {character_name(character)} is here, which is not syntax in YAML"
    return Problem(codes.LOOK_ALIKE, message, span, helps=helps)


def with_plain_characters(text: str) -> str:
    r"""The text as it was most likely meant: every odd character replaced.

    >>> with_plain_characters("\u201crelu\u201d\u200b")
    '"relu"'
    """
    return re.sub(_ODD, lambda found: plain_character(found[0]), text)
