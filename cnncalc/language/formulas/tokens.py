"""Cuts the text of a formula into tokens, each of which names the sign or word that was probably meant for it."""

from __future__ import annotations

import re
from typing import NamedTuple

from cnncalc import codes
from cnncalc.codes import Code
from cnncalc.language.formulas.operations import FUNCTIONS
from cnncalc.language.values.suggest import closest, meant_by
from cnncalc.problem import Problem
from cnncalc.source import Edit, Help, write

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
    "AND": "and", "And": "and", "OR": "or", "Or": "or", "NOT": "not", "Not": "not", "IF": "if", "If": "if",
    "ELSE": "else", "Else": "else", "then": "x if condition else y", "True": "true", "TRUE": "true", "Yes": "true",
    "False": "false", "FALSE": "false", "None": "'none'", "null": "'none'", "mod": "%", "div": "//", "is": "==",
    "eq": "==", "xor": "!=",
}  # fmt: skip
"""The signs and words of other languages, each with ours."""


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
        if braced:
            named = Token("foreign", sign + braced[0], token.offset)
            return named.fault(codes.BAD_REFERENCE, "`$` is not followed by a name", write(f"${braced[1]}"))
        ours = "a variable is a dollar and its name, as in $width"
        return token.fault(codes.BAD_REFERENCE, "`$` is not followed by a name", ours)
    if sign in {"'", '"'}:
        return token.fault(codes.FORMULA_SYNTAX, f"the quote {sign} is never closed")
    shown = f"`{sign}`" if sign.isprintable() else f"the character U+{ord(sign):04X}"
    return foreign_fault(token) or token.fault(codes.FORMULA_SYNTAX, f"{shown} means nothing in a formula")


def foreign_fault(token: Token) -> Problem | None:
    """A sign or a word that another language has in this place, or None."""
    ours = _OURS.get(token.text)
    message = f"`{token.text}` means nothing in a formula"
    return token.fault(codes.FOREIGN_WORD, message, write(ours)) if ours else None


ATTRIBUTES = ("channels", "height", "width", "depth", "length", "size")
"""What can be asked of a tensor."""

_FUNCTIONS = {
    "int": "floor", "trunc": "floor", "ceiling": "ceil", "maximum": "max", "minimum": "min",
    "make_divisible": "divisible", "_make_divisible": "divisible",
}  # fmt: skip

_ATTRIBUTES = {
    "c": "channels", "ch": "channels", "filters": "channels", "features": "channels", "h": "height", "w": "width",
    "d": "depth", "l": "length", "t": "length", "shape": "size", "dims": "size",
}  # fmt: skip


def bare_word_fault(token: Token) -> Problem:
    """A word without `$` or quotes where a value is due."""
    name = token.text
    variable = Help(f"did you mean the variable `${name}`?", Edit(f"${name}"))
    word = Help(f"did you mean the word `'{name}'`?", Edit(f"'{name}'"))
    return token.fault(codes.BARE_WORD, f"`{name}` is a bare word where a value is due", variable, word)


def function_fault(token: Token) -> Problem:
    """A function that does not exist."""
    meant = _FUNCTIONS.get(token.text) or closest(token.text, FUNCTIONS)
    guess = meant_by(meant) if meant else f"the functions are {', '.join(FUNCTIONS)}"
    return token.fault(codes.BAD_FUNCTION, f"unknown function `{token.text}`", guess)


def attribute_fault(token: Token, owner: str, attribute: str) -> Problem:
    """Something asked of a tensor that it does not have; or nothing asked."""
    if not attribute:
        ours = Help(
            f"write `${owner}.channels`; the attributes are {', '.join(ATTRIBUTES)}", Edit(f"${owner}.channels")
        )
        return token.fault(codes.BAD_REFERENCE, f"`${owner}` is a tensor and not a number", ours)
    meant = _ATTRIBUTES.get(attribute.lower()) or closest(attribute, ATTRIBUTES)
    guess = meant_by(f"${owner}.{meant}") if meant else f"the attributes are {', '.join(ATTRIBUTES)}"
    return token.fault(codes.BAD_REFERENCE, f"`${owner}` has no attribute `{attribute}`", guess)


def missing_operator_fault(last: Token, token: Token) -> Problem:
    """Two values side by side."""
    if token.kind == "word" and token.text in {"x", "X"}:
        ours = Help("write `*` to multiply; a size has no blanks, as in 3x3", Edit("*"))
        return token.fault(codes.FORMULA_SYNTAX, f"`{token.text}` is not an operator", ours)
    message = f"an operator is missing between `{last.text}` and `{token.text}`"
    multiplies = token.kind in {"number", "size", "variable"}
    product = Help(f"write `{last.text} * {token.text}` to multiply", Edit(f"* {token.text}"))
    helps = [product] if multiplies else []
    return token.fault(codes.FORMULA_SYNTAX, message, *helps)
