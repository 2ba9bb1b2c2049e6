"""Cuts the text of a formula into tokens, and names the signs of other languages where they stand."""

from __future__ import annotations

import re
from typing import NamedTuple

from cnncalc import codes
from cnncalc.language.formulas.problem import FormulaProblem

LONGEST = 300
"""A formula has at most so many characters."""

_TOKEN = re.compile(
    r"""
      (?P<blank>    [ \t\r\n]+ )
    | (?P<variable> \$ \w+ (?: \. \w+ )* )
    | (?P<number>   (?: [0-9] | \.[0-9] ) (?: [eE][-+](?=[0-9]) | ×(?=[0-9]) | [\w.] )* )
    | (?P<quoted>   '[^']*' | "[^"]*" )
    | (?P<word>     [^\W\d]\w* )
    | (?P<foreign>  === | !== | && | \|\| | <> | => | =< | \+\+ )
    | (?P<sign>     \*\* | // | == | != | <= | >= | [-+*/%<>(),] )
    | (?P<odd>      . )
    """,
    re.VERBOSE | re.DOTALL,
)

_OURS = {
    "&&": "and", "&": "and", "||": "or", "|": "or", "!": "not", "^": "**", "=": "==", "===": "==", "!==": "!=",
    "<>": "!=", "=>": ">=", "=<": "<=", "≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "·": "*", "÷": "/", "−": "-",  # noqa: RUF001 - these are the signs that people paste
    "–": "-", "++": "+", "“": '"', "”": '"', "‘": "'", "’": "'",  # noqa: RUF001
    "[": "(", "]": ")",
    "?": "x if condition else y", ":": "x if condition else y",
}  # fmt: skip


class Token(NamedTuple):
    """A piece of a formula; its kind is `variable`, `number`, `quoted`, `word`, `sign` or `end`."""

    kind: str
    text: str
    offset: int


def tokens(text: str) -> list[Token]:
    """The tokens of a formula, an `end` last.

    Raises:
        FormulaProblem: CNN249 if the text is too long, CNN241 for a sign of another language, CNN240 for one of
            none, CNN244 for a `$` without a name.

    >>> [token.text for token in tokens("$a*2")]
    ['$a', '*', '2', '']
    """
    if len(text) > LONGEST:
        raise FormulaProblem(
            codes.FORMULA_TOO_LONG,
            f"a formula of {len(text):,} characters is too long: {LONGEST} at most",
            LONGEST,
            1,
            helps=("give the parts names under `vars`, or as parameters of a block",),
        )
    found = []
    for match in _TOKEN.finditer(text):
        kind, piece, offset = match.lastgroup or "", match[0], match.start()
        if kind in {"foreign", "odd"}:
            raise _odd_sign(text, piece, offset)
        if kind != "blank":
            found.append(Token(kind, piece, offset))
    found.append(Token("end", "", len(text)))
    return found


def _odd_sign(text: str, sign: str, offset: int) -> FormulaProblem:
    if sign == "$":
        return _nameless(text, offset)
    if sign in {"'", '"'}:
        return FormulaProblem(codes.FORMULA_SYNTAX, f"the quote {sign} is never closed", offset, 1)
    if sign in _OURS:
        helps = (f"write `{_OURS[sign]}`",)
        return FormulaProblem(
            codes.FOREIGN_WORD, f"`{sign}` means nothing in a formula", offset, len(sign), helps=helps
        )
    shown = f"`{sign}`" if sign.isprintable() else f"the character U+{ord(sign):04X}"
    return FormulaProblem(codes.FORMULA_SYNTAX, f"{shown} means nothing in a formula", offset, 1)


def _nameless(text: str, offset: int) -> FormulaProblem:
    braced = re.compile(r"[{(](\w+)[})]").match(text, offset + 1)
    helps = (f"write `${braced[1]}`",) if braced else ("a variable is `$` and its name, as in `$width`",)
    return FormulaProblem(codes.BAD_REFERENCE, "`$` is followed by no name", offset, 1, helps=helps)
