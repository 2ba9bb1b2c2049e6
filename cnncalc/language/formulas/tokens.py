"""Cuts the text of a formula into tokens, and names the signs of other languages where they stand."""

from __future__ import annotations

import re
from typing import NamedTuple

from cnncalc import codes
from cnncalc.codes import Code
from cnncalc.problem import Problem

LONGEST = 300
"""A formula has at most so many characters."""

_TOKEN = re.compile(
    r"""
      (?P<blank>    [ \t\r\n]+ )
    | (?P<variable> \$ \w+ (?: \. \w+ )* )
    | (?P<size>     (?!0x) [0-9]+ (?: [x×][0-9]+ )+ (?! [\w.] | ×[0-9] ) )
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
    """A piece of a formula; its kind is `variable`, `size`, `number`, `quoted`, `word`, `sign` or `end`."""

    kind: str
    text: str
    offset: int

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in the formula: offset and length."""
        return self.offset, len(self.text)

    def fault(self, code: Code, message: str, *helps: str) -> Problem:
        """A fault with the caret on this token."""
        return Problem(code, message, inside=(self.offset, max(1, len(self.text))), helps=helps)


def tokens(text: str) -> list[Token]:
    """The tokens of a formula, an `end` last.

    Raises:
        Problem: CNN249 if the text is too long, CNN241 for a sign of another language, CNN240 for one of
            none, CNN244 for a `$` without a name.

    >>> [token.text for token in tokens("$a*2")]
    ['$a', '*', '2', '']
    """
    if len(text) > LONGEST:
        message = f"a formula of {len(text):,} characters is too long: {LONGEST} at most"
        helps = "give the parts names under `vars`, or as parameters of a block"
        raise Problem(codes.FORMULA_TOO_LONG, message, inside=(LONGEST, 1), helps=helps)
    found = []
    for match in _TOKEN.finditer(text):
        kind, piece, offset = match.lastgroup or "", match[0], match.start()
        token = Token(kind, piece, offset)
        if kind in {"foreign", "odd"}:
            raise _odd_sign(text, token)
        if kind != "blank":
            found.append(token)
    found.append(Token("end", "", len(text)))
    return found


def _odd_sign(text: str, token: Token) -> Problem:
    sign = token.text
    if sign == "$":
        braced = re.compile(r"[{(](\w+)[})]").match(text, token.offset + 1)
        ours = f"write `${braced[1]}`" if braced else "a variable is `$` and its name, as in `$width`"
        return token.fault(codes.BAD_REFERENCE, "`$` is followed by no name", ours)
    if sign in {"'", '"'}:
        return token.fault(codes.FORMULA_SYNTAX, f"the quote {sign} is never closed")
    if sign in _OURS:
        return token.fault(codes.FOREIGN_WORD, f"`{sign}` means nothing in a formula", f"write `{_OURS[sign]}`")
    shown = f"`{sign}`" if sign.isprintable() else f"the character U+{ord(sign):04X}"
    return token.fault(codes.FORMULA_SYNTAX, f"{shown} means nothing in a formula")
